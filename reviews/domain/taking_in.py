"""A whole review is taken in: all of it or nothing, in one transaction, under keys of its own."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from django.db import transaction

from reviews import background
from reviews.apps_above import moving as above
from reviews.apps_above.promises import ADDRESS_MADE
from reviews.domain.documents import SCREEN
from reviews.domain.dying_keys import destroy_due_of
from reviews.domain.export import ThereAlready
from reviews.domain.moving_in import Arriving, DamagedFile, is_trail, read
from reviews.domain.moving_people import (
    accounts_of,
    call_as_the_file_does,
    check_people,
    settle_members,
)
from reviews.domain.moving_rows import Rows, checked_documents
from reviews.domain.review import make_keys
from reviews.files import store
from reviews.models import EarlierTrail, Review, TitleScreening, User
from reviews.pages import say
from reviews.reading.moving import reasons
from reviews.reading.moving_fields import plan
from reviews.reading.review import same_review
from reviews.rules import shapes
from reviews.screening import roster
from reviews.secrets import keystore
from reviews.trail import audit


def take_in(
    *, content: bytes, passphrase: str, by: User, at: dt.datetime, again: bool = True
) -> Review:
    """The review as it was when its file was made, managed by ``by``; nobody is written to.

    ``again``: also where they are on one of the same council and day; else that raises
    ThereAlready. Raises what ``moving_in.read`` does, and CouncilManages.
    """
    arriving = read(content, passphrase)
    (row,) = arriving.rows["reviews.Review"]
    if not isinstance(row, dict):
        raise DamagedFile(["The file must hold one review."])
    council, day = row.get("council"), shapes.day(row.get("day_zero"))
    if (
        not again
        and isinstance(council, str)
        and day is not None
        and same_review(by, council=council, day_zero=day)
    ):
        raise ThereAlready(council, day)
    check_people(arriving.people)
    # Outside the transaction: many documents take their time, and others would wait.
    documents = checked_documents(arriving)
    rows = Rows(arriving, documents)
    with transaction.atomic():
        try:
            with keystore.held():
                return _make(arriving, rows, by=by, at=at)
        except BaseException:
            # Before others can have the same numbers.
            _take_back(rows)
            raise


def _take_back(rows: Rows) -> None:
    store.remove(rows.stored)
    if rows.review is None:
        return
    numbers = rows.ids.pairs("questionnaires.Questionnaire")
    prefixes = (
        f"review-{rows.review.pk}-",
        *(f"questionnaire-{new}-" for _, new in numbers),
    )
    for name in keystore.names():
        if name.startswith(prefixes):
            keystore.destroy(name)


def _make(arriving: Arriving, rows: Rows, *, by: User, at: dt.datetime) -> Review:
    movings = {each.label: each for each in plan()}
    review = rows.make_review(movings.pop("reviews.Review"))
    make_keys(review)
    audit.record(
        "review.moved_in",
        review=review,
        by=by,
        at=at,
        detail={
            "head": arriving.trail[-1]["hash"],
            "lines": len(arriving.trail),
            "made_at": arriving.made_at,
            "sha256": arriving.sha256,
        },
    )
    rows.people = accounts_of(arriving.people, review=review, by=by, at=at)
    made = {label: rows.make(moving) for label, moving in movings.items()}
    for label, moving in movings.items():
        rows.turn(moving, made[label])
    _check(review, {label: len(each) for label, each in made.items()}, rows)
    call_as_the_file_does(review, arriving.people, rows.people, by=by, at=at)
    settle_members(review=review, pack=rows.pack, by=by, at=at)
    _keep_trail(review, arriving, at)
    _remember_names(review)
    _date_approvals(review, at)
    # What has had its day elsewhere has had it here.
    destroy_due_of(review, keystore.names(), at=at)
    _refuse_what_never_moves(review, at)
    if review.documents.filter(screening=TitleScreening.UNREAD).exists():
        background.enqueue(SCREEN, review.pk, review=review)
    return review


def _check(review: Review, made: Mapping[str, int], rows: Rows) -> None:
    """What no single row tells. Raises DamagedFile."""
    faults = [
        f"The file holds rows of {moving.label} that never move."
        for moving in plan()
        if moving.label in made
        and sum(each.moving(review).count() for each in moving.rows)
        != made[moving.label]
    ]
    if rows.files_left():
        faults.append("The file holds files that nothing in it leads to.")
    for number, each in enumerate(review.earlier_trails.all(), start=1):
        if not is_trail(each.content) or each.content[-1]["hash"] != each.head:
            faults.append(f"Trail {number} of before was changed.")
    if faults := [*faults, *([] if faults else above.settle(review, rows.ids))]:
        raise DamagedFile(faults)


def _refuse_what_never_moves(review: Review, at: dt.datetime) -> None:
    """By the rules that a review leaves by. Raises DamagedFile."""
    told = any(
        line["action"] == ADDRESS_MADE
        for trail in review.earlier_trails.all()
        for line in trail.content
    )
    today = review.today(at)
    # After the day nothing can be heard any more, whoever was told.
    told = told and not review.outlives_what_was_said(today)
    found = reasons(review, today, told_elsewhere=told)
    if found:
        raise DamagedFile(["A review as it stands in this file does not move.", *found])


def _date_approvals(review: Review, at: dt.datetime) -> None:
    """None that came with the file is later than its arrival, by which it is told from those of here."""
    review.sign_offs.filter(signed_at__gt=at).update(signed_at=at)
    review.profile_decisions.filter(decided_at__gt=at).update(decided_at=at)


def _keep_trail(review: Review, arriving: Arriving, at: dt.datetime) -> None:
    EarlierTrail(
        review=review,
        number=review.earlier_trails.count() + 1,
        moved_on=say.local_day(at),
        lines=len(arriving.trail),
        head=arriving.trail[-1]["hash"],
        content=arriving.trail,
    ).save(force_insert=True)


def _remember_names(review: Review) -> None:
    """Texts are screened for those who have moved, and who take part in the week."""
    members = review.memberships.select_related("user")
    roster.add(
        review,
        people=[
            *((each.name, each.role_title) for each in members),
            *above.names(review),
        ],
    )
