"""Rules that hold whatever people do in whatever order, and parsers that whatever comes only refuse."""

from __future__ import annotations

import datetime as dt
import io
import json
import smtplib
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from typing import Any

import docx
import pytest
from django.forms import ValidationError
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from reviews import domain
from reviews.domain import documents
from reviews.files import sheets, uploads
from reviews.mail import mailer
from reviews.models import Delivery, Message, Milestone, Review, Stage, User
from reviews.pages.form import DatePartsField
from reviews.reading.export import checksum, exported, set_up_of
from reviews.refusals import ChangedMeanwhile
from reviews.rules import figures
from scheduling.rules import clashes
from tests.make import DAY_ZERO
from tests.make_documents import make_document

NOW = dt.datetime(2012, 12, 3, 12, tzinfo=dt.UTC)
TODAY = NOW.date()
# One review serves all examples; each puts it where it begins.
with_rows = settings(
    max_examples=30,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
plain = settings(max_examples=100, deadline=None)


# Stages


@with_rows
@given(wishes=st.lists(st.sampled_from(Stage), max_size=12))
def test_a_review_goes_one_stage_on_and_never_anywhere_else(
    review: Review, manager: User, wishes: list[Stage]
) -> None:
    Review.objects.filter(pk=review.pk).update(stage=Stage.SET_UP)
    now = Stage.SET_UP
    for to in wishes:
        known = Review.objects.get(pk=review.pk)
        try:
            domain.move_stage(review=known, to=to, blockers=(), by=manager, at=NOW)
        except domain.StageBlocked:
            assert domain.NEXT_STAGE.get(now) != to
        else:
            assert domain.NEXT_STAGE[now] == to
            assert to == now + 1
            now = to
        assert Review.objects.get(pk=review.pk).stage == now


@with_rows
@given(why=st.lists(st.text(min_size=1, max_size=20), min_size=1, max_size=3))
def test_what_stands_in_the_way_keeps_the_stage(
    review: Review, manager: User, why: list[str]
) -> None:
    with pytest.raises(domain.StageBlocked):
        domain.move_stage(
            review=review, to=Stage.LEAD_IN, blockers=why, by=manager, at=NOW
        )

    assert Review.objects.get(pk=review.pk).stage == Stage.SET_UP


# Milestones

# What is done is often saved again.
DONE = Milestone.Status.DONE.value
statuses = st.sampled_from([*Milestone.Status.values, DONE, DONE])
moments = st.dates(dt.date(2012, 1, 1), dt.date(2014, 1, 1))


@settings(parent=with_rows, max_examples=60)
@given(
    steps=st.lists(
        st.tuples(
            statuses, moments, moments, st.text("abc ", max_size=5), st.booleans()
        ),
        max_size=8,
    )
)
def test_a_milestone_is_done_on_a_day_or_not_done_and_counts_each_saving(
    review: Review,
    manager: User,
    steps: list[tuple[str, dt.date, dt.date, str, bool]],
) -> None:
    start = review.milestones.all()[0]
    for status, due_on, today, evidence, stale in steps:
        row = Milestone.objects.get(pk=start.pk)
        version, before = row.version, vars(Milestone.objects.get(pk=start.pk))
        done_before = row.done_on
        values: dict[str, Any] = {
            "version": version - 1 if stale else version,
            "due_on": due_on,
            "owner_role": row.owner_role,
            "status": status,
            "evidence": evidence,
            "today": today,
            "by": manager,
            "at": NOW,
        }
        if stale:
            with pytest.raises(ChangedMeanwhile):
                domain.change_milestone(milestone=row, **values)
            now = vars(Milestone.objects.get(pk=start.pk))
            assert {k: v for k, v in now.items() if k != "_state"} == {
                k: v for k, v in before.items() if k != "_state"
            }
            continue
        domain.change_milestone(milestone=row, **values)
        saved = Milestone.objects.get(pk=start.pk)
        assert saved.version == version + 1
        assert (saved.status, saved.due_on, saved.evidence) == (
            status,
            due_on,
            evidence,
        )
        assert (saved.done_on is not None) == (status == Milestone.Status.DONE)
        # The day that it was done on stays while it is done.
        if saved.done_on and done_before:
            assert saved.done_on == done_before
        assert saved.is_late(today) == (saved.is_open and due_on < today)


# Documents asked for


@with_rows
@given(
    steps=st.lists(
        st.sampled_from(["ask", "ask", "change", "stale", "remove", "send"]), max_size=9
    )
)
def test_each_document_asked_for_has_a_code_of_its_own_and_stays_once_something_came(
    review: Review, manager: User, steps: list[str]
) -> None:
    review.documents.all().delete()
    review.document_requests.all().delete()
    for number, step in enumerate(steps):
        last = review.document_requests.order_by("pk").last()
        values: dict[str, Any] = {
            "title": f"Document {number}",
            "themes": ["T1"],
            "need": "must",
            "owner_role": "ORG",
            "agency": None,
            "due_on": DAY_ZERO - dt.timedelta(days=number),
            "by": manager,
            "at": NOW,
        }
        if step == "ask" or last is None:
            documents.add_request(review=review, **values)
        elif step == "change":
            before = last.version
            documents.change_request(request=last, version=before, **values)
            last.refresh_from_db()
            assert (last.title, last.version) == (f"Document {number}", before + 1)
            assert last.offset_days == -number
        elif step == "stale":
            title = last.title
            with pytest.raises(ChangedMeanwhile):
                documents.change_request(
                    request=last, version=last.version + 1, **values
                )
            last.refresh_from_db()
            assert last.title == title
        elif step == "send":
            make_document(review, by=manager, request=last)
        elif last.documents.exists():
            with pytest.raises(documents.HasDocuments):
                documents.remove_request(request=last, by=manager, at=NOW)
            assert review.document_requests.filter(pk=last.pk).exists()
        else:
            documents.remove_request(request=last, by=manager, at=NOW)
        codes = list(review.document_requests.values_list("code", flat=True))
        assert len(codes) == len(set(codes))


# Mail

FINAL = (Delivery.SENT, Delivery.NO_ADDRESS, Delivery.MAILBOX, Delivery.FAILED)


class Server:
    """A mail server that takes each message as it is told to, and counts.

    While it takes the first one, a second worker may begin to send as well.
    """

    def __init__(self) -> None:
        self.answers: Iterator[Delivery | None] = iter(())
        self.sent: dict[str, int] = {}
        self.meanwhile: Callable[[], None] | None = None

    def deliver(self, connection: object, *, to: str, **rest: object) -> Delivery:
        meanwhile, self.meanwhile = self.meanwhile, None
        if meanwhile:
            with suppress(mailer.ServerDown):
                meanwhile()
        answer = next(self.answers, Delivery.SENT)
        if answer is None:
            raise mailer.ServerDown
        if answer == Delivery.SENT:
            self.sent[to] = self.sent.get(to, 0) + 1
        return answer


@contextmanager
def _no_connection() -> Iterator[None]:
    yield


answers = st.lists(st.sampled_from([*FINAL, None]), max_size=4)
mail_steps = st.lists(
    st.tuples(
        st.sampled_from(
            ["send", "again", "both send", "release", "settle", "leave out", "discard"]
        ),
        answers,
    ),
    max_size=8,
)


@settings(parent=with_rows, max_examples=60)
@given(
    begun=st.booleans(),
    steps=mail_steps,
)
def test_no_letter_is_delivered_twice_and_none_goes_before_it_is_released(
    review: Review,
    manager: User,
    monkeypatch: pytest.MonkeyPatch,
    begun: bool,
    steps: list[tuple[str, list[Delivery | None]]],
) -> None:
    server = Server()
    monkeypatch.setattr(mailer, "deliver", server.deliver)
    monkeypatch.setattr(mailer, "open_connection", _no_connection)
    review.mail_batches.all().delete()
    Message.objects.filter(review=review).delete()
    batch = mailer.write(
        review=review,
        kind="announcement",
        recipients=[mailer.Recipient(f"{n}@example.org") for n in range(3)],
        subject="Subject",
        text="Text",
        at=NOW,
    )
    assert batch
    released = False
    if begun:
        steps = [("release", []), *steps]
    for step, replies in steps:
        server.answers = iter(replies)
        if step == "both send":
            server.meanwhile = partial(mailer.send_waiting, review=review)
        there = {row.pk: row.state for row in Message.objects.filter(review=review)}
        try:
            _step(step, review, manager, batch)
        except (domain.AlreadyGone, mailer.ServerDown):
            pass
        else:
            released = released or (step == "release" and bool(there))
        for row in Message.objects.filter(review=review):
            before = there[row.pk]
            assert (row.sent_at is not None) == (row.state == Delivery.SENT)
            if before == Delivery.SENT:
                assert row.state == Delivery.SENT
            if row.state != Delivery.DRAFT:
                assert released
    assert all(number == 1 for number in server.sent.values())
    assert released or server.sent == {}


def _step(step: str, review: Review, manager: User, batch: Any) -> None:
    rows = Message.objects.filter(review=review).order_by("pk")
    first = rows.select_related("batch", "review").first()
    batch = review.mail_batches.filter(pk=batch.pk).first() or batch
    if step == "release":
        domain.release(batch=batch, version=batch.version, by=manager, at=NOW)
    elif step in ("send", "both send"):
        mailer.send_waiting(review=review)
    elif step == "settle":
        mailer.settle_unknown(before=timezone.now())
    elif step == "discard":
        domain.discard(batch=batch, by=manager, at=NOW)
    elif first and step == "again":
        mailer.send_again(first, by=manager)
    elif first and step == "leave out":
        domain.leave_out(message=first, by=manager, at=NOW)


@plain
@given(code=st.integers(100, 599))
def test_whatever_a_server_answers_has_a_state(code: int) -> None:
    class Connection:
        def send_messages(self, messages: object) -> None:
            raise smtplib.SMTPResponseException(code, b"no")

    def deliver() -> str:
        return mailer.deliver(
            Connection(),  # type: ignore[arg-type]
            to="a@example.org",
            subject="S",
            text="T",
            review=None,
        )

    if code == 421:  # it takes nothing from anybody just now: the message waits
        with pytest.raises(mailer.ServerDown):
            deliver()
        return
    state = deliver()
    assert state in FINAL
    assert state != Delivery.SENT


# What comes from outside

bits = st.binary(max_size=400)
texts = st.text(max_size=40)


@plain
@given(
    parts=st.one_of(
        st.none(), st.lists(st.one_of(st.none(), texts), min_size=3, max_size=3)
    )
)
def test_three_boxes_are_a_day_or_a_sentence(parts: list[str | None] | None) -> None:
    field = DatePartsField(label="Due date", required=False)
    sentences: list[str] = []
    day = None
    try:
        day = field.clean(parts)
    except ValidationError as refusal:
        sentences = refusal.messages
    assert all(each.startswith("Due date must") for each in sentences)
    assert day is None or (isinstance(day, dt.date) and not sentences)


@plain
@given(
    day=st.dates(dt.date(1000, 1, 1)),
    named=st.booleans(),
    spaces=st.text(" ", max_size=3),
)
def test_a_real_day_is_always_taken(day: dt.date, named: bool, spaces: str) -> None:
    month = f"{day:%B}" if named else str(day.month)
    boxes = [f"{spaces}{day.day}", f"{month}{spaces}", str(day.year)]

    assert DatePartsField(label="Due date").clean(boxes) == day


cells = st.lists(
    st.lists(
        st.one_of(texts, st.sampled_from(["T1", "2012", "%", "72.5"])), max_size=10
    ),
    min_size=2,
    max_size=6,
)


@with_rows
@given(rows=cells, headed=st.booleans())
def test_figures_of_any_cells_are_read_or_refused(
    review: Review, monkeypatch: pytest.MonkeyPatch, rows: list[list[str]], headed: bool
) -> None:
    if headed:
        rows = [list(figures.TITLES.values()), *rows]
    monkeypatch.setattr(sheets, "cells", lambda content: rows)
    try:
        found = figures.read(b"", review=review)
    except sheets.SheetRefused:
        return
    # No row is both taken and stopped; what stops says why.
    assert all(fault.sentence for fault in found.faults)
    assert len(found.rows) <= len(rows)


@settings(parent=with_rows, max_examples=8)
@given(content=bits)
def test_figures_of_any_bytes_are_refused(review: Review, content: bytes) -> None:
    with pytest.raises(sheets.SheetRefused):
        figures.read(content, review=review)


def _xlsx() -> bytes:
    book = Workbook()
    book.worksheets[0].append(["Theme", "Name"])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _docx() -> bytes:
    out = io.BytesIO()
    document = docx.Document()
    document.add_paragraph("A policy")
    document.save(out)
    return out.getvalue()


def _zipped(name: str, content: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        file.writestr(name, content)
    return out.getvalue()


GOOD = {"a.xlsx": _xlsx(), "a.docx": _docx(), "a.pdf": b"%PDF-1.7\n1 0 obj\n%%EOF\n"}
names = st.one_of(
    st.sampled_from([*GOOD, "a.png", "a.jpg", "a.docm", "a", ".pdf", "a.pdf.exe"]),
    texts,
)


@settings(max_examples=25, deadline=None)
@given(name=names, content=bits)
def test_any_bytes_under_any_name_are_taken_or_refused(
    name: str, content: bytes
) -> None:
    try:
        found = uploads.check(name, content)
    except uploads.FileRefused:
        return
    assert found.kind in uploads.KINDS


@settings(max_examples=25, deadline=None)
@given(
    name=st.sampled_from(sorted(GOOD)),
    at=st.integers(0, 100_000),
    other=st.binary(min_size=1, max_size=8),
    cut=st.booleans(),
)
def test_a_file_with_some_bytes_broken_is_taken_or_refused(
    name: str, at: int, other: bytes, cut: bool
) -> None:
    good = GOOD[name]
    at %= len(good)
    broken = good[:at] + other + (b"" if cut else good[at + len(other) :])
    try:
        found = uploads.check(name, broken)
    except uploads.FileRefused:
        return
    assert found.kind == name[2:]


@settings(max_examples=15, deadline=None)
@given(
    member=st.sampled_from(["[Content_Types].xml", "word/document.xml", "x", "../x"]),
    content=bits,
    name=st.sampled_from(["a.docx", "a.xlsx"]),
)
def test_an_archive_of_anything_is_no_document(
    member: str, content: bytes, name: str
) -> None:
    with pytest.raises(uploads.FileRefused):
        uploads.check(name, _zipped(member, content))


values = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(-(10**6), 10**6), texts),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(texts, inner, max_size=3)
    ),
    max_leaves=6,
)


def _whole(given_: object, version: object = 2) -> bytes:
    return json.dumps(
        {
            "format": "critical-friend-review",
            "version": version,
            "sha256": checksum(given_),
            "review": given_,
        }
    ).encode()


@with_rows
@given(content=bits)
def test_any_bytes_are_no_review(manager: User, content: bytes) -> None:
    with pytest.raises(domain.DamagedExport):
        domain.import_review(content=content, by=manager, at=NOW)


@with_rows
@given(value=values, version=st.sampled_from([1, 2]))
def test_any_json_is_no_review(manager: User, value: object, version: int) -> None:
    with pytest.raises(domain.DamagedExport):
        domain.import_review(content=_whole(value, version), by=manager, at=NOW)


def _places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place of a JSON value but for the framework, which has tests of its own."""
    inner: Any = ()
    if isinstance(value, dict):
        inner = [(k, v) for k, v in value.items() if k != "framework"]
    elif isinstance(value, list):
        inner = list(enumerate(value))[:2]
    return [path, *(p for k, v in inner for p in _places(v, (*path, k)))]


@settings(parent=with_rows, max_examples=60)
@given(data=st.data(), value=values)
def test_an_export_with_anything_put_anywhere_is_taken_or_refused(
    review: Review, manager: User, data: st.DataObject, value: object
) -> None:
    content = json.loads(json.dumps(set_up_of(review)))
    path = data.draw(st.sampled_from(_places(content)[1:]))
    place: Any = content
    for name in path[:-1]:
        place = place[name]
    place[path[-1]] = value
    reviews = Review.objects.count()
    faults: tuple[str, ...] = ()
    try:
        back = domain.import_review(content=_whole(content), by=manager, at=NOW)
    except domain.DamagedExport as refusal:
        faults = refusal.faults
    else:
        # What was taken can be given out again and taken again.
        domain.import_review(content=exported(back), by=manager, at=NOW)
    taken = Review.objects.count() - reviews
    assert (taken == 2 and not faults) or (taken == 0 and faults)


# Clashes of the timetable

people = st.sampled_from([(str(n), f"Person {n}") for n in range(5)])
agencies = st.sampled_from([(str(n), f"Agency {n}") for n in range(4)])


@plain
@given(
    peers=st.lists(people, unique=True, max_size=4),
    heard=st.lists(agencies, max_size=4),
    declared=st.sets(
        st.tuples(st.sampled_from("01234"), st.sampled_from("0123")), max_size=6
    ),
)
def test_a_declared_interest_clashes_where_the_peer_meets_the_agency_and_nowhere_else(
    peers: list[tuple[str, str]],
    heard: list[tuple[str, str]],
    declared: set[tuple[str, str]],
) -> None:
    slot = clashes.Slot(
        key=7,
        label="A session",
        begins=dt.datetime(2013, 2, 4, 10),  # noqa: DTZ001 - the clock of the place
        minutes=45,
        room="Room",
        places=20,
        peers=tuple(peers),
        agencies=tuple(heard),
    )

    found = clashes.find([slot], declared)

    expected = {
        (peer, agency)
        for peer_key, peer in peers
        for agency_key, agency in heard
        if (peer_key, agency_key) in declared
    }
    assert len(found) == len(expected)
    for peer, agency in expected:
        assert any(
            clash.kind == clashes.Kind.INTEREST
            and clash.sentence.startswith(
                f"{peer} has declared an interest in {agency},"
            )
            and clash.sessions == (7,)
            for clash in found
        )
