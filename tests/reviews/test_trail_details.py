"""Each detail of the trail was decided on: none says what a close destroys."""

import datetime as dt

import pytest

from reviews.models import Review, User
from reviews.reading.history import history_of
from reviews.trail import audit
from reviews.trail.words import SENTENCES
from tests import trail_details
from tests.make_documents import make_document

NOON = dt.datetime(2012, 12, 3, 12, 0, tzinfo=dt.UTC)
# Trails of before have them.
OF_BEFORE = {"member.profile_accepted", "member.profile_questioned"}


def test_the_table_has_every_event_that_has_a_sentence() -> None:
    assert set(trail_details.DETAILS) == set(SENTENCES) - OF_BEFORE


@pytest.mark.parametrize(
    ("action", "detail"),
    [
        ("document.uploaded", {"version": 1, "title": "Plan for winter"}),
        ("session.people_set", {"people": 3}),
        ("interest.declared", {"agencies": 0}),
        ("session.seen", {}),
    ],
)
def test_control_what_nobody_decided_on_is_refused(
    review: Review, manager: User, action: str, detail: dict[str, object]
) -> None:
    with pytest.raises(trail_details.Undecided, match=action):
        audit.record(action, review=review, by=manager, at=NOON, detail=detail)


def test_what_people_said_has_no_detail() -> None:
    trail_details.check("notes.gathered", {}, count=3)
    for action, detail in (("notes.gathered", {"session": "M03"}), ("notes.read", {})):
        with pytest.raises(trail_details.Undecided):
            trail_details.check(action, detail, count=3)


def test_a_document_has_its_title_while_it_is_there_and_then_a_number(
    review: Review, manager: User
) -> None:
    document = make_document(review, by=manager, title="Plan for winter")
    assert "Plan for winter" not in str(audit.lines(review))

    def said() -> list[str]:
        return [each.what for each in history_of(review, "document", document.pk)]

    assert said() == ["“Plan for winter” was uploaded, version 1"]
    number = str(document.pk)[:8]
    document.delete()
    review.documents.all().delete()
    events = audit.events(review).filter(action="document.uploaded")
    assert [each.object_id[:8] for each in events] == [number]
    assert said_of(review, number) == [f"“Document {number}” was uploaded, version 1"]


def said_of(review: Review, number: str) -> list[str]:
    event = audit.events(review).get(object_id__startswith=number)
    return [each.what for each in history_of(review, "document", event.object_id)]
