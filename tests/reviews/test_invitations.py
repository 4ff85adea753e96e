"""Somebody is asked to join a review, answers before they see anything of it, and may say no."""

import datetime as dt
import html
import re
from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from allauth.account.forms import default_token_generator
from django.conf import settings
from django.core.mail import EmailMessage
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from reviews import domain, retention, tasks
from reviews.domain import accounts
from reviews.mail import mailer
from reviews.models import (
    AccessRole,
    AuditEvent,
    Delivery,
    Departure,
    Job,
    MailBatch,
    Membership,
    Message,
    Review,
    Stage,
    User,
)
from reviews.reading.checks import standing_checks
from reviews.reading.team import invitations_to_do
from reviews.screening import roster
from tests.make import DAY_ZERO, accept, make_membership, make_user, move
from tests.make_scheduling import make_session

SignIn = Callable[[User], Client]
LINK = re.compile(r"http\S+/account/key/\S+")


def at(name: str, *numbers: object) -> str:
    return reverse(f"reviews:{name}", args=numbers)


def words(response: object) -> str:
    content: bytes = response.content  # type: ignore[attr-defined]
    text = re.sub(r"<[^>]+>", " ", html.unescape(content.decode()))
    return re.sub(r" ([.,?])", r"\1", " ".join(text.split()))


def values(**changed: str) -> dict[str, str]:
    return {
        "role": "OP",
        "full_name": "Nia Newcomer",
        "email": "nia@elsewhere.example",
        "home_organisation": "Elsewhere Council",
        "attendance": "on_site",
        **changed,
    }


def invited(
    review: Review, by: User, email: str = "nia@elsewhere.example"
) -> Membership:
    return domain.invite_member(
        review=review,
        email=email,
        full_name="Nia Newcomer",
        role_code="OP",
        home_organisation="Elsewhere Council",
        by=by,
        at=timezone.now(),
    ).member


def link_in(text: str) -> str:
    found = LINK.search(text)
    assert found, text
    return urlsplit(found[0]).path


def opens(path: str) -> bool:
    page = Client().get(path, follow=True)
    return "Choose a password" in words(page)


@pytest.fixture
def desk(manager: User, review: Review, sign_in: SignIn) -> Client:
    """The review manager's browser."""
    return sign_in(manager)


# The letter


def test_a_new_person_is_told_what_to_do_how_long_the_link_works_and_whom_to_ask(
    desk: Client, review: Review
) -> None:
    desk.post(at("team-add", review.pk), values())

    letter = Message.objects.get()
    assert "say whether you accept" in letter.subject
    assert letter.text.startswith(
        "Morgan Vale invites you to the peer review of Trafford Council, "
        "4 to 8 February 2013, as officer peer."
    )
    ends = timezone.localtime(letter.queued_at) + dt.timedelta(days=7)
    assert f"{ends.day} {ends:%B %Y}" in letter.text
    assert f"{settings.SITE_ADDRESS}{reverse('account_reset_password')}" in letter.text
    assert f"Morgan Vale, review manager, {review.contact_email}" in letter.text
    assert opens(link_in(letter.text))
    assert len(link_in(letter.text)) < 60


def test_the_link_ends_when_the_letter_says(
    review: Review, manager: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = link_in(
        accounts.invite(
            member=invited(review, manager), by=manager, at=timezone.now()
        ).text
    )
    now = dt.datetime.now()  # noqa: DTZ005 - as Django's tokens count
    generator = type(default_token_generator)

    monkeypatch.setattr(generator, "_now", lambda self: now + dt.timedelta(days=6.9))
    assert opens(path)
    monkeypatch.setattr(generator, "_now", lambda self: now + dt.timedelta(days=7.1))
    assert not opens(path)


def test_somebody_with_an_account_gets_a_letter_without_a_secret(
    desk: Client, review: Review
) -> None:
    known = make_user("Nia Newcomer")
    User.objects.filter(pk=known.pk).update(last_login=timezone.now())

    desk.post(at("team-add", review.pk), values(email=known.email.upper()))

    assert review.memberships.get(role="OP").user == known
    letter = Message.objects.get()
    assert (letter.to, letter.holds_a_secret) == (known.email, False)
    assert LINK.search(letter.text) is None
    assert settings.SITE_ADDRESS + at("invitation", review.pk) in letter.text


def test_whoever_is_refused_gets_neither_account_nor_letter(
    desk: Client, review: Review
) -> None:
    page = desk.post(
        at("team-add", review.pk), values(home_organisation=" trafford council ")
    )

    assert "A peer comes from another organisation" in words(page)
    assert not User.objects.filter(email="nia@elsewhere.example").exists()
    assert not Message.objects.exists()


def test_adding_says_that_an_invitation_is_on_its_way(
    desk: Client, review: Review
) -> None:
    page = desk.post(at("team-add", review.pk), values(), follow=True)

    assert (
        "Nia Newcomer was added as officer peer. An invitation to nia@elsewhere.example "
        "is in the outbox."
    ) in words(page)
    assert "Nia Newcomer" in roster.load(review).names


# Before the answer


def test_nothing_of_the_review_opens_before_the_invitation_is_answered(
    review: Review, manager: User, sign_in: SignIn
) -> None:
    move(review, Stage.LEAD_IN)
    guest = sign_in(invited(review, manager).user)
    there = at("invitation", review.pk)

    for path in (
        reverse("home:home", args=[review.pk]),
        at("team", review.pk),
        at("plan", review.pk),
        at("documents", review.pk),
        reverse("scheduling:timetable", args=[review.pk]),
    ):
        assert guest.get(path)["Location"] == there, path
        assert guest.post(path)["Location"] == there, path
    page = guest.get(there)
    assert "You are invited to a peer review" in words(page)
    assert at("plan", review.pk) not in page.content.decode()


def test_a_new_person_comes_to_the_invitation_right_after_signing_in(
    review: Review, manager: User, sign_in: SignIn
) -> None:
    guest = sign_in(invited(review, manager).user)

    assert guest.get(at("work"))["Location"] == at("invitation", review.pk)


def test_who_is_on_other_reviews_sees_the_invitation_on_top_of_them(
    review: Review, manager: User, other_review: Review, sign_in: SignIn
) -> None:
    peer = make_membership(other_review, AccessRole.P, role="OP").user
    domain.add_member(
        review=review,
        user=peer,
        role_code="HP",
        home_organisation="Elsewhere Trust",
        by=manager,
        at=timezone.now(),
    )

    page = words(sign_in(peer).get(at("work")))

    assert page.index("Trafford Council") < page.index("Ashmere Council")
    assert "You are invited as health peer. Say whether you accept." in page


def test_the_invitation_page_tells_what_one_is_asked(
    review: Review, manager: User, sign_in: SignIn
) -> None:
    page = words(
        sign_in(invited(review, manager).user).get(at("invitation", review.pk))
    )

    assert "4 to 8 February 2013" in page
    assert "Officer peer" in page
    assert "Reads documents and results, meets people" in page
    assert review.contact_email in page


def test_whoever_creates_a_review_is_on_it_at_once(
    review: Review, manager: User, desk: Client
) -> None:
    assert review.memberships.get(user=manager).has_accepted
    assert desk.get(reverse("home:home", args=[review.pk])).status_code == 200


# Yes


def test_accepting_opens_the_review_and_keeps_the_day_and_the_number(
    review: Review, manager: User, sign_in: SignIn
) -> None:
    member = invited(review, manager)
    guest = sign_in(member.user)

    answer = guest.post(
        at("invitation", review.pk), {"answer": "yes", "telephone": "01632 960 111"}
    )

    assert answer["Location"] == reverse("home:home", args=[review.pk])
    member.refresh_from_db()
    assert member.has_accepted
    assert member.answered_at
    assert User.objects.get(pk=member.user_id).telephone == "01632 960 111"
    assert "You have accepted" in words(guest.get(answer["Location"]))
    events = AuditEvent.objects.filter(review_ref=review.pk)
    assert events.last().action == "member.accepted"  # type: ignore[union-attr]


def test_an_answer_given_twice_counts_once(review: Review, manager: User) -> None:
    member = accept(invited(review, manager))

    with pytest.raises(domain.AnsweredAlready):
        accept(Membership.objects.get(pk=member.pk))
    with pytest.raises(domain.AnsweredAlready):
        domain.decline_invitation(
            member=Membership.objects.get(pk=member.pk),
            reason="Changed my mind",
            by=member.user,
            at=timezone.now(),
        )
    assert review.memberships.filter(user=member.user).exists()


# No


def decline(review: Review, guest: Client, reason: str) -> object:
    return guest.post(
        at("invitation", review.pk), {"answer": "no", "reason": reason}, follow=True
    )


def test_declining_needs_a_reason(
    review: Review, manager: User, sign_in: SignIn
) -> None:
    member = invited(review, manager)

    page = words(decline(review, sign_in(member.user), "  "))

    assert page.count("Say in a few words why you cannot take part") == 2
    with pytest.raises(domain.NoReason):
        domain.decline_invitation(
            member=member, reason=" ", by=member.user, at=timezone.now()
        )
    assert Membership.objects.filter(pk=member.pk).exists()


def test_declining_frees_the_place_and_the_review_is_gone_for_them(
    review: Review, manager: User, sign_in: SignIn
) -> None:
    member = invited(review, manager)
    guest = sign_in(member.user)

    page = words(decline(review, guest, "My own inspection is that week"))

    assert "You have declined. Morgan Vale has been told" in page
    assert not review.memberships.filter(user=member.user).exists()
    assert guest.get(reverse("home:home", args=[review.pk])).status_code == 404
    assert guest.get(at("invitation", review.pk)).status_code == 404


def test_the_manager_is_told_who_declined_and_why(
    review: Review, manager: User, desk: Client, sign_in: SignIn
) -> None:
    member = invited(review, manager)
    decline(review, sign_in(member.user), "My own inspection is that week")

    letter = next(each for each in Message.objects.all() if each.to == manager.email)
    assert letter.subject == "Nia Newcomer has declined to be officer peer"
    assert "My own inspection is that week" in letter.text
    home = words(desk.get(reverse("home:home", args=[review.pk])))
    assert "Find another officer peer" in home
    team = words(desk.get(at("team", review.pk)))
    assert "Declined Nia Newcomer, officer peer, on" in team
    assert "My own inspection is that week" in team


def test_only_the_manager_reads_why_somebody_declined(
    review: Review, manager: User, leader: User, sponsor: User, sign_in: SignIn
) -> None:
    decline(review, sign_in(invited(review, manager).user), "I am to have an operation")

    for user in (leader, sponsor):
        page = words(sign_in(user).get(at("team", review.pk)))
        assert "operation" not in page
        assert "Nia Newcomer" not in page
    kept = Departure.objects.get()
    assert kept.reason == "I am to have an operation"
    trail = " ".join(
        str(each.detail) for each in AuditEvent.objects.filter(review_ref=review.pk)
    )
    assert "operation" not in trail


def test_who_declined_can_be_taken_off_the_list(
    review: Review, manager: User, desk: Client, sign_in: SignIn
) -> None:
    decline(review, sign_in(invited(review, manager).user), "No")

    for _ in range(2):  # two managers may press at once
        desk.post(at("team-declined", review.pk, Departure.objects.get().pk))

    assert AuditEvent.objects.filter(action="member.decline_noted").count() == 1
    assert (
        "Nia Newcomer" not in words(desk.get(at("team", review.pk))).split("History")[0]
    )
    member = review.memberships.get(user=manager)
    assert invitations_to_do(member, today=timezone.localdate()) == []


def test_somebody_who_declined_can_be_asked_again(
    review: Review, manager: User, desk: Client, sign_in: SignIn
) -> None:
    member = invited(review, manager)
    User.objects.filter(pk=member.user_id).update(last_login=timezone.now())
    decline(review, sign_in(member.user), "Not that week")

    page = words(desk.post(at("team-add", review.pk), values(), follow=True))

    assert "Their sessions are not put back" in page
    assert not Departure.objects.exists()
    assert not review.memberships.get(user=member.user).has_accepted


def test_who_declines_leaves_their_sessions_and_the_manager_hears_which(
    review: Review, manager: User, sign_in: SignIn
) -> None:
    member = invited(review, manager)
    session = make_session(review, by=manager, peers=[member.user])

    decline(review, sign_in(member.user), "Not that week")

    assert not session.peers.exists()
    [letter] = [each for each in Message.objects.all() if each.to == manager.email]
    assert "1 session loses a peer: Monday 4 February." in letter.text


def test_every_manager_who_has_accepted_is_told(
    review: Review, manager: User, sign_in: SignIn
) -> None:
    second = make_membership(review, AccessRole.RM).user
    decline(review, sign_in(invited(review, manager).user), "No")

    told = {each.to for each in Message.objects.filter(kind="answer to an invitation")}
    assert told == {manager.email, second.email}


# What waits


def test_the_team_page_says_who_waits_and_who_has_accepted(
    review: Review, manager: User, leader: User, desk: Client
) -> None:
    invited(review, manager)

    page = words(desk.get(at("team", review.pk)))

    today = timezone.localdate()
    day = f"{today.day} {today:%B %Y}"
    assert f"Waiting Invited on {day}" in page
    assert page.count("Send the invitation again") == 1
    assert page.count("Accepted on") == 2  # manager and leader


def test_the_checks_name_who_has_not_answered(review: Review, manager: User) -> None:
    invited(review, manager)

    checks = {
        each.sentence: each.url for each in standing_checks(review, today=DAY_ZERO)
    }

    assert checks["Nia Newcomer has not answered the invitation."] == at(
        "team", review.pk
    )
    assert not any("Nia Newcomer" in each and "interest" in each for each in checks)


def test_after_a_week_the_manager_is_asked_to_ask_again(
    review: Review, manager: User
) -> None:
    invited(review, manager)
    member = review.memberships.get(user=manager)
    today = timezone.localdate()

    def titles(days: int) -> list[str]:
        day = today + dt.timedelta(days=days)
        return [each.title for each in invitations_to_do(member, today=day)]

    assert titles(6) == []
    assert titles(7) == ["Ask Nia Newcomer again"]


def test_a_letter_that_came_back_is_said_on_the_team_page_and_the_home_page(
    review: Review, manager: User, desk: Client
) -> None:
    invited(review, manager)
    Message.objects.update(state=Delivery.NO_ADDRESS)

    team = words(desk.get(at("team", review.pk)))
    home = words(desk.get(reverse("home:home", args=[review.pk])))

    assert "The email address does not exist" in team
    assert "See that Nia Newcomer is invited" in home


# Once more


def test_a_letter_that_bounced_keeps_its_text_and_one_that_arrived_does_not(
    review: Review, manager: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    invited(review, manager)
    monkeypatch.setattr(mailer, "deliver", lambda *a, **k: Delivery.MAILBOX)
    mailer.send_waiting(review=review)
    assert LINK.search(Message.objects.get().text)

    Message.objects.update(state=Delivery.QUEUED)
    monkeypatch.setattr(mailer, "deliver", lambda *a, **k: Delivery.SENT)
    mailer.send_waiting(review=review)
    assert Message.objects.get().text == ""


def test_sending_a_bounced_invitation_again_writes_a_new_letter_with_a_new_link(
    review: Review, manager: User, desk: Client, mailoutbox: list[EmailMessage]
) -> None:
    invited(review, manager)
    old = Message.objects.get()
    old_link = link_in(old.text)
    Message.objects.update(state=Delivery.MAILBOX)

    desk.post(at("outbox-message", review.pk, old.pk))
    mailer.send_waiting(review=review)

    [sent] = mailoutbox
    new_link = link_in(str(sent.body))
    assert new_link != old_link
    assert not opens(old_link)
    assert opens(new_link)
    assert [each.state for each in Message.objects.all()] == [Delivery.SENT]


def test_the_team_page_invites_again_and_the_link_before_stops(
    review: Review, manager: User, desk: Client
) -> None:
    member = invited(review, manager)
    old_link = link_in(Message.objects.get().text)
    Message.objects.update(state=Delivery.SENT)

    page = words(desk.post(at("team-invite", review.pk, member.pk), follow=True))

    assert "The one before no longer works" in page
    assert not opens(old_link)
    newest = Message.objects.order_by("-queued_at")[0]
    assert opens(link_in(newest.text))


def test_nobody_who_has_accepted_is_invited_again(
    review: Review, manager: User, leader: User, desk: Client
) -> None:
    member = review.memberships.get(user=leader)

    page = words(desk.post(at("team-invite", review.pk, member.pk), follow=True))

    assert "Leila Okafor has accepted the invitation already." in page
    assert not Message.objects.exists()


def test_a_chosen_password_outlives_another_letter(
    review: Review, manager: User
) -> None:
    member = invited(review, manager)
    member.user.set_password("four plain words here")
    member.user.save()

    letter = accounts.invite_again(member=member, by=manager, at=timezone.now())

    assert User.objects.get(pk=member.user_id).check_password("four plain words here")
    assert LINK.search(letter.text) is None


def test_a_draft_that_waited_counts_its_days_from_the_day_it_goes(
    review: Review, manager: User
) -> None:
    domain.set_mail_rules(
        review=review, by_itself={"account": False}, by=manager, at=timezone.now()
    )
    invited(review, manager)
    draft = Message.objects.get()
    assert draft.batch
    later = timezone.now() + dt.timedelta(days=30)

    domain.release(batch=draft.batch, version=draft.batch.version, by=manager, at=later)

    ends = timezone.localtime(later) + dt.timedelta(days=7)
    assert f"{ends.day} {ends:%B %Y}" in Message.objects.get().text


def hold_back(review: Review, by: User, *kinds: str) -> None:
    """Mail of these kinds waits for the manager."""
    domain.set_mail_rules(
        review=review, by_itself=dict.fromkeys(kinds, False), by=by, at=timezone.now()
    )


@pytest.mark.parametrize("has_an_account", [False, True])
def test_an_invitation_that_waited_until_it_was_answered_is_not_sent(
    review: Review,
    other_review: Review,
    manager: User,
    other_manager: User,
    desk: Client,
    has_an_account: bool,
) -> None:
    """They came by the letter of another review, and found this one on their page."""
    hold_back(review, manager, "account", "invitation")
    elsewhere = invited(other_review, other_manager)
    if has_an_account:
        User.objects.filter(pk=elsewhere.user_id).update(last_login=timezone.now())
    accept(invited(review, manager))
    batch = review.mail_batches.get()

    page = desk.post(
        at("outbox-batch-do", review.pk, batch.pk),
        {"do": "send", "version": batch.version},
        follow=True,
    )

    assert (
        "Nothing was sent: this person has answered, or is no longer on the review."
        in words(page)
    )
    assert "Drafts that wait for you" not in words(page)
    assert not review.messages.exists()
    assert not review.mail_batches.exists()


def test_an_invitation_without_a_link_goes_in_the_managers_words(
    review: Review, manager: User, desk: Client
) -> None:
    hold_back(review, manager, "invitation")
    known = make_user("Nia Newcomer")
    User.objects.filter(pk=known.pk).update(last_login=timezone.now())
    invited(review, manager, known.email)
    batch = review.mail_batches.get()
    desk.post(
        at("outbox-batch", review.pk, batch.pk),
        {"subject": "Join us", "text": "Please come.", "version": batch.version},
    )

    page = desk.post(
        at("outbox-batch-do", review.pk, batch.pk),
        {"do": "send", "version": batch.version + 1},
        follow=True,
    )

    assert "1 message is on the way." in words(page)
    assert [(each.state, each.text.strip()) for each in review.messages.all()] == [
        (Delivery.QUEUED, "Please come.")
    ]


def test_an_invitation_that_waits_goes_with_the_person(
    review: Review, manager: User, desk: Client
) -> None:
    hold_back(review, manager, "account")
    member = invited(review, manager)
    assert "Drafts that wait for you" in words(desk.get(at("outbox", review.pk)))

    desk.post(at("team-remove", review.pk, member.pk))

    assert not MailBatch.objects.exists()
    assert "Drafts that wait for you" not in words(desk.get(at("outbox", review.pk)))


def test_secrets_that_never_arrived_are_forgotten_once_they_are_dead(
    review: Review, manager: User
) -> None:
    invited(review, manager)
    Message.objects.update(state=Delivery.FAILED)

    mailer.forget_secrets(before=timezone.now() - dt.timedelta(days=7))
    assert Message.objects.get().text
    mailer.forget_secrets(before=timezone.now() + dt.timedelta(seconds=1))
    assert Message.objects.get().text == ""


def test_letters_of_no_review_are_forgotten_after_their_days(
    review: Review, manager: User
) -> None:
    """No close reaches them; a review's own stay until its close."""
    now = timezone.now()
    invited(review, manager)
    old, new = (
        mailer.queue(review=None, kind="account", to=to, subject="s", text="t", at=at)
        for to, at in (
            ("old@example.org", now - retention.OWN_LETTERS - dt.timedelta(minutes=1)),
            ("new@example.org", now - retention.OWN_LETTERS + dt.timedelta(minutes=1)),
        )
    )
    review.messages.update(queued_at=now - 2 * retention.OWN_LETTERS)

    tasks.nightly("", Job(kind="reviews.tasks.nightly", queued_at=now))

    left = Message.objects.all()
    assert {each.review_id for each in left} == {review.pk, None}
    assert new in left
    assert old not in left


# Removed


def remove(review: Review, member: Membership, by: User) -> None:
    domain.remove_member(review=review, member=member, by=by, at=timezone.now())


def test_removing_somebody_who_never_signed_in_ends_their_link(
    review: Review, manager: User
) -> None:
    member = invited(review, manager)
    path = link_in(Message.objects.get().text)
    assert opens(path)

    remove(review, member, manager)

    assert not opens(path)
    assert not User.objects.filter(email="nia@elsewhere.example").exists()
    assert not Message.objects.exists()  # what had not gone does not go


def test_whoever_is_added_again_gets_a_letter_again(
    review: Review, manager: User, desk: Client
) -> None:
    remove(review, invited(review, manager), manager)

    desk.post(at("team-add", review.pk), values())

    assert opens(link_in(Message.objects.get().text))


def test_an_account_that_is_used_or_invited_elsewhere_stays(
    review: Review, other_review: Review, manager: User, other_manager: User
) -> None:
    elsewhere = invited(other_review, other_manager)
    member = invited(review, manager)
    remove(review, member, manager)
    assert User.objects.filter(pk=elsewhere.user_id).exists()

    used = accept(invited(review, manager, "other@elsewhere.example"))
    User.objects.filter(pk=used.user_id).update(last_login=timezone.now())
    remove(review, review.memberships.get(user=used.user), manager)
    assert User.objects.filter(pk=used.user_id).exists()


def test_removal_says_what_goes_and_what_stays(
    review: Review, manager: User, leader: User, desk: Client
) -> None:
    for start in (dt.time(9), dt.time(11)):
        make_session(review, by=manager, peers=[leader], start=start)
    make_session(
        review, by=manager, peers=[leader], day=DAY_ZERO + dt.timedelta(days=2)
    )
    member = review.memberships.get(user=leader)

    page = words(desk.get(at("team-remove", review.pk, member.pk)))

    assert "3 sessions lose a peer: Monday 4 February and Wednesday 6 February." in page
    assert "they are in no session until somebody puts them there" in page
    assert re.search(r"Milestones stay with the role: \d+ open ones", page)
    assert "Remove Leila Okafor" in page
    done = words(desk.post(at("team-remove", review.pk, member.pk), follow=True))
    assert "Leila Okafor is no longer on the review." in done


def test_what_somebody_said_of_themselves_goes_with_them(
    review: Review, leader: User, sponsor: User, desk: Client
) -> None:
    member = review.memberships.get(user=leader)
    Membership.objects.filter(pk=member.pk).update(profile="Led three of these.")
    domain.declare_interest(
        member=member,
        something=True,
        text="My sister works there.",
        agencies=[],
        sessions="",
        by=leader,
        at=timezone.now(),
    )
    domain.decide_profile(member=member, accepted=True, by=sponsor, at=timezone.now())
    page = words(desk.get(at("team-remove", review.pk, member.pk)))

    desk.post(at("team-remove", review.pk, member.pk))

    assert "and the sponsor’s word on them are deleted." in page
    assert not Membership.objects.filter(profile="Led three of these.").exists()
    assert not review.interests.exists()
    assert not review.profile_decisions.exists()
    assert not [each for each in review.departures.all() if each.reason]
