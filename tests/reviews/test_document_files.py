"""Files of documents: sent, marked, read, kept and gone."""

import datetime as dt
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

import reviews.tasks
from peerreview.demo import removal
from reviews import domain
from reviews.domain import documents as verbs
from reviews.files import store
from reviews.models import (
    AccessRole,
    Agency,
    AuditEvent,
    Document,
    DocumentRead,
    DocumentRequest,
    DocumentVersion,
    Job,
    Review,
    Stage,
    User,
)
from reviews.secrets import keystore
from tests.make import make_membership, make_user, move
from tests.make_documents import PDF, make_document
from tests.reviews.papers import SignIn, at, pdf, theirs_of, words
from tests.reviews.test_uploads import docx


def test_the_councils_contact_uploads_for_a_request(
    under_way: Review, organiser: User, sign_in: SignIn, council: Agency
) -> None:
    request = under_way.document_requests.all()[2]
    values = {"file": pdf(), "looked": "on"}
    if under_way.agencies.filter(kind=Agency.Kind.COUNCIL).count() > 1:
        values["agency"] = str(council.pk)

    answer = sign_in(organiser).post(
        at("document-upload-for", under_way, request.pk), values
    )

    assert answer.status_code == 302
    document = Document.objects.get()
    assert (document.title, document.request, document.agency) == (
        request.title,
        request,
        council,
    )
    assert (document.themes, document.need) == (request.themes, request.need)
    version = document.versions.get()
    assert (version.number, version.name, version.kind) == (1, "policy.pdf", "pdf")
    assert AuditEvent.objects.filter(action="document.uploaded").count() == 1


@pytest.mark.parametrize(
    ("file", "sentence"),
    [
        (None, "Select a file"),
        (pdf("a.exe"), "The selected file must be a PDF, DOCX, XLSX, PNG or JPG"),
        (pdf("a.pdf", b""), "The selected file is empty"),
        (
            pdf("a.pdf", PDF + b"0" * 25_000_000),
            "The selected file must be smaller than 25MB",
        ),
        (
            pdf("a.pdf", b"hello"),
            "The selected file is named as a PDF but cannot be read as one",
        ),
    ],
)
def test_a_bad_file_comes_back_with_a_sentence_and_nothing_is_kept(
    under_way: Review,
    partner: User,
    sign_in: SignIn,
    file: SimpleUploadedFile | None,
    sentence: str,
) -> None:
    values: dict[str, Any] = {"title": "Our policy", "looked": "on"}
    if file:
        file.seek(0)
        values["file"] = file

    page = sign_in(partner).post(at("document-upload", under_way), values)

    assert words(page).count(sentence) == 2  # in the summary and beside the box
    assert "Our policy" in page.content.decode()
    assert not DocumentVersion.objects.exists()
    assert list(store.stored()) == []


def test_the_uploader_says_that_they_have_looked(
    under_way: Review, partner: User, sign_in: SignIn
) -> None:
    page = sign_in(partner).post(
        at("document-upload", under_way), {"file": pdf(), "title": "Our policy"}
    )

    assert "Look through the file, then say that it names no child" in words(page)
    assert not Document.objects.exists()


def test_a_title_with_an_nhs_number_is_refused(
    under_way: Review, partner: User, sign_in: SignIn
) -> None:
    page = sign_in(partner).post(
        at("document-upload", under_way),
        {"file": pdf(), "title": "Plan of 943 476 5919", "looked": "on"},
    )

    assert "Title must not hold a number, address or birth date of a person" in words(
        page
    )


def test_a_title_that_may_name_somebody_is_asked_about_and_can_be_confirmed(
    under_way: Review, partner: User, sign_in: SignIn
) -> None:
    desk = sign_in(partner)
    values = {"title": "Chronology for Kayleigh Brown", "looked": "on"}

    page = desk.post(at("document-upload", under_way), {**values, "file": pdf()})
    assert "Title may name somebody: “Kayleigh Brown”" in words(page)
    assert "The title names no child, no family and no member of staff" in words(page)
    assert not Document.objects.exists()

    desk.post(
        at("document-upload", under_way),
        {**values, "file": pdf(), "names_nobody": "on"},
    )
    assert Document.objects.get().title == "Chronology for Kayleigh Brown"


def test_the_title_of_a_request_is_screened_as_well(
    review: Review, manager: User, sign_in: SignIn
) -> None:
    page = sign_in(manager).post(
        at("document-request-new", review),
        {
            "title": "The plan for NHS 943 476 5919",
            "need": "should",
            "owner_role": "ORG",
            "due_on_0": "14",
            "due_on_1": "1",
            "due_on_2": "2013",
        },
    )

    assert "Title must not hold a number, address or birth date" in words(page)
    assert not review.document_requests.filter(title__contains="NHS").exists()


@pytest.fixture
def marked(under_way: Review, partner: User) -> DocumentVersion:
    """A partner's upload with an NHS number in it."""
    make_document(
        under_way,
        by=partner,
        agency=theirs_of(under_way, partner),
        title="Our self-check",
        name="audit.docx",
        content=docx("NHS number 943 476 5919, born 14 March 2009"),
    )
    return DocumentVersion.objects.get()


def test_a_marked_file_waits_until_its_uploader_confirms(
    under_way: Review,
    marked: DocumentVersion,
    partner: User,
    manager: User,
    sign_in: SignIn,
) -> None:
    desk = sign_in(partner)
    where = at("document-confirm", under_way, marked.pk)

    page = words(desk.get(where))
    assert "1 place looks like an NHS number" in page
    assert "1 date stands beside “born” or “DOB”" in page
    assert "943" not in page
    # Nobody else meets it, and not even its uploader can fetch it yet.
    everybody = sign_in(manager)
    assert everybody.get(where).status_code == 404
    assert "Our self-check" not in words(everybody.get(at("document-list", under_way)))
    assert desk.get(at("document-download", under_way, marked.pk)).status_code == 404

    desk.post(where, {"decision": "take"})
    assert "Our self-check" in words(everybody.get(at("document-list", under_way)))
    event = AuditEvent.objects.get(action="document.marks_confirmed")
    assert event.detail == {}


@pytest.mark.django_db(transaction=True)
def test_a_marked_file_that_is_taken_back_leaves_nothing(
    under_way: Review, marked: DocumentVersion, partner: User, sign_in: SignIn
) -> None:
    sign_in(partner).post(
        at("document-confirm", under_way, marked.pk), {"decision": "back"}
    )

    assert not Document.objects.exists()
    assert list(store.stored()) == []


@pytest.mark.django_db(transaction=True)
def test_a_marked_file_is_answered_once_however_many_press(
    marked: DocumentVersion, partner: User
) -> None:
    """Two pages were open before the first was answered."""
    verbs.confirm(version=marked, by=partner, at=timezone.now())

    with pytest.raises(verbs.TakenAlready, match="taken or put aside already"):
        verbs.confirm(version=marked, by=partner, at=timezone.now())
    with pytest.raises(verbs.TakenAlready):
        verbs.put_aside(version=marked)

    assert DocumentVersion.objects.get().number == 1
    assert len(list(store.stored())) == 1
    assert AuditEvent.objects.filter(action="document.uploaded").count() == 1


@pytest.mark.parametrize("what", ["document", "request"])
def test_a_file_for_what_was_removed_meanwhile_is_not_kept(
    under_way: Review, organiser: User, council: Agency, what: str
) -> None:
    request = under_way.document_requests.all()[0]
    document = make_document(under_way, by=organiser, title="Audit", agency=council)
    goes: Document | DocumentRequest = document if what == "document" else request
    files = set(store.stored())
    Document.objects.filter(pk=document.pk).delete()
    DocumentRequest.objects.filter(pk=request.pk).delete()

    with pytest.raises(verbs.RemovedMeanwhile, match="Nothing was kept"):
        verbs.upload(
            review=under_way,
            name="a.pdf",
            content=PDF,
            title="Audit",
            agency=council,
            by=organiser,
            at=timezone.now(),
            **{what: goes},  # type: ignore[arg-type]
        )

    assert set(store.stored()) == files


def test_the_script_that_shows_progress_is_told_where_to_go(
    under_way: Review, partner: User, sign_in: SignIn
) -> None:
    answer = sign_in(partner).post(
        at("document-upload", under_way),
        {"file": pdf(), "title": "Our policy", "looked": "on"},
        headers={"X-Upload": "with progress"},
    )

    assert answer.json() == {"to": at("documents", under_way)}


def test_versions_are_kept_and_a_new_one_is_unread(
    under_way: Review, partner: User, analyst: User, sign_in: SignIn
) -> None:
    mine = theirs_of(under_way, partner)
    document = make_document(under_way, by=partner, agency=mine)
    reader = under_way.memberships.get(user=analyst)
    verbs.tick_read(member=reader, shown=[document], ticked=[document])

    sign_in(partner).post(
        at("document-upload-version", under_way, document.pk),
        {"file": pdf("new.pdf", PDF + b"%new %%EOF\n"), "looked": "on"},
    )

    assert [each.number for each in document.versions.all()] == [2, 1]
    assert not DocumentRead.objects.exists()
    peer = sign_in(analyst)
    for version in document.versions.all():
        got = peer.get(at("document-download", under_way, version.pk))
        assert len(b"".join(got.streaming_content)) == version.size  # type: ignore[attr-defined]


def test_a_download_is_an_attachment_in_a_sandbox(
    under_way: Review, partner: User, leader: User, sign_in: SignIn
) -> None:
    document = make_document(
        under_way,
        by=partner,
        title="../Ça va: “plan” 2013",
        agency=theirs_of(under_way, partner),
    )

    got = sign_in(leader).get(
        at("document-download", under_way, document.versions.get().pk)
    )

    assert b"".join(got.streaming_content) == PDF  # type: ignore[attr-defined]
    assert got["Content-Type"] == "application/pdf"
    assert got["Content-Disposition"] == (
        'attachment; filename="Trafford-Council_a-va-plan-2013_version-1.pdf"'
    )
    assert "sandbox" in got["Content-Security-Policy"]
    assert got["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in got["Cache-Control"]


def test_the_council_sees_its_own_and_a_partner_only_its_own(
    under_way: Review,
    manager: User,
    organiser: User,
    partner: User,
    leader: User,
    council: Agency,
    sign_in: SignIn,
) -> None:
    mine = theirs_of(under_way, partner)
    other = (
        under_way.agencies.filter(kind=Agency.Kind.PARTNER).exclude(pk=mine.pk).first()
    )
    documents = {
        "council": make_document(
            under_way, by=organiser, title="Of the council", agency=council
        ),
        "mine": make_document(
            under_way, by=partner, title="Of the partner", agency=mine
        ),
        "other": make_document(
            under_way, by=manager, title="Of another partner", agency=other
        ),
        "team": make_document(under_way, by=manager, title="Of the team"),
    }
    sees = {
        organiser: {"council"},
        partner: {"mine"},
        leader: set(documents),
        manager: set(documents),
    }

    for user, names in sees.items():
        desk = sign_in(user)
        listed = words(desk.get(at("document-list", under_way)))
        front = words(desk.get(at("documents", under_way)))
        for name, document in documents.items():
            mine_too = name in names
            assert (document.title in listed) == mine_too, (user, name)
            assert (document.title in front) == mine_too, (user, name)
            status = 200 if mine_too else 404
            where = at("document", under_way, document.pk)
            assert desk.get(where).status_code == status
            version = at("document-download", under_way, document.versions.get().pk)
            assert desk.get(version).status_code == status


def test_a_partner_sees_what_it_is_asked_for_and_no_more(
    under_way: Review, partner: User, sign_in: SignIn
) -> None:
    page = words(sign_in(partner).get(at("documents", under_way)))

    assert "Your agency's safeguarding policy" in page.replace("&#x27;", "'")
    assert "Self-assessment against the five themes" not in page
    council_only = under_way.document_requests.get(code="D01")
    assert (
        sign_in(partner)
        .get(at("document-upload-for", under_way, council_only.pk))
        .status_code
        == 404
    )


def test_an_upload_of_a_partner_is_always_its_own(
    under_way: Review, partner: User, council: Agency, sign_in: SignIn
) -> None:
    sign_in(partner).post(
        at("document-upload", under_way),
        {
            "file": pdf(),
            "title": "Ours",
            "looked": "on",
            "agency": str(council.pk),
        },
    )

    assert Document.objects.get().agency == theirs_of(under_way, partner)


def test_peers_read_by_theme_and_tick_for_themselves(
    under_way: Review, manager: User, member_peer: User, leader: User, sign_in: SignIn
) -> None:
    must = make_document(
        under_way, by=manager, title="Plan", themes=("T1",), need="must"
    )
    make_document(under_way, by=manager, title="Figures", themes=("T2",))
    everywhere = make_document(under_way, by=manager, title="Whole")
    desk = sign_in(member_peer)

    first = words(desk.get(at("reading", under_way), {"theme": "T1"}))
    assert "0 of 2 read, 0 of 1 that you must read" in first
    assert "Figures" not in first
    saved = desk.post(
        at("reading", under_way) + "?theme=T1",
        {"document": str(must.pk), "read": "yes"},
    )
    assert saved["Location"] == (
        at("reading", under_way) + f"?theme=T1#document-{must.pk}"
    )

    assert "1 of 2 read, 1 of 1 that you must read" in words(
        desk.get(at("reading", under_way), {"theme": "T1"})
    )
    others = words(sign_in(leader).get(at("reading", under_way), {"theme": "T1"}))
    assert "0 of 2 read" in others
    # One at a time: another document's tick stays when one is taken away.
    desk.post(
        at("reading", under_way) + "?theme=T1",
        {"document": str(everywhere.pk), "read": "yes"},
    )
    desk.post(
        at("reading", under_way) + "?theme=T1", {"document": str(must.pk), "read": "no"}
    )
    assert DocumentRead.objects.get().document == everywhere


def test_the_manager_sees_numbers_of_readers_and_what_nobody_has_read(
    under_way: Review, manager: User, member_peer: User, sign_in: SignIn
) -> None:
    read = make_document(under_way, by=manager, title="Has been read")
    make_document(under_way, by=manager, title="Lies there")
    member = under_way.memberships.get(user=member_peer)
    verbs.tick_read(member=member, shown=[read], ticked=[read])
    desk = sign_in(manager)

    front = words(desk.get(at("documents", under_way)))
    assert "Nobody has read 1 of the 2 documents" in front
    unread = desk.get(at("document-list", under_way), {"read": "nobody"})
    assert "Lies there" in words(unread)
    assert "Has been read" not in words(unread)
    for page in (front, words(unread), words(desk.get(at("document-list", under_way)))):
        assert member_peer.full_name not in page
    # The filter is the manager's alone.
    peer = sign_in(member_peer).get(at("document-list", under_way), {"read": "nobody"})
    assert "Has been read" in words(peer)
    assert "Read by" not in words(peer)


@pytest.mark.parametrize("page", ["documents", "document-list", "reading"])
def test_a_list_of_300_documents_takes_as_many_queries_as_one_of_three(
    under_way: Review, manager: User, sign_in: SignIn, page: str
) -> None:
    version = make_document(under_way, by=manager, title="Document 0").versions.get()
    reader = under_way.memberships.get(user=manager)
    asked = list(under_way.document_requests.all())
    desk = sign_in(manager)

    def fill(first: int, last: int) -> None:
        rows = [
            Document(
                review=under_way,
                title=f"Document {n}",
                request=asked[n % len(asked)] if n % 2 else None,
                agency=None,
                themes=["T1"],
                need="must",
            )
            for n in range(first, last)
        ]
        Document.objects.bulk_create(rows)
        for row in rows:
            DocumentVersion.objects.create(
                review=under_way,
                document=row,
                number=1,
                name="a.pdf",
                kind="pdf",
                size=version.size,
                stored_as=f"{row.pk.hex}{row.pk.hex}",
                uploaded_by_name="X",
                uploaded_at=timezone.now(),
            )
        verbs.tick_read(member=reader, shown=rows, ticked=rows[::2])

    def queries() -> int:
        desk.get(at(page, under_way))  # what is fetched once a session
        with CaptureQueriesContext(
            connection,
        ) as counted:
            assert desk.get(at(page, under_way)).status_code == 200
        return len(counted)

    fill(1, 3)
    few = queries()
    fill(3, 300)

    assert queries() == few


@pytest.mark.django_db(transaction=True)
def test_what_nobody_confirmed_goes_after_a_day(
    under_way: Review, marked: DocumentVersion
) -> None:
    verbs.tidy_documents(at=timezone.now())
    assert DocumentVersion.objects.exists()

    verbs.tidy_documents(at=timezone.now() + dt.timedelta(days=1, minutes=1))

    assert not Document.objects.exists()
    assert list(store.stored()) == []


@pytest.mark.django_db(transaction=True)
def test_a_closed_reviews_files_go_that_night(
    under_way: Review, manager: User, other_review: Review, other_manager: User
) -> None:
    make_document(under_way, by=manager)
    kept = make_document(other_review, by=other_manager).versions.get()
    move(under_way, Stage.CLOSED)

    reviews.tasks.nightly("", Job(kind="reviews.tasks.nightly"))

    assert [path.name for path in store.stored()] == [kept.stored_as]
    assert not under_way.documents.exists()
    assert not keystore.exists(f"review-{under_way.pk}-files")
    assert keystore.exists(f"review-{other_review.pk}-files")
    event = AuditEvent.objects.get(action="documents.destroyed")
    assert event.detail == {"number": 1}


def test_a_removed_document_is_gone_with_its_file(
    under_way: Review,
    partner: User,
    sign_in: SignIn,
    django_capture_on_commit_callbacks: Any,
) -> None:
    document = make_document(
        under_way, by=partner, agency=theirs_of(under_way, partner)
    )

    with django_capture_on_commit_callbacks(execute=True):
        sign_in(partner).post(at("document-remove", under_way, document.pk))

    assert not Document.objects.exists()
    assert list(store.stored()) == []


def test_removing_the_demonstration_removes_its_files(
    under_way: Review, manager: User, other_review: Review, other_manager: User
) -> None:
    make_document(under_way, by=manager)
    kept = make_document(other_review, by=other_manager).versions.get()
    Review.objects.filter(pk=under_way.pk).update(demonstration=True)

    removal.remove()

    assert [path.name for path in store.stored()] == [kept.stored_as]


def test_an_agency_that_goes_leaves_its_documents_to_the_team(
    under_way: Review, manager: User, sign_in: SignIn
) -> None:
    agency = under_way.agencies.filter(kind=Agency.Kind.PARTNER).first()
    assert agency
    document = make_document(under_way, by=manager, agency=agency)

    domain.remove_agency(review=under_way, agency=agency, by=manager, at=timezone.now())

    document.refresh_from_db()
    assert document.agency is None
    stranger = make_membership(under_way, AccessRole.PC, user=make_user()).user
    where = at("document", under_way, document.pk)
    assert sign_in(stranger).get(where).status_code == 404
