"""What a reader may do and see is asked of ``reviews/access.py``: nothing else compares their role.

A role as such may be spoken of, as when somebody is given one; the files that do so are named here.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
APPS = (
    "peerreview",
    "reviews",
    "questionnaires",
    "casemapping",
    "scheduling",
    "feedback",
)
# Each with what it says of roles, other than what their holder may do or see.
SPEAKS_OF_ROLES = {
    "reviews/access.py": "the tables",
    "reviews/packs/model.py": "what a role of a framework is",
    "reviews/packs/checks.py": "which roles a framework may have",
    "reviews/models/review.py": "on which side of the review somebody is",
    "reviews/domain/joining.py": "the same, of somebody who came back",
    "reviews/domain/team.py": "nobody changes sides",
    "reviews/domain/moving_people.py": "nobody of the council takes a review in",
    "reviews/domain/profiles.py": "who has to say where they come from",
    "reviews/domain/regulator.py": "who speaks to people without an account",
    "reviews/reading/team.py": "the sides of the team page",
    "reviews/reading/briefing.py": "which roles the team has",
    "reviews/forms/team.py": "what a home is on either side",
    "templates/reviews/invitation.html": "what somebody is invited to",
    "templates/reviews/team_change.html": "what the change means for a peer",
    "templates/reviews/team_remove.html": "what goes with a peer",
}
SIDES = {"TEAM", "HOST", "TEAM_ROLES", "HOST_ROLES"}


def _is_role(node: ast.AST) -> bool:
    """``member.access_role``, ``AccessRole.PC``, ``AccessRole(…)`` or one of the sides."""
    match node:
        case ast.Attribute(attr="access_role") | ast.Name(id="access_role"):
            return True
        case ast.Attribute(value=ast.Name(id="AccessRole")):
            return True
        case ast.Call(func=ast.Name(id="AccessRole")):
            return True
        case ast.Name(id=name):
            return name in SIDES
    return False


def _looks_up(node: ast.AST) -> bool:
    """Whether something hangs on a role as the key of a table; titles of roles are words alone."""
    match node:
        case ast.Subscript(value=ast.Name(id="ROLE_WORDS")):
            return False
        case ast.Subscript(slice=key):
            return _is_role(key)
        case ast.Call(func=ast.Attribute(attr="get"), args=[key, *_]):
            return _is_role(key)
    return False


def decisions(code: str) -> Iterator[int]:
    """The lines on which something hangs on somebody's role."""
    for node in ast.walk(ast.parse(code)):
        match node:
            case ast.Compare(left=left, comparators=others):
                if any(map(_is_role, [left, *others])):
                    yield node.lineno
            case ast.Match(subject=subject) if _is_role(subject):
                yield node.lineno
            case ast.Attribute(attr="in_team"):
                yield node.lineno
            case ast.Subscript() | ast.Call() if _looks_up(node):
                yield node.lineno


def asked_in_template(text: str) -> Iterator[int]:
    for number, line in enumerate(text.splitlines(), start=1):
        if re.search(r"\b(?:access_role|in_team)\b", line):
            yield number


def _files() -> Iterator[Path]:
    for app in APPS:
        for path in sorted((ROOT / app).rglob("*.py")):
            if "migrations" not in path.parts:
                yield path
    yield from sorted((ROOT / "templates").rglob("*.html"))
    yield from sorted((ROOT / "templates").rglob("*.txt"))


def _found(path: Path) -> list[int]:
    seek = decisions if path.suffix == ".py" else asked_in_template
    return sorted(set(seek(path.read_text())))


def test_no_other_file_hangs_anything_on_a_role() -> None:
    guilty = {
        name: lines
        for path in _files()
        if (name := str(path.relative_to(ROOT))) not in SPEAKS_OF_ROLES
        and (lines := _found(path))
    }

    assert guilty == {}, "ask can or sees of reviews.access"


@pytest.mark.parametrize("name", SPEAKS_OF_ROLES)
def test_every_named_file_speaks_of_roles(name: str) -> None:
    assert _found(ROOT / name)


@pytest.mark.parametrize(
    "line",
    [
        "x = member.access_role == AccessRole.PC",
        "x = member.access_role != 'RM'",
        "x = AccessRole.CC == found",
        "x = AccessRole(role) in allowed",
        "x = each.access_role in TEAM",
        "x = role not in HOST",
        "if not request.membership.in_team: pass",
        "x = {AccessRole.CC: 1}.get(AccessRole(member.access_role), 2)",
        "x = LOOKS[member.access_role]",
        "match member.access_role:\n    case 'PC': pass",
    ],
)
def test_a_decision_by_role_is_found(line: str) -> None:
    """The control."""
    assert [*decisions(line)] == [1]


@pytest.mark.parametrize(
    "line",
    [
        "x = can(member, Action.WRITE_NOTE)",
        "x = sees(member, Sight.CASES)",
        "x = review.memberships.filter(access_role__in=TEAM)",
        "x = ROLE_WORDS[AccessRole(member.access_role)]",
        "x = pack.owned_by(member.role, member.access_role)",
    ],
)
def test_nothing_else_is_found(line: str) -> None:
    assert [*decisions(line)] == []


def test_a_decision_in_a_template_is_found() -> None:
    """The control."""
    text = '<p>\n{% if membership.access_role == "PC" %}{% endif %}\n{% if member.in_team %}'

    assert [*asked_in_template(text)] == [2, 3]
    assert [*asked_in_template("{% if sees.CASES %}{% endif %}")] == []
