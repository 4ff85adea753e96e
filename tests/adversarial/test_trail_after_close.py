"""The trail outlives the close: no word of a row that the close destroys stands in it."""

import json

import pytest
from django.db import models
from django.utils import timezone

from reviews.models import AccessRole, Review, User
from reviews.reading.records import going, of_a_review
from reviews.secrets.sealing import SealedTextField
from reviews.trail import audit
from tests.adversarial.test_closing import make_all
from tests.make import make_membership, make_review, make_user
from tests.make_everything import Cast

pytestmark = [pytest.mark.adversarial, pytest.mark.django_db(transaction=True)]
SHORTEST = 8
WORDS = (models.CharField, models.TextField, SealedTextField)


@pytest.fixture
def whole() -> Review:
    manager: User = make_user("Morgan Vale")
    review = make_review(manager=manager)
    leader = make_membership(review, AccessRole.TL).user
    peer = make_membership(review, AccessRole.P, role="OP").user
    make_all(Cast(review, manager, leader, peer))
    return review


def words_of_what_goes(review: Review) -> dict[str, str]:
    """Each text, in clear or sealed, of a row that goes, but for those that a row which stays says
    too: the names of people on the review, titles of the framework."""
    stays = said_by_what_stays(review)
    found = {}
    for record in going():
        for rows in record.rows:
            for row in rows.of(review):
                for field in rows.model._meta.concrete_fields:
                    # Codes of kinds stand in the names of events too.
                    if not isinstance(field, WORDS) or field.name == "kind":
                        continue
                    said = str(getattr(row, field.attname) or "")
                    if len(said) >= SHORTEST and said not in stays:
                        found[said] = f"{rows.label}.{field.name}"
    return found


def said_by_what_stays(review: Review) -> str:
    """All but the trail itself, and the profiles that the close empties."""
    return " ".join(
        str(list(rows.of(review).values()))
        for record in of_a_review()
        if record.kept and record.code != "trail"
        for rows in record.rows
    )


def test_no_word_of_what_goes_stands_in_the_trail(whole: Review) -> None:
    words = words_of_what_goes(whole)
    trail = json.dumps(audit.lines(whole), ensure_ascii=False)

    assert len(words) > 40
    assert {where for said, where in words.items() if said in trail} == set()


def test_control_a_title_in_the_trail_is_found(whole: Review) -> None:
    title = whole.documents.all()[0].title
    assert title in words_of_what_goes(whole)
    audit.record(
        "test.happened", review=whole, by=None, at=timezone.now(), detail={"t": title}
    )
    assert title in json.dumps(audit.lines(whole), ensure_ascii=False)
