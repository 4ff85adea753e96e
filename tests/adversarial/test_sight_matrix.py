"""Who sees what inside a page is what the hand-written ``tests/sight_matrix.csv`` says."""

import csv
from pathlib import Path

import pytest

from reviews.access import SIGHTS, Sight, Sights, own_agency, sees
from reviews.models import AccessRole, Agency, Membership

MATRIX = Path(__file__).resolve().parents[1] / "sight_matrix.csv"
ROLES = ("RM", "TL", "AP", "P", "CS", "CC", "PC")


def as_written() -> dict[str, dict[str, str]]:
    with MATRIX.open(newline="") as file:
        rows = list(csv.DictReader(line for line in file if not line.startswith("#")))
    return {row.pop("sight"): row for row in rows}


def as_seen() -> dict[str, dict[str, str]]:
    """What members of each role see, as the matrix writes it."""
    return {
        sight.name: {
            role: "yes" if sees(Membership(access_role=role), sight) else "-"
            for role in ROLES
        }
        for sight in Sight
    }


def test_members_see_what_the_matrix_says() -> None:
    assert as_seen() == as_written()
    assert [*SIGHTS] == [*Sight]


def test_a_sight_that_is_given_to_one_role_more_is_found(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The control."""
    monkeypatch.setitem(
        SIGHTS, Sight.KEPT_NAMES, SIGHTS[Sight.KEPT_NAMES] | {AccessRole.CC}
    )

    assert as_seen() != as_written()


@pytest.mark.parametrize("role", [AccessRole.R, AccessRole.SA])
def test_respondents_and_administrators_see_nothing(role: AccessRole) -> None:
    assert not any(sees(Membership(access_role=role), sight) for sight in Sight)


def test_a_template_asks_the_same_table_and_a_misspelt_sight_is_loud() -> None:
    team = Sights(Membership(access_role=AccessRole.P))

    assert team["CASES"]
    assert not team["EVERY_CASE"]
    assert not Sights(None)["CASES"]
    for asked in (team, Sights(None)):
        with pytest.raises(KeyError):
            asked["CASE"]


@pytest.mark.parametrize("role", ROLES)
def test_contacts_of_an_agency_alone_are_held_to_it(role: str) -> None:
    agency = Agency(name="Police")
    member = Membership(access_role=role, agency=agency)

    assert own_agency(member) == (agency if role == "PC" else None)
