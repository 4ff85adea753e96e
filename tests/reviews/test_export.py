"""A review's set-up goes into one file and comes back the same; what is damaged is refused with reasons."""

import datetime as dt
import json
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from reviews import domain
from reviews.domain import documents
from reviews.mail import mailer
from reviews.models import AuditEvent, Review, SignOff, Stage, User
from reviews.reading.export import checksum, exported, set_up_of
from reviews.reading.terms import sections_of, wording
from reviews.secrets import keystore
from tests.make import make_user, move

SignIn = Callable[[User], Client]


@pytest.fixture
def filled(review: Review, manager: User) -> Review:
    """A review whose set-up says something everywhere."""
    now = timezone.now()
    domain.change_details(
        review=review,
        version=review.version,
        by=manager,
        at=now,
        scope="Early help, “front door” and £5",
        contact_phone="01632 960 002",
        second_contact_name="Jocelyn Hartnup",
        second_contact_phone="01632 960 555",
        council_contact_name="Oscar Grantley",
        council_contact_title="Commissioning support officer",
        council_contact_email="oscar@example.org",
        case_reference="LCS-######",
    )
    domain.set_key_questions(
        review=review, questions=["One?", "Two?"], by=manager, at=now
    )
    domain.add_agency(
        review=review, name="Fire", kind="partner", code="fire", by=manager, at=now
    )
    first = review.milestones.all()[0]
    domain.change_milestone(
        milestone=first,
        version=first.version,
        due_on=dt.date(2012, 11, 13),
        owner_role="ORG",
        status="done",
        evidence="Seen",
        today=dt.date(2012, 11, 14),
        by=manager,
        at=now,
    )
    documents.add_request(
        review=review,
        title="Fire safety policy",
        themes=["T3"],
        need="should",
        owner_role="AGL",
        agency=review.agencies.get(code="fire"),
        due_on=dt.date(2013, 1, 7),
        by=manager,
        at=now,
    )
    documents.remove_request(
        request=review.document_requests.get(code="D01"), by=manager, at=now
    )
    domain.block_period(
        review=review,
        kind="council",
        title="Budget council",
        first=dt.date(2013, 2, 13),
        last=dt.date(2013, 2, 13),
        by=manager,
        at=now,
    )
    domain.record_notice(
        review=review,
        by=manager,
        at=now,
        told_on=dt.date(2012, 11, 12),
        told_by="Morgan Vale",
        told_to="The lead",
        how="letter",
        said="Two weeks",
        replied_on=dt.date(2012, 11, 20),
        reply="Noted",
    )
    domain.set_mail_rules(
        review=review,
        by_itself={"announcement": True, "plan reminder": False},
        by=manager,
        at=now,
    )
    domain.change_terms(
        review=review,
        texts={"case-data": "No child’s data."},
        version=0,
        by=manager,
        at=now,
    )
    return Review.objects.get(pk=review.pk)


def again(content: dict[str, Any], version: int = 3) -> bytes:
    """The file with a right checksum, as somebody who knows how would write it."""
    whole = {
        "format": "critical-friend-review",
        "version": version,
        "sha256": checksum(content),
        "review": content,
    }
    return json.dumps(whole).encode()


def refused(content: bytes, by: User) -> str:
    reviews = Review.objects.count()
    keys = sorted(keystore.names())
    with pytest.raises(domain.DamagedExport) as caught:
        domain.import_review(content=content, by=by, at=timezone.now())
    assert Review.objects.count() == reviews
    assert sorted(keystore.names()) == keys
    return str(caught.value)


# There and back


def test_a_set_up_comes_back_the_same(filled: Review, manager: User) -> None:
    back = domain.import_review(content=exported(filled), by=manager, at=timezone.now())

    assert back.pk != filled.pk
    back.refresh_from_db()
    assert set_up_of(back) == set_up_of(filled)
    assert back.pack == filled.pack
    assert (back.stage, back.demonstration) == (Stage.SET_UP, False)
    assert exported(back) == exported(filled)


def test_what_is_asked_for_told_blocked_and_agreed_comes_back(
    filled: Review, manager: User
) -> None:
    domain.sign(
        member=filled.memberships.get(user=manager),
        subject=SignOff.Subject.TERMS,
        seen=wording(filled, SignOff.Subject.TERMS),
        agreed=True,
        by=manager,
        at=timezone.now(),
    )

    back = domain.import_review(content=exported(filled), by=manager, at=timezone.now())

    asked = back.document_requests.get(title="Fire safety policy")
    assert asked.agency == back.agencies.get(code="fire")
    assert not back.document_requests.filter(code="D01").exists()
    assert back.document_requests.count() == filled.document_requests.count()
    assert back.blocked_periods.get().title == "Budget council"
    assert back.regulator_notices.get().reply == "Noted"
    assert mailer.goes_by_itself(back, "announcement")
    assert not mailer.goes_by_itself(back, "plan reminder")
    texts = {each.code: each.text for each in sections_of(back)}
    assert texts["case-data"] == "No child’s data."
    # What was signed was signed for another review.
    assert not back.sign_offs.exists()


def version_1(review: Review) -> dict[str, Any]:
    """The file as it was before: ten details and no list of its own."""
    given: dict[str, Any] = json.loads(json.dumps(set_up_of(review)))
    for name in (
        "document_requests",
        "blocked_periods",
        "notices",
        "mail_rules",
        "terms",
        "keep_words_weeks",
    ):
        del given[name]
    for name in list(given["details"]):
        if name.startswith("second_") or name in (
            "council_contact_title",
            "council_contact_phone",
        ):
            del given["details"][name]
    assert len(given["details"]) == 10
    return given


def test_a_file_of_version_1_is_still_read(filled: Review, manager: User) -> None:
    given = version_1(filled)

    back = domain.import_review(
        content=again(given, version=1), by=manager, at=timezone.now()
    )

    assert version_1(back) == given
    assert (back.council_contact_title, back.second_contact_name) == ("", "")
    # What it does not say is as the framework has it.
    codes = {each.code for each in back.document_requests.all()}
    assert codes == {each.code for each in back.pack.document_requests}
    assert not back.blocked_periods.exists()


def test_a_file_of_version_1_does_not_say_what_version_2_added(
    filled: Review, manager: User
) -> None:
    given = {**version_1(filled), "notices": []}

    assert "“notices” is not known." in refused(again(given, version=1), manager)
    details = {**given["details"], "second_contact_name": "Jocelyn Hartnup"}
    given = {**version_1(filled), "details": details}
    assert "The details must be" in refused(again(given, version=1), manager)


def test_whoever_imports_it_manages_it_and_is_its_contact(filled: Review) -> None:
    somebody = make_user("Nora Newell", may_create_reviews=True)

    back = domain.import_review(
        content=exported(filled), by=somebody, at=timezone.now()
    )

    assert [(m.user, m.access_role) for m in back.memberships.all()] == [
        (somebody, "RM")
    ]
    assert (back.contact_name, back.contact_email, back.contact_phone) == (
        "Nora Newell",
        somebody.email,
        "",
    )
    assert back.council_contact_name == "Oscar Grantley"


def test_the_file_names_no_member_and_holds_no_secret(
    filled: Review, leader: User, partner: User
) -> None:
    domain.ask_to_speak(review=filled, about="A quiet word", reach="R", when="")

    text = exported(filled).decode()

    for word in (leader.full_name, partner.email, "A quiet word"):
        assert word not in text
    # As the pages say, the contacts are in it, and who told the regulator and whom.
    for word in (filled.contact_name, "Oscar Grantley", "Morgan Vale", "The lead"):
        assert word in text
    assert set(json.loads(text)["review"]) == {
        "details",
        "day_zero",
        "on_site_days",
        "keep_words_weeks",
        "key_questions",
        "agencies",
        "milestones",
        "framework",
        "document_requests",
        "blocked_periods",
        "notices",
        "mail_rules",
        "terms",
    }


def test_the_trail_says_that_it_was_imported(filled: Review, manager: User) -> None:
    back = domain.import_review(content=exported(filled), by=manager, at=timezone.now())

    actions = AuditEvent.objects.filter(review_ref=back.pk).values_list(
        "action", flat=True
    )
    assert "review.imported" in actions


# What is refused


def test_a_file_that_was_cut_off_is_refused(filled: Review, manager: User) -> None:
    content = exported(filled)

    assert "cannot be read" in refused(content[: len(content) // 2], manager)


def test_a_file_that_was_changed_is_refused(filled: Review, manager: User) -> None:
    content = exported(filled).replace(b"Oscar Grantley", b"Otto Grantley")

    assert "changed or damaged" in refused(content, manager)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "cannot be read"),
        (b"\xff\xfe\x00", "cannot be read"),
        (b"[" * 100_000, "cannot be read"),
        (b'{"format": NaN}', "cannot be read"),
        (b"[]", "not an exported review"),
        (b'{"format": "something else"}', "not an exported review"),
        (b'{"format": "critical-friend-review", "version": 9}', "another version"),
        (b'{"format": "critical-friend-review", "version": 1}', "holds no review"),
        (b" " * 2_000_001, "smaller than 2MB"),
    ],
)
def test_what_is_no_export_is_refused(
    manager: User, content: bytes, reason: str
) -> None:
    assert reason in refused(content, manager)


def _without_name(given: dict[str, Any]) -> None:
    del given["agencies"]


def _unknown_name(given: dict[str, Any]) -> None:
    given["members"] = []


def _bad_email(given: dict[str, Any]) -> None:
    given["details"]["council_contact_email"] = "nobody"


def _no_council(given: dict[str, Any]) -> None:
    given["details"]["council"] = ""


def _no_day(given: dict[str, Any]) -> None:
    given["day_zero"] = "2013-02-30"


def _details_are_a_list(given: dict[str, Any]) -> None:
    given["details"] = list(given["details"].values())


def _questions_are_text(given: dict[str, Any]) -> None:
    given["key_questions"] = "Is help early?"


def _many_days(given: dict[str, Any]) -> None:
    given["on_site_days"] = 11


def _bad_kind(given: dict[str, Any]) -> None:
    given["agencies"][0]["kind"] = "friend"


def _twice(given: dict[str, Any]) -> None:
    given["agencies"].append(given["agencies"][0])


def _unknown_owner(given: dict[str, Any]) -> None:
    given["milestones"][1]["owner_role"] = "KING"


def _done_without_day(given: dict[str, Any]) -> None:
    given["milestones"][-1]["status"] = "done"


def _long_title(given: dict[str, Any]) -> None:
    given["milestones"][1]["title"] = "x" * 201


def _milestone_is_text(given: dict[str, Any]) -> None:
    given["milestones"][1] = "tomorrow"


def _broken_framework(given: dict[str, Any]) -> None:
    given["framework"] = {**given["framework"], "themes": []}


def _no_framework(given: dict[str, Any]) -> None:
    given["framework"] = None


def _nul(given: dict[str, Any]) -> None:
    given["key_questions"] = ["a\x00b"]


def _unknown_theme(given: dict[str, Any]) -> None:
    given["document_requests"][0]["themes"] = ["T9"]


def _unknown_agency(given: dict[str, Any]) -> None:
    given["document_requests"][0]["agency"] = "moon"


def _request_of_nobody(given: dict[str, Any]) -> None:
    given["document_requests"][0]["owner_role"] = "KING"


def _themes_are_numbers(given: dict[str, Any]) -> None:
    given["document_requests"][0]["themes"] = [1]


def _backwards(given: dict[str, Any]) -> None:
    given["blocked_periods"][0]["last"] = "2013-02-01"


def _unknown_period(given: dict[str, Any]) -> None:
    given["blocked_periods"][0]["kind"] = "party"


def _never_told(given: dict[str, Any]) -> None:
    given["notices"][0]["told_on"] = None


def _fixed_mail(given: dict[str, Any]) -> None:
    given["mail_rules"][0]["kind"] = "child at risk"


def _endless_terms(given: dict[str, Any]) -> None:
    given["terms"][0]["text"] = "x" * 4001


def _terms_are_text(given: dict[str, Any]) -> None:
    given["terms"] = "We agree."


def _too_many(given: dict[str, Any]) -> None:
    given["notices"] = given["notices"] * 501


@pytest.mark.parametrize(
    ("damage", "reason"),
    [
        (_unknown_theme, "Document 1: “T9” is not a theme of the framework."),
        (_unknown_agency, "Document 1: “moon” is not an agency of the file."),
        (_request_of_nobody, "Document 1: “KING” is not a role"),
        (_themes_are_numbers, "Document 1 does not say what is asked for"),
        (_backwards, "Blocked period 1 ends before it begins."),
        (_unknown_period, "Blocked period 1, kind"),
        (_never_told, "Notice 1 does not say who was told what and when."),
        (_fixed_mail, "Mail rule 1: “child at risk” is not a kind of mail"),
        (_endless_terms, "Section 1 of the terms must be shorter"),
        (_terms_are_text, "“terms” must be a list of at most 500 items."),
        (_too_many, "“notices” must be a list of at most 500 items."),
        (_without_name, "“agencies” is missing."),
        (_unknown_name, "“members” is not known."),
        (_bad_email, "council contact email"),
        (_no_council, "The review, council"),
        (_no_day, "must be a day such as"),
        (_details_are_a_list, "The details must be"),
        (_questions_are_text, "The key questions must be a list of texts."),
        (_many_days, "from 1 to 10"),
        (_bad_kind, "Agency 1, kind"),
        (_twice, "is there twice"),
        (_unknown_owner, "“KING” is not a role"),
        (_done_without_day, "that is done has a day"),
        (_long_title, "Milestone 2, title"),
        (_milestone_is_text, "Milestone 2 does not say"),
        (_broken_framework, "The framework:"),
        (_no_framework, "The framework is missing"),
        (_nul, "characters that no text has"),
    ],
)
def test_what_does_not_fit_is_refused_with_its_place(
    filled: Review,
    manager: User,
    damage: Callable[[dict[str, Any]], None],
    reason: str,
) -> None:
    given = json.loads(json.dumps(set_up_of(filled)))
    damage(given)

    assert reason in refused(again(given), manager)


# The pages


def test_the_manager_exports_at_any_stage_and_nobody_else_does(
    filled: Review, manager: User, leader: User, outsider: User, sign_in: SignIn
) -> None:
    move(filled, Stage.CLOSED)
    address = reverse("reviews:export", args=[filled.pk])

    answer = sign_in(manager).get(address)

    assert answer.content == exported(filled)
    assert answer["Content-Security-Policy"] == "sandbox"
    assert answer["Content-Disposition"] == 'attachment; filename="review.json"'
    assert sign_in(leader).get(address).status_code == 403
    assert sign_in(outsider).get(address).status_code == 404


def test_who_may_create_reviews_imports_one(
    filled: Review, manager: User, leader: User, sign_in: SignIn
) -> None:
    address = reverse("reviews:import")
    file = SimpleUploadedFile("review.json", exported(filled), "application/json")

    asked = sign_in(manager).post(address, {"file": file})
    said = asked.content.decode()
    assert "that begins on 4 February 2013 already" in said
    assert "Make a second review of the same council and day" in said
    assert Review.objects.count() == 1

    file.seek(0)
    answer = sign_in(manager).post(address, {"file": file, "again": "on"})

    newest = Review.objects.latest("pk")
    assert newest.pk != filled.pk
    assert answer["Location"] == reverse("reviews:details", args=[newest.pk])
    assert sign_in(leader).get(address).status_code == 403


def test_the_page_says_why_a_file_is_refused(manager: User, sign_in: SignIn) -> None:
    file = SimpleUploadedFile("review.json", b"{}", "application/json")

    page = sign_in(manager).post(reverse("reviews:import"), {"file": file})

    assert "This is not an exported review." in page.content.decode()
    assert not Review.objects.exists()
