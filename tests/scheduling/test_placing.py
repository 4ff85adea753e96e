"""Peers are kept out of sessions of agencies that they have declared an interest in."""

import datetime as dt
from collections.abc import Mapping

from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from reviews import domain as reviews_domain
from reviews.models import AccessRole, Agency, Review, User
from scheduling.domain import week
from scheduling.rules import conflicts_of_interest
from scheduling.rules.conflicts_of_interest import Place
from tests.make import make_membership
from tests.make_scheduling import NOW

BEGIN = dt.datetime(2013, 2, 4, 9)  # noqa: DTZ001 - on the clock of the place
POLICE, SCHOOLS = 1, 2
OFFICER, SECOND, NURSE = 11, 12, 13
ROLES = {OFFICER: "OP", SECOND: "OP", NURSE: "HP"}


def place(key: str, hour: int = 0, *agencies: int) -> Place:
    return Place(key, BEGIN + dt.timedelta(hours=hour), 60, frozenset(agencies))


def put(
    *places: Place, goers: Mapping[str, list[int]], conflicts: set[tuple[int, int]]
) -> dict[str, list[int]]:
    return conflicts_of_interest.without_conflicts(places, goers, ROLES, conflicts)


def test_another_holder_of_the_role_goes_instead() -> None:
    found = put(
        place("a", 0, POLICE),
        place("b", 0),
        goers={"a": [OFFICER, NURSE], "b": []},
        conflicts={(OFFICER, POLICE)},
    )

    assert found["a"] == [SECOND, NURSE]


def test_nobody_is_put_into_two_places_for_it() -> None:
    found = put(
        place("a", 0, POLICE),
        place("b", 0),
        goers={"a": [OFFICER], "b": [SECOND]},
        conflicts={(OFFICER, POLICE)},
    )

    assert found == {"a": [OFFICER], "b": [SECOND]}


def test_somebody_with_the_same_interest_does_not_go_instead() -> None:
    found = put(
        place("a", 0, POLICE),
        goers={"a": [OFFICER]},
        conflicts={(OFFICER, POLICE), (SECOND, POLICE)},
    )

    assert found["a"] == [OFFICER]


def test_where_the_role_is_there_twice_the_other_goes_alone() -> None:
    found = put(
        place("a", 0, POLICE),
        goers={"a": [OFFICER, SECOND, NURSE]},
        conflicts={(OFFICER, POLICE)},
    )

    assert found["a"] == [SECOND, NURSE]


def test_an_agency_is_known_by_its_whole_name_in_the_title() -> None:
    agencies = {POLICE: "Police", SCHOOLS: "Schools and colleges"}

    assert conflicts_of_interest.named_in(
        "Police public protection lead", agencies
    ) == {POLICE}
    assert conflicts_of_interest.named_in("Policemen", agencies) == frozenset()
    assert (
        conflicts_of_interest.named_in("Head teachers of schools", agencies)
        == frozenset()
    )
    assert conflicts_of_interest.named_in("Schools and Colleges: leads", agencies) == {
        SCHOOLS
    }


@given(st.data())
def test_a_peer_stays_in_conflict_only_if_nobody_else_could_go(
    data: st.DataObject,
) -> None:
    peers = sorted(ROLES)
    places = [
        place(
            str(n),
            data.draw(st.integers(0, 2)),
            *data.draw(st.sets(st.sampled_from([POLICE, SCHOOLS]))),
        )
        for n in range(data.draw(st.integers(1, 4)))
    ]
    goers: dict[str, list[int]] = {}
    for each in places:
        taken = {
            peer
            for other in places
            if other.key in goers and other.overlaps(each)
            for peer in goers[other.key]
        }
        free = [peer for peer in peers if peer not in taken]
        goers[each.key] = (
            data.draw(st.lists(st.sampled_from(free), unique=True)) if free else []
        )
    conflicts = data.draw(
        st.sets(st.tuples(st.sampled_from(peers), st.sampled_from([POLICE, SCHOOLS])))
    )

    found = conflicts_of_interest.without_conflicts(places, goers, ROLES, conflicts)

    for each in places:
        there = found[each.key]
        assert len(set(there)) == len(there)
        # A role that was to be there is there.
        assert {ROLES[p] for p in goers[each.key]} == {ROLES[p] for p in there}
        busy = {
            peer
            for other in places
            if other.key != each.key and other.overlaps(each)
            for peer in found[other.key]
        }
        assert not busy & set(there)
        for peer in there:
            if not any((peer, agency) in conflicts for agency in each.agencies):
                continue
            others = [p for p in peers if ROLES[p] == ROLES[peer] and p != peer]
            assert all(
                p in there
                or p in busy
                or any((p, agency) in conflicts for agency in each.agencies)
                for p in others
            )


def declare_police(review: Review, peer: User) -> None:
    reviews_domain.declare_interest(
        member=review.memberships.get(user=peer),
        something=True,
        text="My brother is an inspector there",
        sessions="",
        agencies=[review.agencies.get(name="Police")],
        by=peer,
        at=timezone.now(),
    )


def who_meets_the_police(review: Review) -> set[int]:
    officers = review.sessions.get(title__startswith="Police officers")
    return set(officers.peers.values_list("user", flat=True))


def test_the_sample_week_keeps_a_peer_away_from_the_agency_of_their_interest(
    review: Review,
    manager: User,
    officer_peer: User,
    second_officer: User,
    health_peer: User,
) -> None:
    # The second officer reads case records at that hour; the third is free.
    third = make_membership(review, AccessRole.P, role="OP").user
    declare_police(review, officer_peer)

    week.seed_timetable(review=review, by=manager, at=NOW)

    assert who_meets_the_police(review) == {third.pk, health_peer.pk}


def test_where_nobody_else_is_free_the_timetable_warns_once_people_are_named(
    review: Review,
    manager: User,
    officer_peer: User,
    second_officer: User,
    health_peer: User,
) -> None:
    declare_police(review, officer_peer)

    week.seed_timetable(review=review, by=manager, at=NOW)

    assert who_meets_the_police(review) == {officer_peer.pk, health_peer.pk}


def test_a_new_declaration_replaces_what_one_was_kept_out_of(
    review: Review, officer_peer: User, manager: User
) -> None:
    week.seed_timetable(review=review, by=manager, at=NOW)
    member = review.memberships.get(user=officer_peer)
    first, second = review.sessions.filter(type="INT")[:2]

    def declare(*keys: int, something: bool = True) -> set[int]:
        reviews_domain.declare_interest(
            member=member,
            something=something,
            text="My sister works there",
            sessions="",
            agencies=Agency.objects.none(),
            not_in=[str(key) for key in keys],
            by=officer_peer,
            at=timezone.now(),
        )
        rows = review.sessions.filter(kept_out__membership=member)
        return set(rows.values_list("pk", flat=True))

    assert declare(first.pk, second.pk) == {first.pk, second.pk}
    assert declare(second.pk, 987654) == {second.pk}
    assert declare(first.pk, something=False) == set()
