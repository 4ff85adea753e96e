"""What of the week somebody wants to see: a day, a person, an arrangement."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlencode

from reviews.models import Review
from reviews.pages import say
from scheduling.models import Session

# What the address may say instead of somebody: the sessions that lack a second peer.
SHORT = "short"
WHOLE = "all"
# One leads, one takes notes.
PEERS_NEEDED = 2


@dataclass(frozen=True)
class Wanted:
    """What the address narrows the week down to.

    ``day`` is a day, "all" for the whole week on narrow screens too, or "" for the usual view;
    ``who`` is a member's key, "short", or "" for everybody; ``by`` is what the columns are: "room",
    "peer", or "" for strands.
    """

    day: str = ""
    who: str = ""
    by: str = ""

    def address(
        self, *, day: str | None = None, who: str | None = None, by: str | None = None
    ) -> str:
        pairs = {
            "day": self.day if day is None else day,
            "who": self.who if who is None else who,
            "by": self.by if by is None else by,
        }
        return f"?{urlencode({name: each for name, each in pairs.items() if each})}"


def is_wanted(session: Session, wanted: Wanted) -> bool:
    if wanted.who == SHORT:
        return is_short(session)
    if wanted.who:
        return wanted.who in {str(peer.pk) for peer in session.peers.all()}
    return True


def is_short(session: Session) -> bool:
    return (
        session.meets_people
        and not session.cancelled
        and len(session.peers.all()) < PEERS_NEEDED
    )


def short_of(review: Review, sessions: Iterable[Session]) -> list[str]:
    """For each strand, how many sessions lack a second peer and which roles are missing there."""
    titles = {role.code: role.title.lower() for role in review.pack.roles}
    waiting = [session for session in sessions if is_short(session)]
    found = []
    for strand in review.pack.strands:
        mine = [session for session in waiting if session.strand == strand.code]
        if not mine:
            continue
        there = {peer.role for session in mine for peer in session.peers.all()}
        missing = [f"the {titles[role]}" for role in strand.roles if role not in there]
        have = "has" if len(mine) == 1 else "have"
        number = say.counted(len(mine), "session")
        words = f"{strand.title}: {number} with people {have} fewer than two peers."
        if missing:
            words += f" It lacks {say.listed(missing)}."
        found.append(words)
    return found
