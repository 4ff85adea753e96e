"""A framework's classes beside its own sample week: what notes of each evening could say."""

import dataclasses
import datetime as dt

import pytest

from reviews import packs
from reviews.models import AccessRole, Review, User
from reviews.packs import Pack, SessionTemplate, SourceClass
from reviews.packs.sample_week import MOST_AT_THE_ROOT
from scheduling.domain.week import seed_timetable
from scheduling.models import Session
from scheduling.reading.gathering import evening_of
from scheduling.rules.sample_week import by_evening
from tests.make import make_membership
from tests.make_scheduling import NOW

TREE = (
    SourceClass("ALL", "Everybody"),
    SourceClass("HEALTH", "Health", "ALL"),
    SourceClass("POLICE", "Police", "ALL"),
)
SUPPLIED = packs.shipped()


def met(pack: Pack) -> list[SessionTemplate]:
    return [each for each in pack.sessions if pack.session_type(each.type).meets_people]


def week(pack: Pack, *days: str) -> Pack:
    """``pack`` with sessions of these classes by day, "HEALTH HEALTH POLICE"; strands in turn."""
    like = met(pack)[0]
    sessions = [
        dataclasses.replace(
            like,
            code=f"S{day}-{number}",
            day=day,
            source_class=code,
            people=4,
            strand="AB"[number % 2],
        )
        for day, codes in enumerate(days)
        for number, code in enumerate(codes.split())
    ]
    return dataclasses.replace(pack, source_classes=TREE, sessions=tuple(sessions))


@pytest.fixture
def plain() -> Pack:
    return next(each for each in SUPPLIED if each.code == "safeguarding-children-2012")


@pytest.mark.parametrize("pack", SUPPLIED, ids=lambda each: each.code)
def test_less_than_15_percent_of_a_supplied_framework_tells_of_nobody(
    pack: Pack,
) -> None:
    found = by_evening(pack)

    print(f"\n{pack.title}: {found.sentence}")  # noqa: T201 - the figure is the result
    for each in found.evenings:
        told = "; ".join(one.words for one in each.told)
        print(  # noqa: T201
            f"{each.title}: {told}. With no narrower class: sessions {each.sessions_words}, "
            f"notes {each.notes_words}"
        )
    assert found.is_told_enough
    assert sum(each.sessions for each in found.evenings) == len(met(pack))
    # Nor where any one session falls out.
    for left_out in met(pack):
        sessions = tuple(each for each in pack.sessions if each != left_out)
        rest = by_evening(dataclasses.replace(pack, sessions=sessions))
        assert rest.at_root < MOST_AT_THE_ROOT, left_out.code


def test_it_fails_on_the_diagnostic_as_it_was_before() -> None:
    """The control: board and staff on both days, so that neither evening bears a class."""
    pack = next(each for each in SUPPLIED if each.code == "lscb-diagnostic-2015")
    classes = tuple(
        dataclasses.replace(each, parent="ANY" if each.parent else "")
        for each in pack.source_classes
        if each.code != "STAFF"
    )
    other_day = {"D104": 1, "D105": 1, "D201": 0, "D202": 0}
    sessions = tuple(
        dataclasses.replace(each, day=other_day.get(each.code, each.day))
        for each in pack.sessions
    )

    found = by_evening(
        dataclasses.replace(pack, source_classes=classes, sessions=sessions)
    )

    assert found.at_root == 1
    assert not found.is_told_enough
    assert "add classes between the widest and the narrow ones" in found.sentence


def test_each_evening_says_its_classes_and_what_stays_under_the_widest(
    plain: Pack,
) -> None:
    found = by_evening(
        week(plain, "HEALTH HEALTH HEALTH POLICE POLICE POLICE", "HEALTH HEALTH POLICE")
    )

    first, second = found.evenings
    assert [each.words for each in first.told] == [
        "Health (3 sessions)",
        "Police (3 sessions)",
    ]
    assert (first.title, first.sessions_words, first.notes_words) == (
        "Day 1",
        "0 of 6",
        "0 of 24",
    )
    assert [each.words for each in second.told] == ["Everybody (3 sessions)"]
    assert (second.sessions_words, second.notes_words) == ("3 of 3", "12 of 12")
    assert found.sentence.startswith("In 33% of the sample week")


def test_an_evening_that_cannot_be_gathered_waits_for_the_next(plain: Pack) -> None:
    [only] = by_evening(week(plain, "HEALTH HEALTH", "HEALTH HEALTH")).evenings
    assert (only.title, only.sessions, only.is_lost) == ("Days 1 and 2", 4, False)
    # So does one that would leave too few to come.
    [only] = by_evening(week(plain, "HEALTH HEALTH HEALTH", "HEALTH")).evenings
    assert (only.days, only.sessions) == ((0, 1), 4)


def test_what_is_never_gathered_says_nothing_either(plain: Pack) -> None:
    [only] = by_evening(week(plain, "HEALTH HEALTH")).evenings
    assert (only.is_lost, only.told, only.sessions_words) == (True, (), "2 of 2")
    assert by_evening(week(plain, "HEALTH HEALTH")).at_root == 1


def test_a_week_without_people_says_so(plain: Pack) -> None:
    found = by_evening(dataclasses.replace(plain, sessions=()))
    assert found.evenings == ()
    assert "has no session where people are met" in found.sentence
    assert found.at_root == 0


@pytest.mark.parametrize(
    ("at_root", "says"), [(0.0, "0%"), (0.004, "Less than 1%"), (0.1499, "14%")]
)
def test_a_share_below_the_limit_is_not_said_to_reach_it(
    plain: Pack, monkeypatch: pytest.MonkeyPatch, at_root: float, says: str
) -> None:
    found = by_evening(week(plain, "HEALTH HEALTH HEALTH"))
    monkeypatch.setattr(type(found), "at_root", property(lambda self: at_root))
    assert found.sentence == (
        f"In {says} of the sample week a note could name the widest kind only. "
        "A framework should keep to less than 15%."
    )


def test_the_sample_week_is_named_as_the_evenings_of_a_review_are(
    review: Review, manager: User
) -> None:
    """What the page says of the framework is what a gathering makes of its timetable."""
    seed_timetable(review=review, by=manager, at=NOW)
    sessions = [each for each in review.sessions.all() if each.meets_people]
    goes = {
        lane: make_membership(review, AccessRole.P)
        for lane in {each.strand.split("+")[0] for each in sessions}
    }
    for each in sessions:
        each.peers.set([goes[each.strand.split("+")[0]]])
    titles = {each.code: each.title for each in review.pack.source_classes}
    for evening in by_evening(review.pack).evenings:
        day = max(each.day for each in sessions if _day(review, each) in evening.days)
        night = dt.datetime.combine(day, dt.time(23, 59))
        found = evening_of(review, now=night, day=day)
        assert {titles[code] for code in found.new.values()} == {
            each.title for each in evening.told
        }
        for session, code in found.new.items():
            review.sessions.filter(pk=session).update(told_as=code)


def _day(review: Review, session: Session) -> int:
    return (session.day - review.day_zero).days
