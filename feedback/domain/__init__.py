"""What can be done to findings and to the report."""
