"""A review manager's browser: a whole set-up by forms alone, and how many actions each act takes."""

import io
import re
from collections.abc import Iterator
from pathlib import Path

import pikepdf
import pypdf
import pytest
from playwright.sync_api import Browser

from peerreview.demo import content, pictures
from peerreview.demo.loading import Goal
from tests.browser.conftest import Complaints
from tests.browser.hands import Hands
from tests.browser.made import Made
from tests.browser.site import Site
from tests.browser.visitor import Visitor

ACTS = Path(__file__).resolve().parents[2] / "docs" / "commonest-acts.md"
_ROW = re.compile(r"^\| (.+?) \| .+? \| (\d+) \|$", re.MULTILINE)
_ONCE = re.compile(r"https?://\S+/account/key/\S+")


# --- a set-up for another council -----------------------------------------------------------

COUNCIL = "Wychmere Borough Council"
MANAGER = "petra.lang@programme.example"
# One role, the health peer's, is still vacant.
TEAM = (
    ("Team leader", "Idris Quill", "Severn County Council"),
    ("Member peer", "Rosa Whitlock", "Tyne City Council"),
    ("Officer peer", "Farah Lomax", "Tyne City Council"),
    ("Officer peer", "Jude Harker", "Fenland County Council"),
    ("Analyst peer", "Oren Pascoe", "Severn County Council"),
    ("Host sponsor", "Marian Oakes", ""),
    ("Host organiser", "Bryn Castell", ""),
)
AGENCIES = ("Wychmere Fire and Rescue", "Canal Street Family Project")
SCOPE = "How well agencies in Wychmere notice neglect, and what they do about it."


def _address(name: str) -> str:
    return f"{name.lower().replace(' ', '.')}@wychmere.example"


@pytest.fixture
def manager(chromium: Browser, site: Site, complaints: Complaints) -> Iterator[Visitor]:
    person = Visitor(chromium, site, seen=set(), complaints=complaints, address=MANAGER)
    found = _ONCE.search(site.manage("make_manager", MANAGER, "Petra Lang"))
    assert found is not None
    person.accept(found[0])
    yield person
    print(person.page.url, person.words, sep="\n")  # noqa: T201 - when it broke off
    person.leave()


def test_another_council_is_set_up_by_forms_alone_to_a_briefing_note_fit_to_send(
    manager: Visitor,
) -> None:
    review = _create(manager)
    _say_what_it_is_about(manager, review)
    _list_agencies(manager, review)
    _build_the_team(manager, review)
    _keep_clear_of_dates(manager, review)
    _tell_the_regulator(manager, review)
    _sign_the_terms(manager, review)

    manager.open(f"{review}set-up/")
    manager.reads("No health peer has been found.")
    manager.open(f"{review}briefing/")
    manager.reads(
        COUNCIL,
        "8 to 12 March 2027",
        "Officer peer",
        "Bryn Castell, Improvement manager",
        *AGENCIES,
    )
    link = manager.page.get_by_role("link", name="Download as PDF")
    file = manager.context.request.get(
        f"{manager.site.address}{link.get_attribute('href')}"
    ).body()
    with pikepdf.open(io.BytesIO(file)) as document:
        assert document.Root.MarkInfo.Marked
    pages = pypdf.PdfReader(io.BytesIO(file)).pages
    words = " ".join(" ".join(page.extract_text() for page in pages).split())
    for fact in (COUNCIL, "8 to 12 March 2027", "Bryn Castell", *AGENCIES):
        assert fact in words
    assert "$" not in words
    assert "None" not in words


def _create(manager: Visitor) -> str:
    manager.open("/")
    manager.follow("Create a review")
    manager.type("Name of the council", COUNCIL)
    manager.page.get_by_label("Safeguarding children peer review, 2012").check()
    manager.date("First day on site", 8, 3, 2027)
    manager.type("Whom to ring", "Duty team, 01632 960101, day and night")
    manager.type("Your telephone number", "01632 960102")
    manager.press("Create the review")
    manager.reads("Set up the review")
    found = re.search(r"/reviews/\d+/", manager.page.url)
    assert found is not None
    return found[0]


def _say_what_it_is_about(manager: Visitor, review: str) -> None:
    manager.open(f"{review}set-up/")
    manager.follow("Say what the review is about")
    manager.type("Scope", SCOPE)
    manager.type("Council contact’s full name", "Bryn Castell")
    manager.type("Council contact’s job title", "Improvement manager")
    manager.type("Council contact’s email address", _address("Bryn Castell"))
    manager.press("Save and continue")
    manager.follow("Agree the key questions")
    manager.type("Key question 1", "Is neglect noticed early?")
    manager.type("Key question 2", "Do thresholds mean the same to every agency?")
    manager.type("Key question 3", "Does the board know what it changes?")
    manager.press("Save and continue")


def _list_agencies(manager: Visitor, review: str) -> None:
    manager.open(f"{review}agencies/")
    for name in AGENCIES:
        manager.type("Name of the agency", name)
        manager.choose("Is it part of the council", "Partner")
        manager.press("Add the agency")
        manager.reads(name)


def _build_the_team(manager: Visitor, review: str) -> None:
    for role, name, home in TEAM:
        manager.open(f"{review}team/")
        manager.follow("Add a person")
        manager.choose("Role", role)
        manager.type("Full name", name)
        manager.type("Email address", _address(name))
        manager.type("Organisation they come from", home)
        manager.press("Add and invite this person")
        manager.reads(name)
    # Nobody from the council under review is a peer of it.
    manager.follow("Add a person")
    manager.choose("Role", "Health peer")
    manager.type("Full name", "Stella Reeve")
    manager.type("Email address", _address("Stella Reeve"))
    manager.type("Organisation they come from", COUNCIL)
    manager.press("Add and invite this person")
    manager.reads("is the council under review")


def _keep_clear_of_dates(manager: Visitor, review: str) -> None:
    manager.open(f"{review}plan/")
    manager.reads("Review agreed, dates fixed", "14 December 2026")
    manager.open(f"{review}clashes/")


def _tell_the_regulator(manager: Visitor, review: str) -> None:
    manager.open(f"{review}regulator/")


def _sign_the_terms(manager: Visitor, review: str) -> None:
    manager.open(f"{review}terms/")
    manager.reads("Confidentiality")
    manager.press("Sign the terms")
    manager.reads("Petra Lang")


# --- the ten commonest acts -------------------------------------------------------------------


@pytest.fixture
def hands(
    chromium: Browser,
    complaints: Complaints,
    tmp_path: Path,
    made: Made,
) -> Iterator[Hands]:
    """The demonstration's manager in the lead-in."""
    with made.running(tmp_path / "lead-in", Goal.LEAD_IN) as site:
        context = chromium.new_context(viewport={"width": 1280, "height": 900})
        context.set_default_timeout(15_000)
        page = context.new_page()
        complaints.listen(page)
        pictures.sign_in(page, site, content.personas()["manager"])
        yield Hands(page, site)
        context.close()


def test_the_ten_commonest_acts_take_no_more_actions_than_are_promised(
    hands: Hands, complaints: Complaints
) -> None:
    promised = {act: int(number) for act, number in _ROW.findall(ACTS.read_text())}
    assert len(promised) == 10
    done = {act: _DO[act](hands) for act in promised}
    assert done == promised
    assert complaints == []


def _see(hands: Hands) -> int:
    hands.at("/")
    hands.follow("Trafford Council")
    # Without scrolling.
    for words in ("Where we are", "What is late", "Next for you"):
        box = hands.page.get_by_role("heading", name=words).bounding_box()
        assert box is not None
        assert box["y"] < 900
    return hands.count


def _done(hands: Hands) -> int:
    hands.at("/reviews/1/plan/")
    before = hands.page.get_by_role("button", name=re.compile("^Done")).count()
    hands.button("Done ?: Draft timetable checked")
    assert (
        hands.page.get_by_role("button", name=re.compile("^Done")).count() == before - 1
    )
    return hands.count


def _owners(hands: Hands) -> int:
    hands.at("/reviews/1/plan/?status=not_started")
    number = hands.page.locator("input[name=tick]").count()
    assert number >= 20
    hands.press(hands.page.get_by_text("Change several milestones together"))
    hands.choose("Tick all")
    hands.select("Who sees to it", "Team leader")
    hands.button("Apply")
    hands.page.goto(f"{hands.site.address}/reviews/1/plan/?status=not_started")
    owners = hands.page.locator("td[data-label=Who]").all_inner_texts()
    assert len(owners) == number
    assert {*owners} == {"Team leader"}
    return hands.count


def _at_risk(hands: Hands) -> int:
    hands.at("/reviews/1/plan/")
    hands.follow("At risk")
    states = hands.page.locator("td[data-label=Status]").all_inner_texts()
    assert {each.strip() for each in states} == {"At risk"}
    return hands.count


def _move(hands: Hands) -> int:
    hands.at("/reviews/1/plan/")
    hands.follow("Move the visit")
    hands.date(11, 2, 2013)
    hands.button("Show what would move")
    hands.button("Move the visit and")
    hands.reads("The visit now begins on 11 February 2013.")
    return hands.count


def _invite(hands: Hands) -> int:
    hands.at("/reviews/1/team/")
    hands.follow("Add a person")
    hands.choose("Agency lead")
    hands.type("Full name", "Ines Calder")
    hands.type("Email address", "ines.calder@schools.example")
    hands.select("Agency", "Schools")
    hands.button("Add and invite")
    hands.reads("Ines Calder")
    return hands.count


def _write(hands: Hands, subject: str) -> None:
    hands.follow("Write to people")
    hands.choose("The peer team")
    hands.type("Subject", subject)
    hands.type("Text", "The team call is on Friday at 10:00.")
    hands.button("Write the drafts")


def _send(hands: Hands) -> int:
    hands.at("/reviews/1/outbox/")
    _write(hands, "The team call")
    hands.at("/reviews/1/outbox/")
    hands.follow("The team call")
    hands.button("Send to")
    return hands.count


def _write_to_all(hands: Hands) -> int:
    hands.at("/reviews/1/outbox/")
    _write(hands, "Where to park")
    hands.button("Send to")
    return hands.count


def _none(hands: Hands) -> int:
    hands.at("/reviews/1/documents/")
    hands.follow("There is none of Early help strategy")
    hands.type("Why", "It is being written.")
    hands.button("Save that there is none")
    hands.reads("2 do not exist")
    return hands.count


def _unread(hands: Hands) -> int:
    hands.at("/reviews/1/documents/")
    hands.follow("Nobody has read")
    return hands.count


_DO = {
    "See where a review stands, what is late and what is next": _see,
    "Mark a milestone done": _done,
    "Give 20 milestones or more another owner": _owners,
    "See only what is at risk": _at_risk,
    "Move the visit, with every open milestone": _move,
    "Invite somebody to the team": _invite,
    "Send drafts that wait for me": _send,
    "Record that a document does not exist": _none,
    "See which documents nobody has read": _unread,
    "Write to the whole team": _write_to_all,
}
