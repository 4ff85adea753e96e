"""What a respondent's request reads of the database: the access link, and what its pages show.

Eight requests a person, ten thousand people an hour: so one statement, written out, and the
questionnaire itself once a process as long as nothing changes of what is shown.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db import connection

from questionnaires.models import Invitation, OpenLink, Questionnaire
from questionnaires.rules import links
from reviews.models import Stage
from reviews.pages.once import Once

# What a link opens: one person's, or one of a whole agency.
AccessLink = Invitation | OpenLink

# Of an open questionnaire and its review, what may still change and is on a respondent's page.
_SHOWN = "q.id, q.closes_on, r.council, r.duty_contact, r.contact_name, r.contact_email"
_OF = "questionnaires_questionnaire q JOIN reviews_review r ON r.id = q.review_id"
_BY_NUMBER = f"SELECT {_SHOWN} FROM {_OF} WHERE q.id = %s"  # noqa: S608


def _link_sql(table: str, columns: str) -> str:
    return (
        f"SELECT {_SHOWN}, {columns} FROM {_OF} JOIN {table} d"  # noqa: S608
        " ON d.questionnaire_id = q.id"
        " WHERE d.link_hash = %s AND q.state = %s"
        " AND (r.stage = %s OR (r.stage = %s AND q.late_of_id IS NOT NULL))"
    )


_INVITATION = _link_sql("questionnaires_invitation", "d.id, d.leaf")
_OPEN_LINK = _link_sql("questionnaires_openlink", "d.id, d.leaf, d.remaining")
_SPENT = "SELECT 1 FROM questionnaires_spentlink WHERE nullifier = %s"

_kept: Once[tuple[Any, ...], Questionnaire] = Once(32)


def _row(sql: str, values: Sequence[Any]) -> tuple[Any, ...] | None:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        found: tuple[Any, ...] | None = cursor.fetchone()
        return found


def access_link(token: str) -> AccessLink | None:
    """What a link opens while its questionnaire is open."""
    wanted = (
        links.link_hash(token),
        Questionnaire.State.OPEN,
        Stage.LEAD_IN,
        Stage.PRE_SITE,
    )
    if row := _row(_INVITATION, wanted):
        return _access_link(Invitation, ("id", "leaf"), row)
    if row := _row(_OPEN_LINK, wanted):
        return _access_link(OpenLink, ("id", "leaf", "remaining"), row)
    return None


def _access_link(
    model: type[Any], names: tuple[str, ...], row: tuple[Any, ...]
) -> AccessLink:
    shown = len(row) - len(names)
    number, *others = row[shown:]
    # As text from SQLite, as itself from PostgreSQL. Whatever else is asked of it is loaded then.
    found: AccessLink = model.from_db("default", names, [UUID(str(number)), *others])
    found.questionnaire = _questionnaire(row[:shown])
    return found


def by_number(number: str) -> Questionnaire | None:
    """For the receipt, which belongs to no review's member."""
    plausible = number.isdecimal() and len(number) < 19
    row = _row(_BY_NUMBER, [number]) if plausible else None
    return _questionnaire(row) if row else None


def _questionnaire(shown: tuple[Any, ...]) -> Questionnaire:
    whole = Questionnaire.objects.select_related("review").defer("review__framework")
    return _kept.get(shown, lambda: whole.get(pk=shown[0]))


def is_spent(nullifier: str) -> bool:
    return _row(_SPENT, [nullifier]) is not None
