"""The table of question kinds is whole, and it alone knows which kind a question is of."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.template.loader import get_template

from questionnaires.domain.answering import payload_of
from questionnaires.forms.questions import OF_SOME_KINDS
from questionnaires.models import Question
from questionnaires.reading import bars, faults, shown
from questionnaires.reading.page_language import PageLanguage
from questionnaires.reading.respondent_form import said
from questionnaires.rules import disclosure, publishing
from questionnaires.rules.asking import Answers, Item, Page, RespondentForm, taken
from questionnaires.rules.disclosure import Chosen, Node, Shown
from questionnaires.rules.kinds import KINDS, Kind, Option
from questionnaires.rules.published import Values
from questionnaires.templatetags.respond import question

ROOT = Path(__file__).resolve().parents[2]
TABLE = ROOT / "questionnaires/rules/kinds.py"
OPTIONS = (
    Option("a", "Agree", category="favourable"),
    Option("b", "Disagree", category="unfavourable", least=10),
)
# What somebody posts, what of it is sealed, and how the check page says it.
POSTED: dict[str, tuple[list[str], str | list[str], str]] = {
    Kind.STATEMENT: (["a"], "a", "Agree"),
    Kind.SINGLE: (["b"], "b", "Disagree"),
    Kind.MULTIPLE: (["b", "a"], ["a", "b"], "Agree, Disagree"),
    Kind.NUMBER: (["12"], "b", "12"),
    Kind.SHORT: (["Three short words"], "Three short words", "Three short words"),
    Kind.TEXT: (["It goes well."], "It goes well.", "It goes well."),
}
WRONG = {Kind.NUMBER: "a dozen", Kind.SHORT: "w" * 201}


def item_of(kind: str, **more: object) -> Item:
    counted = KINDS[kind].count is not None
    options = OPTIONS if counted else ()
    return Item("Q1", kind, "How is it?", options=options, **more)  # type: ignore[arg-type]


def respondent_form_of(item: Item) -> tuple[RespondentForm, Page]:
    page = Page(1, "Your work", "", (item,))
    return RespondentForm((page,)), page


def test_every_kind_of_the_model_has_an_entry_and_a_sample() -> None:
    field = Question._meta.get_field("kind")

    assert set(KINDS) == set(Question.Kind.values) == set(POSTED)
    assert list(field.choices or ()) == Question.Kind.choices
    assert all(len(kind) <= (field.max_length or 0) for kind in KINDS)


@pytest.mark.parametrize("kind", KINDS)
def test_an_entry_is_whole(kind: str) -> None:
    how = KINDS[kind]

    assert how.title
    assert str(how.missing)
    assert how.called
    assert how.field in ("", *OF_SOME_KINDS)
    assert how.seconds > 0
    assert get_template(how.template)
    # Read or counted, never both; what is counted is published.
    assert (how.count is None) == (how.publish is None) == how.in_own_words
    assert not (how.in_own_words and how.by_choice)
    assert how.by_choice or not (how.several or how.on_scale)


@pytest.mark.parametrize("kind", KINDS)
def test_a_question_is_drawn_with_its_field(kind: str) -> None:
    respondent_form, page = respondent_form_of(item_of(kind))
    view = shown(respondent_form, page, {})
    context = {
        "questionnaire": SimpleNamespace(edition=None),
        "language": PageLanguage(),
        "shown": view,
    }

    html = question(context, view.rows[0])  # type: ignore[arg-type]

    assert re.search(r'<(input|textarea)[^>]* name="Q1"', html)
    assert f'id="{view.rows[0].item.first_field}"' in html


@pytest.mark.parametrize("kind", KINDS)
def test_an_answer_is_checked_sealed_and_said(kind: str) -> None:
    posted, sealed, words = POSTED[kind]
    item = item_of(kind, required=True)
    respondent_form, page = respondent_form_of(item)
    answers: Answers = {"Q1": taken(item, posted)}

    payload = payload_of(respondent_form, "leaf", answers)

    assert faults(respondent_form, page, answers) == {}
    assert faults(respondent_form, page, {}) == {"Q1": str(item.how.missing)}
    where = "comments" if item.in_own_words else "closed"
    other = "closed" if item.in_own_words else "comments"
    assert payload[where] == {"Q1": sealed}
    assert payload[other] == {}
    assert said(item, answers["Q1"]) == words


@pytest.mark.parametrize("kind", KINDS)
def test_an_answer_that_is_none_is_refused_or_dropped(kind: str) -> None:
    item = item_of(kind)
    respondent_form, page = respondent_form_of(item)
    typed = WRONG.get(Kind(kind), "nowhere offered")

    value = taken(item, [typed])

    if kind in WRONG:
        assert "Q1" in faults(respondent_form, page, {"Q1": value})
    elif item.how.by_choice:
        assert value == ""
    else:
        assert value == typed


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_counted_is_published_and_drawn(kind: str) -> None:
    item = item_of(kind)
    root = Node("all", "Everybody", (Node("leaf", "Everybody"),))
    payloads = [
        payload_of(
            respondent_form_of(item)[0], "leaf", {"Q1": taken(item, POSTED[kind][0])}
        )
    ] * 60

    atoms = disclosure.atoms(root, {"leaf": 60}, k=10)
    raw = publishing.values_of([item], payloads, atoms, root=root, k=10, invited=80)
    published = Values(raw).questions.get("Q1")

    if item.in_own_words:
        assert published is None
        assert "It goes well." not in repr(raw)
        return
    assert published is not None
    whole = published.everybody
    if isinstance(whole, Shown):
        assert bars.statement_bar(whole).stretches
    else:
        assert isinstance(whole, Chosen)
        assert whole.shares
        assert bars.answer_bar(next(iter(whole.shares.values())), "").stretches


# Who else asks


NAMES, VALUES = set(Kind.names), set(Kind.values)


def _names_a_kind(node: ast.expr) -> bool:
    """``Kind.TEXT`` and its like, alone or in a tuple, and a kind's bare word."""
    if isinstance(node, ast.Tuple | ast.List | ast.Set):
        return any(_names_a_kind(each) for each in node.elts)
    if isinstance(node, ast.Attribute):
        owner = node.value.attr if isinstance(node.value, ast.Attribute) else node.value
        return node.attr in NAMES and "Kind" in (owner, getattr(owner, "id", ""))
    return isinstance(node, ast.Constant) and node.value in VALUES


def _is_a_kind(node: ast.expr) -> bool:
    return (isinstance(node, ast.Attribute) and node.attr == "kind") or (
        isinstance(node, ast.Name) and node.id == "kind"
    )


def questions_of_kind(source: str) -> Iterator[int]:
    """Lines that compare a kind, match on one, or keep something by kind."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Compare):
            sides = [node.left, *node.comparators]
            if any(_is_a_kind(s) for s in sides) and any(
                _names_a_kind(s) or getattr(s, "attr", "") == "WORDS" for s in sides
            ):
                yield node.lineno
        elif (isinstance(node, ast.Match) and _is_a_kind(node.subject)) or (
            isinstance(node, ast.Dict)
            and any(
                key is not None
                and not isinstance(key, ast.Constant)
                and _names_a_kind(key)
                for key in node.keys
            )
        ):
            yield node.lineno


IN_TEMPLATE = re.compile(r"\bkind\s*(?:==|!=|in)\s")


@pytest.mark.parametrize(
    "source",
    [
        "if item.kind == Kind.TEXT: ...",
        "if question.kind != Question.Kind.STATEMENT: ...",
        "if kind in (Kind.SHORT, Kind.TEXT): ...",
        "if self.kind == 'multiple': ...",
        "words = {Question.Kind.NUMBER: 'Number'}",
        "if self.kind not in self.WORDS: ...",
        "match item.kind:\n    case 'text': ...",
    ],
)
def test_a_question_about_the_kind_would_be_found(source: str) -> None:
    assert list(questions_of_kind(source))


def test_nobody_outside_the_table_asks_for_the_kind() -> None:
    found = {
        str(path.relative_to(ROOT))
        for app in ("questionnaires", "feedback", "peerreview")
        for path in (ROOT / app).rglob("*.py")
        if path != TABLE and "migrations" not in path.parts
        if list(questions_of_kind(path.read_text()))
    }
    drawn = {
        str(path.relative_to(ROOT))
        for path in (ROOT / "templates/questionnaires").rglob("*.html")
        if IN_TEMPLATE.search(path.read_text())
    }

    assert IN_TEMPLATE.search("{% if item.kind == 'text' %}")
    assert found == set()
    assert drawn == set()
