"""The languages that a questionnaire may be asked in beside English.

The words of the questionnaire itself are the manager's. Those of the pages around it are ours, and
stand in Welsh; with any other second language they stay in English.
"""

from __future__ import annotations

# Code, name in English, name in itself, and whether it is written from right to left.
LANGUAGES: tuple[tuple[str, str, str, bool], ...] = (
    ("cy", "Welsh", "Cymraeg", False),
    ("pl", "Polish", "Polski", False),
    ("ro", "Romanian", "Română", False),
    ("pa", "Panjabi", "ਪੰਜਾਬੀ", False),
    ("ur", "Urdu", "اردو", True),
    ("bn", "Bengali", "বাংলা", False),
    ("ar", "Arabic", "العربية", True),
    ("pt", "Portuguese", "Português", False),
    ("uk", "Ukrainian", "Українська", False),
    ("so", "Somali", "Soomaali", False),
)
BY_CODE = {code: (name, own, rtl) for code, name, own, rtl in LANGUAGES}
ENGLISH = "en-GB"


def name_of(code: str) -> str:
    """In English; empty for a language that is not offered."""
    return BY_CODE[code][0] if code in BY_CODE else ""
