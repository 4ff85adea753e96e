"""Letters that came back: taken in by their mark, and told to whoever keeps the list.

Nothing of a returned message is kept but its mark and what its code means.
"""

from collections.abc import Mapping
from uuid import UUID

from django.conf import settings
from django.db import transaction

from questionnaires.mail import postbox
from questionnaires.models import Bounce, Invitation, Questionnaire
from questionnaires.rules import bounces, links
from reviews.models import Delivery
from reviews.secrets import keystore

State = Questionnaire.State
# Whoever failed already is known to have; whoever was never written to cannot come back.
_ON_THE_WAY = (Delivery.SENT, Delivery.SENDING, Delivery.QUEUED, Delivery.UNKNOWN)


def take(raw: bytes, *, recipient: str = "") -> bool:
    """Take in one returned message; False when it carries no mark of ours."""
    found = bounces.read(raw, recipient=recipient)
    if found is None:
        return False
    if found.state is not None:
        Bounce.objects.update_or_create(
            mark=found.mark, defaults={"delivery_state": found.state}
        )
    return True


def fetch() -> None:
    """In the worker: empty the mailbox, where there is one."""
    if settings.BOUNCE_ADDRESS and settings.BOUNCE_URL:
        postbox.empty(settings.BOUNCE_URL, take)


def resolve() -> int:
    """In the worker, which can tell whose marks they are: how many were somebody's.

    A mark that is nobody's is of a questionnaire that is over, or made up; it goes too.
    """
    waiting = dict(Bounce.objects.values_list("mark", "delivery_state"))
    if not waiting:
        return 0
    number = 0
    for questionnaire in Questionnaire.objects.filter(
        state__in=[State.OPEN, State.CLOSED]
    ):
        found = _whose(questionnaire, waiting)
        number += len(found)
        with transaction.atomic():
            for pk, state in found.items():
                Invitation.objects.filter(pk=pk, delivery_state__in=_ON_THE_WAY).update(
                    delivery_state=state
                )
    Bounce.objects.filter(mark__in=list(waiting)).delete()
    return number


def _whose(questionnaire: Questionnaire, waiting: Mapping[str, str]) -> dict[UUID, str]:
    if not keystore.exists(questionnaire.key("link")):
        return {}
    key = keystore.read(questionnaire.key("link"))
    marks = {
        links.envelope_mark(key, pk): pk
        for pk in questionnaire.invitations.values_list("pk", flat=True)
    }
    return {marks[mark]: state for mark, state in waiting.items() if mark in marks}
