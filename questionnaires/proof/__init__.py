"""The self-test: attack programs against made-up people on the real database.

``capture`` reads what an attacker could carry away; ``rehearsal`` plays the game through the real
pages, functions and tables, and ``proving`` keeps what it found; ``naive`` is the design that the
same programs (``rules.attacks``) must break, so that nobody has to believe that they can find something.
"""
