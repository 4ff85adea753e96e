"""The report: its texts, what in it gives somebody away, built, approved, issued."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.crypto import constant_time_compare, salted_hmac

from feedback import reading
from feedback.domain.findings import State, refuse_identifiers
from feedback.models import ReportText, ReportVersion
from feedback.rules import report, wording
from reviews import background
from reviews.models import Review, User
from reviews.pages.concurrency import save_if_unchanged
from reviews.refusals import Refusal
from reviews.screening import roster, scan
from reviews.screening.marks import Severity
from reviews.trail import audit


class NothingToReport(Refusal):
    sentence = (
        "No finding is agreed yet. The report is built from agreed findings alone."
    )


class HasGaps(Refusal):
    """Something that a reader would miss, not accepted as it is. ``gaps`` are sentences."""

    def __init__(self, gaps: Sequence[str]) -> None:
        super().__init__(
            "Some of the report is empty. "
            "Fill it, or confirm below that it is to be built as it is."
        )
        self.gaps = gaps


class GivesAway(Refusal):
    """Places in the report's words that may give somebody away, not confirmed as harmless."""

    sentence = (
        "Some words may give somebody away. "
        "Change them, or confirm below that they name nobody who took part."
    )


class NotReadyYet(Refusal):
    sentence = "This version is not ready. Look again in a moment."


class NotApproved(Refusal):
    sentence = "The team leader has to approve this version first."


class IssuedAlready(Refusal):
    sentence = "This version has been issued already."


class NotFailed(Refusal):
    sentence = "This version has not failed, so there is nothing to repeat."


@transaction.atomic
def write_section(
    *,
    review: Review,
    section: str,
    text: str,
    version: int,
    by: User,
    at: dt.datetime,
) -> ReportText:
    """``version`` is 0 for a section nobody has written yet.

    Raises NamesSomebody, ChangedMeanwhile.
    """
    refuse_identifiers(review, {"text": text})
    # Of two people who write it for the first time, the second is told.
    Review.objects.lock(review.pk)
    row = review.report_texts.filter(section=section).first()
    if row is None:
        row = ReportText(review=review, section=section, text=text)
        row.save(force_insert=True)
    else:
        row.text = text
        save_if_unchanged(row, version=version, fields=["text"])
    audit.record(
        "report section written",
        review=review,
        by=by,
        at=at,
        object_kind="report section",
        object_id=section,
    )
    return row


@dataclass(frozen=True)
class GiveAway:
    """Words of the coming report that may point to somebody. Never stored."""

    where: str
    word: str
    why: str
    refused: bool


def give_aways(review: Review) -> tuple[GiveAway, ...]:
    """What the screen marks in everything that would be printed, and long quotations."""
    names = roster.load(review)
    found: list[GiveAway] = []
    for where, text in reading.printed_texts(review):
        marks = scan.find(text, roster=names, case_reference=review.case_reference)
        found += [
            GiveAway(
                where,
                text[mark.start : mark.end],
                mark.why,
                mark.severity == Severity.REFUSE,
            )
            for mark in marks
        ]
        found += [
            GiveAway(
                where, text[start:end], "These read like somebody’s own words.", False
            )
            for start, end in wording.quotations(text)
        ]
    return tuple(dict.fromkeys(found))


def confirmation_of(found: Sequence[GiveAway]) -> str:
    """Binds a confirmation to these very places: a new one has to be confirmed anew."""
    whole = "\0".join(f"{each.where}\0{each.word}" for each in found)
    return salted_hmac("feedback.give_aways", whole, algorithm="sha256").hexdigest()


@transaction.atomic
def build_report(
    *,
    review: Review,
    confirmed: str = "",
    as_it_is: bool = False,
    by: User,
    at: dt.datetime,
) -> ReportVersion:
    """Freeze what is agreed and written as a new version, and have its PDF made.

    ``confirmed`` stands for the places that give nobody away (see ``confirmation_of``);
    ``as_it_is`` accepts what is empty. Raises NothingToReport, GivesAway, HasGaps.
    """
    Review.objects.lock(review.pk)
    found = give_aways(review)
    if found and (
        any(each.refused for each in found)
        or not constant_time_compare(confirmed, confirmation_of(found))
    ):
        raise GivesAway
    last = review.report_versions.aggregate(Max("number"))["number__max"] or 0
    made_on = review.today(at)
    material = reading.material_of(review, number=last + 1, made_on=made_on)
    if not material.findings:
        raise NothingToReport
    if (empty := report.gaps(material)) and not as_it_is:
        raise HasGaps(empty)
    version = ReportVersion(
        review=review, number=last + 1, content=report.build(material), made_on=made_on
    )
    version.save(force_insert=True)
    _ring(version)
    _note_version(
        "report built",
        version,
        by=by,
        at=at,
        marks_confirmed=len(found),
        gaps_accepted=len(empty),
    )
    return version


def _ring(version: ReportVersion) -> None:
    version.job = background.enqueue(
        "feedback.tasks.render_pdf", str(version.pk), review=version.review
    )
    version.save(update_fields=["job"])


def prepare_pdf(*, version_id: str, draw: Callable[[Mapping[str, Any]], bytes]) -> None:
    """Draw a version that waits for its PDF and keep the bytes, all of them or none.

    Whatever goes wrong, the version says so in a sentence and can be tried again.
    """
    version = ReportVersion.objects.filter(pk=version_id, state=State.PREPARING).first()
    if version is None:
        return
    try:
        pdf = draw(version.content)
        ReportVersion.objects.filter(pk=version.pk, state=State.PREPARING).update(
            pdf=version.sealed_pdf(pdf),
            sha256=hashlib.sha256(pdf).hexdigest(),
            state=State.READY,
            sentence="",
        )
    except Exception as error:
        ReportVersion.objects.filter(pk=version.pk, state=State.PREPARING).update(
            state=State.FAILED, sentence=_why(error)
        )
        raise


def _why(error: Exception) -> str:
    """A sentence for the manager; never the error's own text, which may quote the report."""
    full = isinstance(error, OSError) or "full" in str(error)
    if full:
        return (
            "The report could not be stored: the disk may be full. "
            "Ask whoever runs this system to make room, then try again."
        )
    return (
        "The report could not be made. Nothing was stored. Try again; "
        "if it fails again, tell whoever runs this system."
    )


@transaction.atomic
def retry_report(*, version: ReportVersion, by: User, at: dt.datetime) -> None:
    """Raises NotFailed."""
    if not version.has_failed:
        raise NotFailed
    version.state, version.sentence = State.PREPARING, ""
    version.save(update_fields=["state", "sentence"])
    _ring(version)
    _note_version("report tried again", version, by=by, at=at)


@transaction.atomic
def approve_report(*, version: ReportVersion, by: User, at: dt.datetime) -> None:
    """Raises NotReadyYet, IssuedAlready."""
    locked = ReportVersion.objects.select_for_update().get(pk=version.pk)
    if locked.issued_on:
        raise IssuedAlready
    if not locked.is_ready:
        raise NotReadyYet
    version.approved_by, version.approved_on = by, version.review.today(at)
    version.save(update_fields=["approved_by", "approved_on"])
    _note_version("report approved", version, by=by, at=at, sha256=locked.sha256)


@transaction.atomic
def issue_report(*, version: ReportVersion, by: User, at: dt.datetime) -> None:
    """From the feedback stage on the council can read and download it.

    Raises NotReadyYet, NotApproved, IssuedAlready.
    """
    locked = ReportVersion.objects.select_for_update().get(pk=version.pk)
    if locked.issued_on:
        raise IssuedAlready
    if not locked.is_ready:
        raise NotReadyYet
    if not locked.approved_on:
        raise NotApproved
    version.issued_on = version.review.today(at)
    version.save(update_fields=["issued_on"])
    _note_version("report issued", version, by=by, at=at, sha256=locked.sha256)


def note_download(
    *, version: ReportVersion, kind: str, by: User, at: dt.datetime
) -> None:
    """``kind`` is what was taken away: the PDF, the Word file or the spreadsheet."""
    _note_version("report downloaded", version, by=by, at=at, as_file=kind)


def _note_version(
    action: str, version: ReportVersion, *, by: User, at: dt.datetime, **detail: Any
) -> None:
    audit.record(
        action,
        review=version.review,
        by=by,
        at=at,
        object_kind="report version",
        object_id=version.number,
        detail=detail,
    )
