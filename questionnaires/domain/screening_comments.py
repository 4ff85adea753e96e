"""What a screener does to comments before the team reads them, and the themes the team gives them.

The machine's mark is the first word on a comment and one person's is the second, so nobody is ever
first and second. Nothing here keeps who it was; what was overwritten is kept nowhere.
"""

import datetime as dt
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from django.db import transaction
from django.utils.crypto import constant_time_compare, salted_hmac

from questionnaires.models import Comment, Release
from reviews.refusals import ChangedMeanwhile, Refusal
from reviews.screening import roster
from reviews.screening.marks import Mark
from reviews.screening.scan import find, refusals
from reviews.trail import audit

Screening = Comment.Screening


class StillIdentifies(Refusal):
    """The new words hold what must never be read; ``why`` are sentences about it."""

    def __init__(self, why: Sequence[str]) -> None:
        super().__init__(f"{' '.join(why)} Take it out.")


class NothingLeft(Refusal):
    sentence = "Nothing of the comment is left. Withhold the whole comment instead."


class SettledMeanwhile(Refusal):
    sentence = (
        "Somebody else has settled this comment meanwhile. Look at it as it is now."
    )


def fingerprint(comment: Comment) -> str:
    """Stands for the comment as somebody sees it, so that the second of two people is told."""
    seen = f"{comment.screening}|{comment.text}"
    return salted_hmac("questionnaires.comment", seen, algorithm="sha256").hexdigest()


@transaction.atomic
def clear_comments(*, release: Release, at: dt.datetime, ids: Sequence[str]) -> int:
    """A screener has read a batch in which nothing was marked: how many passed.

    None passes that somebody else has settled meanwhile, or that has a mark by now: names join
    the roster after the release too. Such a one waits to be settled by itself.
    """
    scan = _scanner(release)
    waiting = release.comments.select_for_update().filter(screening=Screening.UNREAD)
    known = {str(pk) for pk in waiting.values_list("pk", flat=True)}
    clean: list[uuid.UUID] = []
    marked: list[uuid.UUID] = []
    for comment in waiting.filter(pk__in=known.intersection(ids)):
        comment.release = release
        (marked if scan(comment.text) else clean).append(comment.pk)
    release.comments.filter(pk__in=clean).update(screening=Screening.CLEARED)
    release.comments.filter(pk__in=marked).update(screening=Screening.MASKED)
    _count("comments.cleared", release, at, len(clean))
    return len(clean)


@transaction.atomic
def clear_comment(*, comment: Comment, seen: str, at: dt.datetime) -> None:
    """Its words name nobody after all. Raises ChangedMeanwhile, StillIdentifies."""
    now = _as_seen(comment, seen)
    _refuse_identifiers(now, now.text)
    if now.screening in Comment.WAITING:
        now.screening = Screening.CLEARED
        now.save(update_fields=["screening"])
        _count("comments.cleared", now.release, at, 1)


@transaction.atomic
def redact_comment(*, comment: Comment, seen: str, text: str, at: dt.datetime) -> None:
    """Put other words in the place of the comment's; nothing is kept of the old ones.

    ``seen`` is the fingerprint of what the person had before them.
    Raises ChangedMeanwhile, NothingLeft, StillIdentifies.
    """
    now = _as_seen(comment, seen)
    words = _plain(text)
    if not words:
        raise NothingLeft
    _refuse_identifiers(now, words)
    if words == _plain(now.text):
        clear_comment(comment=now, seen=seen, at=at)
        return
    now.text = words
    now.screening = Screening.REDACTED
    now.save(update_fields=["text", "screening"])
    _count("comments.redacted", now.release, at, 1)


@transaction.atomic
def withhold_comment(*, comment: Comment, seen: str, at: dt.datetime) -> None:
    """Overwrite the whole comment: nobody reads it any more. Raises ChangedMeanwhile."""
    now = _as_seen(comment, seen)
    now.text, now.themes = "", []
    now.screening = Screening.WITHHELD
    now.save(update_fields=["text", "themes", "screening"])
    _count("comments.withheld", now.release, at, 1)


@dataclass(frozen=True)
class Tags:
    """What somebody changed about one comment's themes; the rest stays as it is by now."""

    added: frozenset[str]
    removed: frozenset[str]


@transaction.atomic
def tag_comments(
    *, release: Release, changes: Mapping[str, Tags], at: dt.datetime
) -> int:
    """Say which themes comments bear on: how many were changed. Unreadable ones are passed over.

    Two people who tag one comment at once both have their say.
    """
    known = [theme.code for theme in release.questionnaire.review.pack.themes]
    readable = release.comments.filter(screening__in=Comment.READABLE)
    ids = {str(pk) for pk in readable.values_list("pk", flat=True)}
    changed = []
    for comment in readable.select_for_update().filter(pk__in=ids & changes.keys()):
        tags = changes[str(comment.pk)]
        wanted = (set(comment.themes) | tags.added) - tags.removed
        themes = [code for code in known if code in wanted]
        if themes != comment.themes:
            comment.themes = themes
            changed.append(comment)
    Comment.objects.bulk_update(changed, ["themes"])
    _count("comments.given_themes", release, at, len(changed))
    return len(changed)


def _as_seen(comment: Comment, seen: str) -> Comment:
    now = Comment.objects.select_for_update().get(pk=comment.pk)
    now.release = comment.release
    if not constant_time_compare(fingerprint(now), seen):
        raise (
            SettledMeanwhile
            if now.screening == Screening.WITHHELD
            else ChangedMeanwhile
        )
    return now


def _plain(text: str) -> str:
    """A box on a page gives back other line ends than it was given."""
    return "\n".join(line.rstrip() for line in text.strip().splitlines())


def _scanner(release: Release) -> Callable[[str], tuple[Mark, ...]]:
    """The review's roster, opened once for as many texts as there are."""
    review = release.questionnaire.review
    return partial(
        find,
        roster=roster.load(review),
        case_reference=review.case_reference,
    )


def _refuse_identifiers(comment: Comment, text: str) -> None:
    if found := refusals(_scanner(comment.release)(text)):
        raise StillIdentifies(list(dict.fromkeys(mark.why for mark in found)))


def _count(action: str, release: Release, at: dt.datetime, number: int) -> None:
    """A number: neither who nor which nor when."""
    if number:
        review = release.questionnaire.review
        audit.record_speech(action, review=review, on=None, count=number)
