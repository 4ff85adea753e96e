"""Rules of case mapping: what each step needs, and what a text may hold."""
