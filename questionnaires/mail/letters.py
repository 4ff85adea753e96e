"""The messages of a questionnaire, one function each; the words are in templates."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse

from questionnaires import reading
from questionnaires.models import Questionnaire
from questionnaires.rules import languages

# Where each person's own link goes. It stands in no text that anybody writes.
_PLACE = "\ue000"
OWN_LINK = "[their own link]"


@dataclass(frozen=True)
class Words:
    subject: str
    text: str

    def with_link(self, link: str) -> Words:
        return Words(self.subject, self.text.replace(_PLACE, link))


def letter(questionnaire: Questionnaire, *, reminder: bool) -> Words:
    """Rendered once for everybody; ``with_link`` puts a link in for each. The same in both letters."""
    return _render("reminder" if reminder else "invitation", questionnaire, _PLACE)


def link_of(token: str) -> str:
    return f"{settings.SITE_ADDRESS}/q/{token}"


def preview(questionnaire: Questionnaire) -> Words:
    """The invitation, with the place of each person's own link marked."""
    return letter(questionnaire, reminder=False).with_link(OWN_LINK)


def reminder_preview(questionnaire: Questionnaire) -> Words:
    return letter(questionnaire, reminder=True).with_link(OWN_LINK)


def test_letter(questionnaire: Questionnaire, *, reminder: bool) -> Words:
    """For whoever sends it: its link opens the preview, which keeps no answers."""
    where = reverse(
        "questionnaires:preview-page",
        args=[questionnaire.review_id, questionnaire.pk, 0],
    )
    words = letter(questionnaire, reminder=reminder).with_link(
        f"{settings.SITE_ADDRESS}{where}"
    )
    return Words(f"Test: {words.subject}", words.text)


def _render(name: str, questionnaire: Questionnaire, link: str) -> Words:
    context = {
        "questionnaire": questionnaire,
        "review": questionnaire.review,
        "link": link,
        "minutes": reading.minutes_of(questionnaire),
        "second_language": languages.name_of(questionnaire.language),
    }
    text = render_to_string(f"questionnaires/email/{name}.txt", context)
    subject, _, body = text.partition("\n")
    return Words(subject.strip(), body.strip() + "\n")
