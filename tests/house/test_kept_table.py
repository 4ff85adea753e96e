"""What pages and documents say of classes of record is what becomes of them, and who may open them."""

import ast
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
    "What peers write of themselves, and interests that they declare": (
        {"interests"},
        Life.CLOSE,
        CLOSE,
    ),
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
        "sponsor and the council’s contact. An agency’s contact: what the home page and the briefing "
        "note say. The briefing note: whoever has its address.",
        {
            Action.READ_PLAN: TEAM | COUNCIL,
            Action.READ_TERMS: TEAM | COUNCIL,
            Action.READ_SUMMARY: TEAM | COUNCIL | {ROLE.PC},
        },
    ),
    "members": (
        "Until the close the team; then of it the review manager and the team leader. The council’s "
        "sponsor and the council’s contact. An agency’s contact: the peers who meet the agency’s people.",
        # The page of the team, and that of a session.
        {
            Action.READ_PLAN: TEAM | COUNCIL,
            Action.READ_TIMETABLE: TEAM | COUNCIL | {ROLE.PC},
        },
    ),
    "trail": (
        "The review manager. The last changes of a page: those who can change it. After the close two "
        "people together too, from the archive.",
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
        "and the council’s sponsor and contact. That a close was asked for: the team, and the sponsor "
        "by letter. The archive: the review manager and the team leader download it, and two "
        "passphrases together open it.",
        {
            Action.DOWNLOAD_ARCHIVE: {ROLE.RM, ROLE.TL},
            Action.READ_CERTIFICATE: {ROLE.RM, ROLE.TL, *COUNCIL},
            Action.READ_CLOSING: TEAM,
        },
    ),
    "interests": (
        "Profiles, and what the sponsor said to each: the team, and the council’s sponsor and contact. "
        "Interests: each peer their own; until the end of “Reporting” the review manager and the team "
        "leader. Who left, and why somebody declined: the review manager.",
        {
            Action.DECLARE_INTEREST: TEAM,
            Action.MANAGE_TEAM: {ROLE.RM},
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
        "The team. The council’s contact until the end of “On site”, an agency’s contact until its "
        "beginning: what their own side sent in. Who of the team has read a document: nobody; how many "
        "have, the review manager. A file that nobody has confirmed: whoever uploaded it.",
        {Action.READ_EVIDENCE_FILE: TEAM | {ROLE.CC, ROLE.PC}},
    ),
    "preparation": (
        "The team. Figures: until the end of “On site” the council’s contact too.",
        {Action.READ_HYPOTHESES: TEAM, Action.READ_FIGURES: TEAM | {ROLE.CC}},
    ),
    "messages": (
        "The review manager; each letter, whoever it was sent to.",
        {Action.READ_OUTBOX: {ROLE.RM}},
    ),
    "links": (
        "Links to the briefing note: the review manager. A calendar’s link: its owner. The rest: the "
        "program alone.",
        {Action.WRITE_MAIL: {ROLE.RM}, Action.READ_PLAN: TEAM | COUNCIL},
    ),
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
        "The team. The council’s contact and an agency’s contact: their own sheets, until the "
        "visit.",
        {
            Action.READ_CASE_MAP: TEAM,
            Action.WRITE_CASE_SHEET: TEAM | {ROLE.CC, ROLE.PC},
        },
    ),
    "timetable": (
        "Until the end of “Reporting” the team; the council’s contact, but for sessions whose names the "
        "team keeps; an agency’s contact for the agency’s own people; the council’s sponsor, without "
        "names. Whoever is met: their own meetings, by letter and link.",
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
        "Until the end of “Reporting” the team; after the close two people together, from the archive. "
        "What the report prints of them: whoever reads it.",
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


# The last stage at which each is open, where its sentence names one.
LAST = {
    (Action.IMPORT_INVITATIONS, None): Stage.LEAD_IN,
    (Action.READ_INTERESTS, None): Stage.REPORTING,
    (Action.READ_EVIDENCE_FILE, ROLE.CC): Stage.ON_SITE,
    (Action.READ_EVIDENCE_FILE, ROLE.PC): Stage.PRE_SITE,
    (Action.READ_FIGURES, ROLE.CC): Stage.ON_SITE,
    (Action.READ_TIMETABLE, None): Stage.REPORTING,
    (Action.WRITE_FINDING, None): Stage.REPORTING,
    (Action.READ_NOTES, None): Stage.REPORTING,
}


@pytest.mark.parametrize(("action", "role"), LAST)
def test_what_names_a_stage_closes_with_it(action: Action, role: ROLE | None) -> None:
    """With no role, of everybody who has it."""
    grants = GRANTS[action]
    ends = {max(at) for who, at in grants.items() if role in (None, who)}

    assert ends == {LAST[action, role]}


def test_what_is_said_together_has_one_period() -> None:
    """Of accounts: reminders, and letters about a sign-in."""
    assert retention.DIGESTS == retention.OWN_LETTERS
    assert "For 30 days" in records()["accounts"].about


# --- what nobody opens ---------------------------------------------------------------------------

# Models of which a sentence says that nobody opens them, or that the rest is nobody's.
NOBODYS = {
    "Roster": "roster",
    "SourceCount": "source counts",
    "AnswerBox": "sealed answers",
    "SpentLink": "sealed answers",
    "ReleasedAnswer": "answers",
    "Bounce": "bounces",
}
# What makes a page: modules that read for it, fill in its forms and answer it.
PAGES = ("views", "public_views", "reading", "forms", "templatetags")


APPS = ("reviews", "questionnaires", "casemapping", "scheduling", "feedback")


def that_show(model: str) -> list[str]:
    """Files of pages that import the model."""
    found = []
    for path in (each for app in APPS for each in sorted((ROOT / app).rglob("*.py"))):
        parts = path.relative_to(ROOT).parts
        if not {part.removesuffix(".py") for part in parts[1:]} & set(PAGES):
            continue
        imported = {
            each.name
            for node in ast.walk(ast.parse(path.read_text()))
            if isinstance(node, ast.ImportFrom) and "models" in (node.module or "")
            for each in node.names
        }
        if model in imported:
            found.append("/".join(parts))
    return found


@pytest.mark.parametrize("model", NOBODYS)
def test_no_page_knows_what_nobody_opens(model: str) -> None:
    assert "nobody" in records()[NOBODYS[model]].who.lower()
    labels = {rows.label for rows in records()[NOBODYS[model]].rows}
    assert model in {label.partition(".")[2] for label in labels}
    assert that_show(model) == []
    # The control: comments are shown.
    assert "questionnaires/reading/comments.py" in that_show("Comment")
