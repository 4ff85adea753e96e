"""Somebody's day with their own drafts; other people's are never read. Nothing here writes."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.utils.crypto import salted_hmac

from reviews.models import Membership, Review, User
from reviews.pages import say
from reviews.screening.scan import warnings
from reviews.secrets.keystore import KeyGone
from scheduling.models import NoteDraft, Session, SessionPerson, notebooks
from scheduling.models.notebooks import Body
from scheduling.reading.gathering import (
    LEAST_PEERS,
    LEAST_READY,
    Evening,
    evening_of,
)
from scheduling.reading.now import now_at
from scheduling.reading.sessions import look_of, people_of, sessions_for
from scheduling.rules import marks


@dataclass(frozen=True)
class DraftLine:
    """A peer's own draft as that peer reads it."""

    draft: NoteDraft
    body: Body
    kind: str
    themes: str
    warnings: list[str]
    # It can never be gathered: too few meetings would stand under its name.
    lost: bool
    seen: str


@dataclass(frozen=True)
class Stop:
    """One session of a peer's day with the drafts that came of it."""

    session: Session
    look: str
    others: str
    people: list[SessionPerson]
    drafts: list[DraftLine]
    now: bool

    @property
    def draft_words(self) -> str:
        """What is written here, as it stands on the lid: "Your notes: 1 ready, 2 private"."""
        ready = sum(line.draft.ready for line in self.drafts)
        private = len(self.drafts) - ready
        counts = [f"{ready} ready"] * (ready > 0) + [f"{private} private"] * (
            private > 0
        )
        return f"Your notes: {', '.join(counts)}"


@dataclass(frozen=True)
class MyDay:
    day: dt.date
    days: list[dt.date]
    stops: list[Stop]
    elsewhere: list[DraftLine]
    ready: int
    private: int
    lost: int

    @property
    def written(self) -> str:
        """How many notes wait with their writer; empty where there is none."""
        words = []
        if self.ready:
            words.append(f"{say.counted(self.ready, 'note')} marked as ready")
        if self.private:
            words.append(say.counted(self.private, "private draft"))
        return f"You have {say.listed(words)}." if words else ""

    @property
    def lost_words(self) -> str:
        """For whoever wrote what cannot be gathered; empty where all can be."""
        if not self.lost:
            return ""
        return (
            f"{self.lost} of your notes cannot be gathered as things stand: too few meetings were "
            "held to hide who was heard, or the meeting was cancelled. What cannot be gathered is "
            "deleted in the night after the review has moved on from “On site”. What the team needs "
            "of it can be said in a finding, in your own words."
        )

    @property
    def waiting_words(self) -> str:
        """For whoever wrote what could be gathered: when it is deleted, and what can be done.

        The same however many others have ready: a word that changed would tell of them.
        """
        if self.ready + self.private <= self.lost:
            return ""
        return (
            f"Notes are gathered only once {LEAST_READY} or more are ready, of {LEAST_PEERS} or more "
            "people, and enough meetings stand behind them. What has not been gathered is deleted in the night after the review has moved "
            "on from “On site”, ready or not. Before that, mark as ready what the team needs, and "
            "ask your colleagues to do the same. What the team needs of the rest can be said in a "
            "finding, in your own words."
        )


def my_day(
    membership: Membership, day: dt.date, now: dt.datetime | None = None
) -> MyDay:
    """The member's sessions of ``day`` with their own drafts; other people's are never read.

    ``now`` is a moment on the clock of the place; the session that is held then is marked.
    """
    sessions = [
        session
        for session in sessions_for(membership)
        if any(member.pk == membership.pk for member in session.peers.all())
    ]
    review = membership.review
    drafts = drafts_of(membership.user, review)
    by_session: dict[int, list[DraftLine]] = defaultdict(list)
    for line in drafts:
        by_session[line.body.session].append(line)
    stops = [
        _stop(session, membership, by_session.pop(session.pk, []), now)
        for session in sessions
        if session.day == day
    ]
    ready = sum(line.draft.ready for line in drafts)
    return MyDay(
        day=day,
        days=sorted({session.day for session in sessions} | {day}),
        stops=stops,
        elsewhere=[line for lines in by_session.values() for line in lines],
        ready=ready,
        private=len(drafts) - ready,
        lost=sum(line.lost for line in drafts),
    )


def _stop(
    session: Session,
    membership: Membership,
    drafts: list[DraftLine],
    now: dt.datetime | None,
) -> Stop:
    others = sorted(
        member.name for member in session.peers.all() if member.pk != membership.pk
    )
    length = dt.timedelta(minutes=session.minutes)
    return Stop(
        session=session,
        look=look_of(session),
        others=", ".join(others),
        people=people_of(session, membership),
        drafts=drafts,
        now=now is not None and session.begins <= now < session.begins + length,
    )


def usual_day(review: Review, today: dt.date) -> dt.date:
    """Today while the visit lasts, else its first day."""
    first = review.day_zero - dt.timedelta(days=1)
    return today if first <= today <= review.last_day else review.day_zero


def drafts_of(user: User, review: Review) -> list[DraftLine]:
    """The drafts of this person, and of nobody else."""
    try:
        mine = notebooks.locator(review, user)
    except KeyGone:
        return []  # with the key of what people said all drafts went
    rows = list(review.note_drafts.filter(locator=mine))
    if not rows:
        return []
    scan = marks.Scanner(review)
    now = now_at(review)
    evening = evening_of(review, now=now, day=now.date())
    drawn = (_draft_line(review, draft, scan, evening) for draft in rows)
    lines = [line for line in drawn if line]
    return sorted(lines, key=lambda line: line.body.text)


def _draft_line(
    review: Review, draft: NoteDraft, scan: marks.Scanner, evening: Evening
) -> DraftLine | None:
    try:
        body = notebooks.read(draft)
    except KeyGone:
        return None
    return DraftLine(
        draft=draft,
        body=body,
        kind=kind_title(review, body.kind),
        themes=theme_words(review, body.themes),
        warnings=marks.sentences(warnings(scan(body.text))),
        lost=evening.is_lost(body.session),
        seen=draft_fingerprint(body),
    )


def kind_title(review: Review, code: str) -> str:
    return next((k.title for k in review.pack.note_kinds if k.code == code), code)


def theme_words(review: Review, themes: Iterable[str]) -> str:
    wanted = set(themes)
    return ", ".join(
        f"Theme {theme.number}" for theme in review.pack.themes if theme.code in wanted
    )


def own_draft(
    membership: Membership, draft_id: UUID, seen: str = ""
) -> NoteDraft | None:
    """The member's own draft; somebody else's is as unknown as none.

    Once it has gone to the next day's notebook under another id, it is found by what was ``seen``.
    """
    review = membership.review
    try:
        locator = notebooks.locator(review, membership.user)
    except KeyGone:
        return None
    mine = review.note_drafts.select_related("review").filter(locator=locator)
    return next(
        (
            each
            for each in mine
            if each.pk == draft_id or (seen and _seen(each) == seen)
        ),
        None,
    )


def _seen(draft: NoteDraft) -> str:
    try:
        return draft_fingerprint(notebooks.read(draft))
    except KeyGone:
        return ""


def draft_fingerprint(body: Body) -> str:
    """Stands for a draft in a form."""
    return salted_hmac(
        "scheduling.draft", body.as_bytes, algorithm="sha256"
    ).hexdigest()
