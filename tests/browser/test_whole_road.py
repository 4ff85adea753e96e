"""The whole road, walked once: from an empty site to the report that the council downloads.

Through real forms, with a real web server, a real worker and real mail.
"""

import datetime as dt
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pikepdf
import pytest
from playwright.sync_api import Browser

from tests.browser.conftest import Complaints
from tests.browser.site import Site
from tests.browser.visitor import Visitor, wait_for, words_of

COUNCIL = "Trafford Council"
MANAGER = "morgan.vale@programme.example"
TEAM = {
    "Team leader": ("Idris Quill", "Severn County Council"),
    "Officer peer": ("Farah Lomax", "Tyne City Council"),
    "Health peer": ("Gwen Tarrant", "Fenland Health Trust"),
    "Analyst peer": ("Oren Pascoe", "Severn County Council"),
    "Host sponsor": ("Marguerite Ollerenshaw", ""),
    "Host organiser": ("Bryn Castell", ""),
    "Agency lead": ("Della Marsh", "Police"),
}
THEMES = (
    "Effective practice, service delivery and voice of the child",
    "Outcomes, impact and performance",
    "Working together",
    "Capacity and managing resources",
    "Vision, strategy and leadership",
)
# Words that stand nowhere else; none may come out in the report.
CANARY_COMMENT = "quokka"
CANARY_NOTE = "axolotl"
CANARY_NAME = "Zebedee Thistlewood"
CANARY_CASE = "Persephone Ainscow"
CANARIES = (
    CANARY_COMMENT,
    CANARY_NOTE,
    *CANARY_NAME.split(),
    *CANARY_CASE.split(),
)
FINDING = "Supervision is monthly, written down and valued by those who receive it."
STAFF = 16
_ONCE = re.compile(r"https?://\S+/account/key/\S+")
_LINK = re.compile(r"https?://\S+/q/\w{26}")


def _address(name: str) -> str:
    return f"{name.lower().replace(' ', '.')}@people.example"


class Road:
    """Everybody who walks it, and the review they walk it with."""

    def __init__(self, chromium: Browser, site: Site, complaints: Complaints) -> None:
        self.chromium, self.site, self.complaints = chromium, site, complaints
        self.seen: set[tuple[str, str]] = set()
        self.people: dict[str, Visitor] = {}
        self.review = self.case = self.asked = ""
        self.links: list[str] = []

    def visitor(self, address: str = "", *, scripts: bool = True) -> Visitor:
        return Visitor(
            self.chromium,
            self.site,
            seen=self.seen,
            complaints=self.complaints,
            scripts=scripts,
            address=address,
        )

    def __getitem__(self, role: str) -> Visitor:
        return self.people[role]

    def path(self, rest: str) -> str:
        return f"{self.review}{rest}"

    def one_time_address(self, email: str) -> str:
        wait_for(lambda: self.site.sink.to(email), f"no invitation for {email}")
        found = _ONCE.search(words_of(self.site.sink.to(email)[0]))
        assert found is not None
        return found[0]

    def move_on(self, to: str) -> None:
        """The manager moves the review to the next stage."""
        manager = self["Review manager"]
        manager.open(self.review)
        manager.follow("Move to the next stage")
        manager.reads(to)
        manager.press(f"Move to “{to}”")
        assert "/stage/" not in manager.page.url, manager.text


@pytest.fixture
def road(chromium: Browser, site: Site, complaints: Complaints) -> Iterator[Road]:
    walked = Road(chromium, site, complaints)
    yield walked
    for role, person in walked.people.items():
        # Shown by pytest when the walk broke off.
        print(role, person.page.url, person.words, sep="\n", end="\n\n")  # noqa: T201
        person.leave()


def test_from_an_empty_site_to_the_councils_report(
    road: Road, complaints: Complaints, tmp_path: Path
) -> None:
    _the_first_manager(road)
    _set_up(road)
    _the_team_accepts(road)
    _the_questionnaire_is_made(road, tmp_path)
    road.move_on("Lead-in")
    _the_questionnaire_is_sent(road)
    _people_answer(road)
    _a_case_is_proposed(road)
    _a_case_is_mapped(road)
    _the_timetable(road)
    _the_questionnaire_closes(road)
    road.move_on("Before the visit")
    _the_results_are_released(road)
    _comments_are_screened(road)
    road.move_on("On site")
    _notes_are_written_and_gathered(road)
    _a_finding(road)
    _the_case_is_discussed(road)
    road.move_on("Reporting")
    _the_report(road)
    road.move_on("Feedback")
    _the_manager_issues(road)
    pdf = _the_council_downloads(road, tmp_path)
    _what_stands_in_it(pdf)
    _what_the_council_does_not_reach(road)
    assert complaints == []


# --- a. set-up --------------------------------------------------------------------------


def _the_first_manager(road: Road) -> None:
    said = road.site.manage("make_manager", MANAGER, "Morgan Vale")
    found = _ONCE.search(said)
    assert found is not None
    manager = road.people["Review manager"] = road.visitor(MANAGER)
    manager.accept(found[0])
    # It worked once.
    stranger = road.visitor()
    stranger.open(found[0])
    stranger.reads("This link does not work")
    stranger.leave()


def _set_up(road: Road) -> None:
    manager = road["Review manager"]
    manager.open("/")
    manager.follow("Create a review")
    manager.press("Create the review")
    manager.reads("There is a problem")
    manager.type("Name of the council", COUNCIL)
    manager.page.get_by_label("Safeguarding children peer review, 2012").check()
    manager.date("First day on site", 4, 2, 2013)
    manager.type("Whom to ring", "Duty team, 01632 960001, day and night")
    manager.type("Your telephone number", "01632 960002")
    manager.press("Create the review")
    manager.reads("4 February 2013 is in the past.")
    manager.press("Create the review all the same")
    manager.reads("Set up the review")
    found = re.search(r"/reviews/\d+/", manager.page.url)
    assert found is not None
    road.review = found[0]

    manager.open(road.path("set-up/details/"))
    manager.type(
        "Scope", "How well agencies work together for children in need of help."
    )
    manager.type("Council contact’s full name", "Bryn Castell")
    manager.type("Council contact’s email address", _address("Bryn Castell"))
    manager.press("Save and continue")
    manager.open(road.path("set-up/key-questions/"))
    manager.type("Key question 1", "Do thresholds mean the same to every agency?")
    manager.press("Save and continue")
    manager.open(road.path("agencies/"))
    manager.type("Name of the agency", "Canal Street Family Project")
    manager.choose("Is it part of the council", "Partner")
    manager.press("Add the agency")
    manager.reads("Canal Street Family Project")
    for role, (name, home) in TEAM.items():
        manager.open(road.path("team/"))
        manager.follow("Add a person")
        manager.choose("Role", role)
        manager.type("Full name", name)
        manager.type("Email address", _address(name))
        if role == "Agency lead":
            manager.select("Agency", home)
        else:
            manager.type("Organisation they come from", home)
        manager.press("Add and invite this person")
        manager.reads(name)
    manager.open(road.path("plan/"))
    manager.reads("Review agreed, dates fixed", "12 November 2012")
    manager.open(road.path("set-up/"))
    manager.open(road.path("framework/"))
    manager.open(road.review)


def _the_team_accepts(road: Road) -> None:
    for role, (name, _) in TEAM.items():
        person = road.people[role] = road.visitor(_address(name))
        person.accept(road.one_time_address(_address(name)))
        person.open("/")
        person.reads("You are invited to a peer review", role)
        person.choose("Do you accept?", "Yes, I accept")
        person.press("Send my answer")
        person.reads("You have accepted.", "Where we are")
    manager = road["Review manager"]
    manager.sign_in_again()


# --- b. questionnaire -------------------------------------------------------------------


def _workbook(path: Path) -> Path:
    """A list as a council sends it, with two rows that cannot be used."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["Full name", "Email address", "Agency", "Job group"])
    for number in range(STAFF):
        police = number >= 10
        sheet.append(
            [
                f"Member of Staff {number}",
                f"staff{number}@trafford.example",
                "Police" if police else "Children's social care",
                "Police officer" if police else "Social worker",
            ]
        )
    sheet.append(["No At", "nobody-at-trafford.example", "Police", "Police officer"])
    sheet.append(
        ["No Agency", "other@trafford.example", "Lighthouses", "Police officer"]
    )
    book.save(path / "people.xlsx")
    return path / "people.xlsx"


def _the_questionnaire_is_made(road: Road, folder: Path) -> None:
    manager = road["Review manager"]
    manager.open(road.path("questionnaires/"))
    manager.follow("Begin a questionnaire")
    manager.press("Begin the questionnaire")
    road.asked = manager.page.url.removeprefix(road.site.address + road.path(""))
    manager.follow("Choose the smallest group with results")
    manager.select("Smallest group", "8 people")
    manager.press("Save the group size")
    manager.follow("Choose and word the questions")
    manager.press("Leave out “We adapt to each")
    manager.open(road.path(road.asked))
    manager.open(road.path(road.asked) + "people/")
    manager.follow("Add people from a list")
    manager.page.get_by_label("The list, as an Excel workbook").set_input_files(
        _workbook(folder)
    )
    manager.press("Read the list")
    manager.reload_until("What was read")
    manager.reads(
        f"{STAFF} people can be added. 2 rows are left out.",
        "“nobody-at-trafford.example” is not an email address",
        "Lighthouses",
    )
    manager.press(f"Add {STAFF} people")
    manager.reload_until(f"{STAFF} people are on the list.")
    manager.open(road.path(road.asked))
    manager.follow("See what people will get")


def _the_questionnaire_is_sent(road: Road) -> None:
    manager = road["Review manager"]
    closes = dt.date.today() + dt.timedelta(days=14)  # noqa: DTZ011 - the site's own day
    manager.open(road.path(road.asked))
    manager.follow("Open the questionnaire")
    manager.date("Closing date", closes.day, closes.month, closes.year)
    manager.press("Open the questionnaire")
    manager.reload_until("not been sent the invitation yet")
    manager.follow("Send the invitations")
    manager.press("Send the invitations")
    sink = road.site.sink
    staff = [f"staff{number}@trafford.example" for number in range(STAFF)]
    wait_for(lambda: all(sink.to(each) for each in staff), "not everybody got a letter")
    assert [len(sink.to(each)) for each in staff] == [1] * STAFF
    for each in staff:
        found = _LINK.search(words_of(sink.to(each)[0]))
        assert found is not None
        road.links.append(found[0])
    assert len(set(road.links)) == STAFF
    manager.open(road.path(road.asked))


def _answer_page(person: Visitor, nth: int) -> None:
    """Press one answer to every statement of the page, all in one go."""
    person.page.locator("main fieldset").evaluate_all(
        "(all, nth) => all.forEach(one =>"
        " one.querySelectorAll('input[type=radio]')[nth].click())",
        nth,
    )


def _answer_to_the_end(person: Visitor, comment: str, nth: int = 1) -> None:
    """From the first question page to the receipt, with one comment."""
    while "Check your answers" not in person.text:
        _answer_page(person, nth)
        box = person.page.locator("main textarea")
        if comment and box.count():
            box.first.fill(comment)
            comment = ""
        person.press("Continue")
    person.press("Send your answers")
    person.reads("Your answers have been sent")


def _people_answer(road: Road) -> None:
    comments = [
        f"We laughed about the {CANARY_COMMENT} in the corridor and carried on.",
        "Handovers between teams are better than they were.",
        "Referrals come back with an answer most of the time.",
        "There is too little time to write things down.",
        "The training days with other agencies are worth it.",
        "",
    ]
    careful = road.visitor()
    _somebody_saves_and_comes_back(careful, road.links[0], comments[0])
    careful.leave()
    for number, link in enumerate(road.links[1:13], start=1):
        person = road.visitor(scripts=number % 2 == 0)
        person.open(link)
        person.press("Start")
        _answer_to_the_end(person, comments[number % len(comments)], nth=number % 4)
        person.leave()


def _somebody_saves_and_comes_back(person: Visitor, link: str, comment: str) -> None:
    """Save, lose the browser, come back with the code, and go back and on again."""
    person.open(link)
    person.reads("What happens to what you say")
    person.press("Start")
    _answer_page(person, 1)
    person.press("Continue")
    person.press("Save and come back later")
    code = person.page.locator(".respond-code").inner_text()
    person.context.clear_cookies()
    person.open(link)
    person.press("Carry on with answers that you saved")
    person.type("Your resume code", "0000 0000 0000")
    person.press("Open my answers")
    person.reads("This code opens no saved answers for this link")
    person.type("Your resume code", code)
    person.press("Open my answers")
    assert person.page.locator("main input:checked").count() > 0
    person.press("Continue")
    person.press("Back")
    assert person.page.locator("main input:checked").count() > 0
    person.press("Continue")
    _answer_to_the_end(person, comment)
    person.open(link)
    person.press("Start")
    person.reads("This link has been used")


def _the_questionnaire_closes(road: Road) -> None:
    manager = road["Review manager"]
    manager.open(road.path(road.asked))
    manager.follow("Close it now")
    manager.press("Close it and delete unsent answers")
    late = road.visitor()
    assert late.open(road.links[-1]) == 404
    late.leave()


def _the_results_are_released(road: Road) -> None:
    manager, leader = road["Review manager"], road["Team leader"]
    for person, button in (
        (manager, "Ask for the release"),
        (leader, "Agree and destroy the keys"),
    ):
        person.open(road.path(road.asked))
        person.follow("Go to the release")
        person.press(button)
    leader.open(road.path(road.asked))
    leader.reload_until("Read the results")
    analyst = road["Analyst peer"]
    analyst.open(road.path(f"{road.asked}results/"))
    analyst.reads("Replies 10 to 14", *THEMES)


def _comments_are_screened(road: Road) -> None:
    leader = road["Team leader"]
    leader.open(road.path(f"{road.asked}comments/screen/"))
    while leader.page.get_by_role("button", name="I have read these").count():
        leader.press("I have read these: let them pass")
    leader.open(road.path(f"{road.asked}comments/"))
    leader.reads(CANARY_COMMENT)


# --- c. case mapping --------------------------------------------------------------------


def _a_case_is_proposed(road: Road) -> None:
    manager = road["Review manager"]
    manager.open(road.path("cases/"))
    manager.follow("Propose a case")
    manager.page.locator("[name=category]").first.check()
    manager.page.locator("[name=age_band]").first.check()
    manager.type("Why this case was picked", f"What {CANARY_CASE} taught the agencies.")
    manager.press("Propose this case")
    # A name is not stored until somebody has said that it is none.
    manager.reads("looks like a person’s name")
    manager.type(
        "Why this case was picked", "What it taught the agencies about handovers."
    )
    manager.press("Propose this case")
    page = manager.page.url.removeprefix(road.site.address)
    road.case = page.removesuffix("facilitators/")
    manager.page.get_by_label(re.compile("Farah Lomax")).check()
    manager.press("Save the facilitators")
    manager.choose("Which agencies knew this child?", "Police")
    manager.press("Ask these agencies")
    manager.reads("1 letter to the agencies’ contacts waits in the outbox")
    manager.press("Send to 1 person")


def _a_case_is_mapped(road: Road) -> None:
    manager, case = road["Review manager"], road.case
    _mark(road, case, "chosen")
    _the_agency_prepares(road)
    _mark(road, case, "prepared")
    _add_line(road, case, "involvement", "Add who was involved")
    _add_line(road, case, "event", "Add the event")
    _add_line(road, case, "decision", "Add the decision point")
    _add_line(road, case, "factor", "Add what helped or hindered")
    _add_line(road, case, "learning", "Add the learning")
    manager.open(case)
    manager.press("Mark as mapped")
    manager.reads("1 decision point recorded, and the workshop asks for three to six")
    manager.press("Mark it as mapped all the same")
    manager.reads("Mapped")
    manager.follow("Map as a table")
    manager.reads("A nurse made a referral.", "Hold a joint meeting?")
    manager.follow("Read it as text")
    manager.reads("A nurse made a referral.", "Handovers need a named person.")


def _mark(road: Road, case: str, words: str) -> None:
    manager = road["Review manager"]
    manager.open(case)
    manager.press(f"Mark as {words}")
    manager.reads(words.capitalize())


def _the_agency_prepares(road: Road) -> None:
    """The agency's own contact fills in its sheet and reaches nothing else."""
    contact = road["Agency lead"]
    contact.open(road.path("case-sheets/"))
    contact.page.locator("main table a").click()
    contact.look()
    form = contact.page.locator("#involvement")
    form.get_by_text("Add who was involved").first.click()
    contact.type("Role or team", "Neighbourhood officer", within=form)
    contact.type("From month", "0", within=form)
    form.get_by_role("button", name="Add who was involved").click()
    contact.press("Hand in the sheet")
    contact.reads("This sheet has been handed in.")


def _add_line(road: Road, case: str, kind: str, button: str) -> None:
    manager = road["Review manager"]
    manager.open(f"{case}records/{kind}/add/")
    form = manager.page.locator("main form")
    match kind:
        case "involvement":
            manager.select("Agency", "Police", within=form)
            manager.type("Role or team", "Neighbourhood officer", within=form)
            manager.type("From month", "0", within=form)
        case "event":
            manager.type("Month", "about 2", within=form)
            manager.select("Agency", "Children's social care", within=form)
            form.locator("[name=type]").select_option(index=1)
            manager.type("What happened", "A nurse made a referral.", within=form)
        case "decision":
            manager.type("Month", "3", within=form)
            manager.type("The question that people faced", "Hold a joint meeting?")
            manager.type("What was decided", "To wait for the school’s report.")
            form.locator("[name=view_sought]").first.check()
            form.locator("[name=effect]").first.check()
        case "factor":
            form.locator("[name=direction]").first.check()
            form.locator("[name=kind]").select_option(index=1)
            manager.type("What it was", "One worker stayed throughout.", within=form)
        case "learning":
            form.locator("[name=theme]").select_option(index=3)
            form.locator("[name=direction]").first.check()
            manager.type(
                "In words that could be said in public",
                "Handovers need a named person.",
                within=form,
            )
    manager.press(button)
    assert "/add/" not in manager.page.url, manager.text


def _the_case_is_discussed(road: Road) -> None:
    _mark(road, road.case, "discussed")


# --- d. timetable -----------------------------------------------------------------------


def _the_timetable(road: Road) -> None:
    manager = road["Review manager"]
    manager.open(road.path("timetable/"))
    manager.press("Fill in the sample week")
    manager.reads("The sample week is filled in", "Director of children's services")
    _add_session(road, "Newly qualified social workers, second group", "9:30am")
    manager.reads(
        "Interview room 1 is taken twice at 9:30am on Tuesday 5 February",
        "Farah Lomax and Gwen Tarrant are in two sessions",
    )
    manager.follow("Change")
    manager.type("Start", "7:30am")
    manager.press("Save the session")
    manager.reads("7:30am to 8:30am")
    assert "Clash" not in manager.text
    manager.open(road.path("timetable/"))
    manager.reads("Newly qualified social workers, second group")
    # The council's organiser arranges rooms and people, so sees them.
    organiser = road["Host organiser"]
    organiser.open(road.path("timetable/"))


def _add_session(road: Road, title: str, start: str) -> None:
    manager = road["Review manager"]
    manager.open(road.path("timetable/"))
    manager.follow("Add a session")
    manager.type("What the session is", title)
    manager.select("Kind of session", "Focus group")
    manager.choose("Day", "Tuesday 5 February")
    manager.type("Start", start)
    manager.type("Length in minutes", "60")
    manager.select("Strand", "Strand B")
    manager.select("Room", "Interview room 1")
    manager.page.get_by_label(re.compile("Farah Lomax")).check()
    manager.page.get_by_label(re.compile("Gwen Tarrant")).check()
    manager.choose("Themes", f"Theme 4: {THEMES[3]}")
    manager.select("Who is heard", "Children's services practitioners and managers")
    manager.press("Add another person")
    first = manager.group("Person 1")
    manager.type("Full name", CANARY_NAME, within=first)
    manager.type("Post", "Social worker", within=first)
    manager.type("Email address", "z.t@trafford.example", within=first)
    manager.select("Agency", "Children's social care", within=first)
    manager.press("Save the session")
    manager.reads("is in the timetable", title)


# --- e. notes ---------------------------------------------------------------------------


def _write_note(road: Road, role: str, words: str) -> None:
    """From "My day": press "Write a note", write, press its kind; and share it, which is a choice."""
    peer = road[role]
    peer.open(road.path("my-day/?day=2013-02-05"))
    peer.follow("Write a note from Newly qualified social workers, second group")
    peer.type("What did you hear or see?", words)
    peer.page.get_by_label("Share it with the team").check()
    peer.press("Strength")
    peer.reads("Your note is saved")


def _notes_are_written_and_gathered(road: Road) -> None:
    points = [
        "Supervision happens each month and people find it useful",
        "New staff have protected caseloads in their first year",
        "Managers are known by name and seen on the floor",
        "Training with other agencies is well attended",
        "People say that they are listened to",
        "Workers keep the same children from start to finish",
    ]
    for number, point in enumerate(points):
        role = ("Officer peer", "Health peer")[number % 2]
        _write_note(road, role, f"{point}, like a patient {CANARY_NOTE}.")
    leader = road["Team leader"]
    leader.open(road.path("notes/"))
    leader.reads("Enough notes are ready to gather")
    leader.press("Gather the ready notes")
    leader.open(road.path("notes/"))
    leader.reads("6 notes", points[0])
    assert "Lomax" not in leader.text
    assert "Tarrant" not in leader.text


# --- f. findings and report -------------------------------------------------------------


def _a_finding(road: Road) -> None:
    peer, other, leader = road["Officer peer"], road["Health peer"], road["Team leader"]
    peer.open(road.path("findings/new/"))
    peer.page.get_by_label(f"4. {THEMES[3]}").check()
    peer.choose("Kind", "Strength")
    peer.type("Title", "Supervision that people value")
    peer.type("What the team found", FINDING)
    peer.press("Save finding")
    finding = peer.page.url
    peer.follow("Look for evidence under this theme")
    card = peer.page.locator(".feedback-item").filter(
        has_text="Supervision happens each"
    )
    card.get_by_role("link", name=re.compile("Use in a finding")).click()
    peer.look()
    peer.page.locator("select[name=finding]").select_option(finding.split("/")[-2])
    peer.type(
        "In the team’s own words", "Staff told us that they are supervised often."
    )
    peer.press("Propose this excerpt")
    peer.reads("You proposed this, so another peer clears it.")
    other.open(finding)
    other.press("Clear")
    other.reads("Cleared")
    leader.open(finding)
    leader.follow("Agree this finding")
    leader.reads("Why should it be printed on one kind of source?")
    peer.open(road.path(f"{road.asked}results/"))
    row = peer.page.get_by_role("row").filter(
        has_text="regular supervision that is not cancelled"
    )
    row.get_by_role("button", name=re.compile("^File")).click()
    peer.reads("Filed")
    peer.look()
    peer.open(finding)
    peer.follow("Look for evidence under this theme")
    result = peer.page.locator(".feedback-item").filter(
        has_text="regular supervision that is not cancelled"
    )
    result.get_by_role("link", name=re.compile("Use in a finding")).click()
    peer.page.locator("select[name=finding]").select_option(finding.split("/")[-2])
    peer.type(
        "In the team’s own words", "The questionnaire says that supervision is regular."
    )
    peer.press("Put it under this finding")
    leader.open(finding)
    leader.follow("Agree this finding")
    leader.reads("beside questionnaire results")
    leader.press("Agree this finding")
    leader.reads("Agreed")
    leader.open(road.path("findings/"))
    leader.open(road.path("evidence/"))


def _the_report(road: Road) -> None:
    manager, leader = road["Review manager"], road["Team leader"]
    manager.open(road.path("report/"))
    manager.follow("Executive summary")
    manager.type("The team’s words", "We met a council that wants to learn.")
    manager.press("Save these words")
    agreed = manager.page.get_by_label(re.compile("^I have read these places"))
    if agreed.count():
        agreed.check()
    manager.reads("Theme 1, “Effective practice", "has no agreed finding")
    manager.page.get_by_label("Build it although this is empty").check()
    manager.press("Build version 1")
    manager.reload_until("Download as PDF")
    manager.follow("Read it here")
    manager.reads(FINDING)
    leader.open(road.path("report/"))
    leader.follow("Approve version 1")
    leader.press("Approve version 1")
    leader.reads("Approved by Idris Quill")


def _the_manager_issues(road: Road) -> None:
    manager = road["Review manager"]
    manager.open(road.path("report/"))
    manager.follow("Issue version 1 to the council")
    manager.press("Issue version 1 to the council")
    manager.reads("Version 1 is issued", "Issued to the council on")
    manager.open(road.path("audit/"))
    manager.open(road.path("outbox/"))


def _the_council_downloads(road: Road, folder: Path) -> Path:
    sponsor = road["Host sponsor"]
    sponsor.open("/")
    sponsor.follow(COUNCIL)
    sponsor.open(road.path("report/"))
    sponsor.follow("Read the report")
    sponsor.reads(FINDING)
    sponsor.open(road.path("report/"))
    with sponsor.page.expect_download() as coming:
        sponsor.page.get_by_role("link", name=re.compile("Download as PDF")).click()
    into = folder / "report.pdf"
    coming.value.save_as(into)
    return into


def _what_stands_in_it(pdf: Path) -> None:
    text = subprocess.run(  # noqa: S603 - our own file
        ["/usr/bin/pdftotext", "-layout", str(pdf), "-"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    plain = " ".join(text.split())
    assert COUNCIL in plain
    assert "4 to 8 February 2013" in plain
    assert FINDING in plain
    with pikepdf.open(pdf) as opened:
        assert opened.Root.MarkInfo.Marked
        outline = list(_headings(opened))
        everything = " ".join([plain, *outline, str(dict(opened.docinfo))]).lower()
    found = outline.index("What we found")
    numbered = [f"{number}. {theme}" for number, theme in enumerate(THEMES, start=1)]
    assert [each for each in outline[found:] if each in numbered][:5] == numbered
    assert [word for word in CANARIES if word.lower() in everything] == []
    raw = pdf.read_bytes().lower()
    assert [word for word in CANARIES if word.lower().encode() in raw] == []


def _headings(opened: pikepdf.Pdf) -> Iterator[str]:
    """The report's headings as a reader's sidebar shows them, in order."""
    with opened.open_outline() as outline:
        waiting = list(outline.root)
        while waiting:
            item = waiting.pop(0)
            yield item.title
            waiting = [*item.children, *waiting]


def _what_the_council_does_not_reach(road: Road) -> None:
    closed = [
        road.path(rest)
        for rest in (
            "results/",
            f"{road.asked}results/",
            f"{road.asked}comments/",
            "notes/",
            "my-day/",
            "evidence/",
            "findings/",
            "cases/",
            "audit/",
            "outbox/",
        )
    ]
    for role in ("Host sponsor", "Host organiser"):
        assert road[role].statuses(closed) == dict.fromkeys(closed, 403)
    stranger = road.visitor()
    answers = stranger.context.request.get(
        road.site.address + road.path("report/1/pdf/"), max_redirects=0
    )
    assert answers.status == 302
    stranger.leave()
