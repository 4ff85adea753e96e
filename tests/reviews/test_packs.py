"""A framework's file: what is refused and on which line, and the way out and back in."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reviews import packs
from reviews.packs import PackFault
from tests.sizes import examples

CODE = "safeguarding-children-2012"
SHIPPED = packs.FOLDER / f"{CODE}.yaml"


def shipped() -> str:
    return SHIPPED.read_text()


def faults(text: str) -> tuple[str, ...]:
    with pytest.raises(PackFault) as refused:
        packs.read(text.encode())
    return refused.value.faults


def line_of(text: str, words: str) -> int:
    return text[: text.index(words)].count("\n") + 1


@pytest.mark.parametrize("pack", packs.shipped(), ids=lambda pack: pack.code)
def test_a_shipped_framework_goes_out_and_comes_back_unchanged(
    pack: packs.Pack,
) -> None:
    file = packs.write(pack)
    back = packs.read(file.encode())

    assert back == pack
    assert packs.write(back) == file


@pytest.mark.parametrize("pack", packs.shipped(), ids=lambda pack: pack.code)
def test_a_review_keeps_a_framework_as_plain_values_without_losing_any(
    pack: packs.Pack,
) -> None:
    assert packs.parse(packs.as_mapping(pack)) == pack


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            "access_role: TL,",
            "access_role: KING,",
            "Line {}: roles, item 2, access_role “KING” is not an access role.",
        ),
        (
            "{code: practice, title: Practice worth sharing",
            "{code: context, title: Practice worth sharing",
            "Line {}: note_kinds, item 5, code “context” is there twice.",
        ),
        (
            "owner: SPO, offsets: [-84]",
            "owner: NOBODY, offsets: [-84]",
            "Line {}: milestones, item 1, owner “NOBODY” is not a role of this pack.",
        ),
        (
            "owner: SPO, offsets: [-84]",
            "owner: SPO, offsets: [soon]",
            "Line {}: milestones, item 1, offsets, item 1 must be a whole number.",
        ),
        (
            "on_site_days: 5",
            "on_site_days: five",
            "Line {}: on_site_days must be a whole number.",
        ),
        (
            "on_site_days: 5",
            "on_site_days: 2012-09-01",
            "Line {}: “2012-09-01” must be in quotes, or be a whole number, true or false.",
        ),
        (
            "on_site_days: 5",
            "on_site_days: &five 5",
            "Line {}: a pack may not use anchors or aliases.",
        ),
        (
            "on_site_days: 5",
            "on_site_days: *five",
            "Line {}: a pack may not use anchors or aliases.",
        ),
        (
            "on_site_days: 5",
            "on_site_days: 5\nfavourite: blue",
            "Line {}: favourite is not known.",
        ),
        (
            "on_site_days: 5",
            "on_site_days: 5\non_site_days: 6",
            "Line {}: “on_site_days” is there twice.",
        ),
        (
            'start: "18:00"',
            "start: 18:00",
            "Line {}: “18:00” must be in quotes, or be a whole number, true or false.",
        ),
    ],
)
def test_every_fault_is_told_with_its_line_and_its_reason(
    old: str, new: str, said: str
) -> None:
    text = shipped().replace(old, new, 1)
    added = new.count("\n")

    assert faults(text) == (said.format(line_of(text, new) + added),)


def test_kinds_of_people_that_lead_back_to_themselves_are_refused() -> None:
    text = shipped()
    start = text.index("source_classes:")
    end = text.index("\n\n", start)
    looped = (
        "source_classes:\n"
        "  - {code: TOP, title: Everybody}\n"
        "  - {code: A, title: One, parent: B}\n"
        "  - {code: B, title: Other, parent: A}"
    )
    told = faults(text[:start] + looped + text[end:])

    line = line_of(text, "source_classes:")
    assert (
        f"Line {line + 2}: source_classes, item 2, parent leads back to itself." in told
    )


def test_ten_thousand_themes_are_refused_before_they_are_read() -> None:
    text = shipped()
    start, end = text.index("themes:\n  - code"), text.index("# Days from")
    many = "themes:\n" + "  - {}\n" * 10_000
    text = text[:start] + many + text[end:]

    line = line_of(text, "themes:\n  - {}")
    assert faults(text) == (f"Line {line}: themes must have at most 1,000 items.",)


def test_a_file_that_is_no_framework_at_all_is_refused_in_words() -> None:
    assert faults("") == ("the pack must be a group of named values.",)
    assert faults("- 1") == ("Line 1: the pack must be a group of named values.",)
    assert faults("a: [1") == (
        "Line 1: this is not YAML: expected ',' or ']', but got '<stream end>'.",
    )
    assert faults("[" * 5000) == ("The file is nested too deeply.",)
    with pytest.raises(PackFault, match=r"Line 2: the file is not text in UTF-8\."):
        packs.read(b"a: 1\n\xff")
    with pytest.raises(PackFault, match="smaller than 300kB"):
        packs.read(b"#" * 300_001)


def test_what_a_part_above_says_is_not_known_to_the_part_below_is_told() -> None:
    pack = packs.load(CODE)
    roles = [packs.plain(role) for role in pack.roles if role.code != "AGL"]

    with pytest.raises(PackFault) as refused:
        packs.with_part(pack, ("roles",), roles)

    owned = [n for n, m in enumerate(pack.milestones) if m.owner == "AGL"]
    asked = [n for n, d in enumerate(pack.document_requests) if d.owner == "AGL"]
    assert refused.value.faults == (
        *(
            f"milestones, item {n + 1}, owner “AGL” is not a role of this pack."
            for n in owned
        ),
        *(
            f"document_requests, item {n + 1}, owner “AGL” is not a role of this pack."
            for n in asked
        ),
    )


PLAIN: Any = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text(max_size=8), inner, max_size=4)
    ),
    max_leaves=12,
)


@given(PLAIN)
@settings(max_examples=examples(100), deadline=None)
def test_whatever_is_handed_in_is_refused_and_never_an_accident(value: Any) -> None:
    with pytest.raises(PackFault):
        packs.parse(value)


@given(
    st.sampled_from([f.name for f in packs.Pack.__dataclass_fields__.values()]), PLAIN
)
@settings(max_examples=examples(30), deadline=None)
def test_a_framework_with_one_part_put_wrong_is_refused_or_read(
    name: str, value: Any
) -> None:
    mapping = packs.as_mapping(packs.load(CODE)) | {name: value}
    try:
        pack = packs.parse(mapping)
    except PackFault:
        return
    assert packs.read(packs.write(pack).encode()) == pack


@given(st.binary(max_size=200))
@settings(max_examples=examples(100), deadline=None)
def test_whatever_a_file_holds_is_refused_and_never_an_accident(content: bytes) -> None:
    with pytest.raises(PackFault):
        packs.read(content)
    with pytest.raises(PackFault):
        packs.read(b"code: x\nroles:\n  - {code: " + content + b"}\n")
