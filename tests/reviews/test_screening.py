"""What screening marks, what it leaves alone, and how it hides it."""

import pytest

from reviews.screening.scan import (
    HIDDEN,
    Roster,
    Severity,
    find,
    masked,
    refusals,
    warnings,
)

ROSTER = Roster(
    names=frozenset(
        {"Margaret Okafor", "Will Grant", "Anne-Marie O’Neill", "Jo May", "Ravi Sandhu"}
    ),
    titles=frozenset({"director of children’s services", "team manager"}),
    familiar=frozenset({"Ashmere", "Ashmere Council", "Linden Community Trust"}),
)


def rules(text: str, *, case_reference: str = "") -> list[tuple[str, str]]:
    marks = find(text, roster=ROSTER, case_reference=case_reference)
    return [(mark.rule, text[mark.start : mark.end]) for mark in marks]


@pytest.mark.parametrize(
    ("text", "rule", "marked"),
    [
        ("See 943 476 5919 please", "nhs number", "943 476 5919"),
        ("See 943-476-5919 please", "nhs number", "943-476-5919"),
        ("See ９４３４７６５９１９ please", "nhs number", "９４３４７６５９１９"),  # noqa: RUF001
        ("NHS number 943 476 5918 (mistyped)", "nhs number", "943 476 5918"),
        ("NI was AB 12 34 56 C then", "ni number", "AB 12 34 56 C"),
        ("ni ab123456c then", "ni number", "ab123456c"),
        ("UPN H801200001001", "upn", "H801200001001"),
        ("write to a.person@school.sch.uk.", "email", "a.person@school.sch.uk"),
        ("ring 0161 496 0000 now", "phone", "0161 496 0000"),
        ("ring (0161) 496 0000 now", "phone", "(0161) 496 0000"),
        ("ring +44 7700 900123 now", "phone", "+44 7700 900123"),
        ("ring 07700900123 now", "phone", "07700900123"),
        ("at M33 7ZF there", "postcode", "M33 7ZF"),
        ("at sw1a 1aa there", "postcode", "sw1a 1aa"),
        ("DOB 12/03/2008.", "date of birth", "DOB 12/03/2008"),
        ("born on 12 March 2008.", "date of birth", "born on 12 March 2008"),
        ("12.03.08 (d.o.b) noted", "date of birth", "12.03.08 (d.o.b"),
        ("case number 4471920", "case reference", "4471920"),
    ],
)
def test_scan_refuses_an_identifier(text: str, rule: str, marked: str) -> None:
    marks = find(text, roster=ROSTER)

    found = [(mark.rule, text[mark.start : mark.end]) for mark in refusals(marks)]
    assert found == [(rule, marked)]


@pytest.mark.parametrize(
    ("text", "rule", "marked"),
    [
        ("we met Margaret Okafor today", "roster name", "Margaret Okafor"),
        ("we met margaret okafor today", "roster name", "margaret okafor"),
        ("Okafor, Margaret was there", "roster name", "Okafor, Margaret"),
        ("M. Okafor was there", "roster name", "M. Okafor"),
        ("and Sandhu agreed", "roster name", "Sandhu"),
        ("Anne-Marie O'Neill agreed", "roster name", "Anne-Marie O'Neill"),
        ("we met Will Grant today", "roster name", "Will Grant"),
        (
            "the Director of Children's Services knows",
            "roster title",
            "Director of Children's Services",
        ),
        ("we met Zebedee Quillfeather there", "name", "Zebedee Quillfeather"),
        ("then Mrs Quillfeather left", "name", "Mrs Quillfeather"),
        ("Chloe was seen alone", "name", "Chloe"),
        (
            "we met Sister Mary Brown of Ward 6",
            "name",
            "Sister Mary Brown",
        ),
        ("then Dr May Will Hill left", "name", "Dr May Will Hill"),
        ("and Sandhu Brown agreed", "roster name", "Sandhu Brown"),
        ("When Chloe Brown told us", "name", "Chloe Brown"),
        ("she said Chloe Ashmere Council knew", "name", "Chloe"),
        ("on 12 March we met", "date", "12 March"),
        ("on 3rd May we met", "date", "3rd May"),
        ("by 12/03/2012 we met", "date", "12/03/2012"),
        ("a family in Quillford waited", "place", "Quillford"),
        ("at St Agatha's Primary they said", "place", "St Agatha's Primary"),
        ("at 12 Acacia Avenue they said", "place", "12 Acacia Avenue"),
    ],
)
def test_scan_warns_of_a_person_date_or_place(
    text: str, rule: str, marked: str
) -> None:
    marks = find(text, roster=ROSTER)

    found = [(mark.rule, text[mark.start : mark.end]) for mark in warnings(marks)]
    assert found == [(rule, marked)]


@pytest.mark.parametrize(
    "text",
    [
        "Will they grant it in May? They will, and a grant may help.",
        "May I say that Will power alone is not enough?",
        "we will grant them jo's may holiday",
        "The Child Protection team and Early Help meet on Monday.",
        "Team managers from Children's Social Care and Greater Manchester Police.",
        "In Ashmere the Linden Community Trust leads; Ashmere Council pays.",
        "Working Together 2010 and the Children Act 1989 are on the shelf.",
        "Professor Eileen Munro’s review and Lord Laming’s report were quoted.",
        "Caseloads fell from 24 to 18 between 2009 and 2012, a fall of 25.0%.",
        "CM-01 came back at M14 4th time; Q12, T1 and W10 agree.",
        "The budget of £12500000 and 24/7 cover; ring 101 or 999.",
        "A ratio of 1:6, version 2.3.1, page 12-14, at 9.30 and 10.45.",
        "Good Friday, Easter Monday and Christmas are covered in December.",
        "In March 2012 it was worse; by autumn 2012 it was better.",
        "Social workers born abroad were welcomed. Ofsted came in 2010.",
        "JB and MK were not in. A ward was full.",
    ],
)
def test_scan_leaves_ordinary_text_alone(text: str) -> None:
    assert rules(text) == []


def test_scan_uses_the_councils_own_case_reference() -> None:
    assert rules("It was XK-12/99 again", case_reference="??-##/##") == [
        ("case reference", "XK-12/99")
    ]


def test_scan_keeps_the_graver_of_two_marks_on_the_same_words() -> None:
    marks = find("born 12 March 2008 and 943 476 5919", roster=ROSTER)

    assert [mark.rule for mark in marks] == ["date of birth", "nhs number"]
    assert {mark.severity for mark in marks} == {Severity.REFUSE}


def test_masked_hides_the_length_too() -> None:
    text = "Ring 0161 496 0000 or Margaret Okafor."

    shown = masked(text, find(text, roster=ROSTER))

    assert shown == f"Ring {HIDDEN} or {HIDDEN}."


def test_a_mark_never_quotes_what_it_marks() -> None:
    marks = find("Margaret Okafor, 943 476 5919", roster=ROSTER)

    assert all("Okafor" not in mark.why and "943" not in mark.why for mark in marks)
