"""The pages of evidence, findings and the report."""
