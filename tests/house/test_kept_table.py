"""What pages and documents say of classes of record is what becomes of them, and who may open them."""

from pathlib import Path

import pytest

from peerreview.pages import CLOSE, KEPT, RECORD_UNTIL, WORDS_UNTIL
from reviews import retention
from reviews.access import GRANTS, Action
from reviews.apps_above.records import Life, Record
from reviews.models import AccessRole, Stage
from reviews.reading.records import every_record

ROOT = Path(__file__).resolve().parents[2]


def records() -> dict[str, Record]:
    return {each.code: each for each in every_record()}


# --- the privacy page ----------------------------------------------------------------------------

ADDRESSES_UNTIL = (
    "Two weeks after the results are released, unless the questionnaire’s own page on what is kept "
    "names another time. If you are asked once more, to answer late, as long after those results. At the "
    "latest when the review is closed"
)
ANSWERS_UNTIL = (
    "Six weeks after the visit began, unless the questionnaire’s first page names another time. "
    "At the latest when the review is closed"
)
# Of each row of the page the classes of record that it is about, and until when such a class is held.
SAID: dict[str, tuple[set[str], Life, str]] = {
    "Your name and email address, for the questionnaire": (
        {"invited"},
        Life.ADDRESSES,
        ADDRESSES_UNTIL,
    ),
    "Answers that you saved and did not send": (
        {"sealed answers"},
        Life.RELEASE,
        "When the questionnaire closes",
    ),
    "Sealed answers": (
        {"sealed answers"},
        Life.RELEASE,
        "When the results are released",
    ),
    "Single answers and comments, after the results are released": (
        {"answers"},
        Life.WORDS,
        ANSWERS_UNTIL,
    ),
    "Sealed answers that were not released by then, with the names and addresses of those invited": (
        {"sealed answers"},
        Life.RELEASE,
        "The same day. Nobody reads those answers",
    ),
    "Peers’ notes, case maps and requests to speak to the team": (
        {"notes", "cases", "speak requests"},
        Life.WORDS,
        WORDS_UNTIL,
    ),
    "The list of names that texts are screened for": (
        {"roster"},
        Life.ROSTER,
        "The night after a report is first issued. At the latest the day that the review’s plan has "
        "for the destruction, or when the review is closed",
    ),
    "Names of people in the timetable of the visit, what they were written about it, and whether "
    "they can come": ({"timetable", "messages"}, Life.CLOSE, CLOSE),
    "Documents of the council and its partners": ({"documents"}, Life.CLOSE, CLOSE),
    "Other messages of a review. Letters with questionnaire links are not kept at all": (
        {"messages"},
        Life.CLOSE,
        CLOSE,
    ),
    "The plan, who was on the review, what the regulator was told, the findings, the report, alerts "
    "that a child may be at risk, and the record of who changed what": (
        {"review", "members", "regulator", "findings", "report", "alerts", "trail"},
        Life.RECORD,
        RECORD_UNTIL,
    ),
    "Your account, if you have one": (
        {"accounts"},
        Life.ACCOUNT,
        "Whoever runs this system removes it",
    ),
}
# Kept as long as the report, and not about whoever reads that page: what was asked and published,
# and who closed the review, whom the certificate names.
NOT_SAID = {"questionnaire", "results", "closing"}


def unsaid(table: dict[str, tuple[set[str], Life, str]]) -> set[str]:
    """Classes that outlive the close and stand in no row."""
    told = {code for codes, *_ in table.values() for code in codes}
    return {code for code, each in records().items() if each.kept} - told - NOT_SAID


def test_each_row_of_the_privacy_page_is_what_becomes_of_its_records() -> None:
    assert dict(KEPT) == {what: until for what, (_, _, until) in SAID.items()}
    held = records()
    for what, (codes, life, _) in SAID.items():
        assert {held[code].life for code in codes} == {life}, what
    assert unsaid(SAID) == set()
    # What is held as long as the review is called so, whatever else is.
    assert RECORD_UNTIL == "Six years after the review is closed"
    assert retention.RECORD_YEARS == 6


def test_control_messages_that_were_said_to_stay_six_years_are_seen() -> None:
    """As the page said once."""
    wrong = {"Other messages": ({"messages"}, Life.RECORD, RECORD_UNTIL)}
    held = records()

    assert {held[code].life for code in wrong["Other messages"][0]} != {Life.RECORD}
    assert "trail" in unsaid(wrong)


# --- documents -----------------------------------------------------------------------------------

UNTIL = {Life.CLOSE: {"close"}, Life.RECORD: {"6 years", "6 years after the close"}}
ROWS: dict[str, dict[str, set[str]]] = {
    "specification.md": {
        "Names in the timetable and its releases, messages, interests, `people`": {
            "timetable",
            "messages",
            "interests",
        },
        "Hypotheses, figures that wait, texts and versions of the report that were not issued, `work`": {
            "preparation",
            "report drafts",
        },
        "Uploaded documents, `files`": {"documents"},
        "Findings, issued report, published results, alerts that a child may be at risk, plan, terms, "
        "who was on the review, trail, certificates, archive, `report`": {
            *("findings", "report", "results", "alerts", "review", "members"),
            *("trail", "closing"),
        },
    },
    "non-attribution.md": {
        "Names in the timetable, its releases, messages, a plan for it and the list of who must be "
        "seen; who can come; peers' interests; figures and hypotheses; addresses of calendars; their "
        "keys": {"timetable", "messages", "interests", "preparation", "links"},
        "Uploaded documents and their key": {"documents"},
        "Findings, report, published results, alerts that a child may be at risk, who was on the "
        "review, audit trail, certificates, the archive": {
            *("findings", "report", "results", "alerts", "members", "trail", "closing"),
        },
    },
}


@pytest.mark.parametrize("name", sorted(ROWS))
def test_the_table_of_the_specification_is_what_becomes_of_its_records(
    name: str,
) -> None:
    text = (ROOT / "docs" / name).read_text()
    cells = [
        [cell.strip() for cell in line.strip("| ").split(" | ")]
        for line in text.splitlines()
        if line.startswith("| ") and line.count("|") == 3
    ]
    said = dict(cells)
    held = records()
    for row, codes in ROWS[name].items():
        lives = {held[code].life for code in codes}
        assert len(lives) == 1, row
        assert said[row] in UNTIL[lives.pop()], row


# --- who can open it -----------------------------------------------------------------------------

ROLE = AccessRole
TEAM = {ROLE.RM, ROLE.TL, ROLE.AP, ROLE.P}
COUNCIL = {ROLE.CS, ROLE.CC}
# Of each sentence the rights that it stands for, and who has them at any stage.
OPEN: dict[str, tuple[str, dict[Action, set[AccessRole]]]] = {
    "review": (
        "Until the close the team; then of it the review manager and the team leader. The council’s "
        "sponsor and the council’s contact. An agency’s contact: what the review’s home page says.",
        {
            Action.READ_PLAN: TEAM | COUNCIL,
            Action.READ_TERMS: TEAM | COUNCIL,
            Action.READ_SUMMARY: TEAM | COUNCIL | {ROLE.PC},
        },
    ),
    "members": (
        "Until the close everybody on the review; then the review manager, the team leader, and the "
        "council’s sponsor and contact.",
        {Action.READ_SUMMARY: TEAM | COUNCIL | {ROLE.PC}},
    ),
    "trail": (
        "The review manager. The last changes of a page: those who can change it.",
        {Action.READ_AUDIT: {ROLE.RM}},
    ),
    "regulator": (
        "The review manager, the team leader and the council’s sponsor; blocked dates: until the "
        "close the team too, and the council’s contact.",
        {
            Action.READ_REGULATOR: {ROLE.RM, ROLE.TL, ROLE.CS},
            Action.READ_PLAN: TEAM | COUNCIL,
        },
    ),
    "closing": (
        "Certificates, which name who asked and who confirmed: the review manager, the team leader, "
        "and the council’s sponsor and contact. That a close was asked for: the team.",
        {
            Action.READ_CERTIFICATE: {ROLE.RM, ROLE.TL, *COUNCIL},
            Action.READ_CLOSING: TEAM,
        },
    ),
    "interests": (
        "Profiles: the team, and the council’s sponsor and contact. The rest: the review manager and "
        "the team leader.",
        {
            Action.READ_INTERESTS: {ROLE.RM, ROLE.TL},
            # The page of the profiles.
            Action.READ_PLAN: TEAM | COUNCIL,
        },
    ),
    "roster": ("Nobody. The screening alone opens it.", {}),
    "speak requests": (
        "The review manager.",
        {Action.READ_SPEAK_REQUESTS: {ROLE.RM}},
    ),
    "documents": (
        "The team; the council’s contact and an agency’s contact: their own.",
        {Action.READ_EVIDENCE_FILE: TEAM | {ROLE.CC, ROLE.PC}},
    ),
    "preparation": (
        "The team; figures: the council’s contact too.",
        {Action.READ_HYPOTHESES: TEAM, Action.READ_FIGURES: TEAM | {ROLE.CC}},
    ),
    "messages": ("The review manager.", {Action.READ_OUTBOX: {ROLE.RM}}),
    "results": (
        "The team until the close, then two people together, from the archive.",
        {Action.READ_RESULTS: TEAM},
    ),
    # Beside who opens it: to whom it is told how many have answered.
    "questionnaire": (
        "The team, until the close, and whoever has a link while it is open. Then two people together, "
        "from the archive.",
        {Action.READ_PROOF: TEAM, Action.READ_RESPONSE_RATE: COUNCIL | {ROLE.PC}},
    ),
    "answers": (
        "Comments: the team. Single answers: nobody.",
        {Action.READ_RESULTS: TEAM},
    ),
    "invited": (
        "Until the end of the lead-in the review manager and the council’s contact, and an agency’s "
        "contact for the agency’s own people. Then the review manager alone, and only addresses that a "
        "letter may not have reached. Whom a late round asks: nobody.",
        {
            Action.IMPORT_INVITATIONS: {ROLE.RM, ROLE.CC, ROLE.PC},
            Action.RUN_QUESTIONNAIRE: {ROLE.RM},
        },
    ),
    "open links": ("The review manager.", {Action.RUN_QUESTIONNAIRE: {ROLE.RM}}),
    "cases": (
        "The team. The council’s contact and an agency’s contact: their own sheets, while they are "
        "written.",
        {
            Action.READ_CASE_MAP: TEAM,
            Action.WRITE_CASE_SHEET: TEAM | {ROLE.CC, ROLE.PC},
        },
    ),
    "timetable": (
        "The team; the council’s contact, but for sessions whose names the team keeps; an agency’s "
        "contact for the agency’s own people; the council’s sponsor, without names.",
        {Action.READ_TIMETABLE: TEAM | COUNCIL | {ROLE.PC}},
    ),
    "notes": (
        "The team. A draft: its writer alone.",
        {Action.READ_NOTES: TEAM, Action.WRITE_NOTE: TEAM},
    ),
    "report": (
        "Until the close the team; then of it the review manager and the team leader. The council’s "
        "sponsor and the council’s contact.",
        {Action.DOWNLOAD_REPORT: TEAM | COUNCIL},
    ),
    "findings": (
        "The team until the close, then two people together, from the archive.",
        {Action.READ_NOTES: TEAM, Action.WRITE_FINDING: TEAM},
    ),
    "excerpts": ("The team.", {Action.READ_NOTES: TEAM}),
    "report drafts": ("The team.", {Action.WRITE_FINDING: TEAM}),
}


@pytest.mark.parametrize("code", sorted(OPEN))
def test_who_can_open_a_class_of_record_is_who_may(code: str) -> None:
    sentence, rights = OPEN[code]

    assert records()[code].who == sentence
    assert {action: set(GRANTS[action]) for action in rights} == rights


# Of the rights of sentences that say "until the close", who has them afterwards.
AFTERWARDS = {
    Action.READ_PLAN: {ROLE.RM, ROLE.TL, *COUNCIL},
    Action.READ_TERMS: {ROLE.RM, ROLE.TL, *COUNCIL},
    Action.READ_REGULATOR: {ROLE.RM, ROLE.TL, ROLE.CS},
    Action.READ_CERTIFICATE: {ROLE.RM, ROLE.TL, *COUNCIL},
    Action.DOWNLOAD_REPORT: {ROLE.RM, ROLE.TL, *COUNCIL},
    Action.READ_INTERESTS: set(),
    Action.READ_RESULTS: set(),
    Action.READ_PROOF: set(),
    Action.WRITE_FINDING: set(),
}


def test_after_the_close_each_is_open_to_whom_its_sentence_names() -> None:
    found = {
        action: {role for role, at in GRANTS[action].items() if Stage.CLOSED in at}
        for action in AFTERWARDS
    }

    assert found == AFTERWARDS


def test_lists_of_those_invited_close_with_the_lead_in() -> None:
    """The one class of record of which the page names a stage."""
    stages = {
        stage for at in GRANTS[Action.IMPORT_INVITATIONS].values() for stage in at
    }

    assert max(stages) == 2
