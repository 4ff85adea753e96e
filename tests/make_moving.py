"""Whole reviews on their way from one installation to another."""

import datetime as dt
import hashlib
import json
from collections.abc import Callable
from typing import Any

from django.utils import timezone
from django.utils.module_loading import import_string

from feedback.models import ReportText
from questionnaires.domain import filing
from questionnaires.models import Release
from reviews import background
from reviews.domain.moving import move_out, path_of
from reviews.domain.moving_in import WrongPassphrase
from reviews.domain.taking_in import take_in
from reviews.files import archive
from reviews.models import (
    AccessRole,
    DocumentRead,
    Interest,
    Job,
    MailBatch,
    Message,
    Review,
    Stage,
    Terms,
    User,
)
from reviews.reading.moving import leaving
from reviews.reading.moving_fields import plan
from reviews.rules.moving import ROWS
from reviews.secrets import keystore
from reviews.secrets.sealing import key_name
from scheduling.models import (
    MainBuilding,
    MeetingReminder,
    SessionPerson,
    Site,
    Travel,
)
from tests.make import DAY_ZERO, make_membership, move
from tests.make_closing import let_work_end
from tests.make_everything import Cast, make_everything

Whole = dict[str, Any]
Change = Callable[[Whole], object]


def moved_out(review: Review, by: User) -> tuple[bytes, str]:
    """The file, and its passphrase."""
    words = move_out(review=review, by=by, at=timezone.now())
    return path_of(review).read_bytes(), words


def inside(content: bytes, words: str) -> dict[str, bytes]:
    """What lies in the file, by name."""
    return archive.unpacked(archive.unsealed(content, words, wrong=WrongPassphrase))


def whole_of(files: dict[str, bytes]) -> Whole:
    found: Whole = json.loads(files[ROWS])
    return found


def forged(files: dict[str, bytes], change: Change) -> bytes:
    """The ZIP as somebody makes it who knows how: other values, and every sum of them right."""
    whole = whole_of(files)
    change(whole)
    return archive.packed({**files, ROWS: json.dumps(whole).encode()})


def taken_in(content: bytes, words: str, by: User) -> Review:
    review = take_in(content=content, passphrase=words, by=by, at=timezone.now())
    return Review.objects.get(pk=review.pk)


def a_night() -> None:
    for name in background.NIGHTLY:
        import_string(name)("", Job(kind=name, queued_at=timezone.now()))


def everything(review: Review, manager: User) -> Review:
    """One of everything, and nobody has asked to close it."""
    leader = make_membership(review, AccessRole.TL, role="TL").user
    peer = make_membership(review, AccessRole.P, role="OP").user
    make_everything(Cast(review, manager, leader, peer))
    review.closing.delete()
    review.certificates.all().delete()
    return Review.objects.get(pk=review.pk)


def filled(review: Review) -> Review:
    """With a row of each further kind that moves."""
    at, day = timezone.now(), review.day_zero
    team = review.team_members()
    member, other = team[0], team[1]
    agency = review.agencies.all()[0]
    review.key_questions.create(number=1, text="Is help early?")
    review.announced_inspections.create(
        announced_on=day, first=day, last=day, visit_before=day, visit_after=day
    )
    review.mail_rules.create(kind="announcement", by_itself=True)
    Terms.objects.create(
        review=review, sections=[{"code": "a", "title": "A", "text": "B"}]
    )
    review.sign_offs.create(
        **{"subject": "terms", "party": "manager", "agreed": True, "wording": "0" * 64},
        name=member.user.full_name,
        signed_by=member.user,
        signed_at=at,
    )
    declared = Interest(
        review=review,
        membership=member,
        something=True,
        text="A cousin",
        declared_at=at,
    )
    declared.save(force_insert=True)
    declared.agencies.add(agency)
    review.profile_decisions.create(
        membership=member, accepted=True, decided_by_name="S", decided_at=at
    )
    review.document_requests.all()[0].nones.create(agency=agency, because="None")
    read = review.documents.filter(versions__number__gt=0)[0]
    DocumentRead.objects.create(review=review, document=read, membership=other)
    batch = MailBatch(
        review=review, kind="announcement", subject="S", text="T", written_at=at
    )
    batch.released_at = at
    batch.save(force_insert=True)
    Message(
        **{"review": review, "batch": batch, "kind": "announcement", "state": "sent"},
        **{"to": "a@example.org", "subject": "S", "text": "T", "queued_at": at},
        fields={"name": "A"},
    ).save(force_insert=True)
    session = review.sessions.filter(cancelled=False)[0]
    session.kept_out.create(membership=other)
    SessionPerson(session=session, name="Met One", email="met@example.org").save()
    site = Site.objects.filter(review=review)[0]
    Travel.objects.create(review=review, second=site, minutes=10)
    MainBuilding.objects.create(review=review, title="Town hall", address="1 Road")
    MeetingReminder.objects.create(review=review, day=day)
    release = Release.objects.get(questionnaire__review=review)
    filing.file_result(
        release=release, question="Q01", by=member.user, at=at, theme="T1"
    )
    filing.keep_earlier(
        questionnaire=release.questionnaire,
        title="Of before",
        on=day,
        rows=[{"code": "Q01", "text": "Is it?", "answer": "", "share": 40}],
        faults=[],
        by=member.user,
        at=at,
    )
    ReportText(review=review, section="thanks", text="Thank you").save(
        force_insert=True
    )
    return review


def after_the_day(review: Review) -> Review:
    """The night of the day, while the report is being written."""
    move(review, Stage.REPORTING)
    Review.objects.filter(pk=review.pk).update(
        demonstration=True, demonstration_day=DAY_ZERO + dt.timedelta(weeks=6)
    )
    a_night()
    let_work_end(review)
    assert not keystore.exists(key_name("speech", review.pk))
    return Review.objects.get(pk=review.pk)


# Columns in which rows are named by number: compared by what they lead to, or not at all.
_BY_NUMBER = {
    "scheduling.SessionUid": ("uid",),
    "scheduling.TimetableRelease": ("rows", "mail"),
    "questionnaires.Questionnaire": ("edition",),
    "feedback.Excerpt": ("evidence_key",),
    "feedback.ReportVersion": ("content",),
}


def held(review: Review) -> dict[str, list[str]]:
    """Every row that moves, by model, in a form that is the same whatever its number."""
    found = leaving(review)
    by_number = {
        (label, str(row["id"])): row
        for label, rows in found.rows.items()
        for row in rows
    }
    movings = {each.label: each for each in plan()}

    def form(label: str, row: Whole) -> Whole:
        moving = movings[label]
        said: Whole = {}
        for name, value in row.items():
            if name == "id" or name in _BY_NUMBER.get(label, ()):
                continue
            if value is None:
                said[name] = None
            elif name in moving.links:
                other = moving.links[name]
                said[name] = form(other, by_number[other, str(value)])
            elif name in moving.many:
                other = moving.many[name]
                rows = [form(other, by_number[other, str(each)]) for each in value]
                said[name] = sorted(json.dumps(each, sort_keys=True) for each in rows)
            elif name in moving.people:
                said[name] = found.people[value]
            elif name == moving.file:
                said[name] = hashlib.sha256(found.files[value]()).hexdigest()
            else:
                said[name] = value
        return said

    return {
        label: sorted(json.dumps(form(label, row), sort_keys=True) for row in rows)
        for label, rows in found.rows.items()
    }
