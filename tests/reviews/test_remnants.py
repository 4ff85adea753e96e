"""What deleted notes and answers leave in the database's own files is cleared away each time."""

import secrets
from collections.abc import Iterator

import pytest
from django.db import InternalError, connection
from django.db.models import Model
from django.test.utils import CaptureQueriesContext

from questionnaires.models import AnswerBox, DraftBox, SpentLink
from reviews.models import Job, Review, Roster, Stage, User
from reviews.secrets import remnants
from reviews.secrets.keystore import DatabaseStore
from scheduling import tasks
from scheduling.domain.gathering import gather
from scheduling.models import Note, NoteDraft, Session
from tests.adversarial import capture
from tests.make import move
from tests.make_questionnaires import answer_by, close_and_release, make_open
from tests.make_scheduling import NOW, make_draft, make_evening

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]
NOTES = (Note, NoteDraft)
BOXES = (AnswerBox, SpentLink, DraftBox)


@pytest.fixture
def evening(
    review: Review, manager: User, leader: User, member_peer: User, analyst: User
) -> list[Session]:
    move(review, Stage.ON_SITE)
    pairs = [[leader, member_peer], [member_peer, analyst], [leader, analyst]]
    return make_evening(review, by=manager, pairs=pairs)


@pytest.fixture
def said() -> Iterator[CaptureQueriesContext]:
    """The statements that the database is given."""
    with CaptureQueriesContext(connection) as queries:
        yield queries


def gathered(evening: list[Session], leader: User, member_peer: User) -> list[bytes]:
    """Five notes are gathered; the sealed words of the drafts that they were."""
    for number in range(5):
        owner = [leader, member_peer][number % 2]
        make_draft(evening[number % 3], owner, f"Point {number}.")
    sealed = [bytes(each.__dict__["body"]) for each in NoteDraft.objects.all()]
    assert gather(review=evening[0].review, by=leader, at=NOW) == 5
    return sealed


def cleared(queries: CaptureQueriesContext, tables: tuple[type[Model], ...]) -> bool:
    """Whether the log was emptied, or the dead rows of each of these tables vacuumed."""
    told = [each["sql"] for each in queries.captured_queries]
    if connection.vendor == "sqlite":
        return "PRAGMA wal_checkpoint(TRUNCATE)" in told
    return all(
        any(
            sql.startswith("VACUUM") and f'"{model._meta.db_table}"' in sql
            for sql in told
        )
        for model in tables
    )


def in_files(pieces: list[bytes]) -> int:
    raw = b"".join(capture.raw_files().values())
    return sum(piece[-64:] in raw for piece in pieces)


def test_a_gathering_leaves_no_draft_in_the_files(
    evening: list[Session],
    leader: User,
    member_peer: User,
    said: CaptureQueriesContext,
) -> None:
    sealed = gathered(evening, leader, member_peer)

    assert cleared(said, NOTES)
    if connection.vendor == "sqlite":
        assert in_files(sealed) == 0


def test_control_without_it_the_drafts_are_still_there(
    evening: list[Session],
    leader: User,
    member_peer: User,
    monkeypatch: pytest.MonkeyPatch,
    said: CaptureQueriesContext,
) -> None:
    monkeypatch.setattr(remnants, "sweep", lambda *of, **how: None)

    sealed = gathered(evening, leader, member_peer)

    assert not cleared(said, NOTES)
    if connection.vendor == "sqlite":
        assert in_files(sealed) == 5


def test_it_is_done_once_more_each_night(review: Review) -> None:
    """Also where nothing is gathered: a draft that was deleted or written anew by its author."""
    with CaptureQueriesContext(connection) as queries:
        tasks.nightly("", Job(kind="scheduling.tasks.nightly", queued_at=NOW))

    assert cleared(queries, NOTES)


def test_a_release_rewrites_the_file_or_vacuums_its_tables(
    review: Review, manager: User
) -> None:
    questionnaire = make_open(review, by=manager)
    answer_by(questionnaire, 12)
    boxes = [bytes(box) for box in questionnaire.boxes.values_list("box", flat=True)]

    with CaptureQueriesContext(connection) as queries:
        close_and_release(questionnaire, by=manager)

    assert cleared(queries, BOXES)
    if connection.vendor == "sqlite":
        assert "VACUUM" in [each["sql"] for each in queries.captured_queries]
        assert in_files(boxes) == 0


def test_a_destroyed_key_is_in_no_page_of_a_keystore_that_is_a_database(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Whatever else the keystore's server is doing."""
    if connection.vendor == "sqlite":
        return  # keys are in files, or on a PostgreSQL server
    monkeypatch.setattr(DatabaseStore, "alias", "default")
    store = DatabaseStore()
    goes, stays = secrets.token_bytes(60), secrets.token_bytes(60)
    try:
        store.write("review-1-speech", goes)
        store.write("review-2-speech", stays)
        with capture.busy_neighbour():
            store.remove("review-1-speech")

        pages = b"".join(capture.pages().values())
        assert goes.hex().encode() not in pages
        # The control: where a page is read, what stands in it is found.
        assert stays.hex().encode() in pages
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DROP TABLE stored_key")


def test_rewriting_is_safe_where_a_dead_row_has_lost_its_longer_text(
    review: Review,
) -> None:
    """PostgreSQL may vacuum the longer texts of a row that another database still keeps alive."""
    if connection.vendor == "sqlite":
        return  # has no such texts
    Roster.objects.filter(review=review).delete()
    long = Roster.objects.create(review=review, people=[secrets.token_hex(20_000)])
    with capture.busy_neighbour(), connection.cursor() as cursor:
        long.delete()
        cursor.execute(
            "SELECT reltoastrelid::regclass::text FROM pg_class"
            " WHERE relname = 'reviews_roster'"
        )
        cursor.execute(f"VACUUM {cursor.fetchone()[0]}")
        with pytest.raises(InternalError):
            cursor.execute("VACUUM (FULL) reviews_roster")  # the control

        remnants.sweep(Roster, rewrite=True)
