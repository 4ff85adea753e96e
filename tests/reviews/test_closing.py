"""The close of a review: who may, what stands in its way, what is shown, what is kept."""

import datetime as dt
import html
import json
import re
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.apps import apps
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from questionnaires.models import Questionnaire
from reviews import retention
from reviews.access import GRANTS, Action
from reviews.domain import closing as verbs
from reviews.domain import destroying
from reviews.domain.closing import (
    AskedAlready,
    AskerLeft,
    BegunAlready,
    GoingOn,
    JoinedForThis,
    NotAccepted,
    NotAtItsEnd,
    NothingAsked,
    NotStopped,
    OtherNow,
    SecondPersonNeeded,
    ask_to_close,
    confirm_close,
    go_on,
    take_back,
)
from reviews.files import archive
from reviews.models import (
    AccessRole,
    AuditEvent,
    Certificate,
    Closing,
    Delivery,
    DestroyedReview,
    Job,
    Membership,
    Message,
    Review,
    Stage,
    User,
)
from reviews.reading.closing import may_confirm, page_of, unfinished
from reviews.reading.records import every_record, going
from reviews.rules.closing import (
    KNOWN_FOR,
    STEPS,
    counted_to_tens,
    steps_after,
)
from reviews.secrets import keystore, signing, typed_back
from reviews.secrets.sealing import key_name
from reviews.trail import audit
from tests.make import make_membership, move
from tests.make_closing import (
    INNER,
    LOCK,
    asked,
    close,
    confirmed,
    let_work_end,
    lock_of,
    member_of,
    work,
)
from tests.make_feedback import build, draw, make_agreed
from tests.make_questionnaires import answer_by, make_open
from tests.make_scheduling import make_notes, make_session
from tests.reviews.members import SignIn

NOW = dt.datetime(2013, 5, 2, 10, tzinfo=dt.UTC)


# --- every model has its class of record ---------------------------------------------------------


def test_every_model_stands_in_exactly_one_class_of_record() -> None:
    """One without would be forgotten by the close and by the information officer's page."""
    held = [rows.label for record in every_record() for rows in record.rows]
    models = {model._meta.label for model in apps.get_models()}

    assert models - set(held) == set()
    assert set(held) - models == set()
    twice = {label for label in held if held.count(label) > 1}
    # Issued versions of the report are kept, and the others are not.
    assert twice == {"feedback.ReportVersion"}


def test_rows_lead_to_their_review(review: Review) -> None:
    for record in every_record():
        for rows in record.rows:
            assert record.of_a_review == bool(rows.review), rows.label
            if rows.review:
                rows.of(review).count()
            else:
                with pytest.raises(ValueError, match=rows.label):
                    rows.of(review)


def test_answers_are_never_counted(review: Review, manager: User) -> None:
    """However many there are: a number would be a turnout."""
    questionnaire = make_open(review, by=manager)
    answer_by(questionnaire, 17)
    move(review, Stage.FEEDBACK)
    page = page_of(member_of(review, AccessRole.RM))
    counts = {row.title: row.count for row in page.going}
    assert counts["Answers before the release"] == "not counted"
    assert counts["Answers and comments after the release"] == "not counted"


@pytest.mark.parametrize(
    ("number", "says"),
    [
        *((0, "fewer than 10"), (9, "fewer than 10"), (10, "about 10")),
        *((144, "about 140"), (146, "about 150"), (1234, "about 1,230")),
    ],
)
def test_numbers_are_said_to_the_nearest_ten(number: int, says: str) -> None:
    assert counted_to_tens(number) == says


# --- two people ----------------------------------------------------------------------------------


def test_one_asks_and_another_confirms(review: Review) -> None:
    first = asked(review)
    review.refresh_from_db()
    assert review.stage == Stage.FEEDBACK
    assert member_of(review, AccessRole.TL).user != review.closing.asked_by
    letter = Message.objects.get(kind="close asked for")
    assert letter.to == member_of(review, AccessRole.TL).user.email

    second = confirmed(review)
    review.refresh_from_db()
    assert review.stage == Stage.CLOSED
    assert len({first, second}) == 2
    trail = [event.action for event in audit.events(review)]
    assert {"review.close_asked", "review.close_confirmed"} <= set(trail)


def test_nobody_confirms_what_they_asked_for(review: Review) -> None:
    """Not even somebody who has another role by then."""
    asked(review)
    manager = member_of(review, AccessRole.RM)
    make_membership(review, AccessRole.RM)
    Membership.objects.filter(pk=manager.pk).update(
        access_role=AccessRole.TL, role="TL"
    )
    with pytest.raises(SecondPersonNeeded):
        confirm_close(member=manager, lock=LOCK, by=manager.user, at=NOW)
    review.refresh_from_db()
    assert review.stage == Stage.FEEDBACK


def test_a_request_of_an_account_that_is_gone_is_sent_back_to_nobody(
    review: Review,
) -> None:
    asked(review)
    Closing.objects.update(asked_by=None)
    leader = member_of(review, AccessRole.TL)
    letters = Message.objects.count()

    take_back(member=leader, by=leader.user, at=NOW)

    assert not Closing.objects.exists()
    assert Message.objects.count() == letters


def test_a_request_of_somebody_who_left_is_confirmed_by_nobody(review: Review) -> None:
    """They were shown the outer passphrase, and nobody who is left would have it."""
    asked(review)
    leader = member_of(review, AccessRole.TL)
    member_of(review, AccessRole.RM).delete()
    with pytest.raises(AskerLeft):
        confirm_close(member=leader, lock=LOCK, by=leader.user, at=NOW)


def test_no_passphrase_is_kept_while_the_close_waits(review: Review) -> None:
    """Neither in the database nor among the keys, whatever opens there."""
    before = set(keystore.names())
    words = [asked(review), confirmed(review)]
    closing = Closing.objects.get(review=review)
    locks = json.dumps([closing.outer_lock, closing.inner_lock])

    for name in set(keystore.names()) - before:
        assert "archive" not in name
    for each in words:
        assert each not in locks
        assert each.encode().hex() not in locks
    assert locks.count(b"age-encryption.org/v1\n-> scrypt".hex()) == 2
    assert Closing.objects.get(pk=work(review).pk).outer_lock is None


def test_nobody_is_added_to_the_team_to_confirm(review: Review) -> None:
    """Whoever asks manages the team too, and could be the second person under another name."""
    asked(review)
    added = make_membership(review, AccessRole.P, role="OP")
    Membership.objects.filter(pk=added.pk).update(answered_at=NOW)
    added.refresh_from_db()
    with pytest.raises(JoinedForThis, match="at the visit"):
        confirm_close(member=added, lock=LOCK, by=added.user, at=NOW)
    assert not may_confirm(added, at=NOW)
    # And the page says why there is no button.
    Membership.objects.filter(pk=added.pk).update(answered_at=timezone.now())
    added.refresh_from_db()
    assert "after the visit" in page_of(added).why_not
    assert page_of(member_of(review, AccessRole.TL)).why_not == ""
    Membership.objects.filter(pk=added.pk).update(answered_at=NOW)
    added.refresh_from_db()

    confirm_close(
        member=added,
        lock=LOCK,
        by=added.user,
        at=NOW + KNOWN_FOR + dt.timedelta(days=1),
    )


def test_a_peer_stands_in_for_the_leader_and_no_council_role_ever_does() -> None:
    may = {role for role, stages in GRANTS[Action.CONFIRM_CLOSE].items() if stages}
    assert may == {AccessRole.TL, AccessRole.AP, AccessRole.P}
    assert set(GRANTS[Action.ASK_TO_CLOSE]) == {AccessRole.RM}


def test_pressed_twice_it_is_asked_for_once(review: Review) -> None:
    asked(review)
    manager = member_of(review, AccessRole.RM)
    with pytest.raises(AskedAlready):
        ask_to_close(member=manager, accepted=[], lock=LOCK, by=manager.user, at=NOW)
    confirmed(review)
    leader = member_of(review, AccessRole.TL)
    with pytest.raises(BegunAlready, match="confirmed the close"):
        confirm_close(member=leader, lock=LOCK, by=leader.user, at=NOW)
    assert Closing.objects.count() == 1
    assert Job.objects.filter(kind="reviews.tasks.close_review").count() == 1


def test_it_can_be_taken_back_until_it_is_confirmed(review: Review) -> None:
    manager = member_of(review, AccessRole.RM)
    with pytest.raises(NothingAsked):
        take_back(member=manager, by=manager.user, at=NOW)
    asked(review)
    take_back(member=manager, by=manager.user, at=NOW)
    assert not Closing.objects.exists()
    leader = member_of(review, AccessRole.TL)
    with pytest.raises(NothingAsked):
        confirm_close(member=leader, lock=LOCK, by=leader.user, at=NOW)

    asked(review)
    confirmed(review)
    with pytest.raises(BegunAlready):
        take_back(member=manager, by=manager.user, at=NOW)


@pytest.mark.parametrize("stage", [each for each in Stage if each != Stage.FEEDBACK])
def test_it_is_asked_for_at_the_feedback_stage_alone(
    review: Review, stage: Stage
) -> None:
    move(review, stage)
    manager = member_of(review, AccessRole.RM)
    with pytest.raises(NotAtItsEnd):
        ask_to_close(member=manager, accepted=[], lock=LOCK, by=manager.user, at=NOW)


# --- what stands in its way ----------------------------------------------------------------------


def test_what_goes_on_has_to_end_first(review: Review, manager: User) -> None:
    move(review, Stage.FEEDBACK)
    asker = member_of(review, AccessRole.RM)
    make_agreed(review, by=manager)
    version = build(review, by=manager)
    with pytest.raises(GoingOn, match="Version 1 of the report is being prepared"):
        ask_to_close(member=asker, accepted=[], lock=LOCK, by=manager, at=NOW)

    draw(version)
    let_work_end(review)
    job = Job.objects.create(kind="x.y", review=review, queued_at=timezone.now())
    with pytest.raises(GoingOn, match="worked out or sent"):
        ask_to_close(member=asker, accepted=[], lock=LOCK, by=manager, at=NOW)

    job.delete()
    asked(review)
    Job.objects.create(kind="x.y", review=review, queued_at=timezone.now())
    leader = member_of(review, AccessRole.TL)
    with pytest.raises(GoingOn):
        confirm_close(member=leader, lock=LOCK, by=leader.user, at=NOW)


def test_letters_that_are_going_out_have_to_end_first(
    review: Review, manager: User
) -> None:
    questionnaire = make_open(review, by=manager)
    move(review, Stage.FEEDBACK)
    let_work_end(review)
    Questionnaire.objects.filter(pk=questionnaire.pk).update(sending="going")
    asker = member_of(review, AccessRole.RM)
    with pytest.raises(GoingOn, match="are going out"):
        ask_to_close(member=asker, accepted=[], lock=LOCK, by=manager, at=NOW)


def test_what_stays_unfinished_is_accepted_line_by_line(
    review: Review, manager: User
) -> None:
    questionnaire = make_open(review, by=manager)
    move(review, Stage.FEEDBACK)
    let_work_end(review)
    Message(
        review=review,
        kind="announcement",
        to="a@example.org",
        subject="S",
        text="T",
        state=Delivery.DRAFT,
        queued_at=NOW,
    ).save(force_insert=True)
    codes = [each.code for each in unfinished(review)]
    assert codes == ["no-report", f"answers-{questionnaire.pk}", "letters"]

    asker = member_of(review, AccessRole.RM)
    for some in ([], codes[:2], [*codes, "another"]):
        with pytest.raises(NotAccepted):
            ask_to_close(member=asker, accepted=some, lock=LOCK, by=manager, at=NOW)
    ask_to_close(member=asker, accepted=codes, lock=LOCK, by=manager, at=NOW)


def test_what_has_changed_since_is_asked_about_anew(
    review: Review, manager: User
) -> None:
    asked(review)
    make_agreed(review, by=manager)
    version = draw(build(review, by=manager))
    version.__class__.objects.filter(pk=version.pk).update(
        approved_by=manager, approved_on=NOW, issued_on=NOW
    )
    let_work_end(review)
    leader = member_of(review, AccessRole.TL)
    with pytest.raises(OtherNow):
        confirm_close(member=leader, lock=LOCK, by=leader.user, at=NOW)


# --- what the worker does ------------------------------------------------------------------------


def test_the_steps_are_taken_in_order_and_remembered(review: Review) -> None:
    assert steps_after("") == tuple(step.code for step in STEPS)
    assert steps_after("rows") == ("compacted", "searched", "certified")
    assert steps_after("certified") == ()
    done = close(review)
    assert (done.state, done.step) == (Closing.State.DONE, "certified")
    assert done.job is not None
    assert done.job.state == Job.State.DONE


def test_of_what_goes_nothing_is_left(
    review: Review, manager: User, tmp_path: Path
) -> None:
    leader = member_of(review, AccessRole.TL).user
    session = make_session(review, by=manager, peers=[leader, manager])
    make_notes(session, [leader, manager], [f"Heard {n}." for n in range(5)])
    close(review)
    left = {
        rows.label: rows.of(review).count()
        for record in going()
        for rows in record.rows
    }
    assert {label: number for label, number in left.items() if number} == {}
    prefix = f"review-{review.pk}-"
    assert [n for n in keystore.names() if n.startswith(prefix)] == [f"{prefix}report"]
    assert review.agencies.exists()
    assert review.memberships.exists()
    assert audit.verify() == []


def test_a_questionnaire_that_was_never_released_takes_no_answer_any_more(
    review: Review, manager: User
) -> None:
    questionnaire = make_open(review, by=manager)
    answer_by(questionnaire, 6)
    asked(review)
    confirmed(review)
    questionnaire.refresh_from_db()
    assert questionnaire.state == Questionnaire.State.CLOSED
    assert questionnaire.told == {}
    work(review)
    assert not questionnaire.boxes.exists()
    assert not keystore.exists(questionnaire.key("box"))


def test_the_final_certificate_follows_when_the_last_backup_has_lapsed(
    review: Review,
) -> None:
    done = close(review)
    assert done.finished_at is not None
    [interim] = review.certificates.all()
    destroying.nightly(
        at=done.finished_at + retention.KEY_BACKUPS - dt.timedelta(hours=1)
    )
    assert review.certificates.count() == 1

    destroying.nightly(at=done.finished_at + retention.KEY_BACKUPS)
    destroying.nightly(at=done.finished_at + retention.KEY_BACKUPS)
    assert [each.kind for each in review.certificates.all()] == ["interim", "final"]
    interim.refresh_from_db()
    done.refresh_from_db()
    assert done.state == Closing.State.FINAL


def test_a_keystore_that_was_restored_loses_again_what_the_close_destroyed(
    review: Review,
) -> None:
    close(review)
    kept = {key_name("report", review.pk)}
    for scope in ("people", "files", "work", "speech", "samples"):
        keystore.create(key_name(scope, review.pk))
    assert len(ours(review)) == 6  # the control: they are back

    destroying.nightly(at=timezone.now())

    assert ours(review) == kept


def ours(review: Review) -> set[str]:
    return {
        name for name in keystore.names() if name.startswith(f"review-{review.pk}-")
    }


def test_after_its_years_one_line_stays_that_names_nobody(review: Review) -> None:
    done = close(review)
    assert done.finished_at is not None
    archive, number = destroying.archive_path(done), review.pk
    assert archive.exists()
    names = set(User.objects.values_list("full_name", flat=True))
    finished = done.finished_at
    destroying.nightly(at=finished + retention.KEY_BACKUPS)

    six_years = retention.years_after(finished.date())
    with time_machine.travel(six_years):
        destroying.nightly(at=timezone.now())
    assert Review.objects.filter(pk=number).exists()
    with time_machine.travel(six_years + dt.timedelta(days=2)):
        destroying.nightly(at=timezone.now())

    assert not Review.objects.filter(pk=number).exists()
    assert not archive.exists()
    assert not AuditEvent.objects.filter(review_ref=number).exists()
    assert not Certificate.objects.exists()
    line = DestroyedReview.objects.get()
    assert "Notes from sessions" in line.classes
    said = f"{line.council} {line.programme} {line.classes}"
    assert not any(name in said for name in names)
    assert not any(name.startswith(f"review-{number}-") for name in keystore.names())
    assert audit.verify() == []

    # Somebody puts the keystore's last backup back, from before.
    keystore.create(key_name("report", number))
    other = key_name("report", number + 1)
    keystore.create(other)
    destroying.nightly(at=timezone.now())
    assert key_name("report", number) not in keystore.names()
    assert other in keystore.names()


def test_the_trail_of_a_review_that_goes_on_is_never_removed(review: Review) -> None:
    with pytest.raises(audit.NotClosed):
        audit.end(review)


def test_years_end_on_a_day_that_there_is() -> None:
    assert retention.years_after(dt.date(2024, 2, 29), 6) == dt.date(2030, 3, 1)
    assert retention.years_after(dt.date(2013, 5, 2), 6) == dt.date(2019, 5, 2)


def test_a_close_that_goes_on_is_not_begun_a_second_time(review: Review) -> None:
    with pytest.raises(NotStopped):
        go_on(review=review)
    asked(review)
    confirmed(review)
    with pytest.raises(NotStopped):
        go_on(review=review)
    work(review)
    with pytest.raises(NotStopped):
        go_on(review=review)


# --- pages ---------------------------------------------------------------------------------------


def page(client: Client, review: Review, name: str, *more: object) -> str:
    address = reverse(f"reviews:{name}", args=[review.pk, *more])
    return client.get(address).content.decode()


def test_two_people_close_it_in_the_browser(
    review: Review, manager: User, sign_in: SignIn
) -> None:
    leader = member_of(review, AccessRole.TL)
    move(review, Stage.FEEDBACK)
    let_work_end(review)
    client = sign_in(manager)
    assert "Go on to ask for the close" in page(client, review, "closing")
    form = page(client, review, "closing-ask")
    assert "No report was issued, and none will be." in form

    ask = reverse("reviews:closing-ask", args=[review.pk])
    refused = client.post(ask, {}).content.decode()
    assert "Tick each line" in refused
    words, sent = shown(client.post(ask, {"accepted": ["no-report"]}))
    assert (
        "The passphrase, from what you wrote down"
        in client.post(ask, sent).content.decode()
    )
    assert client.post(ask, {**sent, "passphrase": words}).status_code == 302
    let_work_end(review)
    assert client.post(ask, {"accepted": ["no-report"]}).status_code == 302
    assert "You can confirm it" not in page(client, review, "closing")

    peer = sign_in(leader.user)
    home = peer.get(reverse("home:home", args=[review.pk])).content.decode()
    assert "Confirm that the review is closed" in home
    asked_page = page(peer, review, "closing-confirm")
    assert "Close this review?" in asked_page
    confirm = reverse("reviews:closing-confirm", args=[review.pk])
    words, sent = shown(peer.post(confirm))
    done = peer.post(confirm, {**sent, "passphrase": words}, follow=True)
    assert "The close has begun." in done.content.decode()
    assert peer.post(confirm).status_code == 403
    assert "How far it is" in page(peer, review, "closing")

    work(review)
    closed = page(peer, review, "closing")
    assert "Interim certificate" in closed
    assert "Download the archive" in closed
    shown_to = (
        f"{manager.full_name} was shown the outer one, {leader.user.full_name} the"
    )
    assert shown_to in html.unescape(closed)
    assert "Whoever asks for the close is shown one" not in closed
    for name, kind, begins in (
        ("certificate-pdf", "application/pdf", b"%PDF"),
        ("certificate-signed", "application/json", b"{"),
    ):
        file = peer.get(reverse(f"reviews:{name}", args=[review.pk, "interim"]))
        assert file["Content-Type"] == kind
        assert file.content.startswith(begins)
    kept = peer.get(reverse("reviews:closing-archive", args=[review.pk]))
    assert kept.content.startswith(b"PK")


def shown(answer: Any) -> tuple[str, dict[str, Any]]:
    """The passphrase of this answer, and what its button sends."""
    said = answer.content.decode()
    assert "Write this passphrase down now" in said
    assert "no-store" in answer["Cache-Control"]
    (words,) = re.findall(r"<strong>([a-z-]+)</strong>", said)
    (token,) = re.findall(r'name="token" value="([^"]+)"', said)
    return words, {
        "token": token,
        "accepted": re.findall(r'name="accepted" value="([^"]+)"', said),
    }


def test_nothing_begins_before_the_passphrase_was_typed_back(
    review: Review, manager: User, sign_in: SignIn
) -> None:
    """An answer that never arrives loses nothing: the next press shows another passphrase."""
    asked(review)
    leader = member_of(review, AccessRole.TL)
    client = sign_in(leader.user)
    confirm = reverse("reviews:closing-confirm", args=[review.pk])
    lost, _ = shown(client.post(confirm))
    words, sent = shown(client.post(confirm))
    assert lost != words

    other = reverse("reviews:closing-ask", args=[review.pk])
    for typed, says in (
        ("", "Enter the passphrase"),
        (lost, "not the passphrase that was shown"),
        (f"{words}-acorn", "not the passphrase that was shown"),
    ):
        answer = client.post(confirm, {**sent, "passphrase": typed}).content.decode()
        assert says in answer
        # What was typed stays in the box; what was shown is not shown again.
        assert words in typed or words not in answer
    # Shown to somebody else, for something else, or long ago.
    deputy = make_membership(review, AccessRole.AP, role="AP")
    elsewhere = sign_in(deputy.user).post(confirm, {**sent, "passphrase": words})
    assert "too long ago" in elsewhere.content.decode()
    assert sign_in(manager).post(other, sent).status_code == 302
    client = sign_in(leader.user)
    with time_machine.travel(timezone.now() + typed_back.WITHIN * 1.1):
        late = client.post(confirm, {**sent, "passphrase": words})
        assert late.status_code == 302 or "too long ago" in late.content.decode()
    assert closing_of(review).state == Closing.State.ASKED
    assert closing_of(review).inner_lock is None

    client.post(confirm, {**sent, "passphrase": words.replace("-", " ").upper()})

    assert closing_of(review).state == Closing.State.UNDER_WAY
    _, key = closing_of(review).inner_lock or ("", "")
    assert archive.unsealed(bytes.fromhex(key), words, wrong=AssertionError)  # type: ignore[arg-type]


def closing_of(review: Review) -> Closing:
    return Closing.objects.get(review=review)


def test_whoever_confirms_second_is_told_who_was_first(
    review: Review, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both had the page open. The second press meets the close that the first began."""
    asked(review)
    leader = member_of(review, AccessRole.TL)
    deputy = make_membership(review, AccessRole.AP, role="AP")
    second, confirm = (
        sign_in(deputy.user),
        reverse("reviews:closing-confirm", args=[review.pk]),
    )
    words, sent = shown(second.post(confirm))
    press = verbs.confirm_close

    def overtaken(**values: Any) -> None:
        confirmed(review)
        press(**values)

    monkeypatch.setattr(verbs, "confirm_close", overtaken)
    answer = second.post(confirm, {**sent, "passphrase": words}, follow=True)

    said = html.unescape(answer.content.decode())
    assert f"{leader.user.full_name} confirmed the close. It has begun." in said
    assert (closing_of(review).inner_lock or ["", ""])[1] == lock_of(INNER).key.hex()


def test_whoever_signed_in_long_ago_says_who_they_are_again(
    review: Review, manager: User, client: Client
) -> None:
    manager.set_password("correct horse battery staple")
    manager.save()
    move(review, Stage.FEEDBACK)
    client.force_login(manager)
    session = client.session
    session["second_factor_set"] = True
    session.save()
    for name in ("closing-ask", "closing"):
        answer = client.get(reverse(f"reviews:{name}", args=[review.pk]))
        if name == "closing-ask":
            assert answer.status_code == 302
            assert reverse("account_reauthenticate") in answer["Location"]
        else:
            assert answer.status_code == 200


def test_the_council_reads_the_certificate_and_no_page_of_the_close(
    review: Review, sign_in: SignIn
) -> None:
    sponsor = member_of(review, AccessRole.CS)
    close(review)
    client = sign_in(sponsor.user)
    certificates = page(client, review, "certificates")
    assert "Interim certificate" in certificates
    assert f">{signing.fingerprint()}</span>" in certificates
    for name in ("closing", "closing-archive"):
        answer = client.get(reverse(f"reviews:{name}", args=[review.pk]))
        assert answer.status_code == 403
    home = client.get(reverse("home:home", args=[review.pk]))
    assert home.status_code == 200
    assert "Certificates of destruction" in home.content.decode()


def test_a_stopped_close_is_taken_up_from_its_page(
    review: Review, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    leader = member_of(review, AccessRole.TL)
    asked(review)
    confirmed(review)
    with monkeypatch.context() as patched:

        def stops(*values: object) -> None:
            raise RuntimeError("what people said")

        patched.setitem(destroying._DO, "rows", stops)
        work(review)
    client = sign_in(leader.user)
    shown = page(client, review, "closing")
    assert "The close has stopped" in shown
    assert "what people said" not in shown
    client.post(reverse("reviews:closing-go-on", args=[review.pk]))
    assert work(review).state == Closing.State.DONE
    again = client.post(
        reverse("reviews:closing-go-on", args=[review.pk]), follow=True
    ).content.decode()
    assert "The close is going on, or is done." in again


def test_people_of_a_closed_review_can_still_be_changed(
    review: Review, manager: User, sign_in: SignIn
) -> None:
    """Its keys for messages and reasons are gone; who may open the report can change for years."""
    close(review)
    client = sign_in(manager)
    add = reverse("reviews:team-add", args=[review.pk])
    sent = {
        "full_name": "Juno Pike",
        "email": "juno.pike@example.org",
        "role": "OP",
        "home_organisation": "Fenland County Council",
        "attendance": "on_site",
    }
    answer = client.post(add, sent)
    assert answer.status_code == 302, re.findall(
        r"error-message.*", answer.content.decode()
    )
    new = review.memberships.get(user__email="juno.pike@example.org")
    letter = Message.objects.get(review=None)
    assert letter.to == "juno.pike@example.org"
    gone = reverse("reviews:team-remove", args=[review.pk, new.pk])
    assert client.post(gone).status_code == 302
    assert not review.memberships.filter(pk=new.pk).exists()
    outbox = client.get(reverse("reviews:outbox", args=[review.pk])).content.decode()
    assert "were destroyed when it was closed" in outbox
