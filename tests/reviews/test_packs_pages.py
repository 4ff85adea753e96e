"""Pages of framework packs: read, copied, edited, compared, taken out and in."""

import html
import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from reviews import domain, packs
from reviews.models import (
    AccessRole,
    AuditEvent,
    FrameworkPack,
    Review,
    User,
)
from reviews.packs import yaml_file
from reviews.packs.parts import BY_SLUG, PARTS
from reviews.packs.words import CHOICES, differences, from_visit, table_of
from tests.make import PACK, make_membership
from tests.reviews.frameworks import SignIn, at, boxes, seen, words


def test_whoever_may_create_reviews_reads_every_part_of_a_framework(
    desk: Client,
) -> None:
    listed = words(desk.get(at("packs")))
    first = words(desk.get(at("pack", PACK)))
    page = words(desk.get(at("pack", PACK) + "?whole=1"))

    assert "Supplied frameworks" in listed
    assert "Safeguarding children peer review, 2012" in listed
    probe = "What happens in the first hour after a referral?"
    for part in PARTS:
        assert f'href="{at("pack-read", PACK, part.slug)}"' in first
        assert f'id="{part.slug}"' in page
    assert probe not in first
    assert probe in page


@pytest.mark.parametrize("part", PARTS, ids=lambda part: part.slug)
def test_each_part_opens_alone(desk: Client, part: Any) -> None:
    page = desk.get(at("pack-read", PACK, part.slug))

    assert page.status_code == 200
    said = html.unescape(words(page))
    assert part.about in said
    rows = table_of(part, packs.load(PACK)).rows
    assert [row.title for row in rows if row.title not in said] == []
    assert sum(each.about in said for each in PARTS) == 1


def test_a_framework_says_what_notes_of_its_sample_week_could_say(
    desk: Client,
) -> None:
    for page in (
        words(desk.get(at("pack", PACK))),
        words(desk.get(at("pack-read", PACK, "source-classes"))),
        words(desk.get(at("pack-read", PACK, "sessions"))),
    ):
        assert (
            "In 0% of the sample week a note could name the widest kind only." in page
        )
        assert ">Day 4</th>" in page
        assert "The council and case work (3 sessions)" in page
        assert "0 of 6" in page
    assert "sample week would" not in words(desk.get(at("pack-read", PACK, "roles")))


def test_a_week_that_tells_too_little_says_so_once_it_is_saved(
    desk: Client, own: FrameworkPack
) -> None:
    pack = own.newest.content()
    part = BY_SLUG["sessions"]
    week = [
        value | ({"source_class": "ALL"} if "source_class" in value else {})
        for value in part.of(pack)
    ]
    sent = {"as": "text", "seen": seen(part.slug, pack), "text": yaml_file.write(week)}

    page = words(desk.post(at("pack-part", "ours", part.slug), sent, follow=True))

    assert "In 100% of the sample week a note could name the widest kind only." in page
    assert "add classes between the widest and the narrow ones" in page
    assert "Staff, partners and families (15 sessions)" in page
    assert "15 of 15" in page


def test_codes_are_said_as_words(desk: Client) -> None:
    plan = html.unescape(words(desk.get(at("pack-read", PACK, "milestones"))))
    week = html.unescape(words(desk.get(at("pack-read", PACK, "sessions"))))
    asked = html.unescape(words(desk.get(at("pack-read", PACK, "documents"))))

    for said in ("12 weeks before", "10 days before", "5 weeks after", "Host sponsor"):
        assert f">{said}<" in plan
    assert "-84" not in plan
    assert ">SPO<" not in plan
    assert ">Day 1<" in week
    assert ">8:30am<" in week
    assert "Base room" in week
    assert ">All themes<" in asked
    assert ">Must read<" in asked


def test_a_missing_part_is_no_page(desk: Client) -> None:
    assert desk.get(at("pack-read", PACK, "weather")).status_code == 404


def test_nobody_else_comes_to_the_frameworks(
    review: Review, sign_in: SignIn, own: FrameworkPack
) -> None:
    leader = make_membership(review, AccessRole.TL).user
    browser = sign_in(leader)

    for url in (
        at("packs"),
        at("pack", "ours"),
        at("pack-part", "ours", "roles"),
        at("pack-file", "ours"),
        at("pack-compare", "ours"),
    ):
        assert browser.get(url).status_code == 403


def test_a_framework_that_comes_with_the_product_is_copied_not_changed(
    desk: Client,
) -> None:
    assert desk.get(at("pack-part", PACK, "roles")).status_code == 404

    answer = desk.post(at("pack-copy", PACK), {"title": "Ours", "code": "ours"})

    assert answer["Location"] == at("pack", "ours")
    made = FrameworkPack.objects.get().newest.content()
    assert (made.code, made.title, made.version) == ("ours", "Ours", "1")
    assert made.themes == packs.load(PACK).themes
    again = words(desk.post(at("pack-copy", PACK), {"title": "Ours", "code": "ours"}))
    assert "There is a framework with the code ours already." in again


def test_a_new_review_can_be_made_of_ones_own_framework(
    desk: Client, own: FrameworkPack
) -> None:
    values = {
        "council": "Trafford Council",
        "pack": "ours",
        "day_zero_0": "4",
        "day_zero_1": "2",
        "day_zero_2": "2013",
        "duty_contact": "01632 960001",
    }
    asked = desk.post(at("new"), values)  # the day is in the past
    confirmed = asked.context["form"]["confirmed"].value()
    desk.post(at("new"), {**values, "confirmed": confirmed})

    review = Review.objects.get()
    assert (review.pack_code, review.pack_version, review.pack.title) == (
        "ours",
        "1",
        "Ours",
    )


@pytest.mark.parametrize("part", PARTS, ids=lambda part: part.slug)
def test_every_part_opens_and_saves_unchanged_without_a_new_version(
    desk: Client, own: FrameworkPack, part: Any
) -> None:
    page = desk.get(at("pack-part", "ours", part.slug))
    assert page.status_code == 200
    pack = own.newest.content()

    if part.is_rows and not part.nested:
        sent = boxes(part.slug, pack)
    elif part.is_rows:
        sent = {
            "text": page.context["form"]["text"].value(),
            "seen": seen(part.slug, pack),
        }
    else:
        form = page.context["form"]
        sent = {name: str(form[name].value()) for name in form.fields}
        sent["seen"] = seen(part.slug, pack)
    answer = desk.post(at("pack-part", "ours", part.slug), sent)

    assert answer.status_code == 302, words(answer)
    assert own.versions.count() == 1


def sent_by_a_browser(page: str) -> dict[str, str]:
    """What the boxes of ``page`` hold; of a list with nothing chosen, its first choice."""
    main = page[page.index("<main") : page.index("</main")]
    sent = {}
    for tag in re.findall(r"<input[^>]*>", main):
        given = dict(re.findall(r'([\w-]+)="([^"]*)"', tag))
        box = given.get("type") == "checkbox"
        if "name" in given and (not box or re.search(r"\schecked\b", tag)):
            sent[given["name"]] = html.unescape(given.get("value", "on" if box else ""))
    for name, text in re.findall(
        r'<textarea[^>]*name="([^"]*)"[^>]*>(.*?)</textarea>', main, re.S
    ):
        sent[name] = html.unescape(text)
    for name, inside in re.findall(
        r'<select[^>]*name="([^"]*)"[^>]*>(.*?)</select>', main, re.S
    ):
        choices = re.findall(r'<option value="([^"]*)"([^>]*)>', inside)
        chosen = [value for value, rest in choices if "selected" in rest]
        sent[name] = html.unescape((chosen or [choices[0][0]])[0])
    return sent


@pytest.mark.parametrize(
    "part",
    [part for part in PARTS if part.is_rows and not part.nested],
    ids=lambda part: part.slug,
)
def test_boxes_for_new_items_that_nobody_touched_are_in_nobodys_way(
    desk: Client, own: FrameworkPack, part: Any
) -> None:
    address = at("pack-part", "ours", part.slug)
    sent = sent_by_a_browser(desk.get(address).content.decode())

    answer = desk.post(address, sent)

    assert answer.status_code == 302
    assert own.versions.count() == 1


def test_saving_a_part_makes_a_new_version_and_leaves_the_old_one_alone(
    desk: Client, own: FrameworkPack
) -> None:
    pack = own.newest.content()
    sent = boxes("roles", pack, **{"0__title": "Review lead"})

    desk.post(at("pack-part", "ours", "roles"), sent)

    labels = list(own.versions.values_list("label", flat=True))
    titles = [v.content().role("RM").title for v in own.versions.all()]
    assert labels == ["1", "2"]
    assert titles == ["Review manager", "Review lead"]
    event = AuditEvent.objects.filter(action="framework.version_made").last()
    assert event is not None
    assert event.detail == {"version": "2", "number": 2}


def test_items_are_added_and_taken_out_in_boxes(
    desk: Client, own: FrameworkPack
) -> None:
    pack = own.newest.content()
    last = len(pack.note_kinds) - 1
    sent = boxes("note-kinds", pack) | {
        f"{last}-remove": "on",
        f"{last + 1}-code": "worry",
        f"{last + 1}-title": "Worry",
        f"{last + 1}-counts_as": "area",
    }

    answer = desk.post(at("pack-part", "ours", "note-kinds"), sent)

    assert answer.status_code == 302, words(answer)
    kinds = own.newest.content().note_kinds
    assert [kind.code for kind in kinds] == [
        "strength",
        "area",
        "context",
        "follow-up",
        "worry",
    ]
    assert kinds[-1].leaning == "area"


def test_a_fault_stands_beside_the_box_that_it_is_about(
    desk: Client, own: FrameworkPack
) -> None:
    pack = own.newest.content()
    sent = boxes("agencies", pack, **{"1__code": "CSC"})

    page = desk.post(at("pack-part", "ours", "agencies"), sent)

    assert "Code “CSC” is there twice" in words(page)
    assert 'href="#id_1-code"' in words(page)
    assert own.versions.count() == 1


def test_a_part_as_text_says_the_line_of_each_fault(
    desk: Client, own: FrameworkPack
) -> None:
    sent = {
        "as": "text",
        "seen": seen("roles", own.newest.content()),
        "text": "- {code: RM, title: Manager, access_role: RM}\n- {code: X, titel: Y}\n",
    }

    page = words(desk.post(at("pack-part", "ours", "roles"), sent))

    assert "Line 2: roles, item 2, titel is not known." in page
    assert "Line 2: roles, item 2, title is missing." in page
    assert "titel: Y" in page
    assert own.versions.count() == 1


def test_an_unknown_access_role_is_refused(desk: Client, own: FrameworkPack) -> None:
    sent = {
        "as": "text",
        "seen": seen("roles", own.newest.content()),
        "text": "- {code: RM, title: Manager, access_role: RM}\n"
        "- {code: X, title: Y, access_role: GOD}\n",
    }

    page = words(desk.post(at("pack-part", "ours", "roles"), sent))

    assert "Line 2: roles, item 2, access_role “GOD” is not an access role." in page


def test_the_second_of_two_sees_both_versions_and_loses_nothing(
    desk: Client, own: FrameworkPack, other_manager: User
) -> None:
    pack = own.newest.content()
    mine = boxes("rooms", pack, **{"0__title": "My room"})
    theirs = [packs.plain(room) for room in pack.rooms]
    theirs[0]["title"] = "Their room"
    domain.save_part(
        own=own,
        part=BY_SLUG["rooms"],
        value=theirs,
        seen=seen("rooms", pack),
        by=other_manager,
        at=timezone.now(),
    )

    page = desk.post(at("pack-part", "ours", "rooms"), mine)
    said = words(page)
    assert "Somebody else changed this while you were writing." in said
    assert "title: Their room" in said
    assert "title: My room" in said
    assert 'value="My room"' in said
    assert own.versions.count() == 2

    mine["seen"] = page.context["seen"]
    desk.post(at("pack-part", "ours", "rooms"), mine)
    assert [v.content().rooms[0].title for v in own.versions.all()] == [
        pack.rooms[0].title,
        "Their room",
        "My room",
    ]


def test_whoever_changes_another_part_at_the_same_time_is_in_nobodys_way(
    own: FrameworkPack, manager: User, other_manager: User
) -> None:
    pack = own.newest.content()
    for slug, by, value in (
        ("levels", manager, ["Front", "Top"]),
        ("note-kinds", other_manager, [{"code": "area", "title": "Area"}]),
    ):
        domain.save_part(
            own=own,
            part=BY_SLUG[slug],
            value=value,
            seen=seen(slug, pack),
            by=by,
            at=timezone.now(),
        )

    now = own.newest.content()
    assert now.levels == ("Front", "Top")
    assert [kind.code for kind in now.note_kinds] == ["area"]


def test_two_versions_stand_side_by_side_with_marks_for_what_went_and_came(
    desk: Client, own: FrameworkPack
) -> None:
    pack = own.newest.content()
    sent = boxes("roles", pack, **{"0__title": "Review lead"})
    desk.post(at("pack-part", "ours", "roles"), sent)

    page = words(desk.get(at("pack-compare", "ours") + "?from=1&to=2"))

    assert "Was:</span> Review manager" in page
    assert "Is now:</span> Review lead" in page
    assert "Show the file" in page
    assert "2 lines gone (\N{MINUS SIGN}), 2 lines new (+)." in page
    assert "<code>version: &#x27;1&#x27;</code>" in page
    assert (
        "<code> - {code: RM, title: Review lead, access_role: RM, least: 1, most: 2}</code>"
        in page
    )
    same = words(desk.get(at("pack-compare", "ours") + "?from=1&to=1"))
    assert "The two say the same." in same
    assert "Show the file" not in same


def test_a_copy_is_compared_with_what_it_was_copied_from(
    desk: Client, own: FrameworkPack
) -> None:
    pack = own.newest.content()
    sent = boxes("roles", pack, **{"0__title": "Review lead"})
    desk.post(at("pack-part", "ours", "roles"), sent)

    page = words(desk.get(at("pack-compare", "ours") + "?from=source&to=2"))

    assert "beside Safeguarding children peer review, 2012." in page
    assert "Is now:</span> Review lead" in page
    # Its own title is another one too; all that differs is there, and nothing else.
    assert page.count('class="packs-part"') == 2
    own.refresh_from_db()
    assert (own.source_code, own.source_version) == (PACK, "2012-09")
    read = words(desk.get(at("pack", "ours")))
    assert f"{at('pack-compare', 'ours')}?from=source" in read


def test_differences_are_told_by_row_and_field() -> None:
    before = packs.load(PACK)
    themes = [packs.plain(each) for each in before.themes]
    themes[0]["lines"][0]["probes"].append("Who answers at night?")
    del themes[1]["lines"][0]
    after = packs.with_part(before, ("themes",), themes)
    after = packs.with_part(after, ("levels",), ["Front line", "Top"])
    rooms = [packs.plain(each) for each in before.rooms][::-1]
    after = packs.with_part(after, ("rooms",), rooms)

    found = {each.part.slug: each for each in differences(PARTS, before, after)}

    assert set(found) == {"themes", "levels", "rooms"}
    assert [(row.what, row.title) for row in found["themes"].rows] == [
        ("changed", f"1. {before.themes[0].title}: Front door"),
        ("gone", f"2. {before.themes[1].title}: Knowing"),
    ]
    [field] = found["themes"].rows[0].fields
    assert field.label == "Probes"
    # Of the probes only what came: the others stand in both.
    assert (field.before, field.after) == ("", "Who answers at night?")
    assert ("new", "Top") in [(r.what, r.title) for r in found["levels"].rows]
    assert found["rooms"].rows == ()
    assert found["rooms"].moved


@pytest.mark.parametrize(
    ("days", "said"),
    [
        (-84, "12 weeks before"),
        (-7, "1 week before"),
        (-10, "10 days before"),
        (-1, "1 day before"),
        (0, "the first day on site"),
        (4, "day 5 of the visit"),
        (7, "1 week after"),
        (31, "31 days after"),
        (350, "50 weeks after"),
    ],
)
def test_days_from_the_visit_are_said_in_weeks_where_they_are_weeks(
    days: int, said: str
) -> None:
    assert from_visit(days) == said


def test_what_an_access_role_is_called_is_what_it_is_called_elsewhere() -> None:
    titles = dict(CHOICES["access_role"])

    assert titles == {
        role.value: role.label
        for role in AccessRole
        if role.value in packs.ACCESS_ROLES
    }


def upload(desk: Client, content: bytes, **values: str) -> Any:
    file = SimpleUploadedFile("pack.yaml", content)
    return desk.post(at("pack-import"), {"file": file, **values})


def test_what_is_taken_out_comes_back_unchanged(
    desk: Client, own: FrameworkPack
) -> None:
    out = desk.get(at("pack-file", "ours"))
    assert out["Content-Disposition"] == 'attachment; filename="ours-1.yaml"'
    own.delete()

    answer = upload(desk, out.content)

    assert answer["Location"] == at("pack", "ours")
    assert desk.get(at("pack-file", "ours")).content == out.content


def test_a_file_never_takes_the_place_of_what_is_here(
    desk: Client, own: FrameworkPack
) -> None:
    text = own.newest.text.encode()
    other = text.replace(b"title: Review manager", b"title: Somebody")

    assert "and says the same. Nothing was changed." in words(upload(desk, text))
    assert "and says something else." in words(upload(desk, other))
    shipped = desk.get(at("pack-file", PACK)).content
    assert "is supplied with the product and does not change" in words(
        upload(desk, shipped)
    )
    assert own.versions.count() == 1

    upload(desk, other.replace(b"version: '1'", b"version: '7'"))
    assert list(own.versions.values_list("label", flat=True)) == ["1", "7"]
    upload(desk, shipped, code="another")
    assert FrameworkPack.objects.get(code="another").newest.label == "2012-09"


def test_a_damaged_file_is_refused_with_every_line(desk: Client) -> None:
    text = packs.write(packs.load(PACK)).replace("owner: SPO", "owner: NONE")
    told = words(upload(desk, text.encode()))

    first = text[: text.index("owner: NONE")].count("\n") + 1
    assert f"Line {first}: milestones, item 1, owner “NONE” is not a role" in told
    assert FrameworkPack.objects.count() == 0
