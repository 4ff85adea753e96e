"""For how many weeks what people say is kept: one figure of the review, until anybody was told."""

import datetime as dt
import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from reviews import domain
from reviews.apps_above import promises
from reviews.domain.regulator import announcement
from reviews.models import AuditEvent, BriefingAddress, Review, SignOff, Stage, User
from reviews.reading.export import checksum, exported
from reviews.reading.terms import sections_of, wording
from reviews.secrets import keystore
from reviews.secrets.sealing import key_name
from tests.make import DAY_ZERO, move
from tests.make_questionnaires import make_open, make_questionnaire
from tests.make_scheduling import make_release, make_session

SignIn = Callable[[User], Client]


def words(response: Any) -> str:
    return " ".join(response.content.decode().split())


def change(review: Review, manager: User, weeks: int) -> None:
    row = Review.objects.get(pk=review.pk)
    domain.change_details(
        review=row,
        version=row.version,
        by=manager,
        at=timezone.now(),
        keep_words_weeks=weeks,
    )


def weeks_of(review: Review) -> int:
    return Review.objects.get(pk=review.pk).keep_words_weeks


def form_of(review: Review, **changes: object) -> dict[str, object]:
    names = [*domain.REVIEW_DETAILS, "version"]
    return {name: getattr(review, name) for name in names} | changes


def test_the_manager_sets_it_with_the_details_and_the_trail_says_so(
    review: Review, manager: User, sign_in: SignIn
) -> None:
    desk, page = sign_in(manager), reverse("reviews:details", args=[review.pk])
    shown = words(desk.get(page))
    assert "Weeks for which what people say is kept after the visit begins" in shown
    assert "It cannot be changed once the terms are signed" in shown

    desk.post(page, form_of(review, keep_words_weeks=4))

    assert weeks_of(review) == 4
    event = AuditEvent.objects.filter(action="review.details_changed").get()
    assert event.detail == {"changed": {"keep_words_weeks": [6, 4]}}


@pytest.mark.parametrize("weeks", [0, 13, "soon"])
def test_no_other_figure_is_taken(
    review: Review, manager: User, sign_in: SignIn, weeks: object
) -> None:
    page = reverse("reviews:details", args=[review.pk])

    answer = sign_in(manager).post(page, form_of(review, keep_words_weeks=weeks))

    assert "govuk-error-summary" in words(answer)
    assert weeks_of(review) == 6


def _briefed(review: Review, manager: User) -> None:
    at = timezone.now()
    purpose = BriefingAddress.Purpose.MAIL
    domain.make_briefing_address(review=review, purpose=purpose, by=manager, at=at)


def _briefed_and_ended(review: Review, manager: User) -> None:
    _briefed(review, manager)
    domain.end_briefing_addresses(review=review, by=manager, at=timezone.now())


def _asked(review: Review, manager: User) -> None:
    make_open(review, by=manager)


def _released(review: Review, manager: User) -> None:
    make_session(review, by=manager, peers=[manager])
    make_release(review, by=manager)


def _on_site(review: Review, manager: User) -> None:
    move(review, Stage.ON_SITE)


def _signed(review: Review, manager: User) -> None:
    domain.sign(
        member=review.memberships.get(user=manager),
        subject=SignOff.Subject.TERMS,
        seen=wording(review, SignOff.Subject.TERMS),
        agreed=True,
        reason="",
        by=manager,
        at=timezone.now(),
    )


@pytest.mark.parametrize(
    "told", [_signed, _briefed, _briefed_and_ended, _asked, _released, _on_site]
)
@pytest.mark.parametrize("weeks", [5, 7])
def test_once_anybody_was_told_it_is_made_neither_more_nor_less(
    review: Review,
    manager: User,
    sign_in: SignIn,
    told: Callable[[Review, User], None],
    weeks: int,
) -> None:
    told(review, manager)
    row = Review.objects.get(pk=review.pk)
    desk, page = sign_in(manager), reverse("reviews:details", args=[review.pk])

    answer = words(desk.post(page, form_of(row, keep_words_weeks=weeks)))

    assert (
        "What people say is kept for 6 weeks after the visit begins. That has been signed or told, "
        "or people are being heard, so it does not change any more." in answer
    )
    assert weeks_of(review) == 6
    # Whatever else stands there is still saved.
    desk.post(page, form_of(row, scope="Early help"))
    assert Review.objects.get(pk=review.pk).scope == "Early help"


def test_a_draft_of_a_questionnaire_and_a_week_that_was_not_published_tell_nobody(
    review: Review, manager: User
) -> None:
    """The control: what is only being prepared locks nothing."""
    make_questionnaire(review, by=manager)
    make_session(review, by=manager, peers=[manager])
    move(review, Stage.PRE_SITE)
    assert not promises.was_made(review)

    change(review, manager, 8)

    assert weeks_of(review) == 8


def test_it_is_never_over_before_the_visit_is(
    review: Review, manager: User, sign_in: SignIn
) -> None:
    Review.objects.filter(pk=review.pk).update(on_site_days=8)
    row = Review.objects.get(pk=review.pk)
    page = reverse("reviews:details", args=[review.pk])

    answer = words(sign_in(manager).post(page, form_of(row, keep_words_weeks=1)))

    assert "cannot be destroyed before it is over" in answer
    assert weeks_of(review) == 6


def destruction(review: Review) -> dt.date:
    return review.milestones.get(code="FBK-07").due_on


def test_the_plans_day_for_it_follows_unless_it_was_put_elsewhere(
    review: Review, manager: User
) -> None:
    assert destruction(review) == DAY_ZERO + dt.timedelta(weeks=6)
    change(review, manager, 4)
    assert destruction(review) == DAY_ZERO + dt.timedelta(weeks=4)
    review.milestones.filter(code="FBK-07").update(due_on=DAY_ZERO, shift_days=-28)

    change(review, manager, 5)

    assert destruction(review) == DAY_ZERO


def test_terms_say_the_reviews_own_weeks(review: Review, manager: User) -> None:
    change(review, manager, 9)

    text = " ".join(each.text for each in sections_of(Review.objects.get(pk=review.pk)))

    assert "destroyed nine weeks after the visit began" in text
    assert "six weeks" not in text


def test_whoever_changes_it_is_told_to_look_at_terms_that_were_reworded(
    review: Review, manager: User, sign_in: SignIn
) -> None:
    desk, page = sign_in(manager), reverse("reviews:details", args=[review.pk])
    domain.change_terms(
        review=review,
        texts={"retention": "As long as is needed."},
        version=0,
        by=manager,
        at=timezone.now(),
    )

    answer = words(desk.post(page, form_of(review, keep_words_weeks=4), follow=True))

    assert "look whether they still say how long things are kept" in answer


# --- the visit moves -------------------------------------------------------------------------


def test_the_day_moves_with_the_visit_and_page_and_letter_say_so(
    review: Review, manager: User
) -> None:
    change(review, manager, 4)
    row = Review.objects.get(pk=review.pk)
    later = DAY_ZERO + dt.timedelta(days=14)
    said = "The day on which what people say is destroyed, from 4 March 2013 to 18 March 2013."

    moves = domain.planned_moves(review=row, day_zero=later)
    _, letter = announcement(
        row, first=DAY_ZERO, last=DAY_ZERO, before=DAY_ZERO, after=later
    )

    assert said in [line.sentence for line in moves.going]
    assert "is destroyed on 18 March 2013 instead of 4 March 2013" in letter


def _move_visit(review: Review, manager: User, day: dt.date) -> None:
    row = Review.objects.get(pk=review.pk)
    domain.move_day_zero(
        review=row, day_zero=day, version=row.version, by=manager, at=timezone.now()
    )


def test_once_what_people_said_is_destroyed_the_visit_does_not_move(
    review: Review, manager: User, sign_in: SignIn
) -> None:
    """It could take in nothing: the key that would seal it is gone."""
    keystore.destroy(key_name("speech", review.pk))
    page = reverse("reviews:plan-move", args=[review.pk])
    day = {"day_zero_0": "4", "day_zero_1": "3", "day_zero_2": "2013"}

    answer = sign_in(manager).post(
        page, {**day, "confirmed": "yes", "version": review.version}
    )

    assert "export the set-up and make a new review of it" in words(answer)
    assert Review.objects.get(pk=review.pk).day_zero == DAY_ZERO


def test_a_slip_of_the_year_does_not_destroy_everything_tonight(
    review: Review, manager: User
) -> None:
    today = timezone.localdate()
    Review.objects.filter(pk=review.pk).update(day_zero=today + dt.timedelta(days=20))

    with pytest.raises(domain.DestroysTonight, match="which is past"):
        _move_visit(review, manager, today - dt.timedelta(days=345))

    _move_visit(review, manager, today + dt.timedelta(days=27))


# --- export and import -----------------------------------------------------------------------


def _file(review: Review, **changes: object) -> bytes:
    whole = json.loads(exported(review))
    whole["review"] |= {k: v for k, v in changes.items() if k != "version"}
    whole["version"] = changes.get("version", whole["version"])
    whole["sha256"] = checksum(whole["review"])
    return json.dumps(whole).encode()


def test_an_export_carries_it(review: Review, manager: User) -> None:
    change(review, manager, 3)
    content = exported(Review.objects.get(pk=review.pk))

    back = domain.import_review(content=content, by=manager, at=timezone.now())

    assert json.loads(content)["version"] == 3
    assert Review.objects.get(pk=back.pk).keep_words_weeks == 3


def test_a_file_of_before_there_was_a_figure_has_the_usual_one(
    review: Review, manager: User
) -> None:
    whole = json.loads(_file(review, version=2))
    del whole["review"]["keep_words_weeks"]
    whole["sha256"] = checksum(whole["review"])

    back = domain.import_review(
        content=json.dumps(whole).encode(), by=manager, at=timezone.now()
    )

    assert back.keep_words_weeks == 6


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"keep_words_weeks": 13}, "must be a number from 1 to 12"),
        ({"keep_words_weeks": "6"}, "must be a number from 1 to 12"),
        ({"keep_words_weeks": True}, "must be a number from 1 to 12"),
        ({"keep_words_weeks": 1, "on_site_days": 8}, "until the visit is over"),
        ({"version": 2}, "“keep_words_weeks” is not known."),
    ],
)
def test_a_file_with_a_figure_that_cannot_be_is_refused(
    review: Review, manager: User, changes: dict[str, object], said: str
) -> None:
    number = Review.objects.count()

    with pytest.raises(domain.DamagedExport, match=said):
        domain.import_review(
            content=_file(review, **changes), by=manager, at=timezone.now()
        )

    assert Review.objects.count() == number
