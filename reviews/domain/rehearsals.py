"""Reviews of made-up people, on which a self-test plays, and which no list, count, page, nightly
task or letter knows (``Review.rehearsal``).
"""

from __future__ import annotations

import secrets

from django.utils import timezone

from reviews.domain.mistakes import delete_rows, key_prefixes
from reviews.domain.review import make_keys
from reviews.models import AccessRole, Job, Membership, Review, Stage, User
from reviews.refusals import Refusal
from reviews.secrets import keystore

# A name of no domain: nothing can be sent there.
NOWHERE = "rehearsal.invalid"


class UnderWay(Refusal):
    sentence = "The self-test is running already. Reload the page in a minute."


def refuse_a_second(review: Review, kind: str, subject: int) -> None:
    """Raises UnderWay while a self-test of this kind and subject waits or runs."""
    if review.jobs.filter(
        kind=kind,
        subject=str(subject),
        state__in=[Job.State.QUEUED, Job.State.RUNNING],
    ).exists():
        raise UnderWay


def make(like: Review, job: Job, *, stage: Stage) -> Review:
    """A review of nobody, with the framework of ``like`` and its own keys."""
    review = Review.rehearsals.create(
        rehearsal=job.pk,
        council="Rehearsal",
        programme="Rehearsal",
        day_zero=like.day_zero,
        on_site_days=like.on_site_days,
        keep_words_weeks=like.keep_words_weeks,
        stage=stage,
        pack_code=like.pack_code,
        pack_version=like.pack_version,
        framework=like.framework,
        duty_contact="Nobody: these people are made up",
        contact_name="Nobody",
        contact_email=f"nobody@{NOWHERE}",
    )
    make_keys(review)
    return review


def make_peer(review: Review, *, role: str) -> Membership:
    """Somebody who does not exist and cannot sign in."""
    user = User.objects.create(
        email=f"{secrets.token_hex(8)}@{NOWHERE}",
        full_name="Rehearsal",
        is_active=False,
    )
    return Membership.objects.create(
        review=review,
        user=user,
        role=role,
        access_role=AccessRole.P,
        answer=Membership.Answer.ACCEPTED,
        answered_at=timezone.now(),
    )


def remove(review: Review) -> None:
    """Keys first: what a crash then leaves cannot be read any more."""
    prefixes = tuple(key_prefixes(review))
    for name in keystore.names():
        if name.startswith(prefixes):
            keystore.destroy(name)
    users = list(review.memberships.values_list("user", flat=True))
    delete_rows(review)
    User.objects.filter(pk__in=users, email__endswith=f"@{NOWHERE}").delete()


def remove_leftovers(*, own: int = 0) -> int:
    """Remove rehearsals that no running job plays, and those of the job ``own``; says how many."""
    playing = Job.objects.filter(state=Job.State.RUNNING).exclude(pk=own)
    alive = set(playing.values_list("pk", flat=True))
    gone = 0
    for review in Review.rehearsals.all():
        if review.rehearsal not in alive:
            remove(review)
            gone += 1
    return gone
