"""The home page of a review: where it stands, what is late, and what is next for whoever reads."""

import datetime as dt
import re
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from casemapping import domain
from peerreview.home import ACTION_WORDS
from reviews.access import GRANTS
from reviews.domain.review import NEXT_STAGE
from reviews.models import AccessRole, Milestone, Review, Stage, User
from reviews.secrets import keystore
from reviews.secrets.sealing import key_name
from tests.make import make_membership, make_user, move
from tests.make_casemapping import make_case, make_event, make_sheet
from tests.make_feedback import make_excerpt, make_finding
from tests.make_scheduling import (
    make_draft,
    make_evening,
    make_notes,
    make_session,
)

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


# --- where the review is, and its next stage -------------------------------------------


@pytest.mark.parametrize(
    ("stage", "day", "says"),
    [
        (Stage.LEAD_IN, dt.date(2013, 1, 9), "26 days to the visit"),
        (Stage.PRE_SITE, dt.date(2013, 2, 3), "The visit begins tomorrow"),
        (Stage.PRE_SITE, dt.date(2013, 2, 4), "The visit begins today"),
        (Stage.ON_SITE, dt.date(2013, 2, 6), "The team is on site, day 3 of 5"),
        (Stage.ON_SITE, dt.date(2013, 2, 11), "The visit is over"),
        (Stage.REPORTING, dt.date(2013, 2, 6), "The report is being written"),
        (Stage.FEEDBACK, dt.date(2013, 2, 6), "The council is given its feedback"),
    ],
)
def test_where_the_review_is_goes_by_its_stage(
    empty: Review, manager: User, sign_in: SignIn, stage: Stage, day: dt.date, says: str
) -> None:
    move(empty, stage)
    Review.objects.filter(pk=empty.pk).update(demonstration_day=day)

    page = sign_in(manager).get(reverse("home:home", args=[empty.pk])).content.decode()

    here = " ".join(page[page.index("Where we are") :].split())
    assert f">{says}<" in here.replace("> ", ">").replace(" <", "<")
    assert ("Move to the next stage" in page) == (stage != Stage.FEEDBACK)


def stage_page(client: Client, review: Review, *, follow: bool = False) -> str:
    address = reverse("home:stage", args=[review.pk])
    page = client.get(address, follow=follow).content.decode()
    return " ".join(page.split())


def test_the_next_stage_says_who_can_do_what_no_longer(
    review: Review, manager: User, sign_in: SignIn
) -> None:
    move(review, Stage.ON_SITE)

    page = stage_page(sign_in(manager), review)

    for sentence in (
        "<li>The team can no longer write notes</li>",
        "<li>The review manager and the team leader can no longer gather notes</li>",
        "<li>The review manager can write and build the report</li>",
        "<li>The team can read and download the report, once there is one for them</li>",
    ):
        assert sentence in page
    assert "review manager, team leader" not in page
    assert "Move to “Reporting”" in page


def test_each_right_that_a_stage_brings_or_takes_is_said_on_its_page() -> None:
    """But for the close, which has a page of its own."""
    moves = list(NEXT_STAGE.items())
    changing = {
        action
        for action, grants in GRANTS.items()
        for before, after in moves
        for at in grants.values()
        if (before in at) != (after in at)
    }

    assert set(ACTION_WORDS) == changing
    assert list(ACTION_WORDS) == [each for each in GRANTS if each in ACTION_WORDS]


def test_what_stands_in_the_way_leads_to_where_it_is_done(
    review: Review, manager: User, sign_in: SignIn
) -> None:
    case = make_case(review, by=manager)
    move(review, Stage.ON_SITE)

    page = stage_page(sign_in(manager), review)

    link = reverse("casemapping:case", args=[review.pk, case.pk])
    words = "CM-01 has not been discussed with the team yet: discuss it"
    assert f'<a class="govuk-link" href="{link}">{words}' in page
    assert 'name="to"' not in page  # the button is not there


def test_what_would_be_lost_is_said_before_moving_on_and_stops_nobody(
    review: Review, manager: User, leader: User, sign_in: SignIn
) -> None:
    session = make_session(review, by=manager, peers=[leader])
    move(review, Stage.ON_SITE)
    review.refresh_from_db()
    client = sign_in(manager)
    before = stage_page(client, review)
    make_draft(session, leader, "For me alone.", ready=False)
    private = stage_page(client, review)
    make_draft(session, leader, "For the team.")
    both = stage_page(client, review)
    evening = make_evening(review, by=manager, pairs=[[leader], [manager], [leader]])
    for number in range(6):
        make_draft(evening[0], [leader, manager][number % 2], f"Point {number}.")
    enough = stage_page(client, review)
    event = make_event(make_case(review, by=manager), by=manager)
    domain.set_aside(row=event, by=manager, at=timezone.now())
    aside = stage_page(client, review)

    assert "Before you move on" not in before
    assert "Private drafts are deleted tonight" in private
    assert "Notes that are ready" not in private
    assert "Notes that are ready cannot be gathered safely as things stand" in both
    assert "Notes that are ready have not been gathered: that happens" in enough
    assert "Those that too few meetings stand behind are deleted" in enough
    assert "Wrong data that is set aside waits for a second person" in aside
    assert "Move to “Reporting”" in both
    assert "For me alone" not in both


def test_unread_comments_unagreed_findings_and_marked_notes_are_told_before_feedback(
    review: Review, manager: User, leader: User, sign_in: SignIn
) -> None:
    session = make_session(review, by=manager, peers=[leader])
    make_notes(session, [leader], ["We met Leila Okafor."])
    make_excerpt(make_finding(review, by=leader), by=leader)
    move(review, Stage.REPORTING)

    page = stage_page(sign_in(manager), review)

    for sentence in (
        "1 note that may name somebody has not been looked at",
        "1 finding has not been agreed, and findings close",
        "1 excerpt has not been cleared",
    ):
        assert sentence in page


def test_sheets_that_are_not_in_are_told_before_the_visit(
    review: Review, manager: User, sign_in: SignIn
) -> None:
    make_sheet(make_case(review, by=manager), review.agencies.all()[0], by=manager)
    move(review, Stage.PRE_SITE)

    page = stage_page(sign_in(manager), review)

    assert "1 case preparation sheet has not been handed in" in page


def test_at_the_last_stage_the_page_says_what_happens_by_itself(
    review: Review, manager: User, sign_in: SignIn
) -> None:
    move(review, Stage.FEEDBACK)
    keystore.ensure(key_name("speech", review.pk))
    ahead = (
        "go by themselves, also if nobody closes the review: their day is 18 March 2013"
    )
    # Its day is past, and a night has failed: it is not gone.
    assert ahead in stage_page(sign_in(manager), review, follow=True)
    keystore.destroy(key_name("speech", review.pk))

    answer = sign_in(manager).get(reverse("home:stage", args=[review.pk]), follow=True)

    assert answer.redirect_chain == [(f"/reviews/{review.pk}/closing/", 302)]
    page = answer.content.decode()
    assert "have gone by themselves: their day was 18 March 2013" in page
    Review.objects.filter(pk=review.pk).update(
        demonstration=True, demonstration_day=dt.date(2013, 3, 17)
    )
    page = stage_page(sign_in(manager), review, follow=True)
    assert ahead in page
