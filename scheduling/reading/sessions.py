"""Sessions as this reader may see them, and the rows behind a week."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db import models

from reviews.access import Sight, sees
from reviews.models import Membership, Review
from reviews.packs import Strand
from scheduling.models import Away, Session, SessionPerson
from scheduling.rules import conflicts_of_interest

NOBODY: Mapping[int, Collection[str]] = {}
# What the council reads of a session in which the team is by itself, or seems to be.
TEAM_TIME = "Team time"


def look_of(session: Session) -> str:
    """Sessions that look alike: people are met, the team is by itself, a pause."""
    if session.is_pause:
        return "pause"
    return "people" if session.meets_people else "team"


def is_spare(session: Session) -> bool:
    """A slot that a strand keeps free: whoever is placed there clashes with nothing."""
    if not session.is_pause:
        return False
    return session.strand in {lane.code for lane in lanes_of(session.review)}


def agencies_of(session: Session, names: Mapping[int, str]) -> set[int]:
    """Whose people are heard there: those named in its title, and where its people come from.

    ``names``: the review's agencies by number.
    """
    return {
        *conflicts_of_interest.named_in(session.title, names),
        *(each.agency_id for each in session.people.all() if each.agency_id),
    }


def sees_people(membership: Membership) -> bool:
    """The team and the council's contact know every name; others their own people's."""
    return sees(membership, Sight.EVERY_NAME)


def _seen_by(membership: Membership) -> models.QuerySet[Session]:
    rows = membership.review.sessions.all()
    if not sees(membership, Sight.OTHER_AGENCIES):
        # That one of theirs is heard privately is not for their own agency to know.
        rows = rows.filter(
            people__agency=membership.agency_id, names_kept=False
        ).distinct()
    return rows


def teams_own_kind(review: Review) -> str:
    """The kind of session that the framework's sample week has most of where the team is by itself.

    Empty where the framework has none.
    """
    pack = review.pack
    alone = [
        each.code
        for each in pack.session_types
        if not (each.meets_people or each.pause)
    ]
    held = Counter(each.type for each in pack.sessions if each.type in alone)
    return max(alone, key=lambda code: held[code], default="")


def veiled(membership: Membership, sessions: Iterable[Session]) -> list[Session]:
    """The sessions as this member reads them; each knows its review.

    Whoever is not of the team reads of a private session what they read of the team's own kind,
    whose titles are the team's business too: else every other title would point at the private
    ones. They know the day, the time, the room, the strand and the peers. No more of the session is
    left in the rows, so that nothing made of them can tell.
    """
    found = list(sessions)
    if sees(membership, Sight.KEPT_NAMES):
        return found
    own = teams_own_kind(membership.review)
    for session in found:
        if session.names_kept or session.type == own:
            _veil(session)
    return found


def _veil(session: Session) -> None:
    """Of the instance alone; whoever saves it saves the fields that they name."""
    session.is_veiled = True
    session.title = TEAM_TIME
    session.type = session.source_class = session.because = ""
    session.themes = []
    session.people_expected = 0
    session.names_kept = session.held = False
    session.came = None
    nobody = SessionPerson.objects.none()
    session._prefetched_objects_cache = {  # type: ignore[attr-defined]
        **getattr(session, "_prefetched_objects_cache", {}),
        "people": nobody,
    }


def sessions_for(membership: Membership, **narrow: object) -> list[Session]:
    """The sessions that this member may see, with rooms, peers and people: four queries.

    ``narrow``: lookups that leave some of them out, as ``day``.
    """
    found = list(
        _seen_by(membership)
        .filter(**narrow)
        .select_related("room__site")
        .prefetch_related("peers__user", "people__agency", "people__session")
    )
    for session in found:
        session.review = membership.review
    return veiled(membership, found)


def session_for(membership: Membership, session_id: int) -> Session | None:
    """One session, if this member may see it."""
    return next(iter(sessions_for(membership, pk=session_id)), None)


def place_of(membership: Membership, session_id: int) -> Session | None:
    """The same with room and peers alone, for whoever moves it: two queries."""
    rows = _seen_by(membership).filter(pk=session_id)
    found = rows.select_related("room").prefetch_related("peers").first()
    if found is None:
        return None
    found.review = membership.review
    return veiled(membership, [found])[0]


def people_of(session: Session, membership: Membership) -> list[SessionPerson]:
    """Those of the session's people whom this member may see by name; ``session`` as they read it."""
    people = sorted(session.people.all(), key=lambda person: person.name)
    if sees_people(membership):
        return people
    if not sees(membership, Sight.OTHER_AGENCIES):
        return [each for each in people if each.agency_id == membership.agency_id]
    return []


def background_of(review: Review, source_class: str) -> str:
    """What one of the peers has to know: the class's own, or that of a wider one."""
    classes = {each.code: each for each in review.pack.source_classes}
    while source_class in classes:
        if classes[source_class].background:
            return classes[source_class].background
        source_class = classes[source_class].parent
    return ""


@dataclass(frozen=True)
class Rows:
    """What the rules need besides the sessions themselves, read once."""

    lanes: frozenset[str]
    backgrounds: Mapping[str, str]
    team_afternoon: dt.date | None
    away: Sequence[Away] = ()


# From this many days on, the day before the last keeps its afternoon for the team.
A_WEEK = 5


def team_afternoon(review: Review) -> dt.date | None:
    dates = review.on_site_dates
    return dates[-2] if len(dates) >= A_WEEK else None


def rows_of(review: Review) -> Rows:
    return Rows(
        lanes=frozenset(lane.code for lane in lanes_of(review)),
        backgrounds={role.code: role.background for role in review.pack.roles},
        team_afternoon=team_afternoon(review),
        away=list(review.away.select_related("membership__user", "room", "site")),
    )


def lanes_of(review: Review) -> list[Strand]:
    """The pairs of peers that work side by side: the grid's columns."""
    strands = review.pack.strands
    everybody = {role for strand in strands for role in strand.roles}
    return [
        strand
        for strand in strands
        if "+" not in strand.code and set(strand.roles) != everybody
    ]
