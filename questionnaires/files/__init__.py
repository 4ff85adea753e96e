"""Spreadsheets in and out: the list of people, and the published values."""
