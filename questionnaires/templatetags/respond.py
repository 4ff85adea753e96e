"""A question on a respondent's page."""

from typing import Any
from uuid import UUID

from django import template
from django.template import Context, loader

from questionnaires.reading.respondent_form import Row
from reviews.pages.once import Once

register = template.Library()

# What looks the same to everybody while a questionnaire is open is drawn once a process: most of
# what a page costs is drawing its 56 radios.
_drawn: Once[tuple[UUID, str, str], str] = Once(2_000)


@register.simple_tag(takes_context=True)
def question(context: Context, row: Row) -> str:
    """One question with its answer so far, its hint and its error."""
    edition, language = context["questionnaire"].edition, context["language"]
    previewing = context.get("previewing", False)
    if not row.is_untouched or edition is None or previewing:
        return _draw(context, row)
    key = (edition, language.code, row.item.code)
    return _drawn.get(key, lambda: _draw(context, row))


def _draw(context: Context, row: Row) -> str:
    given: dict[str, Any] = {
        "row": row,
        "item": row.item,
        "language": context["language"],
        "alone": context["shown"].page.is_one_question,
        "previewing": context.get("previewing", False),
    }
    return loader.get_template(row.item.how.template).render(given)
