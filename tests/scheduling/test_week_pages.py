"""The week as a page: narrowed down, and what it says of itself."""

import datetime as dt

import pytest

from reviews.models import AccessRole, Review, Stage, User
from reviews.pages.progress import Obstacle
from scheduling import reading
from scheduling.models import Session
from tests.make import DAY_ZERO, make_membership, move
from tests.make_scheduling import make_draft, make_notes, make_session
from tests.scheduling.pages import SignIn, url, words


@pytest.fixture
def two_days(
    review: Review, group: Session, manager: User, officer_peer: User
) -> Session:
    return make_session(
        review,
        by=manager,
        peers=[officer_peer],
        title="Head teachers",
        day=dt.date(2013, 2, 5),
        strand="C",
        room="R3",
    )


def test_the_week_is_narrowed_down_to_a_day_or_a_person(
    review: Review, group: Session, two_days: Session, leader: User, sign_in: SignIn
) -> None:
    client = sign_in(leader)
    mine = review.memberships.get(user=leader).pk

    def shown(**wanted: str) -> tuple[bool, bool]:
        week = client.get(url("timetable", review.pk), wanted).context["week"]
        titles = {session.title for session in week.sessions}
        return group.title in titles, two_days.title in titles

    assert shown() == (True, True)
    assert shown(day="2013-02-04") == (True, False)
    assert shown(day="2013-02-05") == (False, True)
    assert shown(day="all") == (True, True)
    assert shown(who=str(mine)) == (True, False)
    assert shown(who="short") == (False, True)
    assert shown(day="2013-02-05", who=str(mine)) == (False, False)
    assert shown(day="nonsense", who="<b>") == (True, True)


def test_a_narrow_screen_begins_with_today_and_shows_the_day_that_is_chosen(
    review: Review, group: Session, two_days: Session, leader: User
) -> None:
    member = review.memberships.get(user=leader)

    def on_phones(today: dt.date, day: str = "") -> list[dt.date]:
        week = reading.week_of(member, today, reading.Wanted(day=day))
        return [each.day for each in week.days if each.on_phones]

    first, second = DAY_ZERO, dt.date(2013, 2, 5)
    assert on_phones(second) == [second]
    assert on_phones(dt.date(2013, 1, 1)) == [first]
    assert on_phones(second, "2013-02-04") == [first]
    assert on_phones(second, "all") == [first, second]


def test_the_page_says_in_a_sentence_which_peers_are_missing(
    review: Review, group: Session, two_days: Session, manager: User, sign_in: SignIn
) -> None:
    page = words(sign_in(manager).get(url("timetable", review.pk)))

    assert (
        "Strand C: 1 session with people has fewer than two peers. It lacks the analyst peer."
        in page
    )


def test_the_sample_week_of_the_smallest_team_puts_nobody_in_two_places(
    review: Review,
    manager: User,
    leader: User,
    member_peer: User,
    officer_peer: User,
    health_peer: User,
    analyst: User,
    sign_in: SignIn,
) -> None:
    move(review, Stage.LEAD_IN)
    client = sign_in(manager)

    client.post(url("timetable-seed", review.pk))
    page = words(client.get(url("timetable", review.pk)))

    assert "No clash: nobody and no room is in two places at once." in page
    assert "It lacks the officer peer." in page


@pytest.mark.parametrize(
    ("title", "letters", "lines", "drawn"),
    [
        ("Head teachers", 12, 3, ["Head", "teachers"]),
        ("Opening meeting: managers of all agencies", 12, 3, ["Opening", "meeting"]),
        ("Visit (with travel)", 12, 1, ["Visit"]),
        (
            "Chairs of independent reviews",
            12,
            2,
            ["Chairs of", "independent…"],
        ),
        ("Commissioning", 8, 2, ["Commiss-", "ioning"]),
    ],
)
def test_titles_in_the_picture_are_wrapped_and_shortened_by_rule(
    title: str, letters: int, lines: int, drawn: list[str]
) -> None:
    assert reading.fitted(title, letters, lines) == drawn


def test_ids_of_this_review_are_unknown_from_another(
    review: Review,
    group: Session,
    leader: User,
    other_review: Review,
    sign_in: SignIn,
) -> None:
    [note] = make_notes(group, [leader], ["Chairs read the reports."])
    draft = make_draft(group, leader)
    stranger = make_membership(other_review, AccessRole.TL).user
    move(other_review, Stage.ON_SITE)
    client = sign_in(stranger)
    for name, key in (
        ("session", group.pk),
        ("session-edit", group.pk),
        ("note-new", group.pk),
        ("draft-edit", draft.pk),
        ("note-screen", note.pk),
    ):
        assert client.get(url(name, other_review.pk, key)).status_code == 404
        assert client.get(url(name, review.pk, key)).status_code == 404


def test_the_home_page_says_where_the_week_and_the_notes_are(
    review: Review, group: Session, leader: User, sponsor: User
) -> None:
    make_notes(group, [leader], ["Chairs read the reports.", "We met Mavis Clay."])

    def cards(user: User) -> list[str]:
        member = review.memberships.get(user=user)
        return [card.sentence for card in reading.progress(review, member)]

    assert cards(leader) == [
        "1 session is planned, with no clashes.",
        "2 notes are gathered. 1 waits to be looked at.",
    ]
    assert cards(sponsor) == ["1 session is planned."]


def test_a_visit_does_not_begin_without_a_session(
    review: Review, manager: User
) -> None:
    assert reading.stage_blockers(review, Stage.ON_SITE) == [
        Obstacle(
            "The timetable has no session yet: fill in the sample week or add one",
            url("timetable", review.pk),
        )
    ]
    make_session(review, by=manager)
    assert reading.stage_blockers(review, Stage.ON_SITE) == []
