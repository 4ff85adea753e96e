"""A list that was chosen, until it is added: what the pages refuse while the worker is at it."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from questionnaires.domain import listing
from questionnaires.models import PendingImport, Questionnaire
from reviews.models import Review, User
from tests.make_questionnaires import (
    LIST,
    make_pending,
    make_questionnaire,
    run_jobs,
)

ALL_BROKEN = b"""Full name;Email address;Agency;Job group
;broken;Police;Police officer
"""


@pytest.fixture
def draft(review: Review, manager: User) -> Questionnaire:
    return make_questionnaire(review, by=manager)


def page(questionnaire: Questionnaire, name: str = "list/") -> str:
    review = questionnaire.review_id
    return f"/reviews/{review}/questionnaires/{questionnaire.pk}/{name}"


def test_another_list_waits_until_the_one_before_is_added(
    draft: Questionnaire, manager: User, desk: Client
) -> None:
    pending = make_pending(draft, by=manager)
    desk.post(page(draft, f"list/{pending.pk}/"))

    def choose() -> str:
        file = SimpleUploadedFile("people.csv", LIST)
        return desk.post(page(draft), {"file": file}, follow=True).content.decode()

    refused = choose()
    waiting = [each.pk for each in PendingImport.objects.all()]
    run_jobs()
    taken = choose()

    assert "The list is still being read or added. Wait a moment." in refused
    assert waiting == [pending.pk]
    assert draft.invitations.count() == 1
    assert "The list is being read." in taken


def test_a_list_that_is_being_added_cannot_be_thrown_away(
    draft: Questionnaire, manager: User, desk: Client
) -> None:
    pending = make_pending(draft, by=manager)
    desk.post(page(draft, f"list/{pending.pk}/"))

    refused = desk.post(page(draft, f"list/{pending.pk}/discard/")).content.decode()
    run_jobs()

    assert "The list is still being read or added. Wait a moment." in refused
    assert draft.invitations.count() == 1


def test_a_list_without_a_row_in_order_is_not_added(
    draft: Questionnaire, manager: User, desk: Client
) -> None:
    pending = make_pending(draft, by=manager, content=ALL_BROKEN)

    shown = desk.post(page(draft, f"list/{pending.pk}/")).content.decode()

    assert "There is no row to add. Mend the list and choose the file again." in shown
    assert PendingImport.objects.get().state == PendingImport.State.READ
    assert draft.invitations.count() == 0


def test_a_list_that_is_thrown_away_while_it_is_read_stays_away(
    draft: Questionnaire, manager: User, desk: Client
) -> None:
    """The worker had loaded it and comes to write down what it found."""
    pending = make_pending(draft, by=manager, read=False)
    in_the_worker = PendingImport.objects.get(pk=pending.pk)
    desk.post(page(draft, f"list/{pending.pk}/discard/"))

    listing.keep_reading(pending=in_the_worker, rows=[], faults=[])
    listing.refuse_list(pending=in_the_worker, sentence="It cannot be read.")

    assert not PendingImport.objects.exists()
