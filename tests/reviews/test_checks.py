"""The set-up page says what a review still lacks, as its framework asks, with where to mend it."""

import datetime as dt
import html
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from reviews import domain, packs
from reviews.models import (
    AccessRole,
    Agency,
    Delivery,
    Membership,
    Review,
    SignOff,
    Stage,
    User,
)
from reviews.packs.parts import BY_SLUG
from reviews.reading import checks, set_up_tasks
from reviews.reading.asked import all_answers
from reviews.reading.checks import standing_checks
from reviews.reading.team import peers_of
from reviews.reading.terms import wording
from tests.make import DAY_ZERO, make_membership, make_user, move

SignIn = Callable[[User], Client]
NOW = dt.datetime(2012, 12, 3, 12, tzinfo=dt.UTC)
EARLY = dt.date(2012, 11, 1)


def at(name: str, *numbers: object) -> str:
    return reverse(f"reviews:{name}", args=numbers)


def words(response: Any) -> str:
    text = re.sub(r"<[^>]*>", " ", response.content.decode())
    return " ".join(html.unescape(text).split())


def found(review: Review, today: dt.date = EARLY) -> dict[str, str]:
    """Each sentence with its address."""
    rows = standing_checks(review, today=today)
    return {each.sentence: each.url for each in rows}


def of(review: Review, code: str, today: dt.date = EARLY) -> list[str]:
    rows = standing_checks(review, today=today)
    return [each.sentence for each in rows if each.code == code]


def tailor(review: Review, slug: str, value: Any, by: User) -> Review:
    part = BY_SLUG[slug]
    domain.tailor(
        review=review,
        part=part,
        value=value,
        seen=part.fingerprint(review.pack),
        by=by,
        at=NOW,
    )
    return Review.objects.get(pk=review.pk)


def sign(member: Membership, subject: SignOff.Subject) -> None:
    domain.sign(
        member=member,
        subject=subject,
        seen=wording(member.review, subject),
        agreed=True,
        by=member.user,
        at=NOW,
    )


def test_each_missing_thing_leads_to_where_it_is_mended(review: Review) -> None:
    missing = found(review, DAY_ZERO)

    assert missing["No team leader has been found."] == (
        f"{at('team-add', review.pk)}?role=TL"
    )
    assert missing["There is no key question."] == at("key-questions", review.pk)
    assert missing["The scope is not written."] == at("details", review.pk)
    assert missing["There is no record that the regulator was told."] == at(
        "regulator", review.pk
    )
    assert missing["The sponsor has not accepted 1 profile of the team."] == at(
        "profiles", review.pk
    )
    assert any(
        sentence.endswith("milestones are late.")
        and url == f"{at('plan', review.pk)}?status=late"
        for sentence, url in missing.items()
    )


def test_a_missing_contact_leads_to_a_form_with_role_and_agency_chosen(
    review: Review, manager: User, sign_in: SignIn
) -> None:
    police = review.agencies.get(name="Police")

    url = found(review)["No contact is named for Police."]

    assert url == f"{at('team-add', review.pk)}?role=AGL&agency={police.pk}"
    form = sign_in(manager).get(url).context["form"]
    assert (form["role"].value(), form["agency"].value()) == ("AGL", str(police.pk))


def test_the_page_lists_every_sentence_and_what_is_in_order(
    review: Review, manager: User, sign_in: SignIn
) -> None:
    page = words(sign_in(manager).get(at("set-up", review.pk)))

    today = review.today(timezone.now())
    sentences = [each.sentence for each in standing_checks(review, today=today)]
    assert [sentence for sentence in sentences if sentence not in page] == []
    assert "Checks that are in order" in page
    assert "Nobody on the team comes from the council under review" in page


def test_nothing_is_missing_when_everything_is_there(
    review: Review, manager: User
) -> None:
    domain.change_details(
        review=review,
        version=review.version,
        by=manager,
        at=NOW,
        scope="Early help",
        council_contact_name="Oscar Grantley",
        council_contact_email="oscar@example.org",
    )
    domain.set_key_questions(
        review=review, questions=["One?", "Two?", "Three?"], by=manager, at=NOW
    )
    for role in review.pack.roles:
        for _ in range(role.least - review.memberships.filter(role=role.code).count()):
            make_membership(review, AccessRole(role.access_role), role=role.code)
    for agency in review.agencies.filter(kind=Agency.Kind.PARTNER):
        make_membership(review, AccessRole.PC, agency=agency)
    domain.record_notice(
        review=review,
        by=manager,
        at=NOW,
        told_on=EARLY,
        told_by="Morgan Vale",
        told_to="The lead",
        how="email",
        said="",
        replied_on=None,
        reply="",
    )
    for row in peers_of(review):
        domain.declare_interest(
            member=row.member,
            something=False,
            text="",
            sessions="",
            agencies=[],
            by=row.member.user,
            at=NOW,
        )
        domain.decide_profile(member=row.member, accepted=True, by=manager, at=NOW)
    sponsor = review.memberships.get(access_role=AccessRole.CS)
    sign(sponsor, SignOff.Subject.SCOPE)
    sign(sponsor, SignOff.Subject.TERMS)
    sign(review.memberships.get(user=manager), SignOff.Subject.TERMS)

    assert found(review) == {}


def test_documents_that_did_not_come_are_late(review: Review, manager: User) -> None:
    asked = review.document_requests.order_by("due_on")
    after = max(each.due_on for each in asked) + dt.timedelta(days=1)

    assert of(review, "documents") == []
    # One that several agencies are asked for counts once for each of them.
    answers = len(all_answers(review, today=after))
    assert answers > asked.count()
    assert of(review, "documents", after) == [f"{answers} documents are late."]


def test_the_briefing_note_is_missed_from_the_lead_in_until_it_is_sent(
    review: Review, manager: User
) -> None:
    assert of(review, "briefing") == []
    review = move(review, Stage.LEAD_IN)
    make_membership(review, AccessRole.PC)
    assert of(review, "briefing") == ["The briefing note has not been sent."]

    domain.send_briefing(review=review, by=manager, at=NOW)
    assert of(review, "briefing") == ["The briefing note waits in the outbox."]

    review.messages.update(state=Delivery.SENT)
    assert of(review, "briefing") == []
    review.messages.all().delete()
    assert of(review, "briefing", dt.date(2013, 2, 9)) == []


def test_a_visit_in_the_past_is_told_until_the_team_is_on_site(review: Review) -> None:
    late = dt.date(2013, 2, 5)

    assert of(review, "visit-dates") == []
    assert of(review, "visit-dates", late) == [
        "The visit was to begin on 4 February 2013, in the past."
    ]
    assert of(move(review, Stage.ON_SITE), "visit-dates", late) == []


def test_a_council_that_is_renamed_onto_a_peers_home_is_told(review: Review) -> None:
    peer = make_membership(review, AccessRole.P, full_name="Odette Parrish")
    peer.home_organisation = "Ashmere Council"
    peer.save()
    assert of(review, "peer-homes") == []

    review.council = "Ashmere Council"
    review.save()

    assert of(review, "peer-homes") == [
        "Odette Parrish comes from Ashmere Council, the council under review."
    ]


# As the framework asks


def test_every_check_of_a_pack_is_one_that_the_product_knows() -> None:
    assert frozenset(packs.QUALITY_CHECKS) == checks.KNOWN
    for pack in packs.shipped():
        assert {each.code for each in pack.quality_checks} <= checks.KNOWN
        assert pack.quality_checks != ()


def test_a_review_is_held_to_the_checks_of_its_framework_and_no_others(
    review: Review, manager: User
) -> None:
    review = tailor(
        review,
        "quality-checks",
        [
            {"code": "regulator", "title": "Regulator"},
            {"code": "key-questions", "title": "Questions", "least": 5},
        ],
        manager,
    )

    assert list(found(review)) == [
        "There is no record that the regulator was told.",
        "There is no key question.",
    ]
    domain.set_key_questions(
        review=review, questions=["One?", "Two?", "Three?"], by=manager, at=NOW
    )
    assert of(review, "key-questions") == ["There are 3 of at least 5 key questions."]
    tasks = [task.title for task in set_up_tasks(review, today=EARLY)]
    assert tasks == ["Agree the key questions", "Tell the regulator"]


def test_a_framework_that_names_no_checks_is_held_to_all_of_them(
    review: Review, manager: User
) -> None:
    before = set(found(review))

    review = tailor(review, "quality-checks", [], manager)

    assert set(found(review)) == before


@pytest.mark.parametrize(
    ("check", "fault"),
    [
        ({"code": "weather", "title": "W"}, "code must be one of: scope,"),
        ({"code": "scope", "title": "S", "least": 2}, "only for a check that counts"),
        ({"code": "key-questions", "title": "Q", "least": 101}, "between 0 and 100"),
        ({"code": "scope"}, "title is missing"),
    ],
)
def test_a_check_that_nobody_knows_is_refused(
    check: dict[str, Any], fault: str
) -> None:
    plain = packs.as_mapping(packs.load("safeguarding-children-2012"))

    with pytest.raises(packs.PackFault, match=fault):
        packs.parse({**plain, "quality_checks": [check]})


# The task list


def states(review: Review, today: dt.date = EARLY) -> dict[str, tuple[str, str]]:
    tasks = set_up_tasks(review, today=today)
    return {task.title: (task.status, task.hint) for task in tasks}


def test_tasks_say_what_is_missing_and_are_never_completed_with_it(
    review: Review, manager: User
) -> None:
    tasks = states(review)

    assert tasks["Have the scope approved"] == (
        "Cannot start yet",
        "The scope comes first",
    )
    assert tasks["Check the plan"] == (
        "Not started",
        "No milestone is done or in progress",
    )
    partners = review.agencies.count()
    assert tasks["Name the agencies’ contacts"] == (
        "Incomplete",
        f"{partners} contacts missing",
    )
    assert tasks["List the agencies"] == ("Completed", "9 agencies listed")
    assert tasks["Say what the review is about"] == (
        "Incomplete",
        "The scope is not written, and 1 more",
    )


def test_the_plans_task_is_incomplete_while_something_is_late(review: Review) -> None:
    late = review.milestones.all()[0].due_on + dt.timedelta(days=1)

    status, hint = states(review, late)["Check the plan"]

    assert status == "Incomplete"
    assert hint.endswith("late")


def test_the_move_to_the_next_stage_stands_at_set_up_alone_and_is_named(
    review: Review, manager: User, sign_in: SignIn
) -> None:
    desk = sign_in(manager)

    assert "Move to the stage “Lead-in”" in words(desk.get(at("set-up", review.pk)))
    move(review, Stage.LEAD_IN)
    assert "Move to" not in words(desk.get(at("set-up", review.pk)))


def test_what_cannot_start_is_no_link(
    review: Review, manager: User, sign_in: SignIn
) -> None:
    page = sign_in(manager).get(at("set-up", review.pk)).content.decode()

    linked = re.findall(r'task-list__link"\s+href="([^"]+)"', page)
    assert at("scope", review.pk) not in linked
    assert at("terms", review.pk) in linked


def test_somebody_else_cannot_open_it(
    review: Review, sign_in: SignIn, leader: User
) -> None:
    assert sign_in(leader).get(at("set-up", review.pk)).status_code == 403
    assert sign_in(make_user()).get(at("set-up", review.pk)).status_code == 404
