"""A whole review moves as one sealed file, at the two times at which nobody's words are in it."""

import datetime as dt
import io
import os
import re
import sys
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django.fixtures import Settings

from feedback.models import Excerpt
from questionnaires.models import Questionnaire
from reviews import domain
from reviews.apps_above.moving import all_codes, all_shapes
from reviews.domain.closing import ask_to_close
from reviews.domain.moving import (
    CannotMove,
    ChangedOnTheWay,
    NoRoomForFile,
    TooLarge,
    move_out,
    path_of,
    tidy,
    waiting,
    waiting_file,
)
from reviews.domain.moving_in import WrongPassphrase
from reviews.domain.taking_in import take_in
from reviews.files import store
from reviews.models import (
    AccessRole,
    Closing,
    DocumentVersion,
    Membership,
    Message,
    Review,
    Stage,
    User,
)
from reviews.pages import say
from reviews.reading import moving as reading
from reviews.reading.closing import unfinished
from reviews.reading.moving_fields import STAYING_SCOPES, plan
from reviews.reading.records import every_record
from reviews.secrets import keystore
from reviews.secrets.sealing import SealedJSONField, SealedTextField, key_name
from reviews.trail import audit
from scheduling.models import SessionUid
from tests.make import make_user, move
from tests.make_closing import LOCK, let_work_end, member_of
from tests.make_documents import make_document
from tests.make_feedback import make_agreed
from tests.make_moving import (
    after_the_day,
    everything,
    filled,
    held,
    inside,
    moved_out,
    taken_in,
    whole_of,
)
from tests.make_questionnaires import make_open, make_questionnaire
from tests.make_scheduling import make_release, make_session

SignIn = Callable[[User], Client]


@pytest.fixture
def early(review: Review, manager: User, leader: User, sponsor: User) -> Review:
    """A review at the lead-in: a team, a week, documents, a questionnaire that is being built."""
    now = timezone.now()
    domain.change_details(
        review=review,
        version=review.version,
        by=manager,
        at=now,
        scope="Early help & the <front door>",
    )
    domain.set_key_questions(review=review, questions=["One?"], by=manager, at=now)
    move(review, Stage.LEAD_IN)
    make_document(review, by=manager, title="Threshold document")
    make_session(review, by=manager, peers=[leader])
    make_questionnaire(review, by=manager)
    return Review.objects.get(pk=review.pk)


# --- the table ------------------------------------------------------------------------------------


def test_every_row_that_moves_can_be_taken_in() -> None:
    """Each list of a row has a form that is checked, and no row needs one that stays behind."""
    shapes = all_shapes()
    lists = {
        f"{moving.label}.{field.name}"
        for moving in plan()
        for field in moving.values
        if field.get_internal_type() == "JSONField"
        or isinstance(field, SealedJSONField)
    }
    assert lists == set(shapes)
    columns = {f"{m.label}.{f.name}" for m in plan() for f in m.values}
    assert set(all_codes()) <= columns
    for moving in plan():
        for name in moving.emptied:
            assert not moving.is_needed(name), f"{moving.label}.{name}"


def test_no_column_of_what_people_said_moves() -> None:
    speech = {
        each.code for each in every_record() if each.life.value in ("words", "release")
    }
    assert {
        each.code for each in every_record() if each.moves and each.code in speech
    } == {
        "excerpts",
        "cases",
    }
    sealed = [f for m in plan() for f in m.values if isinstance(f, SealedTextField)]
    assert sealed
    assert not [f for f in sealed if f.scope in STAYING_SCOPES]
    labels = {each.label for each in plan()}
    for stays in ("Invitation", "OpenLink", "AnswerBox", "Comment", "PendingImport"):
        assert f"questionnaires.{stays}" not in labels


# --- before the first letter ----------------------------------------------------------------------


def test_a_review_at_the_lead_in_reads_the_same_elsewhere(
    early: Review, manager: User
) -> None:
    before = held(early)

    back = taken_in(*moved_out(early, manager), manager)

    # Here it stays as it is.
    assert held(early) == before
    assert Review.objects.get(pk=early.pk).stage == Stage.LEAD_IN
    after = held(back)
    assert len(after.pop("reviews.EarlierTrail")) == 1
    assert before.pop("reviews.EarlierTrail") == []
    assert after == before
    assert back.pk != early.pk
    # What it would have been told apart by: the comparison is of something.
    for label in ("reviews.DocumentVersion", "scheduling.Session", "reviews.Milestone"):
        assert before[label], label
    assert back.stage == Stage.LEAD_IN
    assert not back.demonstration


def test_pages_of_the_manager_say_the_same(
    early: Review, manager: User, sign_in: SignIn
) -> None:
    back = taken_in(*moved_out(early, manager), manager)
    client = sign_in(manager)
    names = (
        *("reviews:details", "reviews:key-questions", "reviews:agencies"),
        *("reviews:plan", "reviews:terms", "reviews:scope", "reviews:documents"),
        *("reviews:regulator", "reviews:hypotheses", "reviews:performance"),
        *("reviews:framework", "scheduling:timetable", "scheduling:needs"),
        *("questionnaires:index",),
    )

    def text(name: str, review: Review) -> str:
        answer = client.get(reverse(name, args=[review.pk]), follow=True)
        assert answer.status_code == 200, name
        page = answer.content.decode()
        main = page[page.index("<main") : page.index("</main>")]
        # What was done is on the trail of before.
        own = r"(?:(?!</details>).)*?"
        main = re.sub(rf"<details{own}>History<{own}</details>", "", main, flags=re.S)
        return " ".join(re.sub(r"<[^>]+>", " ", main).split())

    for name in names:
        assert text(name, back) == text(name, early), name
    assert (
        "<front door>"
        not in client.get(reverse("reviews:details", args=[back.pk])).content.decode()
    )


def test_a_page_does_not_say_that_nothing_was_changed(
    early: Review, manager: User, sign_in: SignIn
) -> None:
    back = taken_in(*moved_out(early, manager), manager)

    page = sign_in(manager).get(reverse("reviews:details", args=[back.pk]))

    assert (
        "Nothing was changed since the review was moved here" in page.content.decode()
    )


def test_numbers_and_keys_are_new(early: Review, manager: User) -> None:
    back = taken_in(*moved_out(early, manager), manager)

    old, new = (
        {*DocumentVersion.objects.filter(review=each).values_list("pk", "stored_as")}
        for each in (early, back)
    )
    assert len(old) == len(new) == 1
    assert not old & new
    assert keystore.read(key_name("people", early.pk)) != keystore.read(
        key_name("people", back.pk)
    )
    (draft,) = Questionnaire.objects.filter(review=back)
    assert keystore.exists(f"questionnaire-{draft.pk}-invitees")


def test_others_are_invited_and_nobody_is_written_to(
    early: Review, manager: User, other_manager: User
) -> None:
    content, words = moved_out(early, manager)
    letters = Message.objects.count()

    back = taken_in(content, words, other_manager)

    assert Message.objects.count() == letters
    mine = back.memberships.get(user=other_manager)
    assert (mine.access_role, mine.answer) == (
        AccessRole.RM,
        Membership.Answer.ACCEPTED,
    )
    others = back.memberships.exclude(pk=mine.pk)
    assert others.count() == early.memberships.count()
    assert {(each.answer, each.invited_at) for each in others} == {("waiting", None)}


def test_people_without_an_account_get_one_that_opens_nothing(
    early: Review, manager: User, leader: User, other_manager: User
) -> None:
    content, words = moved_out(early, manager)
    User.objects.filter(pk=leader.pk).update(email="elsewhere@example.org")

    back = taken_in(content, words, other_manager)

    made = back.memberships.get(access_role=AccessRole.TL).user
    assert made.pk != leader.pk
    assert made.full_name == leader.full_name
    assert not made.has_usable_password()


def test_the_team_page_sends_each_invitation_when_the_manager_says_so(
    early: Review, manager: User, other_manager: User, sign_in: SignIn
) -> None:
    back = taken_in(*moved_out(early, manager), other_manager)
    member = back.memberships.get(access_role=AccessRole.TL)
    client = sign_in(other_manager)
    team = reverse("reviews:team", args=[back.pk])

    page = client.get(team).content.decode()
    assert "Not written to yet" in page
    assert "Send the invitation again" not in page
    client.post(reverse("reviews:team-invite", args=[back.pk, member.pk]))
    assert "Send the invitation again" in client.get(team).content.decode()
    letter = Message.objects.get(review=back)
    assert letter.to == member.user.email


def test_somebody_of_the_council_cannot_take_it_in(
    early: Review, manager: User, sponsor: User
) -> None:
    content, words = moved_out(early, manager)
    there = sorted(keystore.names())

    with pytest.raises(Exception, match="Nobody of the council or its partners"):
        taken_in(content, words, sponsor)

    assert Review.objects.count() == 1
    assert sorted(keystore.names()) == there


def test_a_peer_of_the_review_who_takes_it_in_manages_it(
    early: Review, manager: User, leader: User
) -> None:
    back = taken_in(*moved_out(early, manager), leader)

    assert back.memberships.get(user=leader).access_role == AccessRole.RM
    assert back.memberships.count() == early.memberships.count()


def test_the_trail_of_before_comes_along_and_the_new_one_names_it(
    early: Review, manager: User, sign_in: SignIn
) -> None:
    head, number = audit.head(early), audit.events(early).count()

    back = taken_in(*moved_out(early, manager), manager)

    first = audit.events(back).last()
    assert first is not None
    assert (first.action, first.detail["head"]) == ("review.moved_in", head)
    (earlier,) = back.earlier_trails.all()
    assert (earlier.head, earlier.lines) == (head, number)
    assert audit.is_whole(earlier.content)
    assert audit.verify() == []
    last = audit.events(early).first()
    assert last is not None
    assert (last.action, last.detail["sha256"]) == (
        "review.moved_out",
        first.detail["sha256"],
    )
    client = sign_in(manager)
    page = client.get(reverse("reviews:audit", args=[back.pk])).content.decode()
    assert "Download the trail of before" in page
    sheet = client.get(reverse("reviews:audit-before-xlsx", args=[back.pk, 1]))
    assert sheet.status_code == 200
    missing = client.get(reverse("reviews:audit-before-xlsx", args=[back.pk, 2]))
    assert missing.status_code == 404


def test_a_review_moves_on_with_all_its_trails(early: Review, manager: User) -> None:
    once = taken_in(*moved_out(early, manager), manager)
    twice = taken_in(*moved_out(once, manager), manager)

    assert [each.number for each in twice.earlier_trails.all()] == [1, 2]
    assert all(audit.is_whole(each.content) for each in twice.earlier_trails.all())


# --- after the day --------------------------------------------------------------------------------


def test_a_review_after_the_day_reads_the_same_elsewhere(
    review: Review, manager: User
) -> None:
    late = filled(everything(review, manager))
    # What rests on a published figure leads to it there too, and what rested on a note to nothing.
    make_agreed(late, by=member_of(late, AccessRole.TL).user, title="Heard by many")
    late = after_the_day(late)
    late.earlier_trails.all().delete()
    before = held(late)

    back = taken_in(*moved_out(late, manager), manager)

    after = held(back)
    after.pop("reviews.EarlierTrail")
    before.pop("reviews.EarlierTrail")
    for label in before:
        assert after[label] == before[label], label
    # Nothing that moves is left out of the comparison.
    assert [label for label, rows in before.items() if not rows] == []
    assert not keystore.exists(key_name("speech", back.pk))
    assert not keystore.exists(key_name("roster", back.pk)) or keystore.exists(
        key_name("roster", late.pk)
    )
    assert Excerpt.objects.filter(review=back).exists()
    assert not Excerpt.objects.filter(review=back, text__isnull=False).exists()
    assert [each.code for each in back.case_maps.all()] == [
        each.code for each in late.case_maps.all()
    ]


def test_a_released_week_names_the_sessions_of_here(
    review: Review, manager: User
) -> None:
    late = after_the_day(everything(review, manager))
    back = taken_in(*moved_out(late, manager), manager)

    release = back.timetable_releases.get()
    numbers = {row["session"] for row in release.rows}
    assert numbers <= set(back.sessions.values_list("pk", flat=True))
    assert numbers
    known = SessionUid.objects.filter(session__review=back)
    uids = {str(each.uid) for each in known}
    assert {row["uid"] for row in release.rows if row["uid"]} <= uids
    assert set(release.mail.values()) <= {"sent"}


# --- when it may not ------------------------------------------------------------------------------


def refused(review: Review, by: User) -> str:
    lines = audit.events(review).count()
    with pytest.raises(CannotMove) as caught:
        move_out(review=review, by=by, at=timezone.now())
    assert waiting_file(review, at=timezone.now()) in (None, b"A")
    assert audit.events(review).count() == lines
    return str(caught.value)


def test_once_a_questionnaire_is_open_it_stays(review: Review, manager: User) -> None:
    day = timezone.localdate()
    Review.objects.filter(pk=review.pk).update(day_zero=day)
    make_open(review, by=manager)
    let_work_end(review)

    assert "Letters or links have gone out" in refused(review, manager)


def test_once_the_timetable_is_published_it_stays(
    review: Review, manager: User
) -> None:
    Review.objects.filter(pk=review.pk).update(day_zero=timezone.localdate())
    review.refresh_from_db()
    make_session(review, by=manager)
    make_release(review, by=manager)
    let_work_end(review)

    assert "Letters or links have gone out" in refused(review, manager)


def test_during_the_visit_it_stays(review: Review, manager: User) -> None:
    Review.objects.filter(pk=review.pk).update(day_zero=timezone.localdate())
    move(review, Stage.ON_SITE)

    said = refused(review, manager)

    assert "The review has come to its visit" in said
    assert "after " in said


def test_on_the_day_itself_it_waits_for_the_night(
    review: Review, manager: User
) -> None:
    move(review, Stage.REPORTING)

    assert "try again tomorrow" in refused(review, manager)


def test_a_closed_review_stays(review: Review, manager: User) -> None:
    move(review, Stage.CLOSED)

    assert "A closed review does not move" in refused(review, manager)


def test_one_whose_close_was_asked_for_stays(review: Review, manager: User) -> None:
    late = after_the_day(everything(review, manager))
    move(late, Stage.FEEDBACK)
    asks = member_of(late, AccessRole.RM)
    left = [each.code for each in unfinished(late)]
    ask_to_close(member=asks, accepted=left, lock=LOCK, by=asks.user, at=timezone.now())
    assert Closing.objects.filter(review=late).exists()

    assert "The close of this review was asked for" in refused(late, manager)


def test_while_something_is_worked_out_it_waits(review: Review, manager: User) -> None:
    review.jobs.create(kind="reviews.tasks.screen_titles", queued_at=timezone.now())

    assert "Something is being worked out or sent" in refused(review, manager)


def test_signed_terms_do_not_hold_it(review: Review, manager: User) -> None:
    review.sign_offs.create(
        subject="terms",
        party="manager",
        agreed=True,
        name=manager.full_name,
        signed_by=manager,
        signed_at=timezone.now(),
        wording="0" * 64,
    )

    assert reading.reasons(review, review.today(timezone.now())) == []
    back = taken_in(*moved_out(review, manager), manager)
    assert back.sign_offs.get().signed_by == manager


# --- the file -------------------------------------------------------------------------------------


def test_the_file_opens_with_its_passphrase_alone(early: Review, manager: User) -> None:
    content, words = moved_out(early, manager)

    assert content.startswith(b"age-encryption.org/v1\n")
    assert "review.json" in inside(content, words)
    with pytest.raises(WrongPassphrase):
        take_in(content=content, passphrase="acorn", by=manager, at=timezone.now())
    assert Review.objects.count() == 1


def test_nothing_of_it_lies_in_clear(
    early: Review, manager: User, settings: Settings
) -> None:
    content, words = moved_out(early, manager)
    found = whole_of(inside(content, words))
    names = [row["name"] for row in found["rows"]["reviews.DocumentVersion"]]
    place = settings.VAR_DIR

    everywhere = b"".join(p.read_bytes() for p in place.rglob("*") if p.is_file())

    assert names
    assert not [each for each in names if each.encode() in everywhere]
    assert early.council.encode() not in everywhere
    # The control: it is what is in the file.
    assert early.council.encode() in inside(content, words)["review.json"]
    assert oct(path_of(early).stat().st_mode & 0o777) == "0o600"


def test_the_file_waits_for_a_day(early: Review, manager: User) -> None:
    moved_out(early, manager)
    now = timezone.now()
    later = now + dt.timedelta(days=1, minutes=1)

    tidy(at=now)
    assert waiting_file(early, at=now)
    assert waiting_file(early, at=later) is None
    tidy(at=later)
    assert not path_of(early).exists()


def test_a_second_file_takes_the_place_of_the_first(
    early: Review, manager: User
) -> None:
    _, words = moved_out(early, manager)
    second, others = moved_out(early, manager)

    assert words != others
    with pytest.raises(WrongPassphrase):
        inside(second, words)
    assert len(list(path_of(early).parent.iterdir())) == 1


@pytest.mark.parametrize("gone", ["key", "file"])
def test_a_document_that_is_gone_makes_no_file(
    gone: str, early: Review, manager: User
) -> None:
    if gone == "key":
        keystore.destroy(key_name("files", early.pk))
    else:
        store.remove([each.stored_as for each in early.document_versions.all()])

    with pytest.raises(ChangedOnTheWay, match="so no file was made"):
        move_out(review=early, by=manager, at=timezone.now())
    assert not path_of(early).exists()


def test_more_than_a_file_takes_is_refused(
    early: Review, manager: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(domain.moving, "MOST_BYTES", 10)

    with pytest.raises(TooLarge, match="Remove documents"):
        move_out(review=early, by=manager, at=timezone.now())
    assert not path_of(early).exists()


def test_a_full_disk_is_said_and_leaves_nothing(
    early: Review, manager: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(number: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)

    with pytest.raises(NoRoomForFile, match="the disk may be full"):
        move_out(review=early, by=manager, at=timezone.now())
    assert list(path_of(early).parent.iterdir()) == []


# --- pages ----------------------------------------------------------------------------------------


def test_the_manager_makes_the_file_and_another_takes_it_in(
    early: Review, manager: User, other_manager: User, sign_in: SignIn
) -> None:
    client = sign_in(manager)
    where = reverse("reviews:move", args=[early.pk])
    set_up = client.get(reverse("reviews:set-up", args=[early.pk])).content.decode()
    assert where in set_up
    page = client.get(where).content.decode()
    assert "there are two reviews, until one of them is deleted or closed" in page
    assert "Notes from sessions" in page

    shown = client.post(where).content.decode()
    found = re.search(r"<strong>([a-z-]+)</strong>", shown)
    assert found
    file = client.get(reverse("reviews:move-file", args=[early.pk]))
    assert file["Content-Disposition"] == 'attachment; filename="review.age"'

    there = sign_in(other_manager)
    answer = there.post(
        reverse("reviews:move-in"),
        {
            "file": SimpleUploadedFile("review.age", file.content),
            "passphrase": found[1].replace("-", " ").upper(),
        },
    )
    back = Review.objects.exclude(pk=early.pk).get(council=early.council)
    assert answer["Location"] == reverse("reviews:team", args=[back.pk])


def test_a_file_that_waits_is_shown_with_its_size_and_until_when(
    early: Review, manager: User, sign_in: SignIn
) -> None:
    client, where = sign_in(manager), reverse("reviews:move", args=[early.pk])
    assert "waits here until" not in client.get(where).content.decode()
    content, _ = moved_out(early, manager)

    page = client.get(where).content.decode()

    assert reverse("reviews:move-file", args=[early.pk]) in page
    assert f"Download it ({say.size(len(content))})" in page
    until = timezone.now() + dt.timedelta(days=1)
    assert f"waits here until {say.day_of(until)}" in page
    assert waiting(early, at=until + dt.timedelta(minutes=1)) is None


def test_the_page_lists_what_there_is(
    early: Review, manager: User, sign_in: SignIn
) -> None:
    page = sign_in(manager).get(reverse("reviews:move", args=[early.pk]))

    goes = page.content.decode().split("What goes along")[1].split("never in")[0]
    for there in ("ocuments", "imetable"):
        assert there in goes
    for missing in ("report as it was issued", "child may be at risk"):
        assert missing not in goes


def test_the_page_leads_back_to_where_it_was_opened(
    early: Review, manager: User, sign_in: SignIn
) -> None:
    client, where = sign_in(manager), reverse("reviews:move", args=[early.pk])

    assert reverse("reviews:records", args=[early.pk]) in _back(client.get(where))
    of_set_up = client.get(f"{where}?from=set-up")
    assert reverse("reviews:set-up", args=[early.pk]) in _back(of_set_up)


def _back(page: Any) -> str:
    found = re.search(r"<a[^>]*govuk-back-link[^>]*>", page.content.decode())
    assert found
    return found[0]


def test_both_sides_say_of_which_version_they_are(
    early: Review, manager: User, sign_in: SignIn
) -> None:
    version = reading.version_words()
    client = sign_in(manager)
    for where in (reverse("reviews:move", args=[early.pk]), reverse("reviews:move-in")):
        assert f"This one’s is {version}" in client.get(where).content.decode()


def test_all_invitations_go_at_once_once_they_were_read(
    early: Review, manager: User, other_manager: User, sign_in: SignIn
) -> None:
    back = taken_in(*moved_out(early, manager), other_manager)
    client = sign_in(other_manager)
    team, everybody = (
        reverse(f"reviews:{name}", args=[back.pk])
        for name in ("team", "team-invite-all")
    )
    waiting_for = back.memberships.filter(answer="waiting")
    number = waiting_for.count()
    assert number > 1
    assert f"Send all invitations ({number})" in client.get(team).content.decode()

    page = client.get(everybody).content.decode()
    assert not Message.objects.filter(review=back).exists()
    assert "say whether you accept" in page
    for member in waiting_for:
        assert member.user.email in page
    client.post(everybody)

    sent = Message.objects.filter(review=back)
    assert {each.to for each in sent} == {each.user.email for each in waiting_for}
    assert "Send all invitations" not in client.get(team).content.decode()
    client.post(everybody)
    assert sent.count() == number
    assert (
        "Nobody waits for a first invitation" in client.get(everybody).content.decode()
    )


def test_the_trail_says_where_the_review_came_from(
    early: Review, manager: User, sign_in: SignIn, settings: Settings
) -> None:
    settings.SITE_ADDRESS = "https://elsewhere.example"
    back = taken_in(*moved_out(early, manager), manager)

    page = sign_in(manager).get(reverse("reviews:audit", args=[back.pk]))

    said = " ".join(page.content.decode().split())
    assert "from https://elsewhere.example, as its file says" in said


def test_a_report_is_shown_as_approved_by_what_the_file_says(
    review: Review, manager: User, sign_in: SignIn
) -> None:
    late = after_the_day(everything(review, manager))
    late.report_versions.update(approved_by=manager, approved_on=late.day_zero)
    back = taken_in(*moved_out(late, manager), manager)
    version = back.report_versions.get()
    client, report = sign_in(manager), reverse("feedback:report", args=[back.pk])

    assert "as the file says with which" in client.get(report).content.decode()
    there = reverse("feedback:report", args=[late.pk])
    assert "as the file says" not in client.get(there).content.decode()
    # Approved here it is nobody's word but the leader's.
    audit.record(
        "report approved",
        review=back,
        by=manager,
        at=timezone.now(),
        object_kind="report version",
        object_id=version.number,
    )
    assert "as the file says" not in client.get(report).content.decode()


def test_a_wrong_file_is_said_beside_its_box(manager: User, sign_in: SignIn) -> None:
    page = sign_in(manager).post(
        reverse("reviews:move-in"),
        {"file": SimpleUploadedFile("review.age", b"{}"), "passphrase": "acorn"},
    )

    assert "This is not the file of a whole review" in page.content.decode()
    assert Review.objects.count() == 0


def test_a_second_of_the_same_council_and_day_is_asked_about(
    early: Review, manager: User, sign_in: SignIn
) -> None:
    content, words = moved_out(early, manager)

    def post(**more: str) -> Any:
        file = SimpleUploadedFile("review.age", content)
        fields = {"file": file, "passphrase": words, **more}
        return sign_in(manager).post(reverse("reviews:move-in"), fields)

    assert "You have a review of Trafford Council" in post().content.decode()
    assert Review.objects.count() == 1
    assert post(again="on").status_code == 302
    assert Review.objects.count() == 2


def test_whoever_may_not_create_reviews_takes_none_in(
    leader: User, sign_in: SignIn
) -> None:
    assert sign_in(leader).get(reverse("reviews:move-in")).status_code == 403


def test_a_command_takes_it_in_too(
    early: Review,
    manager: User,
    tmp_path: Any,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    content, words = moved_out(early, manager)
    path = tmp_path / "review.age"
    path.write_bytes(content)
    monkeypatch.setattr(sys, "stdin", io.StringIO(f"{words}\n"))
    call_command("take_in_review", str(path), "--manager", manager.email, "--again")
    assert "was taken in" in capsys.readouterr().out
    assert Review.objects.count() == 2
    monkeypatch.setattr(sys, "stdin", io.StringIO(f"{words}\n"))
    with pytest.raises(CommandError, match="Nothing was taken in"):
        call_command("take_in_review", str(path), "--manager", manager.email)
    monkeypatch.setattr(sys, "stdin", io.StringIO(f"{words}\n"))
    with pytest.raises(CommandError, match="say it with --again"):
        call_command("take_in_review", str(path), "--manager", manager.email)
    nobody = make_user().email
    with pytest.raises(CommandError, match="may create reviews"):
        call_command("take_in_review", str(path), "--manager", nobody)
