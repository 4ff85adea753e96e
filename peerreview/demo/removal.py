"""Takes the demonstration away: rows, accounts, frameworks, sessions, audit lines, files, keys, mail.

Only reviews marked as a demonstration are touched, whoever asks.
"""

from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import QuerySet

from peerreview.demo import content, traces
from reviews.domain.destroying import archive_path
from reviews.domain.documents import stored_names
from reviews.domain.mistakes import delete_rows, key_prefixes
from reviews.files import store
from reviews.models import Closing, FrameworkPack, PackVersion, Review, User
from reviews.secrets import keystore
from reviews.trail import audit


def remove() -> int:
    """Remove every demonstration review; says how many there were."""
    reviews = list(Review.objects.filter(demonstration=True))
    prefixes = tuple(prefix for review in reviews for prefix in key_prefixes(review))
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
            for closing in Closing.objects.filter(review=review):
                archive_path(closing).unlink(missing_ok=True)
            audit.forget(review)
            delete_rows(review)
        _delete_frameworks(people)
        people.delete()
    store.remove(files)
    for name in keystore.names():
        if name.startswith(prefixes):
            keystore.destroy(name)
    traces.remove_mail()
    traces.take_back()
    return len(reviews)


def _delete_frameworks(people: QuerySet[User]) -> None:
    """Those that nobody else has had a hand in."""
    others = PackVersion.objects.exclude(made_by__in=people)
    FrameworkPack.objects.exclude(pk__in=others.values("pack")).delete()
