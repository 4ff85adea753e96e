"""The letters about being on a review, one function each; the words are in templates."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse

from reviews.access import ROLE_WORDS
from reviews.models import AccessRole, Membership, Review, User


@dataclass(frozen=True)
class Words:
    subject: str
    text: str


def address_of(name: str, *numbers: int) -> str:
    """A page's whole address, as a letter writes it."""
    return f"{settings.SITE_ADDRESS}{reverse(name, args=numbers)}"


def invitation(member: Membership, *, by: User, link: str, at: dt.datetime) -> Words:
    """``link`` is where somebody without a password chooses one, "" for everybody else."""
    review = member.review
    return Words(
        f"You are invited to the peer review of {review.council}: say whether you accept",
        _render(
            "invitation",
            by=by,
            review=review,
            role=member.role_title,
            link=link,
            until=at + dt.timedelta(seconds=settings.PASSWORD_RESET_TIMEOUT),
            answer=address_of("reviews:invitation", review.pk),
            reset=address_of("account_reset_password"),
        ),
    )


def invitation_declined(member: Membership, *, reason: str, lost: str) -> Words:
    """To the manager; ``lost`` says what else the person leaves behind."""
    review = member.review
    return Words(
        f"{member.name} has declined to be {member.role_title.lower()}",
        _render(
            "invitation_declined",
            name=member.name,
            role=member.role_title,
            review=review,
            reason=reason,
            sessions=lost,
            team=address_of("reviews:team", review.pk),
        ),
    )


def role_changed(member: Membership, *, before: str, by: User) -> Words:
    review = member.review
    return Words(
        f"Your role in the peer review of {review.council} has changed",
        _render(
            "role_changed",
            by=by,
            review=review,
            role=member.role_title,
            before=before,
            words=ROLE_WORDS[AccessRole(member.access_role)],
            # Whoever changes their own role stays signed in.
            signs_in_again=member.user != by,
            home=address_of("home:home", review.pk),
        ),
    )


def close_asked(review: Review, *, by: User) -> Words:
    """To the leader, who may confirm it."""
    return Words(
        f"Confirm the close of the peer review of {review.council}",
        _render(
            "close_asked",
            by=by,
            review=review,
            page=address_of("reviews:closing", review.pk),
        ),
    )


def close_ahead(review: Review, *, issued: bool) -> Words:
    """To the council's sponsor, whose documents go. ``issued``: whether a report was."""
    return Words(
        f"The peer review of {review.council} is about to be closed",
        _render(
            "close_ahead",
            review=review,
            issued=issued,
            page=address_of("reviews:records", review.pk),
        ),
    )


def close_sent_back(review: Review, *, by: User) -> Words:
    """To whoever asked for it."""
    return Words(
        f"The close of the peer review of {review.council} was sent back",
        _render(
            "close_sent_back",
            by=by,
            review=review,
            page=address_of("reviews:closing", review.pk),
        ),
    )


def idle(review: Review, *, since: dt.date) -> Words:
    """To its manager, once a year."""
    return Words(
        f"The peer review of {review.council} stands still",
        _render(
            "idle",
            review=review,
            since=since,
            page=address_of("home:stage", review.pk),
        ),
    )


def _render(letter: str, /, **context: Any) -> str:
    return render_to_string(f"reviews/email/{letter}.txt", context).strip() + "\n"
