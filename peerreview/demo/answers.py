"""The 187 answers: quotas by agency for each statement, dealt out so that one person's answers
hang together, and the free texts in the boxes of people of their agency. Pure; no database.
"""

import random
from dataclasses import dataclass, field

from peerreview.demo import content

SEED = 187
# Of those who agree or disagree, the share who do so strongly, in percent.
STRONGLY = 34
SCALE = ("5", "4", "3", "2", "1")
DONT_KNOW, NOT_MY_ROLE = "dk", "na"


@dataclass
class Answer:
    """What one person said. ``closed`` holds the statement's code and the scale's code."""

    agency: str
    job_group: str
    closed: dict[str, str] = field(default_factory=dict)
    comments: dict[str, str] = field(default_factory=dict)


def answers() -> list[Answer]:
    """All answers, the same each time."""
    draw = random.Random(SEED)  # noqa: S311 - nothing secret hangs on it
    everyone = [
        Answer(group.agency, group.job_group)
        for group in content.groups()
        for _ in range(group.answered)
    ]
    by_agency: dict[str, list[Answer]] = {}
    for answer in everyone:
        by_agency.setdefault(answer.agency, []).append(answer)
    for agency, people in by_agency.items():
        _answer_statements(agency, people, draw)
    _write_comments(by_agency, draw)
    return everyone


def _answer_statements(agency: str, people: list[Answer], draw: random.Random) -> None:
    # Content people agree more, whatever is asked: a leaning of each person, and chance.
    leanings = [draw.gauss(0, 1) for _ in people]
    for statement in content.statements():
        labels = _quota(statement, agency, len(people))
        ranks = [leaning + draw.gauss(0, 0.8) for leaning in leanings]
        order = sorted(range(len(people)), key=ranks.__getitem__, reverse=True)
        apart = [label for label in labels if label in (DONT_KNOW, NOT_MY_ROLE)]
        taking_sides = [label for label in labels if label not in apart]
        aside = set(draw.sample(range(len(people)), len(apart)))
        for index, label in zip(sorted(aside), apart, strict=True):
            people[index].closed[statement.code] = label
        rest = [index for index in order if index not in aside]
        for index, label in zip(rest, taking_sides, strict=True):
            people[index].closed[statement.code] = label


def _quota(statement: content.StatementModel, agency: str, n: int) -> list[str]:
    """``n`` labels from strongly agree downwards, then those counted apart."""
    shift = statement.by.get(agency, 0)
    apart = round(n * statement.apart / 100)
    sides = n - apart
    agree = min(max(statement.agree + shift, 4), 96)
    disagree = min(max(statement.disagree - round(shift * 0.7), 2), 100 - agree)
    for_it = round(sides * agree / 100)
    against = min(round(sides * disagree / 100), sides - for_it)
    strongly_for = round(for_it * STRONGLY / 100)
    strongly_against = round(against * STRONGLY / 100)
    counts = (
        strongly_for,
        for_it - strongly_for,
        sides - for_it - against,
        against - strongly_against,
        strongly_against,
    )
    labels = [
        code for code, count in zip(SCALE, counts, strict=True) for _ in range(count)
    ]
    unknown = (apart + 1) // 2
    return labels + [DONT_KNOW] * unknown + [NOT_MY_ROLE] * (apart - unknown)


def _write_comments(by_agency: dict[str, list[Answer]], draw: random.Random) -> None:
    for comment in content.comments():
        free = [
            answer
            for answer in by_agency[comment.agency]
            if comment.question not in answer.comments
        ]
        draw.choice(free).comments[comment.question] = comment.text
