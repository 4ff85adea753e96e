"""The names and titles that a review's texts are screened for, kept sealed."""

from collections.abc import Iterable

from django.db import transaction

from reviews.models import Review, Roster
from reviews.screening.names import Roster as Names
from reviews.secrets import keystore
from reviews.secrets.sealing import key_name


def forget(review: Review) -> None:
    """From now on nothing is held against names: the last words have been written."""
    # The row first: one without its key could not be read by the next scan.
    Roster.objects.filter(review=review).delete()
    keystore.destroy(key_name("roster", review.pk))


@transaction.atomic
def add(review: Review, *, people: Iterable[tuple[str, str]]) -> None:
    """Add (full name, title) pairs; either may be empty. Names known already stay once.

    Does nothing once it is forgotten.
    """
    if not keystore.exists(key_name("roster", review.pk)):
        return
    row, _ = Roster.objects.select_for_update().get_or_create(
        review=review, defaults={"people": []}
    )
    known = {tuple(pair) for pair in row.people}
    known.update((name.strip(), title.strip()) for name, title in people)
    row.people = sorted(known)
    row.save(update_fields=["people"])


def load(review: Review) -> Names:
    """The whole roster for ``screening.scan``: opened once a scan, kept nowhere.

    What somebody types is held against it only if they are of the team; for whoever types ask
    ``apps_above.known_names``.
    """
    row = Roster.objects.filter(review=review).first()
    return of(review, map(tuple, row.people) if row else ())


def of(review: Review, people: Iterable[tuple[str, str]]) -> Names:
    """These (full name, title) pairs as a roster; a title counts while one of them holds it."""
    people = list(people)
    titles = [title.lower() for _, title in people if title]
    return Names(
        names=frozenset(name for name, _ in people if name),
        titles=frozenset(title for title in titles if titles.count(title) == 1),
        familiar=frozenset(
            [
                review.council,
                review.council.removesuffix(" Council"),
                *review.agencies.values_list("name", flat=True),
            ]
        ),
    )
