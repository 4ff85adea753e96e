"""Builds the content of a report from plain values: pure, and blind to notes and comments.

``build`` returns what a version keeps for ever and what the template prints. Nothing here reads a
database; what is not in ``Material`` cannot stand in a report.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from string import Template
from typing import Any

from reviews.pages import say

# In this order under each theme, whatever the order in which they were written.
KINDS = (
    ("strength", "Strengths"),
    ("area", "Areas for further consideration"),
    ("practice", "Practice worth sharing"),
)
OTHER_STATEMENTS = "Other statements"
# What a report says of its own evidence: it has to be true of every finding that it prints. How
# often somebody was met is known to nobody, so that it never rests on one person is not said.
ON_SEVERAL = (
    "Each finding rests on more than one kind of source, or was heard, by the team’s count, in three "
    "meetings or more. The report is written so that nothing in it says who said what."
)
ON_ONE_TOO = (
    "Findings rest on more than one kind of source, or were heard, by the team’s count, in three "
    "meetings or more. Where one does not, the team leader has weighed it and decided that it should "
    "be said. The report is written so that nothing in it says who said what."
)
EVIDENCE_WORDS = {
    "note": "interviews and visits",
    "result": "the questionnaire",
    "comment": "the questionnaire",
    "case": "case mapping",
}


@dataclass(frozen=True)
class FindingWords:
    """An agreed finding; ``evidence`` are kinds of evidence, never how many of each.

    ``key`` is its random id. ``on_one``: it rests on one kind of source, for the leader's reason.
    """

    key: str
    theme: str
    kind: str
    title: str
    text: str
    consider: str
    key_questions: tuple[int, ...]
    evidence: tuple[str, ...]
    on_one: bool = False


@dataclass(frozen=True)
class SurveyRow:
    """A statement with its share favourable, rounded to five; None where only words are shown."""

    theme: str
    text: str
    favourable: int | None
    words: str


@dataclass(frozen=True)
class SelfTest:
    """When the keeping of answers was attacked with made-up people, and no attack did better than luck."""

    on: dt.date
    people: int
    ways: int


@dataclass(frozen=True)
class Survey:
    """A released questionnaire; ``replies`` is None where only words are shown."""

    invited: int
    replies: int | None
    figures: bool
    rows: tuple[SurveyRow, ...]
    title: str = ""
    self_test: SelfTest | None = None


@dataclass(frozen=True)
class CaseLearning:
    theme: str
    text: str


@dataclass(frozen=True)
class Material:
    """All that a report is made of."""

    council: str
    programme: str
    first_day: dt.date
    last_day: dt.date
    made_on: dt.date
    number: int
    scope: str
    contact: tuple[str, ...]
    sessions: int
    sections: tuple[tuple[str, str, str, str], ...]  # code, title, own text, holds
    texts: Mapping[str, str]  # what the team wrote, by section
    themes: tuple[tuple[str, int, str], ...]  # code, number, title
    questions: tuple[tuple[int, str], ...]
    findings: tuple[FindingWords, ...]
    surveys: tuple[Survey, ...] = ()
    learning: tuple[CaseLearning, ...] = field(default=())


def question_section(number: int) -> str:
    """The section that holds the team's response to a key question."""
    return f"question-{number}"


def build(material: Material) -> dict[str, Any]:
    """The whole report as plain values, themes in the order of the framework."""
    return {
        "title": f"{material.programme}: {material.council}",
        "council": material.council,
        "programme": material.programme,
        "dates": say.day_range(material.first_day, material.last_day),
        "made_on": material.made_on.isoformat(),
        "made_on_words": say.day(material.made_on),
        "number": material.number,
        "contact": list(material.contact),
        "gaps": gaps(material),
        "sections": [
            section
            for code, title, own, holds in material.sections
            if (section := _section(material, code, title, own, holds))
        ],
    }


def gaps(material: Material) -> list[str]:
    """What a reader would miss, in sentences: empty texts, silent themes, open questions."""
    found = [
        f"“{title}” has nothing to print, so it is left out."
        for code, title, own, holds in material.sections
        if _section(material, code, title, own, holds) is None
    ]
    found += [
        f"Theme {number}, “{title}”, has no agreed finding."
        for code, number, title in material.themes
        if not any(each.theme == code for each in material.findings)
    ]
    found += [
        f"Key question {number} has no response: {text}"
        for number, text in material.questions
        if not material.texts.get(question_section(number), "").strip()
    ]
    return found


def _section(
    material: Material, code: str, title: str, own: str, holds: str
) -> dict[str, Any] | None:
    """One section, or nothing when there is nothing to say in it."""
    section: dict[str, Any] = {
        "code": code,
        "holds": holds,
        "title": title,
        "paragraphs": opening(material, code, own),
    }
    section |= PARTS[holds](material) if holds else {}
    filled = any(
        section[name] for name in section if name not in ("code", "holds", "title")
    )
    return section if filled else None


def opening(material: Material, code: str, own: str) -> list[str]:
    """The section's own words: the team's where it wrote some, else the framework's."""
    return paragraphs(material.texts.get(code) or filled_in(material, own))


def filled_in(material: Material, own: str) -> str:
    return Template(own).safe_substitute(
        council=material.council,
        programme=material.programme.lower(),
        dates=say.day_range(material.first_day, material.last_day),
        sessions=str(material.sessions) if material.sessions else "",
        rests=_rests(material.findings),
    )


def _rests(findings: Sequence[FindingWords]) -> str:
    return ON_ONE_TOO if any(each.on_one for each in findings) else ON_SEVERAL


def paragraphs(text: str) -> list[str]:
    """Text as it was typed, cut where a line was left empty."""
    blocks = text.replace("\r\n", "\n").split("\n\n")
    return [" ".join(block.split()) for block in blocks if block.strip()]


def _scope(material: Material) -> dict[str, Any]:
    return {
        "scope": paragraphs(material.scope),
        "questions": [text for _, text in material.questions],
    }


def _themes(material: Material) -> dict[str, Any]:
    return {
        "themes": [
            {
                "number": number,
                "title": title,
                "code": code,
                "in_short": _in_short(material.findings, code),
                "groups": [
                    {"kind": kind, "title": heading, "findings": found}
                    for kind, heading in KINDS
                    if (found := _findings(material.findings, code, kind))
                ],
            }
            for code, number, title in material.themes
        ]
    }


def _findings(
    findings: Sequence[FindingWords], theme: str, kind: str
) -> list[dict[str, Any]]:
    return [
        {
            "key": each.key,
            "title": each.title,
            "paragraphs": paragraphs(each.text),
            "consider": paragraphs(each.consider),
            "evidence": evidence_words(each.evidence),
            "questions": list(each.key_questions),
        }
        for each in findings
        if (each.theme, each.kind) == (theme, kind)
    ]


def evidence_words(kinds: Sequence[str]) -> str:
    """The kinds of evidence that a finding rests on, as a sentence without any number."""
    words = list(
        dict.fromkeys(said for kind, said in EVIDENCE_WORDS.items() if kind in kinds)
    )
    if not words:
        return ""
    listed = " and ".join(filter(None, [", ".join(words[:-1]), words[-1]]))
    return f"Heard through {listed}."


def _in_short(findings: Sequence[FindingWords], theme: str) -> dict[str, list[str]]:
    """The titles of a theme's findings, for its opening."""
    return {
        "strengths": [
            f.title for f in findings if f.theme == theme and f.kind != "area"
        ],
        "areas": [f.title for f in findings if f.theme == theme and f.kind == "area"],
    }


def _questions(material: Material) -> dict[str, Any]:
    titles = {number: title for _, number, title in material.themes}
    numbers = {code: number for code, number, _ in material.themes}
    responses = []
    for number, text in material.questions:
        bearing = [each for each in material.findings if number in each.key_questions]
        themes = sorted({numbers[each.theme] for each in bearing})
        responses.append(
            {
                "number": number,
                "question": text,
                "paragraphs": paragraphs(
                    material.texts.get(question_section(number), "")
                ),
                "themes": [f"{theme}. {titles[theme]}" for theme in themes],
            }
        )
    return {"responses": responses}


def _questionnaire(material: Material) -> dict[str, Any]:
    """Each questionnaire with its own numbers; its title only where there are several."""
    several = len(material.surveys) > 1
    return {
        "surveys": [
            {
                "title": survey.title if several else "",
                "invited": survey.invited,
                "replies": survey.replies,
                "figures": survey.figures,
                "self_test": _self_test(survey.self_test),
                "themes": _survey_themes(material, survey),
            }
            for survey in material.surveys
        ]
    }


def _survey_themes(material: Material, survey: Survey) -> list[dict[str, Any]]:
    """In the framework's order; statements of no theme come last."""
    headed = [
        (f"{number}. {title}", [row for row in survey.rows if row.theme == code])
        for code, number, title in material.themes
    ]
    known = {code for code, _, _ in material.themes}
    apart = [row for row in survey.rows if row.theme not in known]
    headed.append((OTHER_STATEMENTS if len(apart) < len(survey.rows) else "", apart))
    return [
        {
            "title": title,
            "sentence": _sentence(rows),
            "rows": [asdict(row) for row in rows],
        }
        for title, rows in headed
        if rows
    ]


def _self_test(test: SelfTest | None) -> str:
    """How it was shown that answers cannot be traced."""
    if test is None:
        return ""
    return (
        f"On {say.day(test.on)} it was tested how answers are kept: {test.people} invented people "
        f"answered, and programs tried in {test.ways} ways to find out who had given which "
        "answer. None did better than luck."
    )


def _sentence(rows: Sequence[SurveyRow]) -> str:
    """What a theme's bars say, in words."""
    shown = [row for row in rows if row.favourable is not None]
    if len(shown) < 2:
        return ""
    most = max(shown, key=lambda row: row.favourable or 0)
    least = min(shown, key=lambda row: row.favourable or 0)
    if most.favourable == least.favourable:
        return f"All statements were answered alike, at about {most.favourable}% favourable."
    return (
        f"Answers were most favourable to “{_unstopped(most.text)}” "
        f"(about {most.favourable}%) "
        f"and least to “{_unstopped(least.text)}” (about {least.favourable}%)."
    )


def _unstopped(statement: str) -> str:
    """A statement inside a sentence: its own full stop would stand in the middle."""
    return statement.rstrip().removesuffix(".")


def _cases(material: Material) -> dict[str, Any]:
    return {
        "learning": [
            {"title": f"{number}. {title}", "points": points}
            for code, number, title in material.themes
            if (
                points := [
                    each.text for each in material.learning if each.theme == code
                ]
            )
        ]
    }


def _recommendations(material: Material) -> dict[str, Any]:
    return {
        "recommendations": [
            {"title": f"{number}. {title}", "points": items}
            for code, number, title in material.themes
            if (
                items := [
                    {"title": each.title, "paragraphs": paragraphs(each.consider)}
                    for each in material.findings
                    if each.theme == code and each.consider.strip()
                ]
            )
        ]
    }


def _contact(material: Material) -> dict[str, Any]:
    return {"contact": list(material.contact)}


def changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """What a version built now would say otherwise, in sentences; nothing where all is alike."""
    was, now = _findings_of(before), _findings_of(after)
    changed = [key for key in was.keys() & now.keys() if was[key] != now[key]]
    added, gone = len(now.keys() - was.keys()), len(was.keys() - now.keys())
    found = []
    if changed:
        found.append(
            f"The words of {say.counted(len(changed), 'finding')} changed "
            "since this version was built."
        )
    if added:
        was_or_were = "was" if added == 1 else "were"
        found.append(
            f"{say.counted(added, 'finding')} {was_or_were} agreed after this version "
            "was built."
        )
    if gone:
        found.append(
            f"{say.counted(gone, 'finding')} of this version "
            f"{'is' if gone == 1 else 'are'} no longer agreed."
        )
    first, second = _words_of(before), _words_of(after)
    found += [
        f"The words of “{title}” changed since this version was built."
        for title in dict.fromkeys([*first, *second])
        if first.get(title) != second.get(title)
    ]
    return found


def _findings_of(content: Mapping[str, Any]) -> dict[str, Any]:
    return {
        finding.get("key", finding["title"]): (theme["code"], group["kind"], finding)
        for section in content["sections"]
        for theme in section.get("themes", ())
        for group in theme["groups"]
        for finding in group["findings"]
    }


def _words_of(content: Mapping[str, Any]) -> dict[str, Any]:
    """The team's own words by section, those of the key questions' responses among them."""
    return {
        section["title"]: (
            section["paragraphs"],
            section.get("scope"),
            [each["paragraphs"] for each in section.get("responses", ())],
        )
        for section in content["sections"]
    }


# What a section of the framework may hold; the framework's own checks know the same words.
PARTS = {
    "scope": _scope,
    "themes": _themes,
    "questions": _questions,
    "questionnaire": _questionnaire,
    "cases": _cases,
    "recommendations": _recommendations,
    "contact": _contact,
}
