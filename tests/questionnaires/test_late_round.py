"""Late answers: those who had not answered are asked once more, in a round of their own."""

import datetime as dt
import html
from collections.abc import Callable

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from questionnaires import evidence, reading
from questionnaires.domain import building, forgetting, inviting, late, releasing
from questionnaires.models import Questionnaire
from reviews.models import AuditEvent, Review, Stage, User
from reviews.refusals import Refusal
from reviews.secrets import keystore
from tests.make import move, put_ahead
from tests.make_questionnaires import (
    again,
    answer_by,
    close_and_release,
    make_open,
    make_questionnaire,
    run_jobs,
    send_all,
)


@pytest.fixture
def first(review: Review, manager: User) -> Questionnaire:
    """Sixty were asked, twenty-seven have answered: nine of each agency."""
    questionnaire = make_open(review, by=manager)
    answer_by(questionnaire, 27)
    return close_and_release(questionnaire, by=manager)


def make_late(questionnaire: Questionnaire, *, by: User) -> Questionnaire:
    made = late.make_late_round(questionnaire=questionnaire, by=by, at=timezone.now())
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
    inviting.open_links(questionnaire=again(questionnaire), at=timezone.now())
    return again(questionnaire)


def page(questionnaire: Questionnaire, name: str = "") -> str:
    return (
        f"/reviews/{questionnaire.review_id}/questionnaires/{questionnaire.pk}/{name}"
    )


def main(client: Client, where: str) -> str:
    shown = client.get(where).content.decode().split("<main")[1].split("</main>")[0]
    return " ".join(shown.split())


def addresses(questionnaire: Questionnaire, **which: object) -> set[str]:
    return {each.email for each in questionnaire.invitations.filter(**which)}


# The press


def test_the_manager_asks_those_who_have_not_answered(
    first: Questionnaire, manager: User, sign_in: Callable[[User], Client]
) -> None:
    desk = sign_in(manager)

    offered = main(desk, page(first))
    before = main(desk, page(first, "late-round/"))
    desk.post(page(first, "late-round/"))
    made = first.late_round
    after = main(desk, page(made))

    assert "Ask those who have not answered" in offered
    assert "a draft of a late round for 33 people" in before
    assert "A draft of a late round, for 33 people who had not answered." in after
    assert "Open the questionnaire" in after
    assert addresses(made) == addresses(first, counted_in=False)
    assert mail.outbox == []


def test_the_late_round_asks_the_same_of_the_same_groups(
    first: Questionnaire, manager: User
) -> None:
    made = make_late(first, by=manager)

    def asked(questionnaire: Questionnaire) -> list[tuple[str, str, str]]:
        return list(
            questionnaire.questions.values_list("section__title", "code", "text")
        )

    assert asked(made) == asked(first)
    assert made.tree == first.tree
    assert (made.k, made.t) == (first.k, first.t)
    assert made.keep_addresses_days == first.keep_addresses_days
    assert made.title == f"{first.title} (late round)"
    assert (made.state, made.closes_on, made.edition) == ("draft", None, None)


def test_whoever_answered_the_first_gets_no_letter_and_all_others_do(
    first: Questionnaire, manager: User
) -> None:
    answered, waited = (
        addresses(first, counted_in=True),
        addresses(first, counted_in=False),
    )
    made = open_it(make_late(first, by=manager), by=manager)

    send_all(made, by=manager)

    got = {message.to[0] for message in mail.outbox}
    assert got == waited
    assert not got & answered
    assert len(answered) == 27
    assert "You may have been asked before" in mail.outbox[0].body


def test_the_first_letter_says_nothing_of_having_been_asked_before(
    review: Review, manager: User
) -> None:
    """The control of the sentence above."""
    send_all(make_open(review, by=manager), by=manager)

    assert "You may have been asked before" not in mail.outbox[0].body


def test_a_late_link_opens_before_the_visit_and_no_other_does(
    first: Questionnaire, manager: User
) -> None:
    made = open_it(make_late(first, by=manager), by=manager)
    links = send_all(made, by=manager)
    token = next(iter(links.values())).removeprefix("/q/")

    assert made.review.stage == Stage.PRE_SITE
    assert reading.access_link(token) is not None
    Questionnaire.objects.filter(pk=made.pk).update(late_of=None)
    assert reading.access_link(token) is None
    Questionnaire.objects.filter(pk=made.pk).update(late_of=first)
    move(made.review, Stage.ON_SITE)
    assert reading.access_link(token) is None


def test_late_answers_have_results_of_their_own(
    first: Questionnaire, manager: User, sign_in: Callable[[User], Client]
) -> None:
    before = first.releases.get().values
    made = open_it(make_late(first, by=manager), by=manager)
    answer_by(made, 15, value="2")
    made = close_and_release(made, by=manager)
    desk = sign_in(manager)

    assert first.releases.get().values == before
    assert made.releases.get().values["base"] == "15 to 19"
    assert first.releases.get().values["base"] == "20 to 29"
    of_first = main(desk, page(first, "results/"))
    of_late = main(desk, page(made, "results/"))
    assert "Late answers are not in these results" in of_first
    assert page(made, "results/") in of_first
    assert "These are the answers of the late round" in of_late
    assert page(first, "results/") in of_late
    # The results of the review are those of the first round.
    found = desk.get(f"/reviews/{first.review_id}/results/")
    assert found["Location"] == page(first, "results/")


def test_the_late_round_has_keys_of_its_own(
    first: Questionnaire, manager: User
) -> None:
    made = make_late(first, by=manager)
    before = keystore.exists(made.key("box"))
    made = open_it(made, by=manager)

    assert not before
    assert all(keystore.exists(made.key(part)) for part in releasing.KEYS)
    assert not any(keystore.exists(first.key(part)) for part in releasing.KEYS)


# Where it is refused


@pytest.mark.parametrize("left", [4, 3, 0])
def test_fewer_than_five_are_not_asked_again(
    review: Review, manager: User, sign_in: Callable[[User], Client], left: int
) -> None:
    questionnaire = make_open(review, by=manager)
    answer_by(questionnaire, 60 - left)
    first = close_and_release(questionnaire, by=manager)
    desk = sign_in(manager)

    shown = main(desk, page(first))
    pressed = desk.post(page(first, "late-round/")).content.decode()

    assert "Too few people have not answered" in shown
    assert "Ask those who have not answered" not in shown
    assert "could never be released" in " ".join(pressed.split())
    assert not Questionnaire.objects.filter(late_of=first).exists()


def test_once_addresses_are_destroyed_the_page_says_why_nobody_can_be_asked(
    first: Questionnaire, manager: User, sign_in: Callable[[User], Client]
) -> None:
    forgetting.forget_addresses(
        review=put_ahead(first.review),
        today=timezone.localdate() + dt.timedelta(days=15),
    )
    desk = sign_in(manager)

    shown = main(desk, page(first))
    desk.post(page(first, "late-round/"))

    assert "their names and addresses were destroyed after the release" in shown
    assert "Ask those who have not answered" not in shown
    assert not Questionnaire.objects.filter(late_of=first).exists()


def test_a_draft_that_is_never_opened_keeps_no_address_longer_than_the_first(
    first: Questionnaire, manager: User, sign_in: Callable[[User], Client]
) -> None:
    made = make_late(first, by=manager)
    day = timezone.localdate()
    forgetting.forget_addresses(
        review=put_ahead(first.review), today=day + dt.timedelta(days=14)
    )
    still = made.invitations.count()
    forgetting.forget_addresses(
        review=put_ahead(first.review), today=day + dt.timedelta(days=15)
    )

    shown = main(sign_in(manager), page(made))

    assert still == 33
    assert made.invitations.count() == 0
    assert "The addresses of those it would ask have been destroyed" in shown
    with pytest.raises(inviting.NobodyLeft):
        open_it(made, by=manager)


def test_an_open_late_round_keeps_its_addresses_until_its_own_release_is_two_weeks_old(
    first: Questionnaire, manager: User
) -> None:
    made = open_it(make_late(first, by=manager), by=manager)
    day = timezone.localdate()
    forgetting.forget_addresses(
        review=put_ahead(first.review), today=day + dt.timedelta(days=15)
    )
    kept = made.invitations.count()
    close_and_release(made, by=manager)
    forgetting.forget_addresses(
        review=put_ahead(first.review), today=day + dt.timedelta(days=15)
    )

    assert (kept, made.invitations.count()) == (33, 0)


def test_there_is_one_late_round_and_none_of_it(
    first: Questionnaire, manager: User
) -> None:
    made = make_late(first, by=manager)

    with pytest.raises(late.NoLateRound, match="There is a late round already"):
        make_late(first, by=manager)
    with pytest.raises(late.NoLateRound, match="no second"):
        make_late(made, by=manager)
    building.remove_questionnaire(questionnaire=made, by=manager, at=timezone.now())
    assert make_late(first, by=manager).invitations.count() == 33


def test_before_the_release_nobody_can_be_asked_again(
    review: Review, manager: User
) -> None:
    with pytest.raises(late.NoLateRound, match="once the results are released"):
        make_late(make_open(review, by=manager), by=manager)


def test_groups_of_six_are_agreed_by_two_people_again(
    review: Review, manager: User, analyst: User
) -> None:
    questionnaire = make_questionnaire(review, by=manager)
    Questionnaire.objects.filter(pk=questionnaire.pk).update(
        k=6, small_k_asked_by=manager, small_k_agreed_by=analyst
    )
    opened = make_open(review, by=manager, questionnaire=again(questionnaire))
    Questionnaire.objects.filter(pk=opened.pk).update(
        k=6, small_k_asked_by=manager, small_k_agreed_by=analyst
    )
    first = close_and_release(again(opened), by=manager)
    made = make_late(first, by=manager)

    with pytest.raises(inviting.SmallGroupsNotAgreed):
        open_it(made, by=manager)
    building.agree_small_k(questionnaire=made, by=analyst, at=timezone.now())
    assert open_it(again(made), by=manager).k == 6


def test_the_review_goes_on_site_once_the_late_round_is_released(
    first: Questionnaire, manager: User
) -> None:
    made = open_it(make_late(first, by=manager), by=manager)

    [obstacle] = reading.stage_blockers(again(made).review, Stage.ON_SITE)

    assert obstacle.sentence == (
        "The late round is still open: close it and release its answers first"
    )
    close_and_release(made, by=manager)
    assert reading.stage_blockers(again(made).review, Stage.ON_SITE) == []


def test_links_of_whole_agencies_are_given_again(
    review: Review, manager: User, sign_in: Callable[[User], Client]
) -> None:
    """Nobody is on a list there: the late round has new links, of the same agencies."""
    draft = make_questionnaire(review, by=manager)
    agency = review.agencies.get(code="CH")
    inviting.set_open_link(
        questionnaire=draft, agency=agency, places=40, by=manager, at=timezone.now()
    )
    first = close_and_release(
        make_open(review, by=manager, rows=[], questionnaire=draft), by=manager
    )
    desk = sign_in(manager)

    said = main(desk, page(first, "late-round/"))
    desk.post(page(first, "late-round/"))
    made = first.late_round
    form = main(desk, page(made, "open-links/"))
    with pytest.raises(Refusal):
        open_it(made, by=manager)
    with pytest.raises(building.LateGroups):
        inviting.set_open_link(
            questionnaire=again(made),
            agency=review.agencies.get(code="POL"),
            places=5,
            by=manager,
            at=timezone.now(),
        )
    desk.post(page(made, "open-links/"), {f"agency_{agency.pk}": "20"})
    opened = open_it(again(made), by=manager)

    assert "Nobody knows who has used a link of a whole agency" in said
    assert form.count('type="number"') == 1
    assert opened.open_links.get().remaining == 20
    assert reading.open_link_rows(opened)[0].places == 20


# What is told of it


def test_the_trail_tells_of_the_late_round_and_not_how_many_it_asks(
    first: Questionnaire, manager: User, sign_in: Callable[[User], Client]
) -> None:
    made = open_it(make_late(first, by=manager), by=manager)

    events = AuditEvent.objects.filter(object_kind="questionnaire", object_id=made.pk)
    shown = sign_in(manager).get(f"/reviews/{made.review_id}/audit/").content.decode()

    assert [event.action for event in events.order_by("pk")] == [
        "questionnaire.late_round_made",
        "questionnaire.opened",
    ]
    assert all("invited" not in event.detail for event in events)
    assert "A late round was made for those who had not answered" in shown


def test_turnout_of_a_late_round_counts_groups_of_ten_that_the_first_told_of(
    first: Questionnaire, manager: User
) -> None:
    """Nine police and three of the schools are left: too few for rows, and together twelve."""
    made = open_it(make_late(first, by=manager), by=manager)
    answer_by(made, 12)
    releasing.close(questionnaire=made, by=manager, at=timezone.now())
    run_jobs()
    membership = made.review.memberships.get(user=manager)

    found = reading.turnout(again(made), membership)

    assert found
    assert [(row.title, row.invited) for row in found.rows] == [
        ("Children's social care: front line", 21),
        ("All other groups, together", 12),
    ]
    assert found.answered == "12 of 33"


def test_the_council_is_told_no_figures_where_the_first_had_too_few(
    first: Questionnaire, manager: User
) -> None:
    """How many a late round asked, beside sixty, would say how few had replied before."""
    made = open_it(make_late(first, by=manager), by=manager)
    answer_by(made, 15)
    made = close_and_release(made, by=manager)
    release = made.releases.get()
    release.values["fifty_or_more"] = True
    release.save()

    of_first, of_late = evidence.council_summaries(made.review)

    assert (of_first.replies, of_late.replies) == (None, None)
    assert {row.favourable for row in of_late.rows} == {None}


def test_two_questionnaires_leave_the_first_ones_comments_to_be_read(
    first: Questionnaire, manager: User, analyst: User
) -> None:
    from tests.make_results import add_comments

    add_comments(first.releases.get(), ["One.", "Two."], screening="unread")
    make_late(first, by=manager)
    membership = first.review.memberships.get(user=analyst)

    found = reading.to_do(first.review, membership, timezone.localdate())

    assert [each.title for each in found] == ["Read 2 comments before the team does"]


def test_letters_of_a_late_round_keep_no_pace_that_could_be_counted_by_the_clock(
    first: Questionnaire, manager: User, sign_in: Callable[[User], Client]
) -> None:
    desk = sign_in(manager)
    made = open_it(make_late(first, by=manager), by=manager)

    offered = main(desk, page(made, "send/"))
    desk.post(page(made, "send/"), {"a_minute": "10"})

    assert "Messages a minute" not in offered
    assert again(made).a_minute is None


def test_a_late_round_keeps_the_group_size_of_the_first(
    first: Questionnaire, manager: User, sign_in: Callable[[User], Client]
) -> None:
    made = make_late(first, by=manager)

    shown = sign_in(manager).post(page(made, "group-size/"), {"k": "8"})

    assert "A late round keeps the groups of the first round." in shown.content.decode()
    assert again(made).k == first.k


def said(client: Client, where: str) -> str:
    """All words of a page, the folded ones too."""
    return " ".join(html.unescape(client.get(where).content.decode()).split())


def test_a_late_letter_and_its_pages_say_that_the_letter_tells(
    first: Questionnaire, manager: User, sign_in: Callable[[User], Client]
) -> None:
    """Whoever got it was not counted as having answered, and whoever reads mailboxes sees it."""
    desk = sign_in(manager)
    before = said(desk, page(first, "late-round/"))
    made = open_it(make_late(first, by=manager), by=manager)
    link = next(iter(send_all(made, by=manager).values()))
    phone = Client()
    opening = said(phone, link)
    phone.post(link, {"go": "start"})

    letter = mail.outbox[0].body

    told = "only to those who were not counted as having answered"
    assert f"went, as any reminder does, {told} before" in letter
    assert f"That email, and any reminder, goes {told}." in opening
    assert "without an invitation to answer late" in said(phone, "/q/kept")
    assert f"it went {told} before" in said(desk, page(made, "proof/"))
    assert "can see whether its owner got the letter" in before


def test_whoever_is_asked_first_reads_that_a_late_round_keeps_their_address_longer(
    review: Review,
    other_review: Review,
    manager: User,
    other_manager: User,
    sign_in: Callable[[User], Client],
) -> None:
    """What is done is held by the test of an open late round above. The control: a questionnaire
    whose reminders go to everybody can have none."""
    questionnaire = make_open(review, by=manager)
    link = next(iter(send_all(questionnaire, by=manager).values()))
    phone = Client()
    phone.post(link, {"go": "start"})
    longer = "If you are asked once more, to answer late"

    kept = said(phone, "/q/kept")
    proof = said(sign_in(manager), page(questionnaire, "proof/"))
    draft = make_questionnaire(other_review, by=other_manager)
    Questionnaire.objects.filter(pk=draft.pk).update(remind_everybody=True)
    for_all = make_open(other_review, by=other_manager, questionnaire=again(draft))
    link = list(send_all(for_all, by=other_manager).values())[-1]
    other_phone = Client()
    other_phone.post(link, {"go": "start"})

    assert longer in kept
    assert longer in said(Client(), "/privacy/")
    assert "of whoever is asked in a late round, until as long after its own" in proof
    assert longer not in said(other_phone, "/q/kept")
