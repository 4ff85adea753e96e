"""A framework's class tree beside its own sample week, evening by evening, as notes would be
gathered. Pure.

Peers are put to sessions later: the first part of a session's strand stands for its pair.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from functools import lru_cache

from reviews.packs import Pack, SessionTemplate, SourceClass
from reviews.packs.sample_week import Evening, SampleWeek, Told
from scheduling.rules import source_classes
from scheduling.rules.source_classes import Heard


def usual_notes(people: int) -> int:
    """How many notes one expects of a session: a focus group gives more than an interview."""
    return 2 + people // 2


def by_evening(pack: Pack) -> SampleWeek:
    """What each evening of the sample week bears."""
    met = tuple(
        each for each in pack.sessions if pack.session_type(each.type).meets_people
    )
    return _by_evening(pack.source_classes, met)


# A page asks for it each time that it is opened, and a large week takes a second.
@lru_cache(maxsize=32)
def _by_evening(
    tree: tuple[SourceClass, ...], met: tuple[SessionTemplate, ...]
) -> SampleWeek:
    titles = {each.code: each.title for each in tree}
    root = source_classes.root(tree)
    week = _heard(met)
    evenings = []
    window: list[int] = []
    for day in sorted({each.day for each in met}):
        window += [n for n, each in enumerate(met) if each.day == day]
        to_come = [week[n] for n, each in enumerate(met) if each.day > day]
        names = source_classes.named(tree, [week[n] for n in window], to_come, week)
        if names or not to_come:
            sessions = {n: met[n] for n in window}
            evenings.append(_evening(sessions, names, titles, root))
            window = []
    return SampleWeek(titles[root], tuple(evenings))


def _heard(met: Sequence[SessionTemplate]) -> list[Heard]:
    lanes = [each.strand.split("+")[0] for each in met]
    return [
        Heard(n, each.source_class, each.people, frozenset({lanes.index(lane)}))
        for n, (each, lane) in enumerate(zip(met, lanes, strict=True))
    ]


def _evening(
    sessions: Mapping[int, SessionTemplate],
    names: Mapping[int, str],
    titles: Mapping[str, str],
    root: str,
) -> Evening:
    """What has no name is never gathered, and tells as little as what names the root."""
    counts = Counter(names.values())
    silent = [each for n, each in sessions.items() if names.get(n, root) == root]
    return Evening(
        days=tuple(sorted({each.day for each in sessions.values()})),
        sessions=len(sessions),
        notes=sum(usual_notes(each.people) for each in sessions.values()),
        told=tuple(Told(titles[code], counts[code]) for code in titles if counts[code]),
        sessions_at_root=len(silent),
        notes_at_root=sum(usual_notes(each.people) for each in silent),
    )
