"""Performance information as pages show it: a sentence, a drawing and a table for each measure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from reviews.models import Figure, Review
from reviews.packs import Theme

SERIES = (
    ("council", "Council"),
    ("neighbours", "Statistical neighbours"),
    ("england", "England"),
)
_NAMES = {"neighbours": "its statistical neighbours", "england": "England"}

# The drawing, in its own units: narrow enough to be read on a phone.
WIDTH, STEP, BAR_TOP = 360, 52, 22
RIGHT_OF_BAR = 76
LINE_HEIGHT, TOP, BOTTOM, LEFT, RIGHT = 230, 14, 30, 48, 18
# So many periods have room for their names side by side; of more, every other one is named.
MOST_PERIODS = 5


@dataclass(frozen=True)
class Bar:
    series: str
    label: str
    y: int
    width: int
    text_x: int
    value: str

    @property
    def label_y(self) -> int:
        return self.y - 6

    @property
    def text_y(self) -> int:
        return self.y + 16


@dataclass(frozen=True)
class Dot:
    x: int
    y: int


@dataclass(frozen=True)
class Line:
    series: str
    label: str
    dots: list[Dot]

    @property
    def points(self) -> str:
        return " ".join(f"{dot.x},{dot.y}" for dot in self.dots)


@dataclass(frozen=True)
class Mark:
    """A value of the upright axis, or a period of the other one."""

    at: int
    label: str
    anchor: str = "middle"


@dataclass(frozen=True)
class Measure:
    """One measure of one theme. Bars for one period, lines for several."""

    name: str
    unit: str
    figures: list[Figure]
    sentence: str
    height: int
    bars: list[Bar] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    levels: list[Mark] = field(default_factory=list)
    periods: list[Mark] = field(default_factory=list)
    width: int = WIDTH

    @property
    def title(self) -> str:
        return f"{self.name} ({self.unit})" if self.unit else self.name

    @property
    def scale_words(self) -> str:
        """A scale that does not begin at nought says so: it makes changes look larger."""
        if not self.levels or self.levels[0].label == "0":
            return ""
        return f"The scale begins at {self.levels[0].label}."

    @property
    def sources(self) -> str:
        return "; ".join(
            dict.fromkeys(each.source for each in self.figures if each.source)
        )

    @property
    def series(self) -> list[tuple[str, str]]:
        """Those of which there is anything to show; the council's own always."""
        return [
            (series, label)
            for series, label in SERIES
            if series == "council"
            or any(getattr(each, series) is not None for each in self.figures)
        ]

    @property
    def rows(self) -> list[tuple[str, list[tuple[str, str]]]]:
        """For each period the values with their headings."""
        return [
            (
                each.period,
                [
                    (label, number(getattr(each, series)))
                    for series, label in self.series
                ],
            )
            for each in self.figures
        ]


def number(value: Decimal | None) -> str:
    """As in 1,234.5; what is not known reads "not known"."""
    if value is None:
        return "not known"
    text = f"{value:,.4f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def spoken(value: Decimal, unit: str) -> str:
    """As in 72%, £1,200 or 52.3 per 10,000."""
    text = number(value)
    if unit in ("%", "per cent", "percent"):
        return f"{text}%"
    if unit == "£":
        return f"£{text}"
    return f"{text} {unit}".strip()


@dataclass(frozen=True)
class ThemeFigures:
    theme: Theme
    measures: list[Measure]


def figures_of(review: Review) -> list[ThemeFigures]:
    """Every measure by theme, in the order of the workbook; one query."""
    by_theme: dict[str, dict[str, list[Figure]]] = {}
    for each in review.figures.all():
        by_theme.setdefault(each.theme, {}).setdefault(each.name, []).append(each)
    return [
        ThemeFigures(
            theme,
            [_measure(figures) for figures in by_theme[theme.code].values()],
        )
        for theme in review.pack.themes
        if theme.code in by_theme
    ]


def _measure(figures: list[Figure]) -> Measure:
    first = figures[0]
    sentence = message(figures)
    if len(figures) == 1:
        bars = _bars(first)
        height = max(len(bars) * STEP, STEP)
        return Measure(first.name, first.unit, figures, sentence, height, bars=bars)
    lines, levels = _lines(figures)
    return Measure(
        first.name,
        first.unit,
        figures,
        sentence,
        LINE_HEIGHT,
        lines=lines,
        levels=levels,
        periods=_periods(figures),
    )


# The message


def message(figures: Sequence[Figure]) -> str:
    """What the drawing says, in a sentence or two; whether it is good is for the team."""
    last = figures[-1]
    if last.council is None:
        return f"There is no value of the council for {last.period}."
    parts = [
        f"In {last.period} the council’s value was {spoken(last.council, last.unit)}"
    ]
    beside = [
        _beside(last.council, value, _NAMES[series], last.unit)
        for series in ("neighbours", "england")
        if (value := getattr(last, series)) is not None
    ]
    if beside:
        parts.append(f", {' and '.join(beside)}")
    sentence = "".join(parts) + "."
    earlier = next((each for each in figures[:-1] if each.council is not None), None)
    if earlier is not None and earlier.council is not None:
        sentence += f" {_course(earlier, last.council, last)}"
    return sentence


def _beside(mine: Decimal, theirs: Decimal, whose: str, unit: str) -> str:
    if mine == theirs:
        return f"the same as {whose}"
    word = "above" if mine > theirs else "below"
    return f"{word} {whose} ({spoken(theirs, unit)})"


def _course(earlier: Figure, now: Decimal, last: Figure) -> str:
    before = earlier.council or Decimal(0)
    if now == before:
        return f"It was the same in {earlier.period}."
    word = "risen" if now > before else "fallen"
    return f"It has {word} since {earlier.period}, when it was {spoken(before, last.unit)}."


# The drawings


def _bars(figure: Figure) -> list[Bar]:
    values = {series: getattr(figure, series) for series, _ in SERIES}
    known = [abs(value) for value in values.values() if value is not None]
    largest = max(known, default=Decimal(0)) or Decimal(1)
    if figure.unit == "%" and largest <= 100:
        largest = Decimal(100)
    room = WIDTH - RIGHT_OF_BAR
    bars: list[Bar] = []
    for series, label in SERIES:
        value = values[series]
        if value is None:
            continue
        width = max(round(room * abs(value) / largest), 1)
        text = spoken(value, figure.unit if figure.unit in ("%", "£") else "")
        y = BAR_TOP + len(bars) * STEP
        bars.append(Bar(series, label, y, width, width + 8, text))
    return bars


def _places(figures: Sequence[Figure]) -> list[int]:
    room = WIDTH - LEFT - RIGHT
    return [LEFT + round(room * n / (len(figures) - 1)) for n in range(len(figures))]


def _periods(figures: Sequence[Figure]) -> list[Mark]:
    """The names under the drawing, as many as have room, the newest always."""
    places = list(zip(_places(figures), figures, strict=True))
    last = len(places) - 1
    every = 1 if len(places) <= MOST_PERIODS else 2
    return [
        Mark(x, each.period, "start" if n == 0 else "end" if n == last else "middle")
        for n, (x, each) in enumerate(places)
        if (last - n) % every == 0
    ]


def _lines(figures: Sequence[Figure]) -> tuple[list[Line], list[Mark]]:
    known = [
        value
        for each in figures
        for series, _ in SERIES
        if (value := getattr(each, series)) is not None
    ]
    low, high = min(known, default=Decimal(0)), max(known, default=Decimal(1))
    # From nought where that does not flatten everything.
    if low >= 0 and low <= (high - low) * 3:
        low = Decimal(0)
    if low == high:
        low, high = low - 1, high + 1

    def height(value: Decimal) -> int:
        room = LINE_HEIGHT - TOP - BOTTOM
        return TOP + round(room * (high - value) / (high - low))

    places = _places(figures)
    lines = []
    for series, label in SERIES:
        dots = [
            Dot(x, height(value))
            for x, each in zip(places, figures, strict=True)
            if (value := getattr(each, series)) is not None
        ]
        if dots:
            lines.append(Line(series, label, dots))
    levels = [
        Mark(height(value), number(round(value, 1)))
        for value in (low, (low + high) / 2, high)
    ]
    return lines, levels
