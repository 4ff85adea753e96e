"""The certificates of a close: what they state, signed and drawn once each."""

from __future__ import annotations

import datetime as dt
import hashlib
import uuid
from typing import Literal

from django.conf import settings

from reviews import retention
from reviews.files import certificate
from reviews.models import Certificate, Closing
from reviews.pages import say
from reviews.reading.closing import ARCHIVED, NEVER_ARCHIVED
from reviews.rules.certificates import DATABASE_BACKUP, KEYS_BACKUP, Statement
from reviews.secrets import signing
from reviews.trail import audit

Kind = Literal["interim", "final"]

# "What a close does not reach" in docs/non-attribution.md, line by line.
CANNOT_REACH = (
    "What was never sealed: days, rooms and titles of sessions, which of them are private and "
    "how many are expected there; titles of documents and who of the team has read which; of "
    "a case its kind, its age group, the agencies, and by month what kind of thing happened; "
    "the kind of people behind a note, the group of an answer, and the question, group and "
    "themes of a comment; how many asked to be heard; peers’ profiles, and the agencies in "
    "which one declared an interest; performance figures; most reasons that were typed into a "
    "form; and who was on the review. A backup of the database from before the close says "
    "them in clear until it lapses, or for as long as somebody keeps it.",
    "Texts and versions of the report that were not issued, and figures and learning points that a "
    "finding quotes. They are sealed with the key of the report, which is kept. For as long as it is, "
    "they open in a backup of the database from before the close.",
    f"Backups of the keys. For {retention.in_words(retention.KEY_BACKUPS)} a copy may hold a key that "
    "was destroyed; the final certificate waits for that. A copy that somebody keeps for longer opens "
    "what its keys opened.",
    "Paper: notebooks, printed timetables, the council’s list of case codes.",
    "Mail that was sent, and files that somebody downloaded.",
    "What people remember, and photographs of screens.",
    "Traces on disks of what was overwritten. Whoever runs the installation has to encrypt its disks "
    "as a whole.",
)


def certify(closing: Closing, kind: Kind, *, at: dt.datetime) -> Certificate:
    """The certificate of this kind, made once."""
    review = closing.review
    there = review.certificates.filter(kind=kind).first()
    if there is not None:
        return there
    key = uuid.uuid4()
    statement = statement_of(closing, kind, number=str(key), at=at)
    signed = signing.sign(statement)
    return Certificate.objects.create(
        id=key,
        review=review,
        kind=kind,
        made_at=at,
        signed=signed,
        sha256=hashlib.sha256(signed).hexdigest(),
        pdf=certificate.draw(statement, fingerprint=signing.fingerprint()),
    )


def statement_of(
    closing: Closing, kind: Kind, *, number: str, at: dt.datetime
) -> Statement:
    review, done = closing.review, closing.finished_at or at
    interim = review.certificates.filter(kind=Certificate.Kind.INTERIM).first()
    return {
        "kind": kind,
        "number": number,
        "stated_by": {
            "organisation": settings.DATA_CONTROLLER,
            "address": settings.SITE_ADDRESS,
            "contact": settings.SUPPORT_CONTACT,
        },
        "review": review.pk,
        "council": review.council,
        "programme": review.programme,
        "visit": say.day_range(review.day_zero, review.last_day),
        "asked_by": {
            "name": closing.asked_name,
            "role": closing.asked_role,
            "at": closing.asked_at.isoformat(),
        },
        "confirmed_by": {
            "name": closing.confirmed_name,
            "role": closing.confirmed_role,
            "at": closing.confirmed_at.isoformat() if closing.confirmed_at else "",
        },
        "finished_at": done.isoformat(),
        "made_at": at.isoformat(),
        "destroyed": closing.destroyed,
        "kept": closing.kept,
        "keys": closing.keys,
        "archive": {
            "sha256": closing.archive_sha256,
            "bytes": closing.archive_bytes,
            "holds": [*ARCHIVED.values()],
            "never": NEVER_ARCHIVED,
        },
        "samples": {"taken": closing.taken, "found": 0},
        "audit_head": audit.head(review),
        "backups": [
            {
                "title": title,
                "lapse_on": say.local_day(done + kept_for).isoformat(),
            }
            for title, kept_for in (
                (KEYS_BACKUP, retention.KEY_BACKUPS),
                (DATABASE_BACKUP, retention.BACKUPS),
            )
        ],
        "interim": {"number": str(interim.pk), "sha256": interim.sha256}
        if interim and kind == "final"
        else None,
        "cannot_reach": list(CANNOT_REACH),
    }
