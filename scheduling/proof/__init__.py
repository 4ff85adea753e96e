"""The self-test of notes: made-up peers write notes on the real database, and programs try to lead
them back to their sessions.

``game`` plays it through the real gathering and reads what somebody could carry off; ``proving``
keeps what it found. ``rules.note_attacks`` are the programs.
"""
