"""Verbs that change a questionnaire, one module for each part of its life."""
