"""Forms of the questionnaire's team pages. They save nothing."""
