"""The published values of a release, by theme and group. Nothing finer is read here."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from uuid import UUID

from questionnaires import evidence
from questionnaires.models import (
    FiledResult,
    Question,
    Questionnaire,
    Release,
)
from questionnaires.reading import bars, earlier
from questionnaires.reading.earlier import Earlier
from questionnaires.reading.result_rows import (
    Answer,
    Choice,
    Filing,
    Gap,
    Narrowed,
    Option,
    Results,
    Row,
    Table,
)
from questionnaires.rules.disclosure import Chosen, Shown
from questionnaires.rules.published import FAVOURABLE, FIGURES, Values, share_of
from reviews.packs import Theme
from reviews.pages import say

FEW = 40
ENDS = 5
NO_THEME = "none"
SORTS = (
    ("", "As they were asked"),
    ("most", "Most favourable first"),
    ("least", "Least favourable first"),
    ("apart", "Groups furthest apart first"),
)


def latest_release(questionnaire: Questionnaire) -> Release | None:
    found = questionnaire.releases.order_by("-round").first()
    if found:
        found.questionnaire = questionnaire
    return found


@dataclass(frozen=True)
class Standing:
    """Which release a page of results shows, and which other questionnaires have results.

    ``print`` holds all that can change of the page: what was released itself never does.
    ``others`` are mappings of pk, title and late_of.
    """

    release: UUID
    print: tuple[Hashable, ...]
    others: tuple[Mapping[str, Any], ...]


def standing(questionnaire: Questionnaire) -> Standing | None:
    """In one statement, and without the values: a page that was drawn needs no more.

    None before the first release.
    """
    rows = Release.objects.filter(questionnaire__review=questionnaire.review_id)
    mine, others = [], {}
    for row in rows.order_by("questionnaire_id", "-round").values_list(
        "questionnaire_id",
        "questionnaire__title",
        "questionnaire__late_of_id",
        "questionnaire__state",
        "questionnaire__earlier",
        "pk",
        "filed__question",
        "filed__group",
        "filed__other",
    ):
        pk, title, late_of, state = row[:4]
        if pk == questionnaire.pk:
            mine.append(row[4:])
        elif state == Questionnaire.State.RELEASED:
            others[pk] = {"pk": pk, "title": title, "late_of": late_of}
    if not mine:
        return None
    compared, newest = mine[0][:2]
    filed = frozenset(row[2:] for row in mine if row[1] == newest)
    titles = tuple(theme.title for theme in questionnaire.review.pack.themes)
    return Standing(newest, (newest, filed, compared, titles), tuple(others.values()))


class Reader:
    """One release, read once for as many parts of a page as need it."""

    def __init__(self, release: Release) -> None:
        self.release = release
        self.questionnaire = release.questionnaire
        self.values = Values(release.values)

    @cached_property
    def questions(self) -> list[Question]:
        found = self.questionnaire.questions.exclude(kind__in=Question.WORDS)
        return list(found.defer("hint", "condition", "second"))

    @cached_property
    def filed(self) -> set[tuple[str, str, str]]:
        rows: Iterable[FiledResult] = self.release.filed.all()
        return {(row.question, row.group, row.other) for row in rows}

    @cached_property
    def earlier(self) -> Earlier | None:
        return earlier.of(self.questionnaire, self.questions, self.values)

    @cached_property
    def themes(self) -> dict[str, Theme]:
        return {theme.code: theme for theme in self.questionnaire.review.pack.themes}

    @cached_property
    def theme_titles(self) -> dict[str, str]:
        """The themes that any of its questions belongs to, in the framework's order."""
        used = {question.theme for question in self.questions}
        found = {
            code: f"{theme.number}. {theme.title}"
            for code, theme in self.themes.items()
            if code in used
        }
        return {**found, NO_THEME: "Without a theme"} if "" in used else found

    def theme_options(self, chosen: str) -> tuple[Option, ...]:
        return options("All themes", self.theme_titles, chosen)

    def filing(self, question: Question, group: str = "", other: str = "") -> Filing:
        value = "|".join((question.code, group, other)).rstrip("|")
        if (question.code, group, other) in self.filed:
            return Filing(value, "filed")
        published = self.values.questions[question.code]
        if not group and question.theme and evidence.says_something(published):
            return Filing(value, "always")
        return Filing(value, "open" if question.theme else "theme")

    def row(
        self, question: Question, shown: Shown, group: str, *, compare: bool = True
    ) -> Row:
        published = self.values.questions[question.code]
        everybody = compared = since = ""
        if group and compare:
            whole = published.everybody
            everybody = bars.words_of(whole, FAVOURABLE)
            compared = _COMPARED[published.differ(group)]
        elif not group and self.earlier:
            since = self.earlier.sentence(question.code)
        return Row(
            question=question,
            bar=bars.statement_bar(shown),
            favourable=shown.words(shown.favourable),
            unfavourable=shown.words(shown.unfavourable),
            dont_know=shown.words(shown.dont_know),
            filing=self.filing(question, group),
            everybody=everybody,
            compared=compared,
            since=since,
            share=shown.favourable,
        )

    def choice(self, question: Question, chosen: Chosen, group: str) -> Choice:
        compared = self.earlier if not group else None
        answers = []
        for option in question.options:
            code, label = option["code"], option["label"]
            share = chosen.words(code)
            said = share if code in chosen.shares else bars.TOO_SMALL
            answers.append(
                Answer(
                    label=label,
                    bar=bars.answer_bar(chosen.shares.get(code), f"{label}: {said}"),
                    share=said,
                    since=compared.sentence(question.code, code) if compared else "",
                )
            )
        return Choice(
            question=question,
            answers=tuple(answers),
            sentence=choice_sentence(question, chosen),
            filing=self.filing(question, group),
        )

    def gap(self, question: Question) -> Gap | None:
        published = self.values.questions[question.code]
        found = published.widest_gap()
        if found is None:
            return None
        most, least = found
        # Named only where both are statements with shares, so that these are numbers.
        high = share_of(most.values, FAVOURABLE) or 0.0
        low = share_of(least.values, FAVOURABLE) or 0.0
        return Gap(
            question=question,
            most=most.title,
            most_share=bars.words_of(most.values, FAVOURABLE),
            least=least.title,
            least_share=bars.words_of(least.values, FAVOURABLE),
            apart=high - low,
            range=bars.range_of(published, least.key, most.key),
            filing=self.filing(question, most.key, least.key),
        )

    def gaps(self, theme: str = "") -> list[Gap]:
        """The widest first."""
        found = [
            gap
            for question in self.questions
            if question.code in self.values.questions
            and theme in ("", question.theme or NO_THEME)
            and (gap := self.gap(question))
        ]
        return sorted(found, key=lambda gap: (-gap.apart, gap.question.code))


_COMPARED = {1: "higher", -1: "lower", 0: "about the same"}


def choice_sentence(question: Question, chosen: Chosen) -> str:
    """What was chosen most, as far as it is shown."""
    if not chosen.shares:
        return "No answer has a share that may be shown."
    labels = {option["code"]: option["label"] for option in question.options}
    most = max(chosen.shares, key=lambda code: chosen.shares[code])
    several = question.how.several
    more = " People could choose several answers." if several else ""
    return f"Most often “{labels[most]}”: {chosen.words(most)}.{more}"


# The page


def results(release: Release, *, wanted: Narrowed | None = None) -> Results:
    """The published values as the address asks for them; what is unknown narrows nothing down."""
    reader = Reader(release)
    values = reader.values
    wanted = wanted or Narrowed()
    sorts = SORTS + ((("changed", "Most changed first"),) if reader.earlier else ())
    chosen = Narrowed(
        wanted.theme if wanted.theme in reader.theme_titles else "",
        wanted.group if wanted.group in values.titles else "",
        wanted.sort if wanted.sort in dict(sorts) else "",
    )
    asked = [
        question
        for question in reader.questions
        if chosen.theme in ("", question.theme or NO_THEME)
    ]
    rows, choices = _rows(reader, asked, chosen.group)
    ranked = sorted(rows, key=lambda row: -row.share)
    # No statement stands at both ends.
    ends = min(ENDS, -(-len(ranked) // 2))
    return Results(
        release=release,
        outcome=values.outcome,
        base=_base(values, chosen.group),
        chosen=chosen,
        group_title=values.titles.get(chosen.group, "Everybody"),
        themes=reader.theme_options(chosen.theme),
        groups=options("Everybody", values.titles, chosen.group),
        sorts=tuple(Option(v, title, v == chosen.sort) for v, title in sorts),
        tables=_tables(reader, rows, choices, chosen),
        highest=tuple(ranked[:ends]),
        lowest=tuple(reversed(ranked[ends:][-ENDS:])),
        stands_out=tuple(row for row in rows if row.compared in ("higher", "lower")),
        gaps=() if chosen.group else tuple(reader.gaps(chosen.theme)[:ENDS]),
        unshown=tuple(
            question for question in asked if not _is_shown(reader, question, chosen)
        )
        if values.outcome == FIGURES
        else (),
        earlier=reader.earlier,
    )


def options(
    all_of_them: str, titles: Mapping[str, str], chosen: str
) -> tuple[Option, ...]:
    everything = {"": all_of_them, **titles}
    return tuple(
        Option(value, title, value == chosen) for value, title in everything.items()
    )


def _base(values: Values, group: str) -> str:
    bases = {key: base for key, _, base in values.atoms}
    return bases.get(group, values.base)


def _is_shown(reader: Reader, question: Question, chosen: Narrowed) -> bool:
    published = reader.values.questions.get(question.code)
    return published is not None and published.values(chosen.group) is not None


def _rows(
    reader: Reader, asked: Sequence[Question], group: str
) -> tuple[list[Row], list[Choice]]:
    rows, choices = [], []
    for question in asked:
        published = reader.values.questions.get(question.code)
        values = published.values(group) if published else None
        if isinstance(values, Shown):
            rows.append(reader.row(question, values, group))
        elif isinstance(values, Chosen):
            choices.append(reader.choice(question, values, group))
    return rows, choices


def _tables(
    reader: Reader,
    rows: Sequence[Row],
    choices: Sequence[Choice],
    chosen: Narrowed,
) -> tuple[Table, ...]:
    """A table for each theme; sorted, one of all."""
    if chosen.sort:
        title = dict(SORTS).get(chosen.sort, "Most changed first")
        ordered = tuple(_sorted(reader, rows, chosen.sort))
        return (Table(title, "all", "", ordered, tuple(choices)),)
    found = []
    for code, title in reader.theme_titles.items():
        mine = tuple(r for r in rows if (r.question.theme or NO_THEME) == code)
        others = tuple(c for c in choices if (c.question.theme or NO_THEME) == code)
        if mine or others:
            found.append(Table(title, f"theme-{code}", headline(mine), mine, others))
    return tuple(found)


def _sorted(reader: Reader, rows: Sequence[Row], sort: str) -> list[Row]:
    if sort == "apart":
        gaps = {gap.question.code: gap.apart for gap in reader.gaps()}
        return sorted(rows, key=lambda row: -gaps.get(row.question.code, 0.0))
    if sort == "changed" and reader.earlier:
        changes = reader.earlier.changes
        return sorted(rows, key=lambda row: -abs(changes.get(row.question.code, 0.0)))
    return sorted(rows, key=lambda row: row.share if sort == "least" else -row.share)


def headline(rows: Sequence[Row]) -> str:
    """A theme in one or two sentences, from published shares alone."""
    if not rows:
        return ""
    most = max(rows, key=lambda row: row.share)
    least = min(rows, key=lambda row: row.share)
    if len(rows) == 1:
        turned = ", where agreeing is unfavourable" if most.question.reversed else ""
        return f"{_named(most)}: {most.favourable} favourable{turned}."
    if most.share == least.share:
        return f"All {len(rows)} statements are {most.favourable} favourable."
    few = sum(row.share < FEW for row in rows)
    verb = "is" if few < 2 else "are"
    return (
        f"Most favourable is {_named(most)} ({_share_words(most)}), "
        f"least {_named(least)} ({_share_words(least)}); "
        f"{few or 'none'} of {say.counted(len(rows), 'statement')} {verb} under {FEW}%."
    )


def _named(row: Row) -> str:
    return f"“{row.question.text.rstrip('.')}”"


def _share_words(row: Row) -> str:
    turned = ", where agreeing is unfavourable" if row.question.reversed else ""
    return f"{row.favourable}{turned}"
