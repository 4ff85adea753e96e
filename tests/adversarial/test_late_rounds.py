"""A late round asks whoever had not answered: whatever tells who is asked tells who had answered."""

import datetime as dt
import difflib
import re
from collections.abc import Callable, Iterable

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from questionnaires.domain import (
    bouncing,
    building,
    inviting,
    late,
    listing,
    releasing,
    sending,
)
from questionnaires.models import Invitation, Questionnaire
from reviews.models import AccessRole, Delivery, Review, Stage, User
from tests.adversarial import crawl
from tests.make import make_membership, move
from tests.make_questionnaires import (
    LIST,
    again,
    answer_by,
    close_and_release,
    make_open,
    people,
    run_jobs,
)

# Health visitors are too few for a row of the turnout.
GROUPS = (("CSC", "SW", 30), ("POL", "PO", 18), ("SCH", "DSL", 12), ("CH", "HV", 7))
PAGES = (
    "",
    "copy/",
    "remove/",
    "settings/",
    "group-size/",
    "questions/",
    "preview/",
    "proof/",
    "late-round/",
    "people/",
    "people/?agency=POL",
    "people/add/",
    "list/",
    "list/blank/",
    "list/empty/",
    "open-links/",
    "progress/",
    "open/",
    "closing-date/",
    "send/",
    "remind/",
    "send-again/",
    "sending/resume/",
    "sending/end/",
    "new-link/",
    "close/",
    "release/",
    "results/",
    "results/groups/",
    "results/values.csv",
)


@pytest.fixture
def first(review: Review, manager: User) -> Questionnaire:
    questionnaire = make_open(review, by=manager, rows=people(GROUPS))
    answer_by(questionnaire, 28)
    return close_and_release(questionnaire, by=manager)


@pytest.fixture
def insiders(
    review: Review, manager: User, organiser: User, sign_in: Callable[[User], Client]
) -> dict[str, Client]:
    """Whoever drew up the first list, and could lay a second one beside it."""
    police = review.agencies.get(code="POL")
    contact = make_membership(review, AccessRole.PC, role="AGL", agency=police).user
    return {
        "manager": sign_in(manager),
        "organiser": sign_in(organiser),
        "agency contact": sign_in(contact),
    }


def make_late(first: Questionnaire, *, by: User) -> Questionnaire:
    made = late.make_late_round(questionnaire=first, by=by, at=timezone.now())
    return again(made)


def open_it(questionnaire: Questionnaire, *, by: User) -> Questionnaire:
    today = timezone.localdate()
    inviting.ask_to_open(
        questionnaire=questionnaire,
        closes_on=today + dt.timedelta(days=7),
        by=by,
        at=timezone.now(),
        today=today,
    )
    run_jobs()
    return again(questionnaire)


def send(questionnaire: Questionnaire, *, by: User) -> None:
    sending.queue_invitations(
        questionnaire=again(questionnaire),
        by=by,
        at=timezone.now(),
        today=timezone.localdate(),
    )


def page(questionnaire: Questionnaire, name: str = "") -> str:
    return (
        f"/reviews/{questionnaire.review_id}/questionnaires/{questionnaire.pk}/{name}"
    )


def everything_about(client: Client, questionnaire: Questionnaire) -> bytes:
    """All that somebody reaches by links, and every address of it that they could type."""
    review = questionnaire.review_id
    starts = [
        reverse("home:home", args=[review]),
        f"/reviews/{review}/questionnaires/?all=yes",
        f"/reviews/{review}/audit/",
        *(page(questionnaire, name) for name in PAGES),
    ]
    person = questionnaire.invitations.first()
    if person:  # as if its number had been guessed
        starts.append(page(questionnaire, f"people/{person.pk}/remove/"))
    return b"\n".join(each.content for each in crawl.everything(client, *starts))


def emails(questionnaire: Questionnaire) -> set[bytes]:
    return {each.email.encode() for each in questionnaire.invitations.all()}


def read_in(content: bytes, wanted: Iterable[bytes]) -> set[bytes]:
    return {each for each in wanted if each in content}


@pytest.mark.parametrize(
    "stage",
    [Stage.PRE_SITE, pytest.param(Stage.LEAD_IN, marks=pytest.mark.adversarial)],
)
@pytest.mark.parametrize(
    "who",
    [
        pytest.param("manager", marks=pytest.mark.adversarial),
        "organiser",
        "agency contact",
    ],
)
def test_no_address_of_a_late_round_is_on_any_page(
    first: Questionnaire,
    manager: User,
    insiders: dict[str, Client],
    who: str,
    stage: Stage,
) -> None:
    """Also at the stage in which lists are drawn up, should a review ever be put back to it."""
    made = make_late(first, by=manager)
    wanted = emails(made)
    client = insiders[who]

    move(made.review, stage)
    seen = everything_about(client, again(made))
    made = open_it(again(made), by=manager)
    seen += everything_about(client, made)
    send(made, by=manager)
    run_jobs()
    # Some letters came back: of the first round the manager would read their addresses.
    back = [each.pk for each in made.invitations.all()[:6]]
    Invitation.objects.filter(pk__in=back).update(delivery_state=Delivery.MAILBOX)
    seen += everything_about(client, again(made))
    releasing.close(questionnaire=again(made), by=manager, at=timezone.now())
    run_jobs()
    seen += everything_about(client, again(made))

    # Only the first round's own list, which they drew up, may name anybody at that stage.
    if stage == Stage.LEAD_IN:
        own_list = crawl.everything(client, page(first, "people/"))
        for each in own_list:
            if b"It is locked" in each.content:
                seen = seen.replace(each.content, b"")
    assert wanted
    assert read_in(seen, wanted) == set()


def test_the_manager_reads_no_address_at_any_address_of_a_late_round(
    first: Questionnaire, manager: User, insiders: dict[str, Client]
) -> None:
    """The short form of the above, without following links."""
    made = open_it(make_late(first, by=manager), by=manager)
    send(made, by=manager)
    run_jobs()
    made.invitations.update(delivery_state=Delivery.MAILBOX)

    answers = [insiders["manager"].get(page(made, name)) for name in PAGES]
    seen = b"".join(
        each.content for each in answers if not getattr(each, "streaming", False)
    )

    assert b"late round" in seen
    assert read_in(seen, emails(made)) == set()


@pytest.mark.parametrize(
    "who",
    [
        pytest.param("manager", marks=pytest.mark.adversarial),
        pytest.param("organiser", marks=pytest.mark.adversarial),
        "agency contact",
    ],
)
def test_the_control_the_same_search_reads_the_first_rounds_list(
    review: Review, manager: User, insiders: dict[str, Client], who: str
) -> None:
    questionnaire = make_open(review, by=manager, rows=people(GROUPS))

    seen = everything_about(insiders[who], questionnaire)

    assert len(read_in(seen, emails(questionnaire))) >= 7


def test_whoever_answered_the_first_gets_no_letter(
    first: Questionnaire, manager: User
) -> None:
    answered = {each.email for each in first.invitations.filter(counted_in=True)}
    waited = {each.email for each in first.invitations.filter(counted_in=False)}
    made = open_it(make_late(first, by=manager), by=manager)

    send(made, by=manager)
    run_jobs()

    got = {message.to[0] for message in mail.outbox}
    assert len(answered) == 28
    assert got & answered == set()
    # The control: letters did go.
    assert got == waited


# Nobody can try an address to learn whether it is asked


def test_trying_an_address_says_the_same_of_everybody(
    first: Questionnaire, manager: User, insiders: dict[str, Client]
) -> None:
    answered = next(each.email for each in first.invitations.filter(counted_in=True))
    waited = next(each.email for each in first.invitations.filter(counted_in=False))
    made = make_late(first, by=manager)
    move(made.review, Stage.LEAD_IN)
    client = insiders["manager"]

    def tried(where: str, email: str) -> tuple[int, str]:
        values = {
            "email": email,
            "agency": "POL",
            "job_group": "PO",
            "name": "",
            "sure": email,
        }
        found = client.post(page(made, where), values)
        text = crawl.Seen(where, "", found.status_code, "", found.content)
        return found.status_code, text.constant.decode()

    before = made.invitations.count()
    added = [tried("people/add/", each) for each in (answered, waited, "x@y.example")]
    opened = open_it(again(made), by=manager)
    mail.outbox.clear()
    linked = [tried("new-link/", each) for each in (answered, waited, "x@y.example")]
    run_jobs()

    assert len(set(added)) == len(set(linked)) == 1
    assert opened.invitations.count() == before
    assert mail.outbox == []
    assert again(opened).sending == Questionnaire.Sending.NOTHING
    for email in (answered, waited):
        with pytest.raises(sending.NoSingleLinks):
            sending.reissue(
                questionnaire=opened, email=email, by=manager, at=timezone.now()
            )


def test_no_list_is_taken_in_and_nobody_is_taken_off(
    first: Questionnaire, manager: User, insiders: dict[str, Client]
) -> None:
    """Whoever adds or takes off one person sees by how much a number moves."""
    made = make_late(first, by=manager)
    move(made.review, Stage.LEAD_IN)
    person = made.invitations.all()[0]
    before = made.invitations.count()

    for who in insiders.values():
        who.post(page(made, "list/"), {"file": LIST.decode()})
        who.post(page(made, "list/empty/"))
        who.post(page(made, f"people/{person.pk}/remove/"))
    at = timezone.now()
    for attempt in (
        lambda: inviting.invite(
            questionnaire=made, rows=people([("POL", "PO", 1)]), by=manager, at=at
        ),
        lambda: inviting.empty_list(questionnaire=made, by=manager, at=at),
        lambda: listing.remove_person(invitation=person, by=manager, at=at),
        lambda: listing.receive_list(
            questionnaire=made, content=LIST, by=manager, on=timezone.localdate()
        ),
    ):
        with pytest.raises(building.LateList):
            attempt()

    assert made.invitations.count() == before


# No number of a late round tells more than the turnout of the first


def worth(questionnaire: Questionnaire, content: bytes) -> str:
    """A page without what differs by chance: its number, marks of forms, times."""
    text = crawl.Seen("", "", 200, "", content).constant.decode()
    text = text.replace(f"/questionnaires/{questionnaire.pk}/", "/questionnaires/N/")
    text = re.sub(r"/(sections|questions)/\d+/", r"/\1/N/", text)
    text = re.sub(r"Late round of questionnaire number[^<]*", "", text)
    text = re.sub(r"Person \d+", "Somebody", text)  # who agreed to the release
    return re.sub(r"\d{1,2}:\d\d(am|pm)?", "TIME", text)


def differences(name: str, one: dict[str, str], other: dict[str, str]) -> list[str]:
    if one[name] == other[name]:
        return []
    lines = difflib.unified_diff(
        one[name].splitlines(), other[name].splitlines(), name, n=0, lineterm=""
    )
    return list(lines)


def road(
    first: Questionnaire, counted: dict[str, int], *, by: User, desk: Client
) -> dict[str, str]:
    """Every page of a late round from draft to release, where so many had answered the first."""
    first.invitations.update(counted_in=False)
    for agency, number in counted.items():
        rows = first.invitations.filter(leaf__startswith=f"{agency}/")[:number]
        first.invitations.filter(pk__in=[row.pk for row in rows]).update(
            counted_in=True
        )
    seen: dict[str, str] = {"turnout": worth(first, desk.get(page(first)).content)}
    made = make_late(again(first), by=by)

    def look(when: str) -> None:
        starts = [page(made, name) for name in PAGES]
        review = made.review_id
        starts += [f"/reviews/{review}/", f"/reviews/{review}/questionnaires/?all=yes"]
        for where in starts:
            answer = desk.get(where)
            content = b"".join(answer) if answer.streaming else answer.content
            name = where.replace(page(made), "")
            seen[f"{when}: {name}"] = worth(made, content)

    look("draft")
    made = open_it(made, by=by)
    look("open")
    send(made, by=by)
    look("asked")
    run_jobs()
    look("sent")
    sending.queue_again(
        questionnaire=again(made), by=by, at=timezone.now(), today=timezone.localdate()
    )
    run_jobs()
    stuck = made.invitations.filter(leaf__startswith="POL/")
    stuck.update(delivery_state=Delivery.MAILBOX)
    look("came back")
    made = close_and_release(made, by=by)
    look("released")
    seen["published"] = str(made.releases.get().values)
    made.releases.all().delete()
    Questionnaire.objects.filter(pk=made.pk).update(late_of=None)
    Questionnaire.objects.filter(pk=made.pk).delete()
    return seen


@pytest.mark.adversarial
def test_pages_of_a_late_round_follow_from_the_first_rounds_turnout_alone(
    first: Questionnaire, manager: User, insiders: dict[str, Client]
) -> None:
    """All, some or none of a group that is not shown had answered: nothing anywhere differs.

    Likewise of groups that stand as "fewer than 3" and "nearly all".
    """
    desk = insiders["manager"]
    seen = [
        road(first, counted, by=manager, desk=desk)
        for counted in (
            {"CSC": 12, "POL": 0, "SCH": 10, "CH": 0},
            {"CSC": 12, "POL": 2, "SCH": 12, "CH": 7},
            {"CSC": 12, "POL": 1, "SCH": 11, "CH": 3},
        )
    ]

    one, *others = seen
    for other in others:
        found = [line for name in one for line in differences(name, one, other)]
        assert found == [], "\n".join(found)[:6000]
    assert len(one) > 100


@pytest.mark.adversarial
def test_the_control_what_the_turnout_shows_does_change_the_pages(
    first: Questionnaire, manager: User, insiders: dict[str, Client]
) -> None:
    desk = insiders["manager"]
    one = road(first, {"CSC": 5, "POL": 5}, by=manager, desk=desk)
    other = road(first, {"CSC": 20, "POL": 5}, by=manager, desk=desk)

    assert one["turnout"] != other["turnout"]
    assert one["draft: "] != other["draft: "]


def test_the_council_sees_no_number_and_no_rate_of_a_late_round(
    first: Questionnaire, manager: User, insiders: dict[str, Client]
) -> None:
    made = open_it(make_late(first, by=manager), by=manager)
    send(made, by=manager)
    run_jobs()

    for who in ("organiser", "agency contact"):
        shown = insiders[who].get(page(made)).content.decode()
        main = shown.split("<main")[1].split("</main>")[0]
        assert "Open until the end of" in main
        assert "%" not in main
        assert "<table" not in main


def test_whose_letter_came_back_is_not_told(
    first: Questionnaire, manager: User, insiders: dict[str, Client]
) -> None:
    """A mailbox that is known to be full would be known not to have answered."""
    made = open_it(make_late(first, by=manager), by=manager)
    send(made, by=manager)
    run_jobs()
    before = worth(made, insiders["manager"].get(page(made)).content)

    bouncing.resolve()
    full = made.invitations.all()[0]
    Invitation.objects.filter(pk=full.pk).update(delivery_state=Delivery.MAILBOX)

    assert worth(made, insiders["manager"].get(page(made)).content) == before
