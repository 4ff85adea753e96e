"""Puts invented people together: the same ones each time, no two alike."""

import random
from collections.abc import Iterator
from dataclasses import dataclass

from peerreview.demo import content

SEED = 20130204


@dataclass(frozen=True)
class Invitee:
    name: str
    email: str
    agency: str
    job_group: str


@dataclass(frozen=True)
class PersonMet:
    """Somebody whom the peers meet in a session."""

    session: str
    name: str
    post: str
    agency: str
    email: str


def _names() -> Iterator[str]:
    """An endless row of different names, in an order that never changes."""
    draw = random.Random(SEED)  # noqa: S311 - nothing secret hangs on it
    groups = content.name_groups()
    weights = [weight for weight, _, _ in groups]
    taken = {persona.name for persona in content.personas().values()}
    while True:
        _, forenames, surnames = draw.choices(groups, weights)[0]
        name = f"{draw.choice(forenames)} {draw.choice(surnames)}"
        if name not in taken:
            taken.add(name)
            yield name


def everybody() -> tuple[list[PersonMet], list[Invitee]]:
    """Those whom the peers meet, then those who are invited to the questionnaire."""
    names = _names()
    personas = content.personas()
    met = []
    for session, rows in content.met().items():
        for row in rows:
            for _ in range(row.number):
                name = personas[row.persona].name if row.persona else next(names)
                email = content.address(name, row.agency or "partners")
                met.append(PersonMet(session, name, row.post, row.agency, email))
    invitees = []
    for group in content.groups():
        for _ in range(group.invited):
            name = next(names)
            email = content.address(name, group.agency)
            invitees.append(Invitee(name, email, group.agency, group.job_group))
    return met, invitees
