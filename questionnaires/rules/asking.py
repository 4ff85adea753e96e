"""The questionnaire as it is asked: its pages, what is shown or skipped, what an answer may be.

Pure: made once from the rows of a questionnaire, which no longer change once it is open.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from questionnaires.rules.kinds import KINDS, Option, QuestionKind

Answers = dict[str, str]


@dataclass(frozen=True)
class Item:
    """One question. ``needs``: the code and answers of an earlier one that it depends on."""

    code: str
    kind: str
    text: str
    hint: str = ""
    second_text: str = ""
    second_hint: str = ""
    theme: str = ""
    required: bool = False
    reversed: bool = False
    options: tuple[Option, ...] = ()
    needs: tuple[str, frozenset[str]] | None = None

    @property
    def how(self) -> QuestionKind:
        return KINDS[self.kind]

    @property
    def in_own_words(self) -> bool:
        return self.how.in_own_words

    @property
    def first_field(self) -> str:
        """The id that an error leads to: the first of a group of radios."""
        if self.how.by_choice and self.options:
            return f"{self.code}-{self.options[0].code}"
        return self.code


@dataclass(frozen=True)
class Page:
    """What is asked together: one question, or a few statements of one section."""

    number: int
    heading: str
    introduction: str
    items: tuple[Item, ...]
    second_heading: str = ""
    second_introduction: str = ""

    @property
    def is_one_question(self) -> bool:
        """Then the question is the page's heading."""
        return len(self.items) == 1 and not self.items[0].how.together


@dataclass(frozen=True)
class RespondentForm:
    """All pages in order. ``language``: the code of the second language, or empty."""

    pages: tuple[Page, ...]
    language: str = ""
    title: str = ""
    second: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def items(self) -> dict[str, Item]:
        return {item.code: item for page in self.pages for item in page.items}

    @cached_property
    def branches(self) -> bool:
        """Whether some questions depend on others, so that no total can be relied on."""
        return any(item.needs for item in self.items.values())

    def is_asked(self, item: Item, answers: Mapping[str, str]) -> bool:
        """Whether ``item`` is shown to whoever has given these answers so far."""
        if item.needs is None:
            return True
        code, wanted = item.needs
        earlier = self.items.get(code)
        if earlier is None or not self.is_asked(earlier, answers):
            return False
        return not wanted.isdisjoint(answers.get(code, "").split(","))

    def asked_on(self, page: Page, answers: Mapping[str, str]) -> tuple[Item, ...]:
        if not self.branches:
            return page.items
        return tuple(item for item in page.items if self.is_asked(item, answers))

    def page(self, number: int) -> Page:
        return self.pages[max(1, min(number, len(self.pages))) - 1]

    def after(self, number: int, answers: Mapping[str, str]) -> int | None:
        """The next page on which anything is asked; None when the check page comes."""
        return self._first(self.pages[number:], answers)

    def before(self, number: int, answers: Mapping[str, str]) -> int | None:
        """The page before, or None when the introduction comes."""
        return self._first(reversed(self.pages[: number - 1]), answers)

    def last(self, answers: Mapping[str, str]) -> int:
        return self.before(len(self.pages) + 1, answers) or 1

    def _first(self, pages: Iterable[Page], answers: Mapping[str, str]) -> int | None:
        return next((p.number for p in pages if self.asked_on(p, answers)), None)

    def kept(self, answers: Mapping[str, str]) -> Answers:
        """The answers without those to questions that are not asked after all."""
        return {
            code: value
            for code, value in answers.items()
            if code in self.items and self.is_asked(self.items[code], answers)
        }

    def missing(self, answers: Mapping[str, str]) -> Iterator[tuple[Page, Item]]:
        """Questions that must be answered and are not."""
        for page in self.pages:
            for item in self.asked_on(page, answers):
                if item.required and not answers.get(item.code):
                    yield page, item


def taken(item: Item, posted: list[str]) -> str:
    """What of a posted field is an answer; what is not offered counts as none."""
    values = [value.replace("\x00", "").strip() for value in posted]
    return item.how.take(item.options, values)


def pages_of(
    sections: Iterable[tuple[Page, tuple[Item, ...]]], *, most: int
) -> tuple[Page, ...]:
    """Sections laid out: ``most`` statements to a page and as even as they will go.

    Any other question stands alone, and one that depends on an answer comes on a later page.
    """
    found: list[Page] = []

    def add(section: Page, items: tuple[Item, ...]) -> None:
        alone = len(items) == 1 and not items[0].how.together
        found.append(
            Page(
                number=len(found) + 1,
                heading=items[0].text if alone else section.heading,
                introduction=section.introduction,
                items=items,
                second_heading=items[0].second_text
                if alone
                else section.second_heading,
                second_introduction=section.second_introduction,
            )
        )

    for section, items in sections:
        for run in _runs(items):
            parts = -(-len(run) // most)
            size = -(-len(run) // parts)
            for start in range(0, len(run), size):
                add(section, tuple(run[start : start + size]))
    return tuple(found)


def _runs(items: Iterable[Item]) -> Iterator[list[Item]]:
    """Statements that may stand together; anything else by itself."""
    run: list[Item] = []
    for item in items:
        together = item.how.together and not (
            item.needs and item.needs[0] in {each.code for each in run}
        )
        if run and not together:
            yield run
            run = []
        run.append(item)
        if not item.how.together:
            yield run
            run = []
    if run:
        yield run
