"""The game: made-up people answer by their links, and programs try to find out who said what.

They go through the real pages, functions and tables, beside real answers, in a review that no
list, count, page, nightly task or letter knows (``Review.rehearsal``). No mail is sent. Whatever
is left of a game whose worker died is removed by ``rehearsals.remove_leftovers``.
"""

from __future__ import annotations

import datetime as dt
import random
import re
import secrets
import time
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from django.conf import settings
from django.db import connection
from django.utils import timezone

from questionnaires.domain import answering, building, inviting, releasing
from questionnaires.domain.inviting import Invitee
from questionnaires.models import Invitation, Question, Questionnaire, Release
from questionnaires.proof import capture, naive
from questionnaires.rules import attacks, links
from questionnaires.rules.attacks import (
    GAMES,
    PEOPLE,
    TRUTH,
    Kind,
    Outcome,
    Row,
    Score,
    Sides,
)
from reviews import background
from reviews.domain import rehearsals
from reviews.models import Delivery, Job, Review, Stage, User
from reviews.refusals import Refusal
from reviews.rules.chance import luck
from reviews.secrets import keystore

# Two nights on which turnout is counted and a copy of the database is taken.
NIGHTS = (7, 14)
TICKS, WORDS = "R1", "R2"
_PATIENCE = 60.0
INVITED = "questionnaires_invitation"
_COPIED = (INVITED, "questionnaires_spentlink", "questionnaires_answerbox")
_QUEUES = ("django_q_ormq", "django_q_task")


class Stuck(Refusal):
    """A made-up person got nowhere, or background work of the rehearsal did not end in time."""

    sentence = "The self-test stopped before its end. Run it again."


@dataclass(frozen=True)
class Result:
    """What all games found; ``kinds`` hold (ours, the naive design's)."""

    people: int
    chance: int
    limit: int
    tries: int
    kinds: dict[Kind, tuple[Outcome, Outcome]]

    @property
    def passed(self) -> bool:
        """No program beat luck here, and each kind that was played beat the naive design."""
        ours = all(
            mine.best <= (0 if kind == Kind.SEARCH else self.limit)
            for kind, (mine, _) in self.kinds.items()
        )
        return ours and self.control_broken

    @property
    def control_broken(self) -> bool:
        return all(other.best >= 0.95 * self.people for _, other in self.kinds.values())


def run(*, like: Review, job: Job) -> Result:
    """Play all games and remove every trace of them; ``like`` lends its framework alone."""
    rehearsals.remove_leftovers(own=job.pk)
    ours, theirs = _Table(), _Table()
    try:
        for game in range(GAMES):
            review = rehearsals.make(like, job, stage=Stage.LEAD_IN)
            ours.add(_game(review))
            rehearsals.remove(review)
            job.set_progress(100 * (game + 1) // (GAMES + 1))
        with naive.tables():
            for _ in range(GAMES):
                theirs.add(naive.play(PEOPLE))
    finally:
        rehearsals.remove_leftovers(own=job.pk)
    mine, control = ours.by_kind(), theirs.by_kind()
    return Result(
        people=GAMES * PEOPLE,
        chance=GAMES,
        limit=luck(GAMES, ours.tries),
        tries=ours.tries,
        kinds={
            kind: (mine.get(kind, Outcome()), control.get(kind, Outcome()))
            for kind in Kind
        },
    )


@dataclass
class _Table:
    """All games of one design: people against ticks, against words, and ticks against words."""

    answers: Score = field(default_factory=lambda: Score("answers"))
    comments: Score = field(default_factory=lambda: Score("comments"))
    pairs: Score = field(default_factory=lambda: Score(Kind.PAIR))
    words: int = 0
    found: int = 0

    def add(self, sides: Sides) -> None:
        self.answers.add(sides.people, sides.answers)
        self.comments.add(sides.people, sides.comments)
        self.pairs.add(sides.answers, sides.comments)
        self.words += len(sides.words)
        self.found += len(sides.found)

    @property
    def tries(self) -> int:
        return sum(len(each.matches) for each in self._scores)

    @property
    def _scores(self) -> tuple[Score, ...]:
        return (self.answers, self.comments, self.pairs)

    def by_kind(self) -> dict[Kind, Outcome]:
        return {
            **attacks.by_kind(self._scores),
            Kind.SEARCH: Outcome(self.words, self.found),
        }


def _questionnaire(review: Review, by: User) -> Questionnaire:
    """One question to tick, with an answer of their own for each, and one for their words."""
    made = building.make_empty(
        review=review, title="Rehearsal", by=by, at=timezone.now()
    )
    section = made.sections.get()
    options = [{"code": str(n), "label": f"Answer {n}"} for n in range(PEOPLE)]
    for position, code in enumerate((TICKS, WORDS)):
        ticks = code == TICKS
        Question.objects.create(
            questionnaire=made,
            section=section,
            code=code,
            kind=Question.Kind.SINGLE if ticks else Question.Kind.TEXT,
            text=f"Question {code}",
            options=options if ticks else [],
            position=position,
        )
    return made


def _open(review: Review, by: User) -> Questionnaire:
    """Invited and open, as a manager and the worker do it."""
    now, today = timezone.now(), timezone.localdate()
    made = _questionnaire(review, by)
    group = review.pack.job_groups[0].code
    rows = [
        Invitee("rehearsal", group, f"{secrets.token_hex(8)}@rehearsal.invalid", "")
        for _ in range(PEOPLE)
    ]
    inviting.invite(questionnaire=made, rows=rows, by=by, at=now)
    inviting.ask_to_open(
        questionnaire=made,
        closes_on=today + dt.timedelta(days=7),
        by=by,
        at=now,
        today=today,
    )
    inviting.open_links(questionnaire=made, at=now)
    return _again(made)


def _again(questionnaire: Questionnaire) -> Questionnaire:
    return Questionnaire.objects.select_related("review").get(pk=questionnaire.pk)


@dataclass
class _Person:
    """What only the referee knows: who gives which answer, and when."""

    key: str
    token: str
    email: str
    link_hash: str
    answer: int
    words: str
    visit: int
    mail: int = -1
    copy: int = -1

    @property
    def names(self) -> tuple[str, ...]:
        """All that could stand for them in a log or a queue."""
        return (*capture.names_of(self.key), self.token, self.email, self.link_hash)


def _game(review: Review) -> Sides:
    by = User(full_name="Rehearsal")
    with capture.listening() as heard:
        questionnaire = _open(review, by)
        people = _cast(questionnaire)
        _send(people)
        copies = _answer_all(questionnaire, people)
        releasing.close(questionnaire=questionnaire, by=None, at=timezone.now())
        _finish_jobs(review)
        Questionnaire.objects.filter(pk=questionnaire.pk).update(
            state=Questionnaire.State.RELEASING
        )
        releasing.release(
            questionnaire=_again(questionnaire), today=timezone.localdate()
        )
        _finish_jobs(review)
    return _sides(questionnaire, people, copies, heard.lines)


def _cast(questionnaire: Questionnaire) -> list[_Person]:
    rand = random.SystemRandom()
    key = keystore.read(questionnaire.key("link"))
    invitations = list(questionnaire.invitations.select_related("questionnaire"))
    rand.shuffle(invitations)
    answers = rand.sample(range(PEOPLE), PEOPLE)
    return [
        _Person(
            key=each.pk.hex,
            token=links.token(key, each.pk, each.generation),
            email=str(each.email),
            link_hash=str(each.link_hash),
            answer=answer,
            words=f"rehearsal {secrets.token_hex(12)}",
            visit=visit,
        )
        for visit, (each, answer) in enumerate(zip(invitations, answers, strict=True))
    ]


def _send(people: Sequence[_Person]) -> None:
    """Each row is marked by itself in the order of the letters, as sending does; none is sent."""
    order = random.SystemRandom().sample(list(people), len(people))
    for number, person in enumerate(order):
        person.mail = number
        Invitation.objects.filter(pk=uuid.UUID(person.key)).update(
            delivery_state=Delivery.SENT
        )


def _answer_all(questionnaire: Questionnaire, people: Sequence[_Person]) -> list[str]:
    """Everybody answers in turn; on some nights turnout is counted and a copy is taken."""
    copies: list[str] = []
    for number, person in enumerate(people, start=1):
        _answer(person)
        if number in NIGHTS:
            answering.count_turnout(questionnaire=questionnaire)
            rows = {name: _of(questionnaire, name) for name in _COPIED}
            counted = {
                capture.hex_of(row["id"]) for row in rows[INVITED] if row["counted_in"]
            }
            for each in people:
                if each.copy < 0 and each.key in counted:
                    each.copy = len(copies)
            copies.append(repr(rows))
    return copies


def _answer(person: _Person) -> None:
    """Through the pages, as somebody without scripts does it."""
    browser = _Browser()
    browser.post(f"/q/{person.token}", {"go": "start"})
    browser.get("/q/questions/1")
    browser.post("/q/questions/1", {TICKS: str(person.answer), "go": "next"})
    browser.post("/q/questions/2", {WORDS: person.words, "go": "next"})
    browser.post("/q/questions/2", {"page": "check", "go": "send"})
    if browser.where != "/q/sent":
        raise Stuck


class _Browser:
    """Asks the site's own pages within this process; keeps the cookie and the form's hidden field."""

    def __init__(self) -> None:
        from django.test import Client  # noqa: PLC0415 - slow import

        site = urlsplit(settings.SITE_ADDRESS)
        # A network of its own for each, as its address would have.
        address = f"192.0.2.{secrets.randbelow(250) + 1}"
        self._client = Client(SERVER_NAME=site.hostname, REMOTE_ADDR=address)
        self._state = ""
        self.where = ""

    def get(self, path: str) -> None:
        self._took(self._client.get(path, secure=settings.HTTPS))

    def post(self, path: str, fields: dict[str, str]) -> None:
        sent = {**fields, "state": self._state}
        self._took(self._client.post(path, sent, secure=settings.HTTPS))

    def _took(self, response: object) -> None:
        self.where = response.get("Location", "")  # type: ignore[attr-defined]
        body = response.content.decode()  # type: ignore[attr-defined]
        found = re.search(r'name="state" value="([^"]+)"', body)
        if found:
            self._state = found[1]


def _finish_jobs(review: Review) -> None:
    """Do the background work of the rehearsal here, or wait until another worker has."""
    for job in Job.objects.filter(review=review, state=Job.State.QUEUED):
        background.run(job.pk)
    waiting = (Job.State.QUEUED, Job.State.RUNNING)
    until = time.monotonic() + _PATIENCE
    while Job.objects.filter(review=review, state__in=waiting).exists():
        if time.monotonic() > until:
            raise Stuck
        time.sleep(0.2)


# What the attacker has afterwards


def _of(questionnaire: Questionnaire, name: str) -> list[Row]:
    return capture.table(name, where="questionnaire_id = %s", values=[questionnaire.pk])


def _sides(
    questionnaire: Questionnaire,
    people: Sequence[_Person],
    copies: list[str],
    log: list[str],
) -> Sides:
    tasks = _task_lines(questionnaire.review)
    by_key = {person.key: person for person in people}
    invited = []
    for row in _of(questionnaire, INVITED):
        person = by_key[capture.hex_of(row["id"])]
        row |= {
            TRUTH: person.key,
            attacks.VISIT: person.visit,
            attacks.MAIL_ORDER: person.mail,
            attacks.COPY: person.copy,
            attacks.LOG_LINE: capture.first_line(log, person.names),
            attacks.TASK_ROW: capture.first_line(tasks, person.names),
        }
        invited.append(row)
    release = questionnaire.releases.get()
    answers = _released(
        release,
        "questionnaires_releasedanswer",
        copies,
        {
            row.pk.hex: person.key
            for row in release.answers.select_related("release__questionnaire")
            for person in people
            if person.answer == int(row.closed[TICKS])
        },
    )
    comments = _released(
        release,
        "questionnaires_comment",
        copies,
        {
            row.pk.hex: person.key
            for row in release.comments.select_related("release__questionnaire")
            for person in people
            if person.words == row.text
        },
    )
    for rows in (invited, answers, comments):
        capture.add_page_offsets(rows, "id")
    words = [person.words for person in people]
    lines = [*log, *tasks, *copies, repr(invited), repr(answers), repr(comments)]
    found = {word for word in words if capture.first_line(lines, [word]) >= 0}
    found |= capture.words_in_files(words)
    return Sides(invited, answers, comments, frozenset(words), frozenset(found))


def _released(
    release: Release, name: str, copies: Sequence[str], truth: Mapping[str, str]
) -> list[Row]:
    rows = capture.table(name, where="release_id = %s", values=[_in_sql(release.pk)])
    for row in rows:
        key = capture.hex_of(row["id"])
        row[TRUTH] = truth[key]
        row[attacks.COPY] = capture.first_line(copies, capture.names_of(key))
    return rows


def _task_lines(review: Review) -> list[str]:
    own = capture.lines_of("reviews_job", where="review_id = %s", values=[review.pk])
    return [*own, *(line for name in _QUEUES for line in capture.lines_of(name))]


def _in_sql(key: uuid.UUID) -> object:
    """A random key as this database compares it."""
    return key if connection.features.has_native_uuid_field else key.hex
