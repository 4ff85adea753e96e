"""The kinds of questions, one entry each: asked, checked, counted, published, drawn. Pure.

Nothing outside this table asks which kind a question is of. An answer is text: a code, codes with
commas between them, a number as typed, or own words.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from questionnaires.rules import disclosure
from questionnaires.rules.disclosure import Chosen, Shown

MOST_IN_SHORT = 200
LARGEST = 99_999
# A typed number as people write it.
_SPACES = str.maketrans("", "", " ,\u00a0\u202f")


class Kind(TextChoices):
    STATEMENT = "statement", "A statement to agree or disagree with"
    SINGLE = "single", "One answer of several"
    MULTIPLE = "multiple", "Any number of several answers"
    NUMBER = "number", "A number"
    SHORT = "short", "A few words"
    TEXT = "text", "Own words"


@dataclass(frozen=True)
class Option:
    """An answer to choose; ``category`` of a scale's, ``least`` of a number's group."""

    code: str
    label: str
    second: str = ""
    category: str = ""
    least: int = 0


Options = Sequence[Option]


# Checked: what of a posted field is an answer, and what is wrong with one


def _as_typed(options: Options, posted: Sequence[str]) -> str:
    return posted[-1] if posted else ""


def _one_offered(options: Options, posted: Sequence[str]) -> str:
    return _code(options, _as_typed(options, posted))


def _several_offered(options: Options, posted: Sequence[str]) -> str:
    return ",".join(_codes(options, ",".join(posted)))


def _nothing_wrong(value: str) -> str:
    return ""


def _no_number(value: str) -> str:
    if typed_number(value) is not None:
        return ""
    return _("Enter a whole number, for example 12")


def _too_long(value: str) -> str:
    if len(value) <= MOST_IN_SHORT:
        return ""
    return _("Your answer must be %(most)s characters or fewer") % {
        "most": MOST_IN_SHORT
    }


def typed_number(value: str) -> int | None:
    """The whole number that somebody typed, None when it is none or out of reach."""
    digits = value.translate(_SPACES)
    if not digits.isascii() or not digits.isdigit():
        return None
    number = int(digits[:9])
    return number if number <= LARGEST else None


# Counted: what is kept of an answer that nobody will read


def _code(options: Options, value: str) -> str:
    return value if any(option.code == value for option in options) else ""


def _codes(options: Options, value: str) -> list[str]:
    """In the order in which they are offered."""
    given = set(value.split(","))
    return [option.code for option in options if option.code in given]


def _group(options: Options, value: str) -> str:
    """The code of the group that a number falls into: the number itself is kept nowhere."""
    number = typed_number(value)
    if number is None:
        return ""
    fitting = [option for option in options if option.least <= number]
    return fitting[-1].code if fitting else options[0].code


# Published: the counts of one atom, rounded once. How results are drawn follows from what they
# are: ``Shown`` as one bar of the scale, ``Chosen`` as a bar for each answer.


def _on_the_scale(options: Options, answers: Sequence[Any], reversed: bool) -> Shown:
    categories = {option.code: option.category for option in options}
    given = Counter(categories[answer] for answer in answers)
    good, bad = given["favourable"], given["unfavourable"]
    if reversed:
        good, bad = bad, good
    return disclosure.shown(
        favourable=good,
        unfavourable=bad,
        dont_know=given["apart"],
        n=len(answers),
    )


def _one_each(options: Options, answers: Sequence[Any], reversed: bool) -> Chosen:
    picked = Counter(answers)
    return disclosure.chosen(
        {option.code: picked[option.code] for option in options},
        n=len(answers),
        one=True,
    )


def _several_each(options: Options, answers: Sequence[Any], reversed: bool) -> Chosen:
    picked = Counter(code for answer in answers for code in answer)
    return disclosure.chosen(
        {option.code: picked[option.code] for option in options},
        n=len(answers),
        one=False,
    )


# Of the answers to a question's options; whether agreeing is unfavourable.
Publish = Callable[[Options, Sequence[Any], bool], Shown | Chosen]


@dataclass(frozen=True)
class QuestionKind:
    """An entry. ``count`` and ``publish`` are None of own words: they are read, never counted.

    While it is built: ``title`` on its line, what it is ``called``, the ``field`` of the form that
    this kind has and others have not, and how many ``seconds`` an answer takes.
    Asked: ``template``; ``by_choice``, among the ``options`` of the question or, ``on_scale``, of
    the questionnaire; ``several`` at once; ``together`` with others on a page.
    Checked: ``take`` what was posted; ``missing`` where nothing was; the ``fault`` of what was;
    ``longest`` is how many characters it may have, where it is not as many as there is room for.
    """

    title: str
    template: str
    missing: str | Promise
    take: Callable[[Options, Sequence[str]], str]
    count: Callable[[Options, str], str | list[str]] | None
    publish: Publish | None
    fault: Callable[[str], str] = _nothing_wrong
    called: str = "Question"
    field: str = ""
    seconds: int = 8
    by_choice: bool = False
    on_scale: bool = False
    several: bool = False
    together: bool = False
    longest: int | None = None

    @property
    def in_own_words(self) -> bool:
        return self.count is None


def _template(name: str) -> str:
    return f"questionnaires/public/kinds/{name}.html"


KINDS: dict[str, QuestionKind] = {
    Kind.STATEMENT: QuestionKind(
        title="Statement",
        called="Statement",
        field="reversed",
        template=_template("statement"),
        by_choice=True,
        on_scale=True,
        together=True,
        missing=gettext_lazy("Select an answer"),
        take=_one_offered,
        count=_code,
        publish=_on_the_scale,
    ),
    Kind.SINGLE: QuestionKind(
        title="One answer",
        field="answers",
        template=_template("single"),
        by_choice=True,
        missing=gettext_lazy("Select an answer"),
        take=_one_offered,
        count=_code,
        publish=_one_each,
    ),
    Kind.MULTIPLE: QuestionKind(
        title="Several answers",
        field="answers",
        template=_template("multiple"),
        by_choice=True,
        several=True,
        missing=gettext_lazy("Select at least one answer"),
        take=_several_offered,
        count=_codes,
        publish=_several_each,
    ),
    Kind.NUMBER: QuestionKind(
        title="Number",
        field="groups",
        template=_template("number"),
        missing=gettext_lazy("Enter a number"),
        take=_as_typed,
        fault=_no_number,
        count=_group,
        publish=_one_each,
    ),
    Kind.SHORT: QuestionKind(
        title="A few words",
        seconds=75,
        template=_template("short"),
        longest=MOST_IN_SHORT,
        missing=gettext_lazy("Enter your answer"),
        take=_as_typed,
        fault=_too_long,
        count=None,
        publish=None,
    ),
    Kind.TEXT: QuestionKind(
        title="Own words",
        seconds=75,
        template=_template("text"),
        missing=gettext_lazy("Enter your answer"),
        take=_as_typed,
        count=None,
        publish=None,
    ),
}
IN_OWN_WORDS = tuple(kind for kind, how in KINDS.items() if how.in_own_words)


def choices() -> list[tuple[str, str]]:
    """For the model's field: called when it is asked for, so that a new kind migrates nothing."""
    return Kind.choices
