"""Takes the demonstration away: rows, accounts, frameworks, sessions, audit lines, files, keys, mail.

Only reviews marked as a demonstration are touched, whoever asks.
"""

from pathlib import Path

from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import Model, ProtectedError, QuerySet

from peerreview.demo import content
from reviews import audit, filestore, keystore
from reviews.domain.documents import stored_names
from reviews.mailer import demonstration_folder
from reviews.models import FrameworkPack, PackVersion, Review, User


def remove() -> int:
    """Remove every demonstration review; says how many there were."""
    reviews = list(Review.objects.filter(demonstration=True))
    prefixes = tuple(prefix for review in reviews for prefix in _key_prefixes(review))
    people = User.objects.filter(
        email__in=[persona.email for persona in content.personas().values()]
    )
    files = [name for review in reviews for name in stored_names(review)]
    keys = {str(pk) for pk in people.values_list("pk", flat=True)}
    with transaction.atomic():
        for session in Session.objects.all():
            if session.get_decoded().get("_auth_user_id") in keys:
                session.delete()
        for review in reviews:
            audit.forget(review)
            _delete(review)
        _delete_frameworks(people)
        people.delete()
    filestore.remove(files)
    for name in keystore.names():
        if name.startswith(prefixes):
            keystore.destroy(name)
    for path in _mail_files():
        path.unlink()
    return len(reviews)


def _delete(review: Review) -> None:
    """Delete what hangs on the review, whatever protects what, and then the review."""
    waiting = {relation.related_model for relation in Review._meta.related_objects}
    while waiting:
        gone = {model for model in waiting if _deleted(model, review)}
        if not gone:
            raise ProtectedError("the demonstration cannot be removed", set())
        waiting -= gone
    review.delete()


def _delete_frameworks(people: QuerySet[User]) -> None:
    """Those that nobody else has had a hand in."""
    others = PackVersion.objects.exclude(made_by__in=people)
    FrameworkPack.objects.exclude(pk__in=others.values("pack")).delete()


def _deleted(model: type[Model], review: Review) -> bool:
    try:
        with transaction.atomic():
            model._base_manager.filter(review=review).delete()
    except ProtectedError:
        return False
    return True


def _key_prefixes(review: Review) -> list[str]:
    questionnaires = review.questionnaires.values_list("pk", flat=True)
    return [f"review-{review.pk}-", *(f"questionnaire-{pk}-" for pk in questionnaires)]


def _mail_files() -> list[Path]:
    # Under DEMO=1 every message is the demonstration's.
    return sorted(demonstration_folder().glob("*.eml"))
