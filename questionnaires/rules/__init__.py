"""What holds of questions, answers, figures, links and addresses. Pure: no rows, no clock."""
