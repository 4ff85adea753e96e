"""The messages of a questionnaire, one function each; the words are in templates."""

from dataclasses import dataclass

from django.conf import settings
from django.template.loader import render_to_string

from questionnaires import languages, reading
from questionnaires.models import Questionnaire


@dataclass(frozen=True)
class Words:
    subject: str
    text: str


def invitation(questionnaire: Questionnaire, name: str, token: str) -> Words:
    """The invitation, or once reminders have gone the reminder: the same link in both."""
    return _render(
        "reminder" if questionnaire.reminders else "invitation",
        questionnaire,
        f"{settings.SITE_ADDRESS}/q/{token}",
    )


OWN_LINK = "[their own link]"


def preview(questionnaire: Questionnaire) -> Words:
    """The invitation, with the place of each person's own link marked."""
    return _render("invitation", questionnaire, OWN_LINK)


def reminder_preview(questionnaire: Questionnaire) -> Words:
    return _render("reminder", questionnaire, OWN_LINK)


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
