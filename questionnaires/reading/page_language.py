"""In which of its languages a questionnaire's page is drawn, and what its switch offers."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings

from questionnaires.models import Questionnaire
from questionnaires.rules.languages import BY_CODE, ENGLISH


@dataclass(frozen=True)
class PageLanguage:
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


def language_of(questionnaire: Questionnaire, *, second: bool) -> PageLanguage:
    code = questionnaire.language
    title, introduction = questionnaire.title, questionnaire.introduction
    if code not in BY_CODE:
        return PageLanguage(title=title, introduction=introduction)
    _, own, rtl = BY_CODE[code]
    if not second:
        return PageLanguage(
            other=code, other_name=own, title=title, introduction=introduction
        )
    ours = {each for each, _ in settings.LANGUAGES}
    return PageLanguage(
        interface=code if code in ours else "en-gb",
        content=code,
        direction="rtl" if rtl else "ltr",
        second=True,
        code=code,
        other=ENGLISH,
        other_name="English",
        title=questionnaire.second.get("title") or title,
        introduction=questionnaire.second.get("introduction") or introduction,
    )
