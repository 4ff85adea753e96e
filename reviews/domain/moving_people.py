"""Who is on a review that is moved in: whoever takes it in manages it, and all others are asked anew."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping

from django.core.exceptions import ValidationError

from reviews.domain import accounts
from reviews.domain.moving_in import DamagedFile
from reviews.models import AccessRole, Departure, Membership, Review, User
from reviews.packs import Pack
from reviews.refusals import Refusal


class CouncilManages(Refusal):
    def __init__(self, title: str) -> None:
        super().__init__(
            f"You are {title.lower()} on this review. Nobody of the council or its partners manages "
            "it, so somebody else has to take it in."
        )


def check_people(people: Iterable[dict[str, str]]) -> None:
    """Each has a name and an address of their own. Raises DamagedFile."""
    seen: set[str] = set()
    for number, each in enumerate(people, start=1):
        row = User(email=each["email"], full_name=each["name"])
        try:
            # An account that is made has no password yet.
            row.clean_fields(exclude=["password"])
        except ValidationError as error:
            raise DamagedFile(
                f"Person {number}, {name.replace('_', ' ')}: {' '.join(words)}"
                for name, words in error.message_dict.items()
            ) from error
        address = each["email"].casefold()
        if address in seen:
            raise DamagedFile([f"Person {number} has the address of another."])
        seen.add(address)


def accounts_of(
    people: Iterable[dict[str, str]], *, review: Review, by: User, at: dt.datetime
) -> dict[int, User]:
    """By place in the file. Found by address, made where there is none; nobody is told."""
    found = {}
    for place, each in enumerate(people):
        if each["email"].casefold() == by.email.casefold():
            found[place] = by
            continue
        found[place] = accounts.account_for(
            email=each["email"], full_name=each["name"], review=review, by=by, at=at
        )
    return found


def call_as_the_file_does(
    review: Review,
    people: Iterable[dict[str, str]],
    found: Mapping[int, User],
    *,
    by: User,
    at: dt.datetime,
) -> None:
    """An account that was there already is shown under the name of the file until its owner accepts.

    Whoever did something in the review and is on it no more is somebody who left.
    """
    there = set(review.memberships.values_list("user", flat=True))
    for place, each in enumerate(people):
        user = found[place]
        if user.pk in there:
            review.memberships.filter(user=user).update(name_given=each["name"])
        elif user.pk != by.pk:
            Departure(
                review=review,
                user=user,
                name_given=each["name"],
                declined=False,
                left_at=at,
            ).save(force_insert=True)


def settle_members(*, review: Review, pack: Pack, by: User, at: dt.datetime) -> None:
    """Raises DamagedFile, CouncilManages."""
    for member in review.memberships.select_related("agency"):
        role = pack.role(member.role)
        if member.access_role != role.access_role or (
            member.agency is not None and not role.is_host
        ):
            raise DamagedFile(
                [
                    f"“{role.title}” does not come with the access that it has in the file."
                ]
            )
        if member.user_id == by.pk and not member.in_team:
            raise CouncilManages(role.title)
    manager = pack.manager_role
    Membership.objects.update_or_create(
        review=review,
        user=by,
        defaults={
            "role": manager.code,
            "access_role": AccessRole.RM,
            "answer": Membership.Answer.ACCEPTED,
            "answered_at": at,
        },
    )
