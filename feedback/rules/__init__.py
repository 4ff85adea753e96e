"""Rules of findings and of the report. Pure."""
