"""Findings, and the excerpts that they rest on: written, cleared, agreed. Texts are screened here."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db import transaction
from django.db.models import Max

from feedback import reading
from feedback.domain import sources
from feedback.models import Excerpt, Finding, ReportVersion
from feedback.rules import wording
from reviews.evidence_item import EvidenceItem, Kind
from reviews.models import Review, User
from reviews.pages.concurrency import save_if_unchanged
from reviews.reading import speech
from reviews.refusals import Refusal
from reviews.screening import roster, scan
from reviews.trail import audit

# A second peer reads what is made of words and of cases; a result is a figure of many.
NEEDS_A_READER = (Kind.NOTE, Kind.COMMENT, Kind.CASE)
# What people said themselves: it is quoted only where three sources or more said it.
SPOKEN = (Kind.NOTE, Kind.COMMENT)
State = ReportVersion.State


class NamesSomebody(Refusal):
    """A text holds what must never be stored. ``fields`` gives sentences by field."""

    def __init__(self, fields: Mapping[str, Sequence[str]]) -> None:
        super().__init__(
            "Something here would identify a person. Nothing has been saved: "
            "take it out, then save again."
        )
        self.fields = fields


class TooCloseToTheSource(Refusal):
    def __init__(self, words: int, most: int) -> None:
        super().__init__(
            f"{words} words in a row are the same as in the evidence. "
            f"Use your own words: {most} in a row is the most here."
        )


class RepeatsItWhole(Refusal):
    sentence = (
        "This repeats the evidence word for word. Put it in the team’s own words."
    )


class UsedAlready(Refusal):
    sentence = "This piece of evidence is under that finding already."


class EvidenceGone(Refusal):
    sentence = "This piece of evidence is no longer there."


class AnotherPeerNeeded(Refusal):
    sentence = "Another peer has to clear this excerpt: nobody clears their own."


class ClearedMeanwhile(Refusal):
    sentence = "Somebody else has already dealt with this excerpt."


class NothingToRestOn(Refusal):
    sentence = (
        "This finding rests on nothing yet. "
        "It needs at least one excerpt that supports it and is cleared."
    )


class NeedsAReason(Refusal):
    """It rests on one kind of source, so the leader says why it is printed all the same."""

    sentence = "Enter why it should be printed on one kind of source"


class QuotesTooFewSources(Refusal):
    """``excerpts`` are those that keep somebody's words."""

    def __init__(self, excerpts: Sequence[Excerpt]) -> None:
        first = excerpts[0].words
        super().__init__(
            f"The excerpt “{first}” repeats what somebody said, word for word. "
            "That is only done when it was counted as heard from 3 or more sources. "
            "Take it away and propose it again in the team’s own words."
        )
        self.excerpts = excerpts


TEXTS = ("title", "text", "consider")


@transaction.atomic
def write_finding(
    *, review: Review, values: Mapping[str, Any], by: User, at: dt.datetime
) -> Finding:
    """A finding, last of its theme. Raises NamesSomebody."""
    refuse_identifiers(review, {name: values.get(name, "") for name in TEXTS})
    Review.objects.lock(review.pk)
    last = review.findings.filter(theme=values["theme"]).aggregate(Max("position"))
    finding = Finding(
        review=review, position=(last["position__max"] or 0) + 1, **values
    )
    finding.save(force_insert=True)
    _note("finding written", finding, by=by, at=at)
    return finding


@transaction.atomic
def change_finding(
    *,
    finding: Finding,
    version: int,
    values: Mapping[str, Any],
    by: User,
    at: dt.datetime,
) -> None:
    """Other words need the leader's word anew. Raises NamesSomebody, ChangedMeanwhile."""
    refuse_identifiers(finding.review, {name: values.get(name, "") for name in TEXTS})
    moved = values.get("theme", finding.theme) != finding.theme
    for name, value in values.items():
        setattr(finding, name, value)
    if moved:
        rows = finding.review.findings.filter(theme=finding.theme)
        last = rows.aggregate(Max("position"))["position__max"] or 0
        finding.position = last + 1
    _lose_agreement(finding)
    save_if_unchanged(
        finding,
        version=version,
        fields=[*values, "position", "agreed", "reason", "to_agree_again"],
    )
    _note("finding changed", finding, by=by, at=at)


def _lose_agreement(finding: Finding) -> None:
    """What the leader agreed to is no longer there; the leader is asked again."""
    saved = Finding.objects.get(pk=finding.pk)
    finding.to_agree_again = saved.to_agree_again or saved.agreed
    finding.agreed, finding.reason = False, None


@transaction.atomic
def remove_finding(*, finding: Finding, by: User, at: dt.datetime) -> None:
    _hold_excerpts(finding.review_id)
    _note("finding removed", finding, by=by, at=at)
    finding.delete()


@transaction.atomic
def move_finding(*, finding: Finding, up: bool) -> None:
    """Change places with the neighbour of the same kind; at the end nothing happens."""
    Review.objects.lock(finding.review_id)
    rows = list(finding.review.findings.filter(theme=finding.theme, kind=finding.kind))
    at = next(n for n, row in enumerate(rows) if row.pk == finding.pk)
    other = at - 1 if up else at + 1
    if not 0 <= other < len(rows):
        return
    mine, theirs = rows[at], rows[other]
    mine.position, theirs.position = theirs.position, mine.position
    for row in (mine, theirs):
        row.save(update_fields=["position"])


@transaction.atomic
def agree_finding(
    *,
    finding: Finding,
    version: int | None = None,
    reason: str = "",
    by: User,
    at: dt.datetime,
) -> None:
    """The leader's word on the words of ``version``.

    ``reason`` is kept where the finding rests on one kind of source, and needed there.
    Raises NothingToRestOn, QuotesTooFewSources, NeedsAReason, NamesSomebody, ChangedMeanwhile.
    """
    usable = list(finding.excerpts.filter(cleared=True))
    supporting = [excerpt for excerpt in usable if not excerpt.against]
    if not supporting:
        raise NothingToRestOn
    if quoting := quoting_too_few(finding, usable):
        raise QuotesTooFewSources(quoting)
    single = reading.rests_on_one(finding, supporting)
    if single and not reason.strip():
        raise NeedsAReason
    refuse_identifiers(finding.review, {"reason": reason})
    finding.agreed, finding.to_agree_again = True, False
    finding.reason = reason.strip() if single else None
    _save_agreement(finding, version)
    _note("finding agreed", finding, by=by, at=at)


def quoting_too_few(finding: Finding, excerpts: Iterable[Excerpt]) -> list[Excerpt]:
    """The excerpts that keep somebody's words although too few sources said so."""
    spoken = [
        excerpt
        for excerpt in excerpts
        if excerpt.kind in SPOKEN and not finding.has_enough(against=excerpt.against)
    ]
    if not spoken:
        return []
    texts = {item.key: item.text for item in reading.evidence_of(finding.review)}
    return [
        excerpt
        for excerpt in spoken
        if excerpt.words
        and _is_quoted(excerpt.words, texts.get(excerpt.evidence_key, ""))
    ]


def _is_quoted(text: str, said: str) -> bool:
    shared = wording.longest_shared_run(text, said)
    return shared > wording.BY_CHANCE or wording.holds_all_of(text, said)


@transaction.atomic
def take_agreement_back(
    *, finding: Finding, version: int | None = None, by: User, at: dt.datetime
) -> None:
    """Raises ChangedMeanwhile."""
    finding.agreed, finding.reason = False, None
    _save_agreement(finding, version)
    _note("finding agreement taken back", finding, by=by, at=at)


def _save_agreement(finding: Finding, version: int | None) -> None:
    """An open form with the words of before is told, as it is of other words."""
    seen = finding.version if version is None else version
    fields = ["agreed", "reason", "to_agree_again"]
    save_if_unchanged(finding, version=seen, fields=fields)


def refuse_identifiers(review: Review, texts: Mapping[str, str]) -> None:
    names = roster.load(review)
    found: dict[str, list[str]] = {}
    for field, text in texts.items():
        marks = scan.refusals(
            scan.find(text, roster=names, case_reference=review.case_reference)
        )
        if marks:
            found[field] = list(dict.fromkeys(mark.why for mark in marks))
    if found:
        raise NamesSomebody(found)


def _note(action: str, finding: Finding, *, by: User, at: dt.datetime) -> None:
    audit.record(
        action,
        review=finding.review,
        by=by,
        at=at,
        object_kind="finding",
        object_id=finding.pk,
        detail={"theme": finding.theme, "kind": finding.kind},
    )


@transaction.atomic
def propose_excerpt(
    *,
    finding: Finding,
    item: EvidenceItem,
    text: str,
    against: bool = False,
    by: User,
    at: dt.datetime,
) -> Excerpt:
    """Raises NamesSomebody, TooCloseToTheSource, RepeatsItWhole, UsedAlready, SpeechGone.

    A result is a figure of many people: it is cleared as it comes.
    """
    refuse_identifiers(finding.review, {"text": text})
    _hold_excerpts(finding.review_id)
    read_by_another = item.kind in NEEDS_A_READER
    if read_by_another:
        most = longest_quote(finding, item.kind, against=against)
        shared = wording.longest_shared_run(text, item.text)
        if shared > most:
            raise TooCloseToTheSource(shared, most)
        quoted = item.kind in SPOKEN and most == wording.LONGEST_QUOTE
        if not quoted and wording.holds_all_of(text, item.text):
            raise RepeatsItWhole
    if finding.excerpts.filter(evidence_key=item.key).exists():
        raise UsedAlready
    if read_by_another:
        speech.must_be_heard(finding.review)
    excerpt = Excerpt(
        finding=finding,
        review=finding.review,
        evidence_key=item.key,
        kind=item.kind,
        source_class=item.source_class,
        # A figure is evidence also once what people said is gone, and so is its key.
        **{"kept" if speech.is_gone(finding.review) else "text": text},
        against=against,
        cleared=not read_by_another,
        proposed_by=by if read_by_another else None,
    )
    excerpt.save(force_insert=True)
    if read_by_another:
        _count("excerpt proposed", excerpt)
    return excerpt


def _hold_excerpts(review_id: int) -> None:
    """Until the transaction ends, notes are not mixed anew: that writes all excerpts again."""
    Review.objects.lock(review_id)


def longest_quote(finding: Finding, kind: Kind, *, against: bool) -> int:
    """How many words in a row an excerpt of this kind and side may share with its evidence."""
    quoted = kind not in SPOKEN or finding.has_enough(against=against)
    return wording.LONGEST_QUOTE if quoted else wording.BY_CHANCE


@transaction.atomic
def clear_excerpt(*, excerpt: Excerpt, by: User, at: dt.datetime) -> None:
    """ "Clear", the second peer's word: from now on nobody can say who chose it.

    Raises AnotherPeerNeeded, ClearedMeanwhile.
    """
    _hold_excerpts(excerpt.review_id)
    waiting = Excerpt.objects.filter(pk=excerpt.pk, cleared=False)
    if waiting.filter(proposed_by=by).exists():
        raise AnotherPeerNeeded
    if not waiting.update(cleared=True, proposed_by=None):
        raise ClearedMeanwhile
    excerpt.cleared, excerpt.proposed_by = True, None
    _count("excerpt cleared", excerpt)


@transaction.atomic
def reject_excerpt(*, excerpt: Excerpt, at: dt.datetime) -> None:
    """Take it from under its finding, cleared or not; the evidence itself stays.

    An agreed finding loses its agreement with a cleared excerpt: the leader agreed to both.
    """
    _hold_excerpts(excerpt.review_id)
    finding = Finding.objects.select_for_update().get(pk=excerpt.finding_id)
    _count("excerpt taken away", excerpt)
    excerpt.delete()
    sources.forget_count(finding)
    if excerpt.cleared and finding.agreed:
        _lose_agreement(finding)
        _save_agreement(finding, None)


def _count(action: str, excerpt: Excerpt) -> None:
    audit.record_speech(action, review=excerpt.review, on=None, count=1)
