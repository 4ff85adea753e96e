"""T34: 300 planted identifiers and 300 clean texts, made the same way every time.

The words of the corpus are not those of the scanner's own lists: names are drawn from
syllables and from a list of its own, identifiers are computed.
"""

import random
from collections.abc import Callable

from reviews.screening.scan import Mark, Roster, find, refusals, warnings

SEED = 20130204
Maker = Callable[[random.Random], str]

FRAMES = [
    "The worker read it out to us: {}.",
    "We were told that {} had come up at the conference",
    "It said {} in the third line of the plan, and nobody had noticed.",
    "Two teams had it as {} and one had something else.",
    "School rang about {} twice before the panel met.",
    "Everyone in the room knew {}, which helped.",
    "There was {}; the health visitor wrote it down.",
    "Told us about {} (second meeting)",
    "{} was on the front of the file.",
    "He said “{}” and then the call ended.",
]


def _nhs_number(chance: random.Random) -> str:
    while True:
        nine = [chance.randint(0, 9) for _ in range(9)]
        weights = range(10, 1, -1)
        total = sum(d * weight for d, weight in zip(nine, weights, strict=True))
        check = (11 - total % 11) % 11
        if check != 10:
            break
    digits = "".join(map(str, [*nine, check]))
    gap = chance.choice(["", " ", "-", "\u00a0", "."])
    return gap.join([digits[:3], digits[3:6], digits[6:]])


def _ni_number(chance: random.Random) -> str:
    letters = chance.choice("ABCEGHJKLMNPRSWXY") + chance.choice("ACEHJLMPRSWXY")
    pairs = [f"{chance.randint(0, 99):02d}" for _ in range(3)]
    number = chance.choice(["", " "]).join([letters, *pairs, chance.choice("ABCD")])
    return chance.choice([number, number.lower()])


def _upn(chance: random.Random) -> str:
    letter = chance.choice("ABCDEFGHJKLMNPQRTUVWXYZ")
    return letter + "".join(str(chance.randint(0, 9)) for _ in range(12))


def _email(chance: random.Random) -> str:
    name = chance.choice(["k.lowther", "head", "jb1999", "m_oyelaran", "duty-desk"])
    host = chance.choice(["school.sch.uk", "trust.nhs.uk", "example.org", "x.gov.uk"])
    return f"{name}@{host}"


def _phone(chance: random.Random) -> str:
    def digits(count: int) -> str:
        return "".join(str(chance.randint(0, 9)) for _ in range(count))

    return chance.choice(
        [
            f"0161 {chance.randint(200, 999)} {digits(4)}",
            f"(01{chance.randint(20, 90)}) {digits(6)}",
            f"07{chance.randint(100, 999)} {digits(6)}",
            f"07{chance.randint(100, 999)}{digits(6)}",
            f"020 7{digits(3)} {digits(4)}",
            f"+44 7{chance.randint(100, 999)} {digits(6)}",
            f"01{chance.randint(20, 90)}2-{digits(3)}-{digits(3)}",
        ]
    )


def _postcode(chance: random.Random) -> str:
    area = chance.choice(["M", "WA", "SK", "OL", "BL", "LS", "L", "S", "B", "SW", "EC"])
    letters = "ABDEFGHJLNPQRSTUWXYZ"
    inward = (
        f"{chance.randint(0, 9)}{chance.choice(letters[:14])}{chance.choice(letters)}"
    )
    whole = f"{area}{chance.randint(1, 45)}{chance.choice([' ', ''])}{inward}"
    return chance.choice([whole, whole.lower()])


def _birth(chance: random.Random) -> str:
    day, month = chance.randint(1, 28), chance.randint(1, 12)
    year = chance.randint(1996, 2012)
    names = ["January", "Feb", "March", "April", "May", "June", "July", "Aug"]
    date = chance.choice(
        [
            f"{day:02d}/{month:02d}/{year}",
            f"{day}.{month}.{year % 100:02d}",
            f"{day} {chance.choice(names)} {year}",
            f"{day}th {chance.choice(names)} {year}",
            f"{year}-{month:02d}-{day:02d}",
        ]
    )
    cue = chance.choice(
        ["DOB {}", "dob: {}", "born on {}", "date of birth {}", "d.o.b. {}"]
    )
    return cue.format(date)


def _reference(chance: random.Random) -> str:
    number = chance.randint(100000, 9999999)
    return chance.choice(
        [
            f"LCS-{chance.randint(0, 999999):06d}",
            f"case number {number}",
            f"case ref: {number}",
            f"file no. {number}",
            f"Mosaic ID {number}",
        ]
    )


REFUSED: list[Maker] = [
    _nhs_number,
    _ni_number,
    _upn,
    _email,
    _phone,
    _postcode,
    _birth,
    _reference,
]

FIRST = [
    "Maureen",
    "Oluwatobi",
    "Siobhan",
    "Zbigniew",
    "Parminder",
    "Callista",
    "Dougal",
    "Ngozi",
    "Elspeth",
    "Tomos",
    "Bernice",
    "Yusra",
    "Ivor",
    "Mehreen",
    "Wilf",
    "Rosheen",
    "Tadeusz",
    "Adaeze",
    "Gethin",
    "Shanthi",
]
HEADS = [
    "Bram",
    "Oke",
    "Thwai",
    "Kowal",
    "Dun",
    "Ack",
    "Chandra",
    "Eger",
    "Lough",
    "Mba",
]
TAILS = ["well", "sola", "tes", "ski", "ford", "royd", "sekar", "ton", "ran", "nefo"]


def _people(chance: random.Random) -> list[str]:
    surnames = sorted({head + tail for head in HEADS for tail in TAILS})
    return [f"{chance.choice(FIRST)} {surname}" for surname in surnames]


def _named(chance: random.Random, people: list[str]) -> str:
    """A name as people write it: most of them on the roster, some of strangers."""
    forename, surname = chance.choice(people).split()
    unheard = "".join(map(chance.choice, (HEADS, "aeiou", TAILS)))
    stranger = f"{chance.choice(FIRST)} {unheard}"
    return chance.choice(
        [
            f"{forename} {surname}",
            f"{forename} {surname}",
            f"{forename.lower()} {surname.lower()}",
            f"{surname}, {forename}",
            f"{forename[0]}. {surname}",
            f"{forename[0]} {surname}",
            surname,
            f"{forename} {surname}'s",
            f"Mrs {surname}",
            f"Dr {stranger.split()[1]}",
            stranger,
        ]
    )


CLEAN_FRAMES = [
    "{group} told us that {subject} has improved since {when}.",
    "{subject} is uneven: {number} of {more} files had it, {group} said.",
    "We saw {subject} at work with {group}; {share}% felt heard.",
    "In {when} there were {more} referrals a month and {number} workers.",
    "{body} and {body2} agree about {subject}, but not about who pays.",
    "{group} asked for {subject} by {when}; the answer was £{money}.",
    "Since {body} began, {subject} has been looked at {number} times a year.",
    "Caseloads of {number} to {more} are usual. {group} called it too much.",
    "At {clock} the duty desk was calm. {group} had {number} calls in the hour.",
    "The {body} plan has {number} actions; {subject} comes first.",
    "Will {subject} last? {group} hope so, and may ask {body} for a grant.",
    "{group} (n = {number}) rated {subject} {number}.5 out of 10.",
    "Version 2.{number} of the guidance says little about {subject}.",
    "See T{digit}, line {digit}.{digit}, session M{number}: {subject}.",
]
FILLS = {
    "group": (
        "Social workers|Health visitors|Head teachers|School nurses|Foster carers|"
        "Team managers|Young people|Police officers|Midwives|The Youth Council|Councillors"
    ),
    "subject": (
        "supervision|the Common Assessment Framework|Early Help|information sharing|"
        "the threshold document|Child Protection conferences|the voice of the child|"
        "multi-agency training|the Emergency Duty Team|Sure Start|Ofsted’s last action plan"
    ),
    "body": (
        "the Local Safeguarding Children Board|Greater Manchester Police|CAMHS|"
        "the Children’s Trust|Cafcass|the Clinical Commissioning Group|NHS Trafford|"
        "the Health and Wellbeing Board|Barnardo’s|the Corporate Parenting Panel"
    ),
    "when": (
        "March 2012|last autumn|2011/12|the summer of 2010|Christmas|May|April 2013|"
        "the third quarter|Monday|Year 9"
    ),
}


def _clean(chance: random.Random) -> str:
    values = {name: chance.choice(text.split("|")) for name, text in FILLS.items()}
    return chance.choice(CLEAN_FRAMES).format(
        **values,
        body2=chance.choice(FILLS["body"].split("|")),
        number=chance.randint(2, 40),
        more=chance.randint(41, 420),
        digit=chance.randint(1, 5),
        share=chance.randint(5, 95),
        money=f"{chance.randint(10, 999)},{chance.randint(0, 999):03d}",
        clock=chance.choice(["9:30am", "09:15", "half past four", "16.45"]),
    )


def test_planted_identifiers_are_found_and_clean_texts_are_not_refused() -> None:
    chance = random.Random(SEED)
    people = _people(chance)
    roster = Roster(names=frozenset(people))
    planted = [
        chance.choice(FRAMES).format(maker(chance))
        for maker in [REFUSED[n % len(REFUSED)] for n in range(200)]
    ]
    named = [chance.choice(FRAMES).format(_named(chance, people)) for _ in range(100)]
    clean = [_clean(chance) for _ in range(300)]

    def marks(text: str) -> tuple[Mark, ...]:
        return find(text, roster=roster, case_reference="LCS-######")

    missed = [text for text in planted if not refusals(marks(text))]
    unnamed = [text for text in named if not warnings(marks(text))]
    refused = [text for text in clean if refusals(marks(text))]
    warned = [text for text in clean if warnings(marks(text))]

    print(  # noqa: T201
        f"refuse-class recall {1 - len(missed) / 200:.1%}, names {1 - len(unnamed) / 100:.1%}, "
        f"false refusals {len(refused) / 300:.1%}, false warnings {len(warned) / 300:.1%}"
    )
    assert len(missed) <= 2, missed
    assert len(unnamed) <= 5, unnamed
    assert len(refused) <= 6, refused
    assert len(warned) <= 15, warned


def test_ten_digits_that_are_no_nhs_number_pass() -> None:
    chance = random.Random(SEED)
    numbers = [str(chance.randint(2 * 10**9, 10**10 - 1)) for _ in range(2000)]

    refused = [n for n in numbers if refusals(find(f"so {n} it is", roster=Roster()))]

    # One in eleven passes modulus 11 by chance; the specification measured 9.1%.
    assert 0.07 < len(refused) / len(numbers) < 0.11
