"""Pages of the questionnaire for the team and the council. Respondents' are in public_views."""
