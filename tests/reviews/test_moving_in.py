"""Nothing of a file of a whole review is believed: each fault is a sentence, and nothing stays."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction
from django.test import Client, override_settings
from django.urls import reverse
from django.utils import timezone
from pytest_django.plugin import DjangoDbBlocker

from reviews.domain import moving_in, moving_rows, taking_in
from reviews.domain.documents import SCREEN
from reviews.domain.moving_in import (
    DamagedFile,
    NotAWholeReview,
    OtherVersion,
    TooLargeToTake,
    WrongPassphrase,
)
from reviews.domain.taking_in import take_in
from reviews.files import archive, store
from reviews.models import AccessRole, Review, Stage, TitleScreening, User
from reviews.refusals import Refusal
from reviews.rules.moving import ROWS, TRAIL
from reviews.secrets import keystore
from reviews.trail import audit
from tests.make import accept, make_membership, make_review, make_user, move
from tests.make_documents import make_document
from tests.make_moving import Change, Whole, forged, inside, moved_out
from tests.make_questionnaires import make_questionnaire
from tests.make_scheduling import make_session

MANAGER = "morgan@example.org"
SignIn = Callable[[User], Client]


@pytest.fixture(scope="module")
def made(
    django_db_setup: None,
    django_db_blocker: DjangoDbBlocker,
    tmp_path_factory: pytest.TempPathFactory,
) -> tuple[bytes, str]:
    """A file from another installation: of its rows nothing is in the database of the tests."""
    place = tmp_path_factory.mktemp("elsewhere")
    with (
        django_db_blocker.unblock(),
        override_settings(VAR_DIR=place, KEYSTORE_DIR=place / "keystore"),
        transaction.atomic(),
    ):
        manager = make_user("Morgan Vale", may_create_reviews=True)
        User.objects.filter(pk=manager.pk).update(email=MANAGER)
        review = make_review(manager=User.objects.get(pk=manager.pk))
        leader = make_membership(review, AccessRole.TL).user
        make_membership(review, AccessRole.CS)
        review = move(review, Stage.LEAD_IN)
        make_document(review, by=manager)
        make_session(review, by=manager, peers=[leader])
        make_questionnaire(review, by=manager)
        found = moved_out(review, manager)
        transaction.set_rollback(True)
    return found


@pytest.fixture(scope="module")
def files(made: tuple[bytes, str]) -> dict[str, bytes]:
    return inside(*made)


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> None:
    """The envelope is taken as opened, since opening takes a second: what is in it is looked at."""
    monkeypatch.setattr(archive, "unsealed", lambda content, words, wrong: content)


def refused(content: bytes, by: User, words: str = "acorn") -> Refusal:
    """Why it is not taken in; nothing of it is left."""
    keys, people = sorted(keystore.names()), User.objects.count()
    with pytest.raises(Refusal) as caught:
        take_in(content=content, passphrase=words, by=by, at=timezone.now())
    assert Review.objects.count() == 0
    assert sorted(keystore.names()) == keys
    assert User.objects.count() == people
    assert list(store.stored()) == []
    return caught.value


def taken(files: dict[str, bytes], change: Change, by: User) -> Review:
    content = forged(files, change)
    return take_in(content=content, passphrase="acorn", by=by, at=timezone.now())


def row(whole: Whole, label: str, number: int = 0) -> dict[str, Any]:
    found: dict[str, Any] = whole["rows"][label][number]
    return found


def put(label: str, name: str, value: Any) -> Change:
    return lambda whole: row(whole, label).update({name: value})


# --- the control, and the envelope ----------------------------------------------------------------


def test_the_file_as_it_is_is_taken_in(
    made: tuple[bytes, str], files: dict[str, bytes], manager: User
) -> None:
    """The control of every refusal below: unchanged it is taken in, in its envelope."""
    content, words = made
    review = take_in(
        content=content, passphrase=f" {words.upper()} ", by=manager, at=timezone.now()
    )

    assert Review.objects.get().pk == review.pk
    assert len(list(store.stored())) == 1


def test_and_out_of_its_envelope_too(
    files: dict[str, bytes], manager: User, opened: None
) -> None:
    take_in(
        content=forged(files, lambda whole: None),
        passphrase="acorn",
        by=manager,
        at=timezone.now(),
    )

    assert Review.objects.count() == 1


def test_envelopes_that_do_not_open(made: tuple[bytes, str], manager: User) -> None:
    content, words = made

    assert isinstance(refused(content, manager), WrongPassphrase)
    assert isinstance(refused(b"{}", manager), NotAWholeReview)
    assert isinstance(refused(b"", manager), NotAWholeReview)
    changed = content[:-9] + bytes([content[-9] ^ 1]) + content[-8:]
    assert "damaged" in str(refused(changed, manager, words))
    assert "damaged" in str(refused(content[:-100], manager, words))


def test_an_archive_of_a_close_is_another_file(manager: User, opened: None) -> None:
    content = archive.packed({"review.json": b"{}", "trail.json": b"[]"})
    assert isinstance(refused(content, manager), NotAWholeReview)
    content = archive.packed({"report.pdf": b"%PDF-"})
    assert isinstance(refused(content, manager), NotAWholeReview)


def test_a_bomb_is_not_unpacked(manager: User, opened: None) -> None:
    out = io.BytesIO()
    with (
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as whole,
        whole.open("contents.json", "w") as file,
    ):
        for _ in range(260):
            file.write(bytes(1_000_000))

    assert len(out.getvalue()) < 1_000_000
    assert isinstance(refused(out.getvalue(), manager), TooLargeToTake)


def test_too_large_is_not_even_opened(
    manager: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(moving_in, "MOST_SEALED", 10)
    assert isinstance(refused(bytes(11), manager), TooLargeToTake)


# --- its form -------------------------------------------------------------------------------------


def test_other_versions_say_which_side_is_behind(
    files: dict[str, bytes], manager: User, opened: None
) -> None:
    def newer(whole: Whole) -> None:
        whole["columns"]["feedback"] = "9999_of_tomorrow"

    def older(whole: Whole) -> None:
        whole["columns"]["feedback"] = "0001_initial"

    found = refused(forged(files, newer), manager)
    assert isinstance(found, OtherVersion)
    assert "Have this installation updated" in str(found)
    found = refused(forged(files, older), manager)
    assert "Have the installation that it comes from updated" in str(found)
    found = refused(forged(files, lambda whole: whole.update(version=2)), manager)
    assert "newer" in str(found)


def test_a_trail_with_a_changed_line_is_refused(
    files: dict[str, bytes], manager: User, opened: None
) -> None:
    trail = json.loads(files[TRAIL])
    changes: tuple[Callable[[Any], object], ...] = (
        lambda lines: lines[0].update(actor_name="Somebody else"),
        lambda lines: lines.pop(0),
        lambda lines: lines.clear(),
        lambda lines: lines[0].update(on="no day"),
        lambda lines: lines[0].update(extra=1),
        lambda lines: lines[0].update(at="never"),
    )
    for change in changes:
        lines = json.loads(json.dumps(trail))
        change(lines)
        content = archive.packed({**files, TRAIL: json.dumps(lines).encode()})
        assert "audit trail in the file was changed" in str(refused(content, manager))


def a_report(**changes: Any) -> Change:
    """A version of the report, which takes the file of the document unless told otherwise."""
    said = {
        **{"id": "r", "number": 1, "state": "ready", "sentence": "", "sha256": ""},
        **{"made_on": "2013-03-01", "approved_by": None, "approved_on": None},
        **{"issued_on": None, "content": {}, "pdf": None},
    }

    def change(whole: Whole) -> None:
        whole["rows"]["feedback.ReportVersion"].append({**said, **changes})
        if changes.get("pdf") == "file-1":
            # Its own file is the document's, which no row has then.
            whole["rows"]["reviews.DocumentVersion"].clear()
            whole["rows"]["reviews.Document"].clear()
        said["content"] = {
            **dict.fromkeys(
                ("title", "council", "programme", "dates", "made_on_words"), "A"
            ),
            **{"number": 1, "contact": [], "sections": []},
        }
        whole["rows"]["feedback.ReportVersion"][-1]["content"] = said["content"]

    return change


def questionnaire(**changes: Any) -> Change:
    return lambda whole: row(whole, "questionnaires.Questionnaire").update(changes)


def ahead(**changes: Any) -> Change:
    """The visit is to come, and so is the day of what people say."""

    def change(whole: Whole) -> None:
        row(whole, "reviews.Review").update(day_zero="2190-03-04")
        row(whole, "questionnaires.Questionnaire").update(changes)

    return change


def with_an_address_made(files: dict[str, bytes]) -> dict[str, bytes]:
    """A trail, whole as any, on which the briefing note went out."""
    review = make_review()
    audit.record("briefing.address_made", review=review, by=None, at=timezone.now())
    trail = audit.lines(review)
    Review.objects.all().delete()
    return {**files, TRAIL: json.dumps(trail).encode()}


CHANGES: dict[str, tuple[Change, str]] = {
    "no place": (lambda w: w.update(made_at=1), "at which address"),
    "no version": (lambda w: w.update(version="1"), "of which version it is"),
    "no columns": (lambda w: w.update(columns=[1]), "in which columns"),
    "too many rows": (
        lambda w: w["rows"].update({"reviews.Agency": 1}),
        "too many rows of reviews.Agency",
    ),
    "a review that is none": (
        lambda w: w["rows"].update({"reviews.Review": [1]}),
        "must hold one review",
    ),
    "no framework": (put("reviews.Review", "framework", 1), "framework is missing"),
    "the last day there is": (
        put("reviews.Review", "day_zero", "9999-12-31"),
        "in the years from 1900 to 2199",
    ),
    "the first day there is": (
        put("reviews.Review", "day_zero", "0001-01-01"),
        "in the years from 1900 to 2199",
    ),
    "the last day of a milestone": (
        put("reviews.Milestone", "due_on", "9999-12-31"),
        "in the years from 1900 to 2199",
    ),
    "the last moment there is": (
        put("reviews.DocumentVersion", "uploaded_at", "9999-12-31T23:59:59+00:00"),
        "in the years from 1900 to 2199",
    ),
    "a moment of no zone": (
        put("reviews.DocumentVersion", "uploaded_at", "2013-02-04T10:00:00"),
        "a moment with its time zone",
    ),
    "a number without end": (
        put("reviews.Review", "on_site_days", 10**30),
        "a number without end",
    ),
    "a number in a list without end": (
        questionnaire(told={"final": True, "groups": {"a": 10**12}, "agencies": {}}),
        "a number without end",
    ),
    "a shift of years": (
        put("reviews.Milestone", "shift_days", 40_000),
        "a number up to 32,767",
    ),
    "opened": (
        questionnaire(state="open", opened_on="2013-01-01", closes_on="2013-01-20"),
        "does not move",
    ),
    "opened and its day to come": (
        ahead(state="open", opened_on="2190-01-01", closes_on="2190-02-01"),
        "Letters or links have gone out",
    ),
    "closed questionnaire": (ahead(state="closed"), "Letters or links have gone out"),
    "sending": (ahead(sending="invite"), "says that it was opened"),
    "a draft that was opened": (ahead(opened_on="2190-01-01"), "that it was opened"),
    "a draft that reminded": (ahead(reminders=1), "that it was opened"),
    "released without results": (
        questionnaire(state="released"),
        "not released as its results say",
    ),
    "late without a first": (
        lambda w: w["rows"]["questionnaires.Questionnaire"].append(
            {
                **row(w, "questionnaires.Questionnaire"),
                "id": "late",
                "late_of": row(w, "questionnaires.Questionnaire")["id"],
            }
        ),
        "a late round of one that was not released",
    ),
    "another smallest share": (questionnaire(t=1), "another smallest number"),
    "a published timetable": (
        lambda w: (
            row(w, "reviews.Review").update(day_zero="2190-03-04"),
            w["rows"]["scheduling.TimetableRelease"].append(
                {
                    **{"id": 1, "number": 1, "name": "A", "by": 0},
                    **{"at": "2013-01-01T10:00:00+00:00", "rows": [], "mail": {}},
                }
            ),
        ),
        "Letters or links have gone out",
    ),
    "a released row of no time": (
        lambda w: w["rows"]["scheduling.TimetableRelease"].append(
            {
                **{"id": 1, "number": 1, "name": "A", "by": 0},
                "at": "2013-01-01T10:00:00+00:00",
                "rows": [{"begins": "9999-12-31T10:00:00+00:00"}],
                "mail": {},
            }
        ),
        "not of the form",
    ),
    "on site": (
        lambda w: row(w, "reviews.Review").update(stage=4, day_zero="2190-03-04"),
        "The review has come to its visit",
    ),
    "feedback without a report": (
        put("reviews.Review", "stage", 6),
        "No version of the report is ready",
    ),
    "on site without a session": (
        lambda w: (
            row(w, "reviews.Review").update(stage=5),
            row(w, "scheduling.Session").update(cancelled=True),
        ),
        "The timetable has no session yet",
    ),
    "a report without its PDF": (a_report(pdf="file-77"), "has no file of its own"),
    "a report with another PDF": (a_report(pdf="file-1"), "not the PDF that it was"),
    "a trail of before that was changed": (
        lambda w: w["rows"]["reviews.EarlierTrail"].append(
            {
                **{"id": "e", "number": 1, "moved_on": "2013-01-01", "lines": 1},
                **{"head": "0" * 64, "content": []},
            }
        ),
        "Trail 1 of before was changed",
    ),
    "no rows": (lambda w: w.pop("rows"), "does not hold the parts"),
    "unknown part": (lambda w: w.update(more=1), "does not hold the parts"),
    "no review": (
        lambda w: w["rows"]["reviews.Review"].clear(),
        "must hold one review",
    ),
    "a model that stays": (
        lambda w: w["rows"].update({"scheduling.Note": []}),
        "kinds of rows that move",
    ),
    "a model that is missing": (
        lambda w: w["rows"].pop("reviews.Agency"),
        "kinds of rows that move",
    ),
    "rows that are no rows": (
        lambda w: w["rows"].update({"reviews.Agency": [1]}),
        "Agency 1 does not say what it should",
    ),
    "a column that stays": (
        put("reviews.Review", "demonstration", True),
        "does not say what it should",
    ),
    "a column of speech": (
        put("scheduling.Session", "text", "Said"),
        "does not say what it should",
    ),
    "closed": (put("reviews.Review", "stage", 7), "A closed review does not move"),
    "no stage": (put("reviews.Review", "stage", 12), "The review, stage"),
    "a number as text": (
        put("reviews.Review", "on_site_days", "5"),
        "must be a number",
    ),
    "a truth as number": (put("reviews.Review", "version", True), "must be a number"),
    "days out of range": (put("reviews.Review", "on_site_days", 99), "The review"),
    "too long": (put("reviews.Review", "council", "C" * 201), "The review, council"),
    "a day that is none": (
        put("reviews.Review", "day_zero", "2013-02-31"),
        "must be a day",
    ),
    "nothing": (put("reviews.Review", "council", None), "must not be empty"),
    "nul": (put("reviews.Review", "scope", "a\0b"), "characters that no text has"),
    "half a character": (
        put("reviews.Review", "scope", "\ud800"),
        "characters that no",
    ),
    "without end": (
        put("reviews.Review", "scope", "x" * 200_001),
        "a text or a number without end",
    ),
    "framework": (put("reviews.Review", "framework", {}), "The framework"),
    "other framework": (
        put("reviews.Review", "pack_code", "another"),
        "another framework",
    ),
    "no such role": (put("reviews.Membership", "role", "XX"), "has no “XX”"),
    "another access": (
        put("reviews.Membership", "access_role", "CS"),
        "does not come with the access",
    ),
    "nobody": (
        put("reviews.Membership", "user", 99),
        "somebody who is not in the file",
    ),
    "no member": (put("reviews.Membership", "user", None), "is of nobody"),
    "a link to nothing": (put("scheduling.Session", "room", 9999), "not in the file"),
    "no room": (put("scheduling.Session", "room", None), "leads to nothing"),
    "a link of another kind": (
        put("scheduling.Session", "room", []),
        "not in the file",
    ),
    "many that are none": (put("scheduling.Session", "peers", 4), "what it should"),
    "a kind that is none": (
        put("scheduling.Session", "type", "dance"),
        "has no “dance”",
    ),
    "a list that is none": (
        put("scheduling.Session", "themes", "T1"),
        "not of the form",
    ),
    "a scale that is none": (
        put("questionnaires.Questionnaire", "scale", [{"code": 1}]),
        "not of the form",
    ),
    "no state": (put("questionnaires.Questionnaire", "state", ""), "must not be empty"),
    "a number twice": (
        lambda w: w["rows"]["reviews.Agency"].append(row(w, "reviews.Agency")),
        "no number of its own",
    ),
    "a code twice": (
        lambda w: w["rows"]["reviews.Agency"].append(
            {**row(w, "reviews.Agency"), "id": "new"}
        ),
        "Agency",
    ),
    "late of itself": (
        lambda w: put(
            "questionnaires.Questionnaire",
            "late_of",
            row(w, "questionnaires.Questionnaire")["id"],
        )(w),
        "leads to what is not in the file",
    ),
    "no address": (lambda w: w["people"][0].update(email="nobody"), "Person 1, email"),
    "no name": (lambda w: w["people"][0].update(name=""), "Person 1, full name"),
    "one address twice": (
        lambda w: w["people"][1].update(email=w["people"][0]["email"].upper()),
        "has the address of another",
    ),
    "people that are none": (lambda w: w.update(people=[1]), "a name and an address"),
    "document without a file": (
        put("reviews.DocumentVersion", "stored_as", "file-77"),
        "is missing",
    ),
    "document of another kind": (
        put("reviews.DocumentVersion", "kind", "png"),
        "another kind than it says",
    ),
    "document not confirmed": (
        put("reviews.DocumentVersion", "number", 0),
        "that never move",
    ),
    "document as a page": (
        put("reviews.DocumentVersion", "name", "page.html"),
        "must be a PDF, DOCX",
    ),
}


@pytest.mark.parametrize("name", CHANGES)
def test_what_is_wrong_with_a_row_is_said(
    name: str, files: dict[str, bytes], manager: User, opened: None
) -> None:
    change, says = CHANGES[name]

    found = refused(forged(files, change), manager)

    assert says in str(found)


def test_a_document_is_looked_at_as_any_upload(
    files: dict[str, bytes], manager: User, opened: None
) -> None:
    (beside,) = [name for name in files if name not in (ROWS, TRAIL)]
    bad = {**files, beside: b"<html><script>alert(1)</script></html>"}

    assert "The document" in str(refused(archive.packed(bad), manager))
    more = {**files, "file-9": b"A"}
    assert "nothing in it leads to" in str(refused(archive.packed(more), manager))


def test_a_number_that_stands_twice_in_the_database_is_a_sentence(
    files: dict[str, bytes],
    manager: User,
    opened: None,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Whatever the checks let pass, the database refuses."""

    def twice(whole: Whole) -> None:
        agency = row(whole, "reviews.Agency")
        whole["rows"]["reviews.Agency"].append({**agency, "id": "new"})

    monkeypatch.setattr(moving_rows, "_clean", lambda row, what: None)

    assert "does not fit to the others" in str(refused(forged(files, twice), manager))


def test_people_who_were_told_there_count_here(
    files: dict[str, bytes], manager: User, opened: None
) -> None:
    """The new trail begins anew, so the one of before is asked."""
    told = with_an_address_made(files)

    found = refused(forged(told, ahead()), manager)

    assert "Letters or links have gone out" in str(found)
    # After the day it does not matter any more.
    assert taken(told, lambda whole: None, manager).pk


def test_of_which_a_machine_is_too_slow_is_one_file(
    made: tuple[bytes, str], manager: User
) -> None:
    content, words = made
    slow = re.sub(rb"(-> scrypt \S+) \d+", rb"\1 30", content, count=1)

    found = str(refused(slow, manager, words))

    assert "too slow" in found
    assert "passphrases" not in found
    assert "archive" not in found


def test_a_file_without_a_draft_of_its_own_takes_a_report_without_a_pdf(
    files: dict[str, bytes], manager: User, opened: None
) -> None:
    review = taken(files, a_report(state="failed"), manager)

    assert review.report_versions.get().pdf is None


# --- what no file can bring -----------------------------------------------------------------------


def test_no_file_agrees_to_small_groups(
    files: dict[str, bytes], manager: User, opened: None
) -> None:
    """Two people of here have to."""
    review = taken(
        files, questionnaire(k=5, small_k_asked_by=0, small_k_agreed_by=1), manager
    )

    draft = review.questionnaires.get()
    assert draft.k == draft.USUAL_K
    assert (draft.small_k_asked_by, draft.small_k_agreed_by) == (None, None)


def test_a_smallest_group_that_one_may_choose_stays(
    files: dict[str, bytes], manager: User, opened: None
) -> None:
    review = taken(files, questionnaire(k=8), manager)

    assert review.questionnaires.get().k == 8


def test_signatures_and_acceptances_are_shown_as_what_the_file_says(
    files: dict[str, bytes], manager: User, sign_in: SignIn, opened: None
) -> None:
    """Also those that it dates after its arrival."""

    def signed(whole: Whole) -> None:
        later = "2190-01-01T10:00:00+00:00"
        whole["rows"]["reviews.SignOff"].append(
            {
                **{"id": 1, "subject": "scope", "party": "sponsor", "agreed": True},
                **{"reason": "", "name": "Ann Signer", "signed_by": 0},
                **{"signed_at": later, "wording": "0" * 64},
            }
        )
        member = next(
            each
            for each in whole["rows"]["reviews.Membership"]
            if each["access_role"] == "TL"
        )
        whole["rows"]["reviews.ProfileDecision"].append(
            {
                **{"id": 1, "membership": member["id"], "accepted": True},
                **{"reason": "", "decided_by_name": "Ann Signer", "decided_at": later},
            }
        )

    review = taken(files, signed, manager)

    client = sign_in(manager)
    for name in ("scope", "profiles"):
        page = client.get(reverse(f"reviews:{name}", args=[review.pk]))
        said = " ".join(page.content.decode().split())
        assert "as the file says with which the review was moved here" in said, name
    # Whoever signs here is not of the file.
    now = timezone.now()
    review.sign_offs.update(signed_at=now)
    scope = client.get(reverse("reviews:scope", args=[review.pk]))
    assert "as the file says" not in scope.content.decode()


def test_an_account_of_here_is_called_as_the_file_calls_it(
    files: dict[str, bytes], manager: User, sign_in: SignIn, opened: None
) -> None:
    """Until its owner accepts, under no page of the review is its name or telephone."""
    known = make_user("Farida Realname", telephone="07700 900 683")

    def tried(whole: Whole) -> None:
        for place, each in enumerate(whole["people"]):
            if place and each["email"] != MANAGER:
                whole["people"][place] = {"email": known.email, "name": "Qqq Wrong"}
                return

    review = taken(files, tried, manager)

    member = review.memberships.get(user=known)
    assert member.name == "Qqq Wrong"
    client = sign_in(manager)
    for name in ("team", "profiles", "audit", "audit-xlsx"):
        page = client.get(reverse(f"reviews:{name}", args=[review.pk]))
        assert page.status_code == 200
        assert b"Realname" not in page.content, name
        assert b"07700" not in page.content, name
    accept(member)
    team = client.get(reverse("reviews:team", args=[review.pk])).content.decode()
    assert "Farida Realname" in team
    assert "Qqq Wrong" not in team


def test_who_declined_there_gets_no_account(
    files: dict[str, bytes], manager: User, sign_in: SignIn, opened: None
) -> None:
    def left(whole: Whole) -> None:
        whole["rows"]["reviews.Departure"].append(
            {
                **{"id": "d", "role": "OP", "declined": True, "reason": "No time"},
                **{"name_given": "Dana Declined", "noted": False},
                "left_at": "2013-01-01T10:00:00+00:00",
            }
        )

    review = taken(files, left, manager)

    assert not User.objects.filter(full_name="Dana Declined").exists()
    client, team = sign_in(manager), reverse("reviews:team", args=[review.pk])
    assert "Dana Declined" in client.get(team).content.decode()
    gone = review.departures.get()
    client.post(reverse("reviews:team-declined", args=[review.pk, gone.pk]))
    assert "Dana Declined" not in client.get(team).content.decode()


def test_who_did_something_and_is_on_it_no_more_is_called_as_there(
    files: dict[str, bytes], manager: User, opened: None
) -> None:
    known = make_user("Farida Realname")

    def tried(whole: Whole) -> None:
        whole["people"].append({"email": known.email, "name": "Lee Leftlong"})
        whole["rows"]["casemapping.RiskAlert"].append(
            {
                **{"id": "a", "case_code": "", "person_told": "Duty"},
                **{"raised_by": len(whole["people"]) - 1},
                "told_at": "2013-01-01T10:00:00+00:00",
            }
        )

    review = taken(files, tried, manager)

    assert review.name_of(known) == "Lee Leftlong"
    assert not review.memberships.filter(user=known).exists()


def test_who_did_something_there_and_takes_it_in_has_not_left(
    files: dict[str, bytes], manager: User, opened: None
) -> None:
    def mine(whole: Whole) -> None:
        whole["people"].append({"email": manager.email, "name": "Another Name"})

    review = taken(files, mine, manager)

    assert not review.departures.exists()
    assert review.name_of(manager) == manager.full_name


def test_a_title_that_nobody_has_looked_at_is_looked_at_here(
    files: dict[str, bytes], manager: User, opened: None
) -> None:
    unread = put("reviews.Document", "screening", TitleScreening.UNREAD)

    review = taken(files, unread, manager)

    assert [each.kind for each in review.jobs.all()] == [SCREEN]


def test_texts_that_are_no_json_are_refused(
    files: dict[str, bytes], manager: User, opened: None
) -> None:
    for text in (b"\xff", b"{", b"[" * 100_000, b'{"a": NaN}', b'{"a": 1e999}'):
        content = archive.packed({**files, ROWS: text})
        assert isinstance(refused(content, manager), DamagedFile)


def test_whatever_breaks_takes_everything_back(
    files: dict[str, bytes],
    manager: User,
    opened: None,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """At the very end: rows, keys and files are there by then."""
    seen: list[int] = []

    def broken(review: Review) -> None:
        seen.append(len(list(store.stored())))
        raise RuntimeError("no disk")

    monkeypatch.setattr(taking_in, "_remember_names", broken)
    keys = sorted(keystore.names())
    with pytest.raises(RuntimeError):
        take_in(
            content=archive.packed(files),
            passphrase="acorn",
            by=manager,
            at=timezone.now(),
        )

    assert seen == [1]
    assert Review.objects.count() == 0
    assert sorted(keystore.names()) == keys
    assert list(store.stored()) == []
