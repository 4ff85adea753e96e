"""Staff and partners are told what the review is, as the founding note told them, and may ask to be heard."""

import datetime as dt
import io
import re
from collections.abc import Callable

import docx
import pikepdf
import pypdf
import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from docx.oxml.ns import qn
from pytest_django.fixtures import Settings

from reviews import domain
from reviews.domain.briefing import MOST_NEW_REQUESTS
from reviews.files import pdf
from reviews.models import (
    AccessRole,
    AuditEvent,
    BriefingAddress,
    Membership,
    Message,
    Review,
    SpeakRequest,
    Stage,
    User,
)
from reviews.reading import briefing_file
from reviews.reading.briefing import Part, briefing_of
from reviews.trail import audit
from tests.make import make_membership, move

SignIn = Callable[[User], Client]

# What the founding document told the people of Trafford, fact by fact.
FACTS = [
    "Trafford Council",
    "Safeguarding Children Peer Review",
    "4 to 8 February 2013",
    "Local Government Association",
    "a way to learn",
    "led by councils",
    "takes charge of its own improvement",
    "children's services have invited the team",
    "shaped to what we have asked",
    "main purpose",
    "keep children safer together",
    "critical friend",
    "supportive and challenging",
    "It is not an inspection",
    "full co-operation",
    "what we do well and where we could do better",
    "Team leader",
    "Member peer",
    "Officer peer",
    "Health peer",
    "Analyst peer",
    "Sector specialist, where agreed",
    "Review manager",
    "senior staff and a councillor from other councils",
    "revised in September 2012",
    "Effective practice, service delivery and voice of the child",
    "Outcomes, impact and performance",
    "Working together",
    "Capacity and managing resources",
    "Vision, strategy and leadership",
    "documents, policies and performance figures",
    "questionnaire",
    "partner agencies",
    "case mapping exercise",
    "on site for 5 days",
    "meeting of senior managers from the partner agencies",
    "senior officers, councillors, partners and front-line staff",
    "open and honest",
    "non-attributable",
    "On the last day the team tells",
    "workshop",
    "Written feedback follows a few weeks later",
    "can comment on it",
    "lead-in of 12 weeks",
    "timetable of the visit",
    "Ofsted",
    "Children's Improvement Board",
    "able to speak freely",
    "front-line and senior",
    "To speak to the team",
    "Morgan Vale",
    "01632 960 002",
    "Oscar Grantley",
    "Commissioning support officer",
    "oscar.grantley@example.org",
    "01632 960 516",
    "Jocelyn Hartnup",
    "Head of service, commissioning",
    "jocelyn.hartnup@example.org",
    "01632 960 555",
    "www.local.gov.uk",
]


@pytest.fixture
def told(review: Review) -> Review:
    """The review with the contacts that its note gives out."""
    Review.objects.filter(pk=review.pk).update(
        contact_phone="01632 960 002",
        council_contact_name="Oscar Grantley",
        council_contact_title="Commissioning support officer",
        council_contact_email="oscar.grantley@example.org",
        council_contact_phone="01632 960 516",
        second_contact_name="Jocelyn Hartnup",
        second_contact_title="Head of service, commissioning",
        second_contact_email="jocelyn.hartnup@example.org",
        second_contact_phone="01632 960 555",
    )
    return Review.objects.get(pk=review.pk)


@pytest.fixture
def desk(manager: User, review: Review, sign_in: SignIn) -> Client:
    return sign_in(manager)


@pytest.fixture
def token(told: Review, manager: User) -> str:
    address = domain.make_briefing_address(
        review=told, purpose="shown", by=manager, at=timezone.now()
    )
    return address.rstrip("/").rpartition("/")[2]


def at(name: str, *numbers: object) -> str:
    return reverse(f"reviews:{name}", args=numbers)


def words(response: object) -> str:
    content: bytes = response.content  # type: ignore[attr-defined]
    text = re.sub(r"<[^>]+>", " ", content.decode())
    return " ".join(text.replace("&#x27;", "'").split())


def pdf_words(content: bytes) -> str:
    pages = pypdf.PdfReader(io.BytesIO(content)).pages
    text = " ".join(page.extract_text() for page in pages)
    # A word that the line's end broke is one word again.
    return " ".join(text.split())


def word_file_words(content: bytes) -> str:
    document = docx.Document(io.BytesIO(content))
    body = [paragraph.text for paragraph in document.paragraphs]
    body += [
        cell.text
        for table in document.tables
        for row in table.rows
        for cell in row.cells
    ]
    return " ".join(" ".join(body).split())


def missing(text: str) -> list[str]:
    return [fact for fact in FACTS if fact.lower() not in text.lower()]


def themes_in_order(review: Review, text: str) -> bool:
    places = [text.find(theme.title) for theme in review.pack.themes]
    return -1 not in places and places == sorted(places)


# The facts of the founding note


def test_the_page_states_every_fact(told: Review, desk: Client) -> None:
    text = words(desk.get(at("briefing", told.pk)))

    assert missing(text) == []
    assert themes_in_order(told, text)


def test_the_pdf_states_every_fact(told: Review, desk: Client) -> None:
    answer = desk.get(at("briefing-pdf", told.pk))
    text = pdf_words(answer.content)

    assert missing(text) == []
    assert themes_in_order(told, text)
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Security-Policy"] == "sandbox"
    assert answer["Content-Disposition"] == 'attachment; filename="briefing.pdf"'


def test_the_word_file_states_every_fact(told: Review, desk: Client) -> None:
    answer = desk.get(at("briefing-word", told.pk))
    text = word_file_words(answer.content)

    assert missing(text) == []
    assert themes_in_order(told, text)
    assert answer["Content-Disposition"] == 'attachment; filename="briefing.docx"'


def test_dates_council_and_agencies_are_those_of_the_review(
    other_review: Review,
) -> None:
    other_review.agencies.exclude(kind="council").delete()

    note = briefing_of(other_review)

    everything = str(note)
    assert note.council == "Ashmere Council"
    assert "Trafford" not in everything
    parts = {part.code: part for part in note.parts}
    assert parts["partners"].items == tuple(
        agency.name for agency in other_review.agencies.all()
    )


def part(review: Review, code: str, **values: str) -> Part:
    note = briefing_of(review, **values)
    return next(part for part in note.parts if part.code == code)


def test_what_is_not_known_of_a_contact_is_left_out(review: Review) -> None:
    Review.objects.filter(pk=review.pk).update(
        contact_phone="",
        council_contact_name="Oscar Grantley",
        council_contact_email="oscar.grantley@example.org",
    )
    review.refresh_from_db()

    assert part(review, "contacts").items == (
        f"Review manager: Morgan Vale, {review.contact_email}",
        "Trafford Council: Oscar Grantley, oscar.grantley@example.org",
    )
    assert "Not given" not in str(briefing_of(review))


def test_whoever_would_speak_to_the_team_is_sent_to_the_manager_alone(
    told: Review,
) -> None:
    speak = part(told, "speak", speak_address="/q/briefing/x/speak/")

    assert speak.title == "To speak to the team"
    assert speak.items == (
        f"Review manager: Morgan Vale, {told.contact_email}, 01632 960 002",
    )
    assert speak.address == "/q/briefing/x/speak/"
    questions = part(told, "contacts")
    assert questions.title == "Questions about the review"
    assert "speak" not in " ".join(questions.paragraphs)
    assert len(questions.items) == 3


def test_the_note_claims_no_more_than_is_promised(told: Review) -> None:
    everything = str(briefing_of(told))

    assert "cannot be traced" not in everything
    assert "From one week after the results are released, nobody can" in everything
    assert "nothing that the council receives says who said it, or lets it work" in (
        everything
    )
    assert "risk of serious harm" in everything


def test_no_member_of_the_team_is_named(told: Review, leader: User) -> None:
    assert leader.full_name not in str(briefing_of(told))


def test_moving_the_visit_moves_the_note(told: Review, manager: User) -> None:
    domain.move_day_zero(
        review=told,
        day_zero=told.day_zero.replace(day=25),
        version=told.version,
        by=manager,
        at=timezone.now(),
    )

    assert briefing_of(told).dates == "25 February to 1 March 2013"


def test_a_framework_without_words_for_it_has_no_note(
    told: Review, desk: Client
) -> None:
    framework = {**told.framework, "briefing": []}
    Review.objects.filter(pk=told.pk).update(framework=framework)

    text = words(desk.get(at("briefing", told.pk)))

    assert "has no words for a briefing note" in text


# What can be read by ear


def test_the_pdf_is_tagged_and_says_its_language_and_title(told: Review) -> None:
    from django.template.loader import render_to_string

    html = render_to_string(
        "reviews/briefing_document.html", {"briefing": briefing_of(told)}
    )
    with pikepdf.open(io.BytesIO(pdf.draw_html(html))) as document:
        root = document.Root
        assert str(root.Lang) == "en-GB"
        assert bool(root.MarkInfo.Marked)
        assert bool(root.ViewerPreferences.DisplayDocTitle)
        with document.open_metadata() as metadata:
            assert metadata["pdfuaid:part"] == "1"
            assert "a briefing for staff and partners" in metadata["dc:title"]


def test_the_word_file_has_headings_language_and_header_rows(told: Review) -> None:
    note = briefing_of(told)

    document = docx.Document(io.BytesIO(briefing_file.draw(note)))

    headings = [
        (paragraph.style.name, paragraph.text)
        for paragraph in document.paragraphs
        if paragraph.style and paragraph.style.name.startswith("Heading")
    ]
    assert headings == [
        ("Heading 1", note.programme),
        *(("Heading 2", part.title) for part in note.parts),
    ]
    languages = {
        each.get(qn("w:val"))
        for each in document.styles.element.find(qn("w:docDefaults")).iter(qn("w:lang"))
    }
    assert languages == {"en-GB"}
    assert document.core_properties.language == "en-GB"
    assert document.core_properties.author == "Peer review team"
    for table in document.tables:
        row = table.rows[0]._tr.trPr
        assert row is not None
        assert row.find(qn("w:tblHeader")) is not None
    assert [len(table.columns) for table in document.tables] == [2]


def test_the_same_note_gives_the_same_word_file_whoever_draws_it(told: Review) -> None:
    properties = docx.Document(
        io.BytesIO(briefing_file.draw(briefing_of(told)))
    ).core_properties

    assert properties.comments == ""
    assert properties.last_modified_by == "Peer review team"


# Who may read it


def test_every_member_reads_it_and_nobody_else(
    told: Review, partner: User, outsider: User, sign_in: SignIn
) -> None:
    assert sign_in(partner).get(at("briefing", told.pk)).status_code == 200
    assert sign_in(outsider).get(at("briefing", told.pk)).status_code == 404


def test_whoever_has_the_secret_address_reads_it_without_an_account(
    told: Review, token: str
) -> None:
    anybody = Client()

    page = anybody.get(reverse("briefing:note", args=[token]))

    assert missing(words(page)) == []
    assert page["Cache-Control"] == "no-store"
    assert page["Referrer-Policy"] == "no-referrer"
    for name in ("note-pdf", "note-word"):
        file = anybody.get(reverse(f"briefing:{name}", args=[token]))
        assert file.status_code == 200
        assert file["Content-Security-Policy"] == "sandbox"


def test_files_made_under_an_address_say_where_to_ask_to_be_heard(
    told: Review, desk: Client, token: str, settings: Settings
) -> None:
    settings.SITE_ADDRESS = "https://review.example.org"
    whole = f"https://review.example.org{reverse('briefing:speak', args=[token])}"
    anybody = Client()

    file = anybody.get(reverse("briefing:note-word", args=[token])).content
    document = docx.Document(io.BytesIO(file))
    links = [r.target_ref for r in document.part.rels.values() if r.is_external]
    assert links == [whole]
    assert whole in document.element.xml
    paper = anybody.get(reverse("briefing:note-pdf", args=[token])).content
    assert whole in pdf_words(paper).replace(" ", "")

    assert "/q/briefing/" not in pdf_words(
        desk.get(at("briefing-pdf", told.pk)).content
    )
    move(told, Stage.REPORTING)
    later = anybody.get(reverse("briefing:note-word", args=[token])).content
    assert "/q/briefing/" not in word_file_words(later)


def test_only_the_hash_of_the_address_is_kept(told: Review, token: str) -> None:
    row = BriefingAddress.objects.get()

    assert len(token) == 43
    assert token not in str(vars(row))
    assert len(row.token_hash) == 64


def test_an_ended_address_opens_nothing_and_says_what_an_unknown_one_says(
    told: Review, desk: Client, token: str
) -> None:
    anybody = Client()
    desk.post(at("briefing-send", told.pk), {"do": "end"})

    ended = anybody.get(reverse("briefing:note", args=[token]))
    unknown = anybody.get(reverse("briefing:note", args=["x" * 43]))

    assert ended.status_code == unknown.status_code == 404
    assert words(ended) == words(unknown)
    for name in ("note-pdf", "note-word", "speak", "thanks"):
        answer = anybody.get(reverse(f"briefing:{name}", args=[token]))
        assert answer.status_code == 404


def test_addresses_that_are_ended_twice_are_told_once(
    told: Review, desk: Client, token: str
) -> None:
    for _ in range(2):
        desk.post(at("briefing-send", told.pk), {"do": "end"})

    event = AuditEvent.objects.get(action="briefing.addresses_ended")
    assert event.detail == {"number": 1}


def test_a_closed_review_is_briefed_no_more(told: Review, token: str) -> None:
    move(told, Stage.CLOSED)

    assert Client().get(reverse("briefing:note", args=[token])).status_code == 404


def test_the_manager_is_shown_a_new_address_once(told: Review, desk: Client) -> None:
    page = words(desk.post(at("briefing-send", told.pk), {"do": "show"}))
    again = words(desk.get(at("briefing-send", told.pk)))

    found = re.search(r"/q/briefing/([\w-]{43})/", page)
    assert found
    assert Client().get(f"/q/briefing/{found[1]}/").status_code == 200
    assert found[1] not in again


# Sending it


@pytest.fixture
def contacts(told: Review) -> list[Membership]:
    return [
        make_membership(told, AccessRole.CC, role="ORG", full_name="Oscar Grantley"),
        make_membership(told, AccessRole.PC, role="AGL", full_name="Agnes Lisle"),
    ]


def test_it_waits_as_drafts_to_the_contacts_with_an_address_that_opens_it(
    told: Review, desk: Client, contacts: list[Membership], leader: User
) -> None:
    desk.post(at("briefing-send", told.pk), {"do": "mail"})

    drafts = list(Message.objects.filter(kind="briefing"))
    assert sorted(each.to for each in drafts) == sorted(
        member.user.email for member in contacts
    )
    assert {each.state for each in drafts} == {"draft"}
    found = re.search(r"/q/briefing/[\w-]{43}/", drafts[0].text)
    assert found
    assert Client().get(found[0]).status_code == 200
    assert {each.text.split(",")[0] for each in drafts} == {
        "Oscar Grantley",
        "Agnes Lisle",
    }


def test_with_nobody_to_write_to_no_address_is_made(told: Review, desk: Client) -> None:
    page = words(desk.post(at("briefing-send", told.pk), {"do": "mail"}))

    assert "Nobody of that kind is on this review yet" in page
    assert not BriefingAddress.objects.exists()


# The opportunity to speak to the team

ASKED = {
    "about": "How the night shift hands over",
    "reach": "Ring 01632 960 777 after six",
    "when": "Tuesday evening",
}


def test_somebody_asks_to_be_heard_and_only_the_manager_reads_it(
    told: Review, desk: Client, token: str, leader: User, sign_in: SignIn
) -> None:
    answer = Client().post(reverse("briefing:speak", args=[token]), ASKED)

    assert answer["Location"] == reverse("briefing:thanks", args=[token])
    assert SpeakRequest.objects.get().words == ASKED
    page = words(desk.get(at("speak-requests", told.pk)))
    for said in ASKED.values():
        assert said in page
    assert sign_in(leader).get(at("speak-requests", told.pk)).status_code == 403


def test_requests_stand_in_no_order_and_open_to_nobody_of_the_council(
    told: Review,
    desk: Client,
    sponsor: User,
    organiser: User,
    partner: User,
    sign_in: SignIn,
) -> None:
    asked = [f"Subject {number}" for number in range(12)]
    for about in asked:
        request = SpeakRequest(review=told, words={**ASKED, "about": about})
        request.save(force_insert=True)

    rows = desk.get(at("speak-requests", told.pk)).context["rows"]

    shown = [row.words["about"] for row in rows]
    assert sorted(shown) == sorted(asked)
    # By keys of chance: twelve come out as they went in once in 479 million times.
    assert shown not in (asked, asked[::-1])
    assert {row.pk.version for row in rows} == {4}
    for outside in (sponsor, organiser, partner):
        page = sign_in(outside).get(at("speak-requests", told.pk))
        assert page.status_code == 403, outside


def test_what_was_asked_is_sealed_and_leaves_no_trace(
    told: Review, token: str, caplog: pytest.LogCaptureFixture
) -> None:
    lines = AuditEvent.objects.count()
    browser = Client(
        headers={"user-agent": "A Telling Browser"}, REMOTE_ADDR="192.0.2.7"
    )

    answer = browser.post(reverse("briefing:speak", args=[token]), ASKED)

    columns = {field.name for field in SpeakRequest._meta.get_fields()}
    assert columns == {"id", "review", "words", "state"}
    raw = SpeakRequest.objects.values_list("words", flat=True)[0]
    assert b"night shift" not in bytes(raw)
    assert len(raw) == 1 + 16 + 12 + 4096 + 16
    assert AuditEvent.objects.count() == lines
    assert "sessionid" not in answer.cookies
    assert "192.0.2.7" not in caplog.text
    assert token not in caplog.text


def test_thanks_are_the_same_for_everybody(token: str) -> None:
    quiet, asked = Client(), Client()
    asked.post(reverse("briefing:speak", args=[token]), ASKED)

    address = reverse("briefing:thanks", args=[token])
    assert words(quiet.get(address)) == words(asked.get(address))


def test_looking_at_the_form_changes_nothing(token: str) -> None:
    Client().get(reverse("briefing:speak", args=[token]))

    assert not SpeakRequest.objects.exists()


def test_what_says_which_child_it_is_about_is_not_taken(token: str) -> None:
    about = {**ASKED, "about": "The child with NHS number 943 476 5919"}

    page = words(Client().post(reverse("briefing:speak", args=[token]), about))

    assert "Leave out numbers" in page
    assert not SpeakRequest.objects.exists()


def test_after_the_visit_nobody_new_is_heard(told: Review, token: str) -> None:
    move(told, Stage.REPORTING)

    note = words(Client().get(reverse("briefing:note", args=[token])))
    page = words(Client().post(reverse("briefing:speak", args=[token]), ASKED))

    assert "Ask to speak to the team" not in note
    assert "The visit is over" in page
    assert not SpeakRequest.objects.exists()


def test_a_flood_of_requests_ends_with_whom_to_ring(told: Review, token: str) -> None:
    address = reverse("briefing:speak", args=[token])
    for _ in range(MOST_NEW_REQUESTS):
        domain.ask_to_speak(review=told, **ASKED)

    page = words(Client().post(address, ASKED))

    assert "Ring or write to the review manager." in page
    assert told.speak_requests.count() == MOST_NEW_REQUESTS
    told.speak_requests.update(state=SpeakRequest.State.ARRANGED)
    Client().post(address, ASKED)
    assert told.speak_requests.count() == MOST_NEW_REQUESTS + 1


def test_guessing_addresses_is_slowed_down(told: Review) -> None:
    browser = Client()
    for number in range(60):
        browser.get(reverse("briefing:note", args=[f"{number:043}"]))

    assert browser.get(reverse("briefing:note", args=["y" * 43])).status_code == 429


@pytest.mark.parametrize("state", ["arranged", "declined"])
def test_the_manager_says_what_became_of_it_and_the_trail_only_counts(
    told: Review, desk: Client, token: str, state: str
) -> None:
    Client().post(reverse("briefing:speak", args=[token]), ASKED)
    row = SpeakRequest.objects.get()

    for _ in range(2):  # pressing twice counts once
        desk.post(at("speak-settle", told.pk, row.pk), {"state": state})

    row.refresh_from_db()
    assert row.state == state
    audit.close_days(before=dt.date.max)
    event = AuditEvent.objects.get(action=f"speak_request.{state}")
    assert (event.count, event.actor_ref, event.object_id, event.at) == (
        1,
        None,
        "",
        None,
    )


def test_a_session_for_them_begins_with_a_title_and_no_name(
    told: Review, manager: User, desk: Client, token: str
) -> None:
    Client().post(reverse("briefing:speak", args=[token]), ASKED)
    move(told, Stage.LEAD_IN)
    page = desk.get(at("speak-requests", told.pk)).content.decode()
    link = re.search(r'href="([^"]*timetable/new/[^"]*)"', page)
    assert link

    form = desk.get(link[1].replace("&amp;", "&")).content.decode()

    assert 'value="Team interview"' in form
    assert "asked" not in form
    # The organiser reads the timetable, so the names are kept from the start and the page says so.
    assert re.search(r'name="names_kept"[^>]*checked', form)
    assert "keep the person’s name and post out of it" in form
    assert re.search(r'value="INT"[^>]*(selected|checked)', form)
    assert "01632" not in link[1]


@pytest.mark.parametrize(
    ("days", "stage", "left"),
    [
        (41, Stage.REPORTING, 1),
        (42, Stage.REPORTING, 0),
        (42, Stage.ON_SITE, 0),
        (1, Stage.CLOSED, 0),
    ],
)
def test_requests_go_when_the_page_says(
    told: Review, token: str, days: int, stage: Stage, left: int
) -> None:
    Client().post(reverse("briefing:speak", args=[token]), ASKED)
    Review.objects.filter(pk=told.pk).update(
        demonstration=True, demonstration_day=told.day_zero + dt.timedelta(days=days)
    )
    move(told, stage)

    domain.forget_speak_requests(at=timezone.now())

    assert SpeakRequest.objects.count() == left
    audit.close_days(before=dt.date.max)
    counted = AuditEvent.objects.filter(action="speak_request.destroyed")
    assert [event.count for event in counted] == [1] * (1 - left)


def test_another_reviews_requests_are_not_there(
    told: Review, other_review: Review, desk: Client
) -> None:
    domain.ask_to_speak(review=other_review, **ASKED)
    row = SpeakRequest.objects.get()

    assert desk.get(at("speak-requests", other_review.pk)).status_code == 404
    answer = desk.post(at("speak-settle", told.pk, row.pk), {"state": "arranged"})
    assert answer.status_code == 404
