"""What is said of how long things are kept is made from the figure, or held to it word by word."""

from __future__ import annotations

import ast
import datetime as dt
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
import yaml
from django.conf import settings
from django.template import Context, Template

from questionnaires.models import Questionnaire
from reviews import retention
from reviews.models import Review
from reviews.rules.closing import KNOWN_FOR

ROOT = Path(__file__).resolve().parents[2]
APPS = (
    *("peerreview", "reviews", "questionnaires"),
    *("casemapping", "scheduling", "feedback"),
)
_NUMBERS = (
    r"\d+|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fourteen"
    r"|twenty|thirty|forty|sixty|ninety|hundred"
)
_UNITS = r"(?:days?|nights?|weeks?|fortnights?|months?|years?)"
# As in 42 days, six weeks, after a day, within a year; not "twice a week".
PERIOD = re.compile(
    rf"(?<![\w.-])(?:(?:{_NUMBERS})[ -]{_UNITS}"
    rf"|(?:after|within|until|for|than) an? {_UNITS}|an? {_UNITS} after|a fortnight)\b",
    re.IGNORECASE,
)
# "From one week after" before "from 2 weeks after": which of both is said, the figure decides.
COUNTED = re.compile(
    r"{% blocktranslate count [^%]*%}.*?{% endblocktranslate %}", re.DOTALL
)

# What the code says of times for which nothing is kept, and what it is about.
OTHERWISE = {
    "They go at your press, at least 3 days apart": "reminders",
    "a questionnaire is open for 4 months at most": "an open questionnaire",
    "Usually a Monday at least 12 weeks away, for example ": "the lead-in",
    "The first day on site must be between 2010 and three years from now": "a slip",
    "That is more than a year from ": "a slip",
    "The last day must be after the first, within a year": "a slip",
    "Reminders come 14, 7 and 1 days before something is due": "the plan",
    "The next 14 days": "the plan",
    "No answer to the invitation for a week": "an invitation",
    " lasts longer than a day.": "a session",
}


def periods(text: str) -> list[str]:
    return [found[0] for found in PERIOD.finditer(text)]


# --- pages and letters ------------------------------------------------------------------


def templates() -> list[Path]:
    folder = ROOT / "templates"
    return sorted([*folder.rglob("*.html"), *folder.rglob("*.txt")])


def test_no_page_and_no_letter_says_a_period_by_itself() -> None:
    found = {
        str(path.relative_to(ROOT)): said
        for path in templates()
        if (said := periods(COUNTED.sub("", path.read_text())))
    }

    assert found == {}


def test_a_period_that_stands_in_a_page_would_be_found() -> None:
    """The control."""
    for sentence in (
        "They are destroyed six weeks after the visit began.",
        "It is destroyed after a day.",
        "A day after the release it goes.",
        "The link works for 7 days.",
        "kept for a fortnight",
        "Six-week-old notes",
    ):
        assert periods(sentence), sentence
    assert periods("twice a week, on day 3 of a five-day week") == ["five-day"]


def test_of_a_translated_sentence_the_figure_chooses_one_week_or_more() -> None:
    """Each of them counts something, and its plural says the number that is counted."""
    blocks = [
        block
        for path in templates()
        for block in COUNTED.findall(path.read_text())
        if periods(block) or "week" in block or "day" in block
    ]

    assert len(blocks) > 4
    for block in blocks:
        counted = re.search(r"count (\w+)=", block)
        assert counted
        plural = block.partition("{% plural %}")[2]
        assert f"{{{{ {counted[1]} }}}}" in plural
        assert periods(plural) == []


def test_words_are_made_from_the_figure(monkeypatch: pytest.MonkeyPatch) -> None:
    said = Template(
        '{% load retention %}{% kept_for review.words_kept %}, {% kept_for "unconfirmed" %}, '
        '{% kept_for_days "account_link" %}, {% kept_for_weeks "key_backups" %}'
    )
    context = Context({"review": Review(keep_words_weeks=6)})

    assert said.render(context) == "six weeks, one day, seven days, 1"
    context["review"].keep_words_weeks = 9
    monkeypatch.setattr(retention, "KEY_BACKUPS", dt.timedelta(days=14))
    assert said.render(context) == "nine weeks, one day, seven days, 2"


def test_a_figure_that_is_not_weeks_is_never_said_as_weeks() -> None:
    with pytest.raises(ValueError, match="45 days"):
        retention.weeks(dt.timedelta(days=45))


# --- code and frameworks ----------------------------------------------------------------


def _strings(path: Path) -> Iterator[str]:
    """What the code may say; its docstrings say it to nobody."""
    tree = ast.parse(path.read_text())
    docstrings = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(
            node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef
        )
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Constant)
            and isinstance(node.value, str)
            and id(node) not in docstrings
        ):
            yield node.value


def _by_itself(sentences: Iterable[str]) -> list[str]:
    return [
        each
        for each in sentences
        if periods(each) and not any(known in each for known in OTHERWISE)
    ]


def test_no_sentence_in_the_code_says_a_period_by_itself() -> None:
    code = [
        path
        for app in APPS
        for path in sorted((ROOT / app).rglob("*.py"))
        # What the demonstration's people write is theirs.
        if not {"migrations", "demo"} & set(path.relative_to(ROOT).parts)
    ]

    said = [each for path in code for each in _strings(path)]

    assert len(code) > 200
    assert _by_itself(said) == []
    # What is let through is still said somewhere.
    assert [
        known for known in OTHERWISE if not any(known in each for each in said)
    ] == []
    # The control.
    assert _by_itself(["Kept for six weeks", *OTHERWISE]) == ["Kept for six weeks"]


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for each in value.values():
            yield from _texts(each)
    elif isinstance(value, list):
        for each in value:
            yield from _texts(each)


@pytest.mark.parametrize(
    "path",
    sorted((ROOT / "reviews" / "frameworks").glob("*.yaml")),
    ids=lambda p: p.stem,
)
def test_a_framework_says_the_products_periods_by_name(path: Path) -> None:
    """Where it speaks to people. Elsewhere it has ages of children and days of the plan."""
    pack = yaml.safe_load(path.read_text())
    spoken = [
        pack.get(part) for part in ("questionnaire", "briefing", "terms", "report")
    ]

    assert _by_itself(_texts(spoken)) == []
    words = " ".join(each["text"] for each in pack["terms"])
    assert {"$words_kept", "$addresses_kept", "$record_kept"} <= set(
        re.findall(r"\$\w+", words)
    )


def test_the_plans_day_of_destruction_is_the_day_on_which_it_happens() -> None:
    days = {
        offset
        for path in (ROOT / "reviews" / "frameworks").glob("*.yaml")
        for milestone in yaml.safe_load(path.read_text())["milestones"]
        if milestone.get("done_by") == "words-destroyed"
        for offset in milestone["offsets"]
    }

    assert days == {retention.WORDS.days}


def test_a_questionnaire_begins_with_the_usual_periods_and_keeps_within_the_bounds() -> (
    None
):
    usual = Questionnaire()

    assert usual.keep_addresses_days == retention.ADDRESSES.days
    least, most = retention.ADDRESSES_DAYS
    assert least <= usual.keep_addresses_days <= most


def test_a_review_begins_with_the_usual_weeks_and_keeps_within_the_bounds() -> None:
    usual = Review(day_zero=dt.date(2013, 2, 4))

    assert usual.words_kept == retention.WORDS
    assert usual.words_until == dt.date(2013, 3, 18)
    least, most = retention.WORDS_WEEKS
    assert least <= usual.keep_words_weeks <= most


# What each of these says of one review is made of that review's own figure.
OF_THE_REVIEW = {
    "templates/questionnaires/email/promise.txt": "questionnaire.review.keep_words_weeks",
    "templates/questionnaires/poster.html": "questionnaire.review.keep_words_weeks",
    "templates/questionnaires/proof_kept.html": "questionnaire.review.keep_words_weeks",
    "templates/questionnaires/public/introduction.html": "questionnaire.review.keep_words_weeks",
    "templates/questionnaires/public/kept.html": "questionnaire.review.keep_words_weeks",
    "templates/reviews/briefing_speak.html": "kept_for review.words_kept",
    "templates/reviews/speak_requests.html": "kept_for review.words_kept",
    "reviews/reading/briefing.py": "retention.by_name(review.words_kept)",
    "reviews/reading/terms.py": "retention.by_name(review.words_kept)",
    "scheduling/rules/letters.py": "retention.by_name(review.words_kept)",
}


def test_whoever_speaks_of_one_review_says_its_own_weeks() -> None:
    for path, said in OF_THE_REVIEW.items():
        assert said in (ROOT / path).read_text(), path


# Where it is said until when what people said is kept, that copies of its key last longer is said too.
OF_COPIES_OF_THE_KEY = (
    "templates/questionnaires/email/promise.txt",
    "templates/questionnaires/poster.html",
    "templates/questionnaires/proof_kept.html",
    "templates/questionnaires/public/introduction.html",
    "templates/questionnaires/public/kept.html",
    "templates/pages/privacy.html",
)


def test_whoever_tells_respondents_when_words_go_tells_of_copies_of_their_key() -> None:
    for path in OF_COPIES_OF_THE_KEY:
        text = (ROOT / path).read_text()
        said = [
            block
            for block in re.split(r"<li>|^- |<p\b", text, flags=re.MULTILINE)
            if "key_backups" in block
        ]
        assert any(
            "keys" in each or "key last" in each or "a key" in each for each in said
        ), path


def test_nothing_else_says_the_weeks_of_a_review() -> None:
    """The usual figure stands in one page alone, which is of no review."""
    usual = [
        str(path.relative_to(ROOT))
        for app in APPS
        for path in sorted((ROOT / app).rglob("*.py"))
        if re.search(r"retention\.WORDS\b", path.read_text())
        and "migrations" not in path.parts
    ]
    assert set(usual) <= {
        "peerreview/pages.py",
        "reviews/domain/export.py",  # files of before there was a figure
        "reviews/models/review.py",  # what a review begins with
        "reviews/packs/vocabulary.py",  # the names of the words, not their values
    }
    assert not [path for path in templates() if 'kept_for "words"' in path.read_text()]


# --- documents --------------------------------------------------------------------------

_words, _days = retention.in_words, retention.in_days
ACCOUNT_LINK = dt.timedelta(seconds=settings.PASSWORD_RESET_TIMEOUT)


def _digits(period: dt.timedelta) -> str:
    return f"{period.days} days"


def claims() -> tuple[str, ...]:
    """All that documents say of periods, each with its figure in its place."""
    weeks, days = retention.WORDS_WEEKS, retention.ADDRESSES_DAYS
    return (
        f"{_words(retention.WORDS)} after the visit's first day",
        f"{_digits(retention.ADDRESSES)} after release",
        f"{_digits(retention.ADDRESSES)} after its own",
        f"{weeks[0]} to {weeks[1]} weeks",
        f"{days[0]} to {days[1]} days for names",
        f"From {_words(retention.KEY_BACKUPS)} after this questionnaire is released",
        f"{_words(retention.KEY_BACKUPS)} after the release",
        f"from {_words(retention.KEY_BACKUPS)} after the approval of the report",
        f"| Backups of the database | {_digits(retention.BACKUPS)} |",
        f"| Backups of the keystore, kept elsewhere | {_digits(retention.KEY_BACKUPS)} |",
        f"| {_digits(retention.BACKUPS)}, encrypted |",
        f"| {_digits(retention.KEY_BACKUPS)}, encrypted |",
        f"| copy of the folder | {_digits(retention.BACKUPS)} |",
        f"| {retention.RECORD_YEARS} years |",
        f"| {retention.RECORD_YEARS} years after the close",
        f"of the review that lives, for {retention.counted(retention.RECORD_YEARS, 'year')}",
        f"are kept for {retention.counted(retention.RECORD_YEARS, 'year')}, all else",
        f"**After {retention.counted(retention.RECORD_YEARS, 'year')}** the nightly task",
        f"For {_words(retention.KEY_BACKUPS)} a copy may hold",
        f"has lapsed, {_words(retention.KEY_BACKUPS)} later",
        f"figures that nobody confirmed | {_words(retention.UNCONFIRMED)} |",
        f"people that nobody confirmed | {_words(retention.UNCONFIRMED_LIST)} |",
        f"reminded of the plan | {_digits(retention.DIGESTS)} |",
        f"about a sign-in | {_digits(retention.OWN_LETTERS)} |",
        f"works for {_days(ACCOUNT_LINK)}",
        f"or has been for {_words(KNOWN_FOR)}",
    )


# What documents say of times for which nothing is kept.
ELSE = (
    "the twelve weeks before the visit",
    "comes for a week",
    "for one reason and until one day",
    "many times in twelve weeks",
    "other themes and three days",
)


def documents() -> list[Path]:
    """Decisions and measurements are of their day; all others are of today."""
    pages = [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")]
    return sorted(each for each in pages if each.name not in OF_A_DAY)


OF_A_DAY = {"performance.md", "CHANGELOG.md"}


def unheld(text: str, held: Iterable[str]) -> list[str]:
    """The periods in ``text`` that no sentence of ``held`` covers, with what stands around them."""
    flat = " ".join(re.sub(r"^\s*>", " ", text, flags=re.MULTILINE).split())
    covered = [
        (found.start(), found.end())
        for each in held
        for found in re.finditer(re.escape(each), flat)
    ]
    return [
        flat[max(found.start() - 40, 0) : found.end() + 40]
        for found in PERIOD.finditer(flat)
        if not any(a <= found.start() and found.end() <= b for a, b in covered)
    ]


@pytest.mark.parametrize("path", documents(), ids=lambda path: path.name)
def test_a_document_says_the_periods_as_they_are(path: Path) -> None:
    assert unheld(path.read_text(), [*claims(), *ELSE]) == []


def test_every_sentence_that_is_held_stands_in_a_document() -> None:
    texts = " ".join(
        " ".join(re.sub(r"^\s*>", " ", path.read_text(), flags=re.MULTILINE).split())
        for path in documents()
    )

    assert [each for each in (*claims(), *ELSE) if each not in texts] == []


def test_a_document_that_lags_behind_its_figure_is_found(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The control, both ways: another figure, and another word."""
    page = (ROOT / "docs" / "non-attribution.md").read_text()
    other_word = page.replace("six weeks after", "eight weeks after")
    assert other_word != page
    assert unheld(other_word, [*claims(), *ELSE])
    monkeypatch.setattr(retention, "WORDS", dt.timedelta(weeks=8))
    assert unheld(page, [*claims(), *ELSE])
