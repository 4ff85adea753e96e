"""Draws the map of docs/architecture.md from the imports of the code, so that it cannot go stale.

``make map`` writes it; with ``--check``, as ``make check`` calls it, it only says whether it is so.
An arrow that follows from others is left out, or nobody could read the picture.
"""

import re
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

import grimp

ROOT = Path(__file__).resolve().parents[1]
# The apps are found from here.
sys.path.insert(0, str(ROOT))
PAGE = ROOT / "docs" / "architecture.md"
APPS = (
    "peerreview",
    "reviews",
    "questionnaires",
    "casemapping",
    "scheduling",
    "feedback",
)
# Neither imports nor is imported by what people work on.
LEFT_OUT = {"migrations", "management", "templatetags", "apps"}

Arrows = dict[str, set[str]]


def between(graph: grimp.ImportGraph, names: Iterable[str]) -> Arrows:
    """Which of ``names`` imports which of them, each with everything that is in it."""
    rooms = sorted(names)
    for name in rooms:
        graph.squash_module(name)
    return {
        name: graph.find_modules_directly_imported_by(name) & set(rooms) - {name}
        for name in rooms
    }


def reduced(arrows: Arrows) -> Arrows:
    """Without the arrows that a longer way says too."""

    def reaches(start: str, goal: str, but: tuple[str, str], seen: set[str]) -> bool:
        for step in arrows[start] - seen:
            if (start, step) == but:
                continue
            if step == goal or reaches(step, goal, but, seen | {step}):
                return True
        return False

    return {
        name: {to for to in tos if not reaches(name, to, but=(name, to), seen={name})}
        for name, tos in arrows.items()
    }


def picture(arrows: Mapping[str, set[str]]) -> str:
    """As Mermaid, which most places that show Markdown draw."""
    short = {name: name.rpartition(".")[2] for name in arrows}
    lines = ["```mermaid", "flowchart TD"]
    lines += [f'  {each}["{each}"]' for each in sorted(short.values())]
    lines += [
        f"  {short[name]} --> {short[to]}"
        for name in sorted(arrows)
        for to in sorted(arrows[name])
    ]
    return "\n".join([*lines, "```"])


def pictures() -> dict[str, str]:
    """One of the apps, and one of the inside of each app that has floors."""
    drawn = {"apps": picture(reduced(between(grimp.build_graph(*APPS), APPS)))}
    for app in APPS[1:]:
        graph = grimp.build_graph(*APPS)
        rooms = [
            each
            for each in graph.find_children(app)
            if each.rpartition(".")[2] not in LEFT_OUT
        ]
        drawn[app] = picture(reduced(between(graph, rooms)))
    return drawn


def page() -> str:
    """The page with each picture between its two marks drawn anew. Raises KeyError."""
    drawn = pictures()
    return re.sub(
        r"(<!-- map: (\w+) -->\n).*?(<!-- end of map -->)",
        lambda found: f"{found[1]}{drawn[found[2]]}\n{found[3]}",
        PAGE.read_text(),
        flags=re.S,
    )


if __name__ == "__main__":
    now = page()
    if "--check" not in sys.argv:
        PAGE.write_text(now)
    elif now != PAGE.read_text():
        sys.exit("The map in docs/architecture.md is not that of the code: make map")
