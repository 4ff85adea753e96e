"""The report as a file: PDF, Word and spreadsheet."""
