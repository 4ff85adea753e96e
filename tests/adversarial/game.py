"""The linkage game (T1): people answer by their links, the attacker carries away more at each level.

L0 the database after the release. L1 and the logs, the mail and the task tables. L2 and nightly
copies taken while people answered, with the write-ahead log. L3 and every key that still exists.
L4 the keys of the time of collection: that one is expected to link.
"""

import datetime as dt
import json
import logging
import random
import secrets
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

from django.core import mail
from django.db import connection
from django.test import Client
from django.utils import timezone

from questionnaires.domain import answering, sending
from questionnaires.models import Questionnaire, Release
from questionnaires.proof.capture import (
    Heard,
    add_page_offsets,
    first_line,
    hex_of,
    lines_of,
    names_of,
    table,
)
from questionnaires.rules import attacks, drafts, links
from questionnaires.rules.attacks import TRUTH, Row, Score
from reviews.models import Review, User
from reviews.secrets import keystore
from tests.adversarial import capture
from tests.make_questionnaires import (
    again,
    close_and_release,
    make_open,
    make_questionnaire,
    people,
    run_jobs,
    send_all,
    token_of,
)

RESPONDENTS = 20
# After so many answers the night comes: turnout is counted and a copy is taken.
NIGHTS = (6, 9, 14, 19)
ASKED = ("Q01", "Q02", "FT1")
QUEUES = ("django_q_ormq", "django_q_task", "reviews_job", "reviews_auditevent")


@contextmanager
def everything_heard() -> Iterator[Heard]:
    """Every log record of every logger at DEBUG, as a careless log file would hold it."""
    heard, root = Heard(), logging.getLogger()
    level = root.level
    root.addHandler(heard)
    root.setLevel(logging.DEBUG)
    try:
        yield heard
    finally:
        root.removeHandler(heard)
        root.setLevel(level)


@dataclass
class Player:
    """Known to the referee: whose answers are which. The attacker knows the names and the visit."""

    key: str
    token: str
    email: str
    link_hash: str
    number: int
    visit: int
    words: str

    @property
    def names(self) -> tuple[str, ...]:
        return (*names_of(self.key), self.link_hash, self.token, self.email)

    @property
    def ticks(self) -> dict[str, str]:
        return {"Q01": str(1 + self.number % 5), "Q02": str(1 + self.number // 5)}


@dataclass
class Night:
    """A copy of the database: its rows, and the log of what was written lately."""

    tables: dict[str, list[Row]]
    log: bytes

    @property
    def text(self) -> str:
        return repr(self.tables)


@dataclass
class Game:
    questionnaire: Questionnaire
    players: list[Player]
    nights: list[Night] = field(default_factory=list)
    log: list[str] = field(default_factory=list)
    letters: list[str] = field(default_factory=list)
    private: bytes = b""
    null: bytes = b""


def small_questionnaire(review: Review, by: User) -> Questionnaire:
    """Two statements and one question in own words: 25 ways to answer tell 20 people apart."""
    made = make_questionnaire(review, by=by)
    made.questions.exclude(code__in=ASKED).update(left_out=True)
    return made


def play(review: Review, manager: User, heard: Heard) -> Game:
    mail.outbox.clear()
    heard.lines.clear()
    questionnaire = make_open(
        review,
        by=manager,
        rows=people([("CSC", "SW", RESPONDENTS)]),
        questionnaire=small_questionnaire(review, manager),
    )
    send_all(questionnaire, by=manager)
    game = Game(questionnaire, _players(questionnaire))
    game.private = keystore.read(questionnaire.key("box"))
    game.null = keystore.read(questionnaire.key("null"))
    for number, player in enumerate(game.players, start=1):
        answer(player)
        if number in NIGHTS:
            answering.count_turnout(questionnaire=questionnaire)
            game.nights.append(_night(questionnaire))
        if number == NIGHTS[1]:
            _remind(questionnaire, manager)
    game.letters = [message.to[0] for message in mail.outbox]
    game.questionnaire = close_and_release(again(questionnaire), by=manager)
    game.log = list(heard.lines)
    return game


def _players(questionnaire: Questionnaire) -> list[Player]:
    """In the order of their visits, which an employer's network may know."""
    invitations = list(
        questionnaire.invitations.select_related("questionnaire__review")
    )
    random.shuffle(invitations)
    numbers = random.sample(range(RESPONDENTS), RESPONDENTS)
    return [
        Player(
            key=each.pk.hex,
            token=token_of(each),
            email=str(each.email),
            link_hash=str(each.link_hash),
            number=number,
            visit=visit,
            words=f"played {secrets.token_hex(12)}",
        )
        for visit, (each, number) in enumerate(zip(invitations, numbers, strict=True))
    ]


def state_of(body: str) -> str:
    return body.split('name="state" value="')[1].split('"')[0]


def answer(player: Player) -> None:
    """Through the pages, from an address of their own."""
    browser = Client(REMOTE_ADDR=f"198.51.{player.visit}.7")
    browser.post(f"/q/{player.token}", {"go": "start"})
    page = browser.get("/q/questions/1")
    for posted in (
        {**player.ticks, "go": "next"},
        {"FT1": player.words, "go": "next"},
        {"page": "check", "go": "send"},
    ):
        number = 1 if "Q01" in posted else 2
        page = browser.post(
            f"/q/questions/{number}",
            {"state": state_of(page.content.decode()), **posted},
        )
    assert page["Location"] == "/q/sent"


def _night(questionnaire: Questionnaire) -> Night:
    names = ("invitation", "spentlink", "answerbox", "draftbox")
    return Night(
        {
            name: table(
                f"questionnaires_{name}",
                where="questionnaire_id = %s",
                values=[questionnaire.pk],
            )
            for name in names
        },
        b"".join(capture.write_ahead_log(newest=1).values()),
    )


def _remind(questionnaire: Questionnaire, manager: User) -> None:
    later = timezone.localdate() + dt.timedelta(days=3)
    sending.queue_reminders(
        questionnaire=again(questionnaire), by=manager, at=timezone.now(), today=later
    )
    run_jobs()


# What the attacker knows at each level


@dataclass(frozen=True)
class Known:
    people: list[Row]
    answers: list[Row]
    comments: list[Row]


def known(game: Game) -> Known:
    """All that there is at the highest level; ``level_of`` says what is known from which level on."""
    by_key = {player.key: player for player in game.players}
    invited = table(
        "questionnaires_invitation",
        where="questionnaire_id = %s",
        values=[game.questionnaire.pk],
    )
    for row in invited:
        player = by_key[hex_of(row["id"])]
        row[TRUTH] = player.key
        row[attacks.VISIT] = player.visit
    release = game.questionnaire.releases.get()
    answers = _released(release, "questionnaires_releasedanswer", _ticked(game))
    comments = _released(release, "questionnaires_comment", _written(game))
    everything = (invited, answers, comments)
    for rows in everything:
        add_page_offsets(rows, "id")
    _add_logs_mail_and_tasks(game, invited, by_key)
    _add_copies(game, everything)
    _open_what_can_be_opened(game, release, everything)
    return Known(*everything)


REMINDED, OPENED = "reminder order", "opened"
IN_LOG_OF_WRITES, GUESSED = "write-ahead log of night ", "box guessed by "


def level_of(column: str) -> int:
    """From which level on an attacker has this column."""
    if column == OPENED:
        return 3
    if column == attacks.COPY or column.startswith((IN_LOG_OF_WRITES, GUESSED)):
        return 2
    apart = (attacks.MAIL_ORDER, attacks.LOG_LINE, attacks.TASK_ROW, REMINDED)
    return 1 if column in apart else 0


def at_level(score: Score, level: int) -> Score:
    """What the programs got right that go by nothing of a higher level."""
    within = {
        program: right
        for program, right in score.matches.items()
        if max(level_of(program.mine), level_of(program.theirs)) <= level
    }
    return replace(score, matches=within)


def _ticked(game: Game) -> dict[str, str]:
    release = game.questionnaire.releases.get()
    whose = {json.dumps(p.ticks, sort_keys=True): p.key for p in game.players}
    return {
        row.pk.hex: whose[json.dumps(row.closed, sort_keys=True)]
        for row in release.answers.select_related("release__questionnaire")
    }


def _written(game: Game) -> dict[str, str]:
    release = game.questionnaire.releases.get()
    whose = {player.words: player.key for player in game.players}
    return {
        row.pk.hex: whose[str(row.text)]
        for row in release.comments.select_related("release__questionnaire")
    }


def _released(release: Release, name: str, truth: dict[str, str]) -> list[Row]:
    key = release.pk if connection.features.has_native_uuid_field else release.pk.hex
    rows = table(name, where="release_id = %s", values=[key])
    for row in rows:
        row[TRUTH] = truth[hex_of(row["id"])]
    return rows


def _add_logs_mail_and_tasks(
    game: Game, invited: Sequence[Row], by_key: dict[str, Player]
) -> None:
    """The order of either letter, and the first line of a log or queue that names somebody."""
    tasks = [line for name in QUEUES for line in lines_of(name)]
    first = game.letters[:RESPONDENTS]
    reminded = game.letters[RESPONDENTS:]
    for row in invited:
        player = by_key[hex_of(row["id"])]
        row[attacks.MAIL_ORDER] = first.index(player.email)
        row[REMINDED] = reminded.index(player.email) if player.email in reminded else -1
        row[attacks.LOG_LINE] = first_line(game.log, player.names)
        row[attacks.TASK_ROW] = first_line(tasks, player.names)


def _add_copies(game: Game, everything: Sequence[Sequence[Row]]) -> None:
    """When something first stood in a copy, where it stood in the log of writes, and two guesses at
    which sealed box is whose."""
    counted = [
        {hex_of(row["id"]) for row in night.tables["invitation"] if row["counted_in"]}
        for night in game.nights
    ]
    texts = [night.text for night in game.nights]
    for rows in everything:
        people_of_it = rows is everything[0]
        for row in rows:
            key = hex_of(row["id"])
            row[attacks.COPY] = (
                next((n for n, keys in enumerate(counted) if key in keys), 99)
                if people_of_it
                else first_line(texts, names_of(key))
            )
            for number, night in enumerate(game.nights):
                row[f"{IN_LOG_OF_WRITES}{number}"] = night.log.find(_raw(key))
    last = game.nights[-1].tables
    spent = sorted(last["spentlink"], key=lambda row: str(row["nullifier"]))
    boxes = sorted(last["answerbox"], key=lambda row: row["box"])
    for rows, guessed in (
        (everything[0], spent),
        *((r, boxes) for r in everything[1:]),
    ):
        for column in ("id", attacks.HIDDEN_ORDER):
            ranked = sorted(rows, key=lambda row, column=column: row[column])  # type: ignore[misc]
            for row, box in zip(ranked, guessed, strict=False):
                row[f"{GUESSED}{column}"] = box[attacks.HIDDEN_ORDER]
    for rows in everything:
        for row in rows:
            for column in ("id", attacks.HIDDEN_ORDER):
                row.setdefault(f"{GUESSED}{column}", -1)


def _raw(key: str) -> bytes:
    """A random key as this database writes it."""
    if connection.features.has_native_uuid_field:
        return uuid.UUID(key).bytes
    return key.encode()


def _open_what_can_be_opened(
    game: Game, release: Release, everything: Sequence[Sequence[Row]]
) -> None:
    """With every key that the keystore still holds."""
    held = keystore.names()
    own = {name for name in held if name.startswith(game.questionnaire.key(""))}
    # Of its keys the one of the list alone is left, for some days.
    assert own <= {game.questionnaire.key("invitees")}
    opened = {
        row.pk.hex: str(row.email)
        for row in game.questionnaire.invitations.select_related(
            "questionnaire__review"
        )
    }
    for answer in release.answers.select_related("release__questionnaire"):
        opened[answer.pk.hex] = json.dumps(answer.closed, sort_keys=True)
    for comment in release.comments.select_related("release__questionnaire"):
        opened[comment.pk.hex] = str(comment.text)
    for rows in everything:
        for row in rows:
            row[OPENED] = opened[hex_of(row["id"])]


def linked_with_the_keys_of_the_time(game: Game) -> int:
    """L4: how many of the copied boxes are opened and laid to their person."""
    copied = game.nights[-1].tables
    whose = {
        links.nullifier(game.null, uuid.UUID(hex_of(row["id"]))): hex_of(row["id"])
        for row in copied["invitation"]
    }
    truth = {player.key: player for player in game.players}
    right = 0
    together = zip(copied["spentlink"], copied["answerbox"], strict=True)
    for (
        spent,
        box,
    ) in together:  # written in one transaction, so they stand in one order
        payload = drafts.from_box(game.private, bytes(box["box"]))
        player = truth[whose[str(spent["nullifier"])]]
        right += payload["closed"] == player.ticks
    return right
