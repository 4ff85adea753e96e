"""Gathers the notes of a large review on a bench site, and says how long others have to wait.

    python deploy/bench/gathering.py 5000     a review that holds so many notes, gathered three times

The last line printed is JSON. "held" is the time from the lock of the transaction to its commit; a
second process meanwhile asks for the same lock over and over, and says how long it waited at most.
"least" is what the database alone takes to delete as many notes and to put others in.
"""

import datetime as dt
import json
import os
import random
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "peerreview.settings")

import django  # noqa: E402

django.setup()

from django.db import connection, transaction  # noqa: E402

from feedback.domain.findings import write_finding  # noqa: E402
from feedback.models import Excerpt  # noqa: E402
from reviews.evidence_item import Kind  # noqa: E402
from reviews.models import AccessRole, Review, Stage, User  # noqa: E402
from reviews.secrets import keystore  # noqa: E402
from reviews.secrets.sealed_rows import SealedRows  # noqa: E402
from reviews.secrets.sealing import close_all  # noqa: E402
from scheduling.domain.gathering import gather  # noqa: E402
from scheduling.domain.week import seed_timetable  # noqa: E402
from scheduling.models import Note, NoteDraft, Said, notebooks  # noqa: E402
from scheduling.models.notebooks import Body  # noqa: E402
from tests import make  # noqa: E402
from tests.make_feedback import FINDING  # noqa: E402

# Of an evening: notes that are ready, and drafts that their writers keep back.
READY, KEPT = 150, 60
FINDINGS, EXCERPTS = 60, 1_000
TIMES = 3
WORDS = (
    "Supervision happens every month and is written down, and managers say what they changed after "
    "it. Where somebody is away, nobody takes their place, and families tell the same thing twice."
)


def large_review(notes: int) -> tuple[Review, list[User], dt.datetime]:
    """On site, with so many notes of a week that is over, and excerpts of them under findings."""
    by = make.make_user("Measures Notes", may_create_reviews=True)
    review = make.make_review(manager=by)
    peers = [make.make_membership(review, AccessRole.P).user for _ in range(6)]
    review = make.move(review, Stage.PRE_SITE)
    at = dt.datetime.combine(review.last_day, dt.time(23), tzinfo=dt.UTC)
    seed_timetable(review=review, by=by, at=at)
    review = make.move(review, Stage.ON_SITE)
    sessions = [each for each in review.sessions.all() if each.meets_people]
    for number, session in enumerate(sessions):
        pair = peers[2 * (number % 3) : 2 * (number % 3) + 2]
        session.peers.set(review.memberships.filter(user__in=pair))
    review.sessions.filter(pk__in=[each.pk for each in sessions]).update(told_as="ALL")
    with keystore.held():
        rows = [_note(review, sessions[n % len(sessions)].pk, n) for n in range(notes)]
        Note.objects.bulk_create(rows)
        _use(review, by, rows, at)
    return review, peers, at


def _note(review: Review, session: int, number: int) -> Note:
    said = Said(("T4",), "strength", "4.2", Note.Screening.CLEAR, f"{number}. {WORDS}")
    note = Note(
        review=review,
        source_class="ALL",
        body=said.as_list,
        source_box=notebooks.source_box(review, session),
    )
    close_all(note)
    return note


def _use(review: Review, by: User, notes: list[Note], at: dt.datetime) -> None:
    findings = [
        write_finding(review=review, values=FINDING, by=by, at=at)
        for _ in range(FINDINGS)
    ]
    Excerpt.objects.bulk_create(
        Excerpt(
            finding=findings[number % FINDINGS],
            review=review,
            evidence_key=str(note.pk),
            kind=Kind.NOTE,
            text="Supervision is regular and on paper.",
            cleared=True,
        )
        for number, note in enumerate(random.sample(notes, min(EXCERPTS, len(notes))))
    )


def write(review: Review, peers: list[User], at: dt.datetime) -> None:
    """An evening's drafts, as ``save_draft`` makes them."""
    notebook = notebooks.name(review, at.date())
    sessions = [each.pk for each in review.sessions.all() if each.meets_people]
    rows = []
    for number in range(READY + KEPT):
        draft = NoteDraft(
            locator=notebooks.locator(review, peers[number % len(peers)]),
            review=review,
            ready=number < READY,
        )
        session = sessions[number % len(sessions)]
        body = Body(session, ("T4",), "strength", "4.2", f"New {number}. {WORDS}")
        notebooks.write(draft, body, notebook=notebook)
        rows.append(draft)
    NoteDraft.objects.bulk_create(rows)


class Held:
    """From the moment at which a transaction has the lock to its commit, of each that took one."""

    def __init__(self) -> None:
        self.seconds: list[float] = []
        self._since: float | None = None

    def __call__(self, execute: Callable[..., Any], sql: str, *given: Any) -> Any:
        found = execute(sql, *given)
        if self._since is None and (sql.startswith("BEGIN") or "FOR UPDATE" in sql):
            self._since = time.perf_counter()
        return found

    @contextmanager
    def watching(self) -> Iterator[None]:
        commit = connection.commit

        def timed() -> None:
            commit()
            if self._since is not None:
                self.seconds.append(time.perf_counter() - self._since)
                self._since = None

        connection.commit = timed  # type: ignore[method-assign]
        try:
            with connection.execute_wrapper(self):
                yield
        finally:
            connection.commit = commit  # type: ignore[method-assign]


def waits(review_id: int) -> None:
    """Ask for the review's lock until the standard input ends; print the longest wait."""
    ended = threading.Event()
    threading.Thread(
        target=lambda: (sys.stdin.read(), ended.set()), daemon=True
    ).start()
    longest = 0.0
    print("asks", flush=True)
    while not ended.is_set():
        began = time.perf_counter()
        with transaction.atomic():
            Review.objects.lock(review_id)
        longest = max(longest, time.perf_counter() - began)
        time.sleep(0.01)
    print(longest)


@contextmanager
def somebody_else(review: Review) -> Iterator[list[float]]:
    """Another process that needs the lock; its longest wait stands in the list afterwards."""
    asks = subprocess.Popen(
        [sys.executable, __file__, "waits", str(review.pk)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    if asks.stdout:
        asks.stdout.readline()
    longest: list[float] = []
    yield longest
    said, _ = asks.communicate("")
    longest.append(float(said.split()[-1]))


def least(review: Review) -> float:
    """Of the same rows: the lock, a statement that deletes, one that inserts, the commit."""
    session, number = review.sessions.all()[0].pk, review.notes.count()
    watch = Held()
    for _ in range(TIMES):
        with keystore.held():
            rows = SealedRows(Note, [_note(review, session, n) for n in range(number)])
        with watch.watching(), transaction.atomic():
            Review.objects.lock(review.pk)
            review.notes.all().delete()
            rows.insert()
    return statistics.median(watch.seconds)


def measured(notes: int) -> dict[str, Any]:
    review, peers, at = large_review(notes)
    whole, held, waited = [], [], []
    for _ in range(TIMES):
        write(review, peers, at)
        watch = Held()
        with somebody_else(review) as longest, watch.watching():
            began = time.perf_counter()
            taken = gather(review=review, by=peers[0], at=at)
            whole.append(time.perf_counter() - began)
        if taken != READY:
            raise SystemExit(f"{taken} of {READY} notes were gathered")
        held.append(max(watch.seconds))
        waited += longest
    return {
        "notes": notes,
        "least": least(review),
        "whole": statistics.median(whole),
        "held": statistics.median(held),
        "held at most": max(held),
        "waited at most": max(waited),
    }


if __name__ == "__main__":
    if sys.argv[1] == "waits":
        waits(int(sys.argv[2]))
    else:
        print(json.dumps(measured(int(sys.argv[1]))))
