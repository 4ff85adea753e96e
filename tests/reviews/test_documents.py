"""Documents asked for: by whom, of whom, and what became of it."""

import datetime as dt
import io

import pytest
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from reviews import domain
from reviews.domain import documents as verbs
from reviews.models import (
    AccessRole,
    Agency,
    AuditEvent,
    Document,
    Review,
    Stage,
    User,
)
from reviews.reading.documents import (
    document_rows,
    documents_to_send,
    request_rows,
    standing,
)
from reviews.refusals import ChangedMeanwhile
from tests.make import make_membership, move
from tests.make_documents import make_document
from tests.reviews.papers import SignIn, at, pdf, theirs_of, words


def test_a_review_begins_with_its_frameworks_list(review: Review) -> None:
    asked = list(review.document_requests.all())

    assert len(asked) == len(review.pack.document_requests) > 20
    first = asked[0]
    assert first.title == "Self-assessment against the five themes"
    assert first.due_on == review.day_zero - dt.timedelta(days=28)
    assert {each.need for each in asked} == {"must", "should", "reference"}


def test_who_moves_the_visit_moves_what_has_not_come(
    review: Review, manager: User
) -> None:
    first, second, *_ = review.document_requests.all()
    make_document(review, by=manager, request=second)
    before = second.due_on

    domain.move_day_zero(
        review=review,
        day_zero=review.day_zero + dt.timedelta(days=7),
        version=review.version,
        by=manager,
        at=timezone.now(),
    )

    assert review.document_requests.get(pk=second.pk).due_on == before
    moved = review.document_requests.get(pk=first.pk).due_on
    assert moved == first.due_on + dt.timedelta(days=7)


def test_the_manager_adds_changes_and_removes_requests(
    review: Review, manager: User, sign_in: SignIn
) -> None:
    desk = sign_in(manager)
    asked = {
        "title": "Fostering statement of purpose",
        "themes": ["T1", "T4"],
        "need": "should",
        "owner_role": "ORG",
        "due_on_0": "7",
        "due_on_1": "January",
        "due_on_2": "2013",
    }

    desk.post(at("document-request-new", review), asked)
    request = review.document_requests.get(title="Fostering statement of purpose")
    assert (request.code, request.themes) == ("D24", ["T1", "T4"])
    assert request.offset_days == -28

    changed = {**asked, "need": "must", "version": "1"}
    desk.post(at("document-request", review, request.pk), changed)
    request.refresh_from_db()
    assert request.need == "must"

    late = desk.post(
        at("document-request", review, request.pk), {**changed, "title": "Mine"}
    )
    assert str(ChangedMeanwhile()) in words(late).replace("&#x27;", "'")

    desk.post(at("document-request-remove", review, request.pk))
    assert not review.document_requests.filter(pk=request.pk).exists()


def test_a_request_that_was_answered_is_not_removed(
    review: Review, manager: User, sign_in: SignIn
) -> None:
    request = review.document_requests.first()
    make_document(review, by=manager, request=request)

    page = sign_in(manager).post(at("document-request-remove", review, request.pk))  # type: ignore[union-attr]

    assert "Documents have come for this request" in words(page)
    assert review.document_requests.filter(pk=request.pk).exists()  # type: ignore[union-attr]


def test_a_request_is_waiting_late_received_or_has_no_answer(
    under_way: Review, manager: User, organiser: User
) -> None:
    first, second, third, fourth, *_ = under_way.document_requests.all()
    make_document(under_way, by=manager, request=second)
    verbs.say_there_is_none(
        request=third,
        agency=None,
        because="We never wrote one.",
        by=organiser,
        at=timezone.now(),
    )
    first.due_on = dt.date(2012, 12, 1)
    first.save()
    member = under_way.memberships.get(user=manager)
    today = dt.date(2012, 12, 14)

    rows = request_rows(member, document_rows(member), today)

    by_code = {row.request.code: row.status for row in rows}
    assert by_code[first.code] == "Late"
    assert by_code[second.code] == "Received"
    assert by_code[third.code] == "Does not exist"
    assert by_code[fourth.code] == "Waiting"


def test_that_there_is_none_needs_a_reason_and_is_taken_back_by_an_upload(
    under_way: Review, organiser: User, sign_in: SignIn, council: Agency
) -> None:
    request = under_way.document_requests.all()[0]
    desk = sign_in(organiser)

    empty = desk.post(
        at("document-request-none", under_way, request.pk), {"because": " "}
    )
    assert "Answer “Why is there no such document?”" in words(empty)
    desk.post(
        at("document-request-none", under_way, request.pk),
        {"because": "We do not have one."},
    )
    assert "We do not have one." in words(desk.get(at("documents", under_way)))

    make_document(under_way, by=organiser, request=request, agency=council)
    assert not request.nones.exists()


@pytest.fixture
def second_partner(under_way: Review, partner: User) -> User:
    agency = under_way.agencies.filter(kind=Agency.Kind.PARTNER).exclude(
        pk=theirs_of(under_way, partner).pk
    )[0]
    return make_membership(under_way, AccessRole.PC, agency=agency).user


def test_one_partners_file_says_nothing_of_another(
    under_way: Review,
    manager: User,
    partner: User,
    second_partner: User,
    sign_in: SignIn,
) -> None:
    request = under_way.document_requests.get(code="D18")
    mine, other = (theirs_of(under_way, each) for each in (partner, second_partner))
    number = under_way.agencies.filter(kind=Agency.Kind.PARTNER).count()
    make_document(under_way, by=partner, request=request, agency=mine)

    def status(user: User, today: dt.date = dt.date(2012, 12, 14)) -> str:
        member = under_way.memberships.get(user=user)
        rows = request_rows(member, document_rows(member), today)
        return next(row.status for row in rows if row.request == request)

    assert status(partner) == "Received"
    assert status(second_partner) == "Waiting"
    assert status(manager) == f"1 of {number} received"
    after = request.due_on + dt.timedelta(days=1)
    assert status(second_partner, after) == "Late"
    assert status(manager, after) == f"1 of {number} received, {number - 1} late"

    desk = sign_in(second_partner)
    desk.post(
        at("document-request-none", under_way, request.pk),
        {"because": "We follow the council’s."},
    )
    assert status(second_partner) == "Does not exist"
    assert status(partner) == "Received"
    assert status(manager) == f"1 of {number} received, 1 without one"
    front = words(sign_in(manager).get(at("documents", under_way)))
    assert f"{other.name}: We follow the council’s." in front
    assert "We follow the council’s." not in words(
        sign_in(partner).get(at("documents", under_way))
    )


def test_a_partners_upload_takes_back_its_own_answer_alone(
    under_way: Review, partner: User, second_partner: User
) -> None:
    request = under_way.document_requests.get(code="D18")
    mine, other = (theirs_of(under_way, each) for each in (partner, second_partner))
    for agency in (mine, other):
        verbs.say_there_is_none(
            request=request,
            agency=agency,
            because="We have none.",
            by=partner,
            at=timezone.now(),
        )

    make_document(under_way, by=partner, request=request, agency=mine)

    assert request.nones.get().agency == other


def test_the_manager_answers_for_the_agency_that_it_names(
    under_way: Review, manager: User, second_partner: User, sign_in: SignIn
) -> None:
    request = under_way.document_requests.get(code="D18")
    other = theirs_of(under_way, second_partner)
    desk = sign_in(manager)
    page = at("document-request-none", under_way, request.pk)

    unnamed = words(desk.post(page, {"because": "They rang."}))
    assert "Select an answer to “Which agency says so?”" in unnamed
    desk.post(page, {"because": "They rang.", "agency": str(other.pk)})
    assert request.nones.get().agency == other

    desk.post(page, {"do": "expect", "agency": str(other.pk)})
    assert not request.nones.exists()


def test_what_the_manager_uploads_counts_for_the_agency_it_is_from(
    under_way: Review, manager: User, second_partner: User, sign_in: SignIn
) -> None:
    request = under_way.document_requests.get(code="D18")
    other = theirs_of(under_way, second_partner)
    desk = sign_in(manager)
    page = at("document-upload-for", under_way, request.pk)

    unnamed = words(desk.post(page, {"file": pdf(), "looked": "on"}))
    assert "Which agency is it from?" in unnamed
    assert not Document.objects.exists()
    desk.post(page, {"file": pdf(), "looked": "on", "agency": str(other.pk)})

    assert Document.objects.get().agency == other


def test_the_councils_contact_does_not_answer_for_a_partner(
    under_way: Review, organiser: User, sign_in: SignIn
) -> None:
    request = under_way.document_requests.get(code="D18")
    desk = sign_in(organiser)

    assert "Upload Your agency" not in words(desk.get(at("documents", under_way)))
    page = at("document-upload-for", under_way, request.pk)
    assert desk.post(page, {"file": pdf(), "looked": "on"}).status_code == 404
    desk.post(at("document-request-none", under_way, request.pk), {"because": "None"})
    assert not request.nones.exists()


def test_home_counts_what_the_agency_itself_still_owes(
    under_way: Review, partner: User, second_partner: User, manager: User
) -> None:
    mine = theirs_of(under_way, partner)
    for request in under_way.document_requests.filter(owner_role="AGL"):
        make_document(under_way, by=partner, request=request, agency=mine)
    today = dt.date(2013, 1, 20)

    def owes(user: User) -> list[str]:
        member = under_way.memberships.get(user=user)
        return [each.title for each in documents_to_send(member, today=today)]

    assert owes(partner) == []
    assert owes(second_partner) == ["2 documents to send in"]
    member = under_way.memberships.get(user=manager)
    rows = request_rows(member, [], today)
    late = standing(rows, []).late
    assert owes(manager) == [f"{late} documents are late"]


def test_requests_are_filtered_sorted_and_exported_as_shown(
    under_way: Review,
    manager: User,
    partner: User,
    second_partner: User,
    sign_in: SignIn,
) -> None:
    mine = theirs_of(under_way, partner)
    request = under_way.document_requests.get(code="D18")
    make_document(under_way, by=partner, request=request, agency=mine)
    under_way.document_requests.exclude(code__in=["D18", "D01"]).delete()
    under_way.document_requests.filter(code="D18").update(due_on=dt.date(2012, 1, 2))
    Review.objects.filter(pk=under_way.pk).update(
        demonstration=True, demonstration_day=dt.date(2012, 12, 14)
    )
    desk = sign_in(manager)

    page = desk.get(at("documents", under_way))
    assert [row.request.code for row in page.context["requests"]] == ["D18", "D01"]
    for box in ("who", "status", "theme", "need", "sort"):
        assert f'name="{box}"' in page.content.decode()
    late = desk.get(at("documents", under_way), {"status": "late"})
    assert [row.request.code for row in late.context["requests"]] == ["D18"]
    assert "1 of 2 documents asked for" in words(late)
    of_mine = desk.get(at("documents", under_way), {"who": str(mine.pk)})
    assert [row.status for row in of_mine.context["requests"]] == ["Received"]

    file = desk.get(at("documents-xlsx", under_way), {"status": "late"})
    book = load_workbook(io.BytesIO(file.content))
    lines = list(book.active.iter_rows(values_only=True))  # type: ignore[union-attr]
    partners = under_way.agencies.filter(kind=Agency.Kind.PARTNER).count()
    assert len(lines) == 1 + partners - 1
    assert {line[3] for line in lines[1:]} == {"Late"}
    assert file["Content-Disposition"] == (
        'attachment; filename="Trafford-Council_documents-asked-for_2012-12-14.xlsx"'
    )


def test_the_list_of_documents_is_filtered_and_exported_without_readers(
    under_way: Review, manager: User, member_peer: User, sign_in: SignIn
) -> None:
    first = make_document(under_way, by=manager, title="First", themes=("T1",))
    make_document(under_way, by=manager, title="Second", themes=("T2",))
    member = under_way.memberships.get(user=member_peer)
    verbs.tick_read(member=member, shown=[first], ticked=[first])
    desk = sign_in(member_peer)

    page = words(desk.get(at("document-list", under_way), {"theme": "T1"}))
    assert "1 of 2 documents" in page
    assert "Second" not in page
    mine = words(desk.get(at("document-list", under_way), {"read": "not-me"}))
    assert "First" not in mine
    file = desk.get(at("document-list-xlsx", under_way), {"sort": "title"})
    book = load_workbook(io.BytesIO(file.content))
    lines = list(book.active.iter_rows(values_only=True))  # type: ignore[union-attr]
    assert [line[0] for line in lines] == ["Document", "First", "Second"]
    assert "Read" not in str(lines[0])


def test_on_site_what_must_be_read_and_was_not_is_marked(
    under_way: Review, manager: User, member_peer: User, sign_in: SignIn
) -> None:
    make_document(under_way, by=manager, title="Plan", need="must")
    desk = sign_in(member_peer)
    assert "Not read yet" not in words(desk.get(at("reading", under_way)))

    move(under_way, Stage.ON_SITE)

    assert "Not read yet" in words(desk.get(at("reading", under_way)))
    listed = words(sign_in(manager).get(at("document-list", under_way)))
    assert "Nobody yet" in listed


@pytest.mark.parametrize("who", ["manager", "leader", "organiser"])
def test_home_says_that_documents_are_late_whenever_their_page_does(
    under_way: Review,
    sign_in: SignIn,
    request: pytest.FixtureRequest,
    who: str,
) -> None:
    user = request.getfixturevalue(who)
    Review.objects.filter(pk=under_way.pk).update(
        demonstration=True, demonstration_day=dt.date(2013, 1, 9)
    )
    under_way.document_requests.exclude(code="D18").delete()
    desk = sign_in(user)

    late = under_way.agencies.filter(kind=Agency.Kind.PARTNER).count()
    said = f"{late} documents are late"
    assert said in words(desk.get(at("documents", under_way)))
    assert said in words(desk.get(reverse("home:home", args=[under_way.pk])))


def test_an_agency_that_is_removed_says_what_goes_with_it(
    under_way: Review, manager: User, sign_in: SignIn
) -> None:
    agency = under_way.agencies.filter(kind=Agency.Kind.PARTNER)[0]
    asked = under_way.document_requests.get(code="D18")
    other = under_way.document_requests.get(code="D19")
    make_document(under_way, by=manager, request=asked, agency=agency)
    verbs.say_there_is_none(
        request=other, agency=agency, because="None.", by=manager, at=timezone.now()
    )
    page = reverse("reviews:agency-remove", args=[under_way.pk, agency.pk])

    said = words(sign_in(manager).get(page))

    assert "1 answer of theirs that there is no such document goes" in said
    assert "1 document of theirs stays with the team" in said


def test_an_answer_that_is_taken_back_twice_is_told_once(
    under_way: Review, organiser: User, sign_in: SignIn
) -> None:
    request = under_way.document_requests.all()[0]
    desk = sign_in(organiser)
    page = at("document-request-none", under_way, request.pk)
    desk.post(page, {"because": "We do not have one."})

    for _ in range(2):
        desk.post(page, {"do": "expect", "agency": ""})

    assert not request.nones.exists()
    assert AuditEvent.objects.filter(action="document.expected").count() == 1


def test_what_has_come_cannot_be_said_not_to_exist(
    under_way: Review, organiser: User, council: Agency, sign_in: SignIn
) -> None:
    request = under_way.document_requests.all()[0]
    desk = sign_in(organiser)
    page = at("document-request-none", under_way, request.pk)
    assert 'name="because"' in desk.get(page).content.decode()
    make_document(under_way, by=organiser, request=request, agency=council)

    # The page that was opened before it came, and whatever code runs.
    desk.post(page, {"because": "We do not have one."})
    with pytest.raises(verbs.ItCame, match="The document has come"):
        verbs.say_there_is_none(
            request=request,
            agency=None,
            because="We do not have one.",
            by=organiser,
            at=timezone.now(),
        )

    assert not request.nones.exists()


def test_without_a_reason_nothing_is_said_whatever_code_runs(
    under_way: Review, organiser: User
) -> None:
    request = under_way.document_requests.all()[0]

    with pytest.raises(verbs.NoReasonGiven, match="Say why"):
        verbs.say_there_is_none(
            request=request, agency=None, because=" ", by=organiser, at=timezone.now()
        )

    assert not request.nones.exists()


def test_an_agency_asked_alone_has_none_though_another_sent_one_before(
    under_way: Review,
    manager: User,
    partner: User,
    second_partner: User,
    sign_in: SignIn,
) -> None:
    request = under_way.document_requests.get(code="D18")
    mine, other = (theirs_of(under_way, each) for each in (partner, second_partner))
    make_document(under_way, by=partner, request=request, agency=mine)
    verbs.change_request(
        request=request,
        version=request.version,
        title=request.title,
        themes=request.themes,
        need=request.need,
        owner_role=request.owner_role,
        agency=other,
        due_on=request.due_on,
        by=manager,
        at=timezone.now(),
    )

    answer = sign_in(second_partner).post(
        at("document-request-none", under_way, request.pk), {"because": "Not ours."}
    )

    assert answer["Location"] == at("documents", under_way)
    assert request.nones.get().agency == other


def test_what_the_council_sent_in_for_the_agency_that_is_asked_has_come(
    under_way: Review, manager: User, partner: User
) -> None:
    mine = theirs_of(under_way, partner)
    request = under_way.document_requests.get(code="D18")
    request.agency = mine
    request.save()
    make_document(under_way, by=manager, request=request, agency=None)

    with pytest.raises(verbs.ItCame):
        verbs.say_there_is_none(
            request=request, agency=mine, because="No", by=partner, at=timezone.now()
        )
