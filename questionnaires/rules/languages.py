"""The languages that a questionnaire may be asked in beside English.

The words of the questionnaire itself are the manager's. Those of the pages around it are ours, and
stand in Welsh; with any other second language they stay in English.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings

from questionnaires.models import Questionnaire

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
_BY_CODE = {code: (name, own, rtl) for code, name, own, rtl in LANGUAGES}
ENGLISH = "en-GB"


def name_of(code: str) -> str:
    """In English; empty for a language that is not offered."""
    return _BY_CODE[code][0] if code in _BY_CODE else ""


@dataclass(frozen=True)
class Tongue:
    """What a page is written in, and what its switch offers.

    ``interface``: the code of our own words. ``content`` and ``direction``: of the manager's.
    ``other`` and ``other_name``: the language to switch to, empty where there is one alone.
    """

    interface: str = "en-gb"
    content: str = ENGLISH
    direction: str = "ltr"
    second: bool = False
    code: str = ""
    other: str = ""
    other_name: str = ""
    title: str = ""
    introduction: str = ""

    @property
    def page(self) -> str:
        """The language of the page as a whole."""
        return ENGLISH if self.interface == "en-gb" else self.interface


def tongue(questionnaire: Questionnaire, *, second: bool) -> Tongue:
    code = questionnaire.language
    title, introduction = questionnaire.title, questionnaire.introduction
    if code not in _BY_CODE:
        return Tongue(title=title, introduction=introduction)
    _, own, rtl = _BY_CODE[code]
    if not second:
        return Tongue(
            other=code, other_name=own, title=title, introduction=introduction
        )
    spoken = {each for each, _ in settings.LANGUAGES}
    return Tongue(
        interface=code if code in spoken else "en-gb",
        content=code,
        direction="rtl" if rtl else "ltr",
        second=True,
        code=code,
        other=ENGLISH,
        other_name="English",
        title=questionnaire.second.get("title") or title,
        introduction=questionnaire.second.get("introduction") or introduction,
    )
