"""Performance information comes from a workbook, row by row, and is shown with what it says."""

import io
import re
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from openpyxl import Workbook, load_workbook

from reviews.domain import performance as verbs
from reviews.files import sheets
from reviews.models import AuditEvent, Figure, Review, Stage, User
from reviews.reading import performance
from reviews.rules import figures
from tests.make import move

SignIn = Callable[[User], Client]
HEADINGS = list(figures.TITLES.values())


def workbook(*rows: Sequence[object], headings: Sequence[str] = HEADINGS) -> bytes:
    book = Workbook()
    book.worksheets[0].append(list(headings))
    for row in rows:
        book.worksheets[0].append(list(row))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def a_row(**changed: object) -> list[object]:
    row: dict[str, object] = {
        "Theme": "T2",
        "Name": "Assessments in time",
        "Unit": "%",
        "Period": "2011-12",
        "Council": 72.5,
        "Statistical neighbours": 65,
        "England": 67,
        "Source": "National return",
    }
    return list({**row, **changed}.values())


def words(response: Any) -> str:
    return " ".join(re.sub(r"<[^>]*>", " ", response.content.decode()).split())


def sentences(found: figures.Reading) -> list[tuple[int, str, str]]:
    return [(each.row, each.column, each.sentence) for each in found.faults]


def test_a_good_row_is_read_with_its_numbers(review: Review) -> None:
    found = figures.read(workbook(a_row()), review=review)

    assert found.faults == []
    assert found.rows == [
        figures.Row(
            "T2",
            "Assessments in time",
            "%",
            "2011-12",
            Decimal("72.5"),
            Decimal(65),
            Decimal(67),
            "National return",
        )
    ]
    assert figures.Row.of(found.rows[0].plain()) == found.rows[0]


@pytest.mark.parametrize(
    "theme", ["T2", "t2", 2, "2", "Theme 2", "2. Outcomes, impact and performance"]
)
def test_a_theme_may_be_written_as_people_write_it(
    review: Review, theme: object
) -> None:
    found = figures.read(workbook(a_row(Theme=theme)), review=review)

    assert [row.theme for row in found.rows] == ["T2"]


@pytest.mark.parametrize("cell", [None, "", "-", "..", "x", "n/a"])
def test_what_is_not_known_is_left_out_of_the_row(review: Review, cell: object) -> None:
    found = figures.read(workbook(a_row(England=cell)), review=review)

    assert found.faults == []
    assert found.rows[0].england is None


@pytest.mark.parametrize(
    ("cell", "value"),
    [("1,234.5", "1234.5"), ("72%", "72"), ("£ 1 200", "1200"), (-3, "-3")],
)
def test_numbers_are_taken_as_people_write_them(
    review: Review, cell: object, value: str
) -> None:
    found = figures.read(workbook(a_row(Council=cell)), review=review)

    assert found.rows[0].council == Decimal(value)


@pytest.mark.parametrize(
    ("changed", "column", "sentence"),
    [
        ({"Theme": ""}, "Theme", "There is no theme"),
        ({"Theme": "T9"}, "Theme", "“T9” is not a theme of this review"),
        ({"Name": ""}, "Name", "There is no name"),
        ({"Name": "x" * 161}, "Name", "Name must be 160 characters or fewer"),
        ({"Period": ""}, "Period", "There is no period"),
        ({"Council": "many"}, "Council", "“many” is not a number"),
        ({"Council": "NaN"}, "Council", "“NaN” is not a number"),
        ({"Council": "1e40"}, "Council", "“1e40” is not a number"),
        (
            {"Council": "", "Statistical neighbours": "", "England": ""},
            "Council",
            "There is no value in this row",
        ),
        (
            {"Source": "NHS number 943 476 5919"},
            "Source",
            "Source must not hold a number or birth date of a person",
        ),
    ],
)
def test_a_faulty_row_is_left_out_with_a_sentence(
    review: Review, changed: dict[str, object], column: str, sentence: str
) -> None:
    good = a_row(Name="Another")
    found = figures.read(workbook(a_row(**changed), good), review=review)

    assert sentences(found) == [(2, column, sentence)]
    assert [row.name for row in found.rows] == ["Another"]


def test_an_empty_row_between_others_is_passed_over(review: Review) -> None:
    rows = (a_row(), [None] * len(HEADINGS), a_row(Period="2012-13", Council="?"))
    found = figures.read(workbook(*rows), review=review)

    assert [row.period for row in found.rows] == ["2011-12"]
    assert [number for number, *_ in sentences(found)] == [4]


def test_a_measure_and_period_twice_is_a_fault(review: Review) -> None:
    found = figures.read(
        workbook(a_row(), a_row(Period="2012-13"), a_row(Council=1)), review=review
    )

    assert sentences(found) == [(4, "Name", "The same measure and period is in row 2")]


def test_a_workbook_without_its_headings_is_refused(review: Review) -> None:
    with pytest.raises(sheets.SheetRefused, match="headed “Theme” and “Period”"):
        figures.read(workbook(["a", 1], headings=["Measure", "Council"]), review=review)


def test_the_blank_workbook_has_the_headings_and_the_themes(review: Review) -> None:
    book = load_workbook(io.BytesIO(figures.blank(review)))

    assert [cell.value for cell in book.worksheets[0][1]] == HEADINGS
    assert book.worksheets[1].max_row == len(review.pack.themes) + 1
    assert book.properties.creator == "Peer review team"


# In the browser


@pytest.fixture
def under_way(review: Review) -> Review:
    return move(review, Stage.LEAD_IN)


def test_nothing_is_added_until_it_is_confirmed(
    under_way: Review, organiser: User, leader: User, sign_in: SignIn
) -> None:
    desk = sign_in(organiser)
    content = workbook(a_row(), a_row(Period="2012-13", Council="many"))

    sent = desk.post(
        reverse("reviews:performance-import", args=[under_way.pk]),
        {"file": SimpleUploadedFile("figures.xlsx", content)},
    )

    assert not Figure.objects.exists()
    seen = words(desk.get(sent["Location"]))
    assert "1 row can be added. 1 row would be left out." in seen
    assert "“many” is not a number" in seen
    desk.post(sent["Location"])
    shown = words(
        sign_in(leader).get(reverse("reviews:performance", args=[under_way.pk]))
    )
    assert (
        "In 2011-12 the council’s value was 72.5%, above its statistical neighbours (65%) "
        "and above England (67%)." in shown
    )
    assert "Source: National return" in shown
    event = AuditEvent.objects.get(action="figures.imported")
    assert event.detail == {"number": 1}
    assert desk.get(sent["Location"]).status_code == 404


def test_a_bad_workbook_comes_back_with_a_sentence(
    under_way: Review, analyst: User, sign_in: SignIn
) -> None:
    page = sign_in(analyst).post(
        reverse("reviews:performance-import", args=[under_way.pk]),
        {"file": SimpleUploadedFile("figures.xlsx", b"hello")},
    )

    assert "The selected file must be an Excel workbook (.xlsx)" in words(page)


def _take(review: Review, by: User, *rows: list[object]) -> int:
    found = figures.read(workbook(*rows), review=review)
    pending = verbs.keep_figures(review=review, found=found, at=timezone.now())
    return verbs.take_figures(pending=pending, by=by, at=timezone.now())


def test_what_is_there_already_is_replaced_and_the_rest_stays(
    under_way: Review, manager: User
) -> None:
    _take(under_way, manager, a_row(), a_row(Period="2012-13"))

    _take(under_way, manager, a_row(Council=80))

    values = {each.period: each.council for each in under_way.figures.all()}
    assert values == {"2011-12": Decimal(80), "2012-13": Decimal("72.5")}


def test_a_workbook_with_faults_alone_adds_nothing(
    under_way: Review, manager: User
) -> None:
    with pytest.raises(verbs.NothingToTake):
        _take(under_way, manager, a_row(Theme=""))


def test_a_measure_is_removed_with_all_its_periods(
    under_way: Review, manager: User, sign_in: SignIn
) -> None:
    name = "Children & “families”"
    _take(under_way, manager, a_row(Name=name), a_row(Name=name, Period="2012-13"))
    desk = sign_in(manager)
    page = desk.get(reverse("reviews:performance", args=[under_way.pk]))
    where = re.search(r'href="([^"]*remove/[^"]*)"', page.content.decode())
    assert where

    assert "2 periods" in words(desk.get(where[1]))
    desk.post(where[1])

    assert not Figure.objects.exists()
    # The other manager pressed at the same moment.
    assert (
        verbs.remove_measure(review=under_way, name=name, by=manager, at=timezone.now())
        == 0
    )
    removed = AuditEvent.objects.filter(action="figures.removed")
    assert [each.detail for each in removed] == [{}]


# What is said and drawn


def _figure(period: str = "2012", **values: object) -> Figure:
    given: dict[str, Any] = {"council": 50, "neighbours": 40, "england": 60}
    numbers = {
        name: None if value is None else Decimal(str(value))
        for name, value in {**given, **values}.items()
    }
    return Figure(theme="T1", name="A", unit="%", period=period, **numbers)


@pytest.mark.parametrize(
    ("series", "sentence"),
    [
        (
            [_figure()],
            "In 2012 the council’s value was 50%, above its statistical neighbours (40%) "
            "and below England (60%).",
        ),
        (
            [_figure(neighbours=None, england=50)],
            "In 2012 the council’s value was 50%, the same as England.",
        ),
        (
            [_figure(neighbours=None, england=None)],
            "In 2012 the council’s value was 50%.",
        ),
        ([_figure(council=None)], "There is no value of the council for 2012."),
        (
            [_figure("2010", council=40), _figure(neighbours=None, england=None)],
            "In 2012 the council’s value was 50%. It has risen since 2010, when it was 40%.",
        ),
        (
            [_figure("2010", council=60), _figure(neighbours=None, england=None)],
            "In 2012 the council’s value was 50%. It has fallen since 2010, when it was 60%.",
        ),
        (
            [_figure("2010"), _figure(neighbours=None, england=None)],
            "In 2012 the council’s value was 50%. It was the same in 2010.",
        ),
    ],
)
def test_the_sentence_says_what_the_drawing_shows(
    series: list[Figure], sentence: str
) -> None:
    assert performance.message(series) == sentence


@pytest.mark.parametrize(
    ("value", "unit", "said"),
    [
        ("72.50", "%", "72.5%"),
        ("1200", "£", "£1,200"),
        ("52.3", "per 10,000", "52.3 per 10,000"),
        ("0.0000", "", "0"),
    ],
)
def test_values_read_as_people_say_them(value: str, unit: str, said: str) -> None:
    assert performance.spoken(Decimal(value), unit) == said


def test_one_period_is_bars_and_several_are_lines(
    under_way: Review, manager: User, sign_in: SignIn
) -> None:
    _take(
        under_way,
        manager,
        a_row(Name="Once"),
        *[a_row(Period=f"20{n}", Council=n) for n in range(10, 14)],
        a_row(Name="Below nought", Period="a", Council=-5),
        a_row(Name="Below nought", Period="b", Council=None),
    )

    (theme,) = performance.figures_of(under_way)
    once, course, below = theme.measures
    assert [bar.series for bar in once.bars] == ["council", "neighbours", "england"]
    assert once.lines == []
    assert course.bars == []
    assert course.scale_words == ""
    assert below.scale_words == "The scale begins at -5."
    assert {len(line.dots) for line in course.lines} == {4}
    assert {len(line.dots) for line in below.lines} == {1, 2}
    assert [mark.label for mark in course.periods] == ["2010", "2011", "2012", "2013"]
    page = sign_in(manager).get(reverse("reviews:performance", args=[under_way.pk]))
    drawn = page.content.decode()
    assert drawn.count('<svg class="documents-figure__svg"') == 3
    assert drawn.count("<table") == 3
    assert "style=" not in drawn


def test_a_comparator_of_which_nothing_is_known_is_left_out(
    under_way: Review, manager: User, sign_in: SignIn
) -> None:
    empty = {"Statistical neighbours": "", "England": ""}
    _take(under_way, manager, a_row(Name="Alone", **empty))

    ((measure,),) = [each.measures for each in performance.figures_of(under_way)]

    assert [label for _, label in measure.series] == ["Council"]
    assert measure.rows == [("2011-12", [("Council", "72.5")])]


def test_of_many_periods_every_other_one_is_named_and_the_newest_always(
    under_way: Review, manager: User
) -> None:
    _take(under_way, manager, *[a_row(Period=f"20{n}") for n in range(10, 18)])

    ((measure,),) = [each.measures for each in performance.figures_of(under_way)]

    assert [mark.label for mark in measure.periods] == ["2011", "2013", "2015", "2017"]
