"""Published shares as drawn bars, with the words that say the same. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from questionnaires.rules.disclosure import NOT_SHOWN, Chosen, Shown
from questionnaires.rules.published import FAVOURABLE, Published, share_of

WHOLE = 100
TOO_SMALL = "not shown: the group is too small for it"


@dataclass(frozen=True)
class Stretch:
    """A part of a bar: where it begins and how long it is, in points of 100."""

    kind: str
    x: str
    width: str


@dataclass(frozen=True)
class Bar:
    """``says`` is the bar in words, for whoever does not see it."""

    stretches: tuple[Stretch, ...]
    says: str

    @property
    def hides(self) -> bool:
        """Whether a part of it is drawn as not shown."""
        return any(stretch.kind == "hidden" for stretch in self.stretches)


def statement_bar(shown: Shown) -> Bar:
    """Favourable first; what is not shown of a small group is drawn as such."""
    if shown.unfavourable is None:
        rest = [("hidden", WHOLE - shown.favourable)]
    else:
        rest = [
            ("middle", shown.middle),
            ("unfavourable", shown.unfavourable),
            ("apart", shown.dont_know or 0.0),
        ]
    return Bar(
        _laid_out([("favourable", shown.favourable), *rest]), statement_words(shown)
    )


def answer_bar(share: float | None, says: str) -> Bar:
    if share is None:
        return Bar(_laid_out([("hidden", float(WHOLE))]), says)
    return Bar(_laid_out([("favourable", share)]), says)


def _laid_out(parts: list[tuple[str, float]]) -> tuple[Stretch, ...]:
    found, at = [], 0.0
    for kind, share in parts:
        width = max(0.0, min(share, WHOLE - at))
        if width:
            found.append(Stretch(kind, f"{at:g}", f"{width:g}"))
        at += width
    return tuple(found)


def statement_words(shown: Shown) -> str:
    """As in "55% favourable, 15% unfavourable, 10% did not know or said it is not their role"."""
    said = [f"{shown.words(shown.favourable)} favourable"]
    if shown.unfavourable is None:
        said.append("the rest is not shown: the group is too small for it")
    else:
        said.append(f"{shown.words(shown.unfavourable)} unfavourable")
    if shown.dont_know is not None:
        apart = shown.words(shown.dont_know)
        said.append(f"{apart} did not know or said that it is not their role")
    return ", ".join(said)


def words_of(shown: Shown | Chosen, answer: str) -> str:
    """A share as it is published, "not shown" where it is not."""
    if isinstance(shown, Chosen):
        return shown.words(answer)
    share = share_of(shown, answer)
    return NOT_SHOWN if share is None else shown.words(share)


@dataclass(frozen=True)
class Range:
    """The gap between two groups as a line from the one share to the other."""

    least: str
    most: str
    width: str


def range_of(published: Published, least: str, most: str) -> Range:
    low = share_of(published.values(least) or published.everybody, FAVOURABLE) or 0.0
    high = share_of(published.values(most) or published.everybody, FAVOURABLE) or 0.0
    return Range(f"{low:g}", f"{high:g}", f"{high - low:g}")
