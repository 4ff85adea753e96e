"""The home page of a review: where it stands, what is late, and what is next for whoever reads."""

import datetime as dt
import re
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from reviews.models import AccessRole, Milestone, Review, User
from tests.make import make_membership, make_user

SignIn = Callable[[User], Client]


def milestone(review: Review, owner: str, due: dt.date, title: str) -> Milestone:
    return Milestone.objects.create(
        review=review,
        code=review.pack.milestones[0].code,
        title=title,
        owner_role=owner,
        offset_days=400 + review.milestones.count(),
        due_on=due,
    )


def mine(client: Client, review: Review) -> str:
    page = client.get(reverse("home:home", args=[review.pk])).content.decode()
    part = page.split("Next for you")[1].split("</section>")[0]
    return " ".join(re.sub(r"<[^>]+>", " ", part).split())


@pytest.fixture
def empty(review: Review) -> Review:
    review.milestones.all().delete()
    review.demonstration = True
    review.demonstration_day = dt.date(2013, 1, 9)
    review.save()
    return review


def test_what_is_overdue_comes_first_among_what_is_next(
    empty: Review, manager: User, sign_in: SignIn
) -> None:
    milestone(empty, "RM", dt.date(2013, 1, 14), "Later work")
    milestone(empty, "RM", dt.date(2012, 12, 31), "Forgotten work")

    shown = mine(sign_in(manager), empty)

    assert shown.index("Forgotten work") < shown.index("Later work")
    assert "9 days late, was due 31 December 2012" in shown
    assert "by 14 January 2013" in shown


def test_what_each_peer_owes_is_next_for_a_peer(empty: Review, sign_in: SignIn) -> None:
    peer = make_user()
    make_membership(empty, AccessRole.P, user=peer)
    milestone(empty, "PEERS", dt.date(2013, 1, 14), "Interests declared")

    assert "Interests declared" in mine(sign_in(peer), empty)


def test_a_step_leads_to_the_page_on_which_it_is_done(
    empty: Review, manager: User, sign_in: SignIn
) -> None:
    row = milestone(empty, "RM", dt.date(2013, 1, 14), "Ask the staff")
    row.code = "QST-01"
    row.save()

    page = sign_in(manager).get(reverse("home:home", args=[empty.pk])).content.decode()

    address = reverse("questionnaires:index", args=[empty.pk])
    assert re.search(rf'<a[^>]+href="{address}"[^>]*>Ask the staff</a>', page)


def test_the_same_step_of_every_evening_stands_once_among_those_of_others(
    empty: Review, manager: User, sign_in: SignIn
) -> None:
    for day in (14, 15, 16):
        milestone(empty, "TL", dt.date(2013, 1, day), "Evening triangulation")

    page = sign_in(manager).get(reverse("home:home", args=[empty.pk])).content.decode()

    assert page.count("Evening triangulation") == 1
