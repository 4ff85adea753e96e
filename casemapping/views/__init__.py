"""The pages of case mapping."""
