"""Frameworks in the browser: read, copy, change, compare, out and in; and a review's own copy."""

import datetime as dt
import html
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from reviews import domain, packs
from reviews.models import (
    AccessRole,
    AuditEvent,
    FrameworkPack,
    PackVersion,
    Review,
    Stage,
    User,
)
from reviews.packs.parts import BY_SLUG, PARTS
from reviews.packs.words import CHOICES, differences, from_visit, table_of
from reviews.refusals import ChangedMeanwhile
from tests.make import PACK, make_membership, move

SignIn = Callable[[User], Client]


@pytest.fixture
def desk(manager: User, sign_in: SignIn) -> Client:
    return sign_in(manager)


@pytest.fixture
def own(manager: User) -> FrameworkPack:
    return copy("ours", manager).pack


def copy(code: str, by: User) -> PackVersion:
    return domain.copy_pack(
        source=packs.load(PACK), code=code, title="Ours", by=by, at=timezone.now()
    )


def at(name: str, *numbers: object) -> str:
    return reverse(f"reviews:{name}", args=numbers)


def words(response: Any) -> str:
    return " ".join(response.content.decode().split())


def seen(slug: str, pack: packs.Pack) -> str:
    return BY_SLUG[slug].fingerprint(pack)


def boxes(slug: str, pack: packs.Pack, **changes: str) -> dict[str, str]:
    """What a browser sends of a part's boxes when nothing but ``changes`` was touched."""
    sent = {"seen": seen(slug, pack), "rows": str(len(BY_SLUG[slug].items(pack)))}
    for number, item in enumerate(BY_SLUG[slug].items(pack)):
        for name, value in vars(item).items():
            if isinstance(value, tuple):
                sent[f"{number}-{name}"] = ", ".join(str(each) for each in value)
            elif value is True:
                sent[f"{number}-{name}"] = "on"
            elif value not in (None, False):
                sent[f"{number}-{name}"] = str(value)
    return sent | {name.replace("__", "-"): value for name, value in changes.items()}


# The list and the reading


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


# Changing


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


# Versions, out and in


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


# A review's own copy


def test_a_review_is_tailored_without_touching_its_framework(
    desk: Client, review: Review
) -> None:
    sent = boxes("statements", review.pack, **{"0__text": "Help comes early here."})

    answer = desk.post(at("framework-part", review.pk, "statements"), sent)

    assert answer.status_code == 302, words(answer)
    fresh = Review.objects.get(pk=review.pk)
    assert fresh.pack.questionnaire.statements[0].text == "Help comes early here."
    assert packs.load(PACK).questionnaire.statements[0].text != "Help comes early here."
    event = AuditEvent.objects.filter(action="review.framework_tailored").last()
    assert event is not None
    assert event.detail == {
        "part": "statements",
        "changed": {
            "Q01, text": [
                review.pack.questionnaire.statements[0].text,
                "Help comes early here.",
            ]
        },
    }


def test_the_plan_follows_the_milestones_that_were_tailored(
    desk: Client, review: Review
) -> None:
    first = review.pack.milestones[0]
    sent = boxes(
        "milestones", review.pack, **{"0__title": "Agreed at last", "0__offsets": "-70"}
    )

    desk.post(at("framework-part", review.pk, "milestones"), sent)

    row = review.milestones.get(code=first.code)
    assert (row.title, row.offset_days) == ("Agreed at last", -70)
    assert (review.day_zero - row.due_on).days == 70


def test_a_part_that_the_questionnaire_was_made_from_says_why_it_is_locked(
    desk: Client, review: Review, manager: User
) -> None:
    from questionnaires.domain.building import make_from_pack

    sent = boxes("statements", review.pack)
    make_from_pack(review=review, by=manager, at=timezone.now())
    why = "The questionnaire was made from it. Change its draft instead."

    page = words(desk.get(at("framework-part", review.pk, "statements")))
    answer = words(desk.post(at("framework-part", review.pk, "statements"), sent))

    assert f"This part cannot be changed here. {why}" in page
    assert f"cannot be changed. {why}" in answer


def test_a_role_that_somebody_has_stays(desk: Client, review: Review) -> None:
    make_membership(review, AccessRole.P, role="SP")
    number = [role.code for role in review.pack.roles].index("SP")
    sent = boxes("roles", review.pack) | {f"{number}-remove": "on"}
    strands = boxes("strands", review.pack)
    for name in list(strands):
        if name.endswith("-roles"):
            kept = [r for r in strands[name].split(", ") if r != "SP"]
            strands[name] = ", ".join(kept)
    desk.post(at("framework-part", review.pk, "strands"), strands)

    page = words(desk.post(at("framework-part", review.pk, "roles"), sent))

    assert (
        "Roles: these are in use on this review and must stay: SP (in the team)."
        in page
    )


def test_after_the_set_up_nobody_tailors(desk: Client, review: Review) -> None:
    move(review, Stage.REPORTING)

    assert desk.get(at("framework-part", review.pk, "roles")).status_code == 403
    assert desk.get(at("framework-version", review.pk)).status_code == 403


def test_a_tailored_review_is_compared_with_its_framework(
    desk: Client, review: Review, leader: User, sign_in: SignIn
) -> None:
    assert "What was tailored" not in words(desk.get(at("framework", review.pk)))
    sent = boxes("statements", review.pack, **{"0__text": "Help comes early here."})
    desk.post(at("framework-part", review.pk, "statements"), sent)

    page = words(desk.get(at("framework", review.pk)))
    compared = words(sign_in(leader).get(at("framework-compare", review.pk)))

    assert "tailored for this review" in page
    assert "Is now:</span> Help comes early here." in compared
    assert compared.count('class="packs-part"') == 1


def test_the_button_says_what_saving_makes(
    desk: Client, own: FrameworkPack, review: Review
) -> None:
    own_page = words(desk.get(at("pack-part", "ours", "rooms")))
    review_page = words(desk.get(at("framework-part", review.pk, "rooms")))

    assert "Save as version 2</button>" in own_page
    assert "Save for this review</button>" in review_page


# Moving to a newer version


def newer(own: FrameworkPack, slug: str, value: Any, by: User) -> packs.Pack:
    pack = own.newest.content()
    return domain.save_part(
        own=own,
        part=BY_SLUG[slug],
        value=value,
        seen=seen(slug, pack),
        by=by,
        at=timezone.now(),
    ).content()


@pytest.fixture
def of_ours(own: FrameworkPack, manager: User) -> Review:
    return domain.create_review(
        pack=own.newest.content(),
        council="Trafford Council",
        day_zero=dt.date(2013, 2, 4),
        duty_contact="01632 960001",
        by=manager,
        at=timezone.now(),
    )


def test_moving_to_a_newer_version_lists_everything_and_asks_first(
    desk: Client, own: FrameworkPack, of_ours: Review, manager: User
) -> None:
    plan = [packs.plain(m) for m in own.newest.content().milestones]
    gone, moved = plan.pop(0), plan[0]
    moved["offsets"] = [-80]
    plan.append(
        {"code": "NEW-1", "title": "Something new", "owner": "RM", "offsets": [-5]}
    )
    newer(own, "milestones", plan, manager)
    before = list(of_ours.milestones.values_list("code", "offset_days"))
    url = at("framework-version", of_ours.pk)

    page = desk.post(url, {"label": "2"})

    steps = {(s.what, s.code) for s in page.context["move"].milestones}
    assert steps == {
        ("orphaned", gone["code"]),
        ("moves", moved["code"]),
        ("new", "NEW-1"),
    }
    assert "Orphaned" in words(page)
    assert list(of_ours.milestones.values_list("code", "offset_days")) == before

    of_ours.refresh_from_db()
    desk.post(url, {"label": "2", "confirmed": "yes", "version": str(of_ours.version)})

    fresh = Review.objects.get(pk=of_ours.pk)
    assert fresh.pack_version == fresh.pack.version == "2"
    assert fresh.milestones.get(code=moved["code"]).offset_days == -80
    assert fresh.milestones.get(code="NEW-1").title == "Something new"
    assert fresh.milestones.filter(code=gone["code"]).exists()
    event = AuditEvent.objects.filter(action="review.framework_moved").last()
    assert event is not None
    assert event.detail == {"from": "1", "to": "2"}


def test_what_the_review_uses_is_kept_when_the_new_version_no_longer_has_it(
    own: FrameworkPack, of_ours: Review, manager: User
) -> None:
    make_membership(of_ours, AccessRole.P, role="SP")
    strands = [packs.plain(s) for s in own.newest.content().strands]
    for strand in strands:
        strand["roles"] = [role for role in strand["roles"] if role != "SP"]
    newer(own, "strands", strands, manager)
    roles = [packs.plain(r) for r in own.newest.content().roles if r.code != "SP"]
    target = newer(own, "roles", roles, manager)

    move = domain.planned_version_move(review=of_ours, target=target)
    kept = {each.part.slug: each.kept for each in move.parts}
    assert kept["roles"] == ("SP Sector specialist (in the team)",)

    domain.move_to_version(
        review=of_ours,
        target=target,
        version=of_ours.version,
        by=manager,
        at=timezone.now(),
    )
    fresh = Review.objects.get(pk=of_ours.pk)
    assert fresh.pack.role("SP").title == "Sector specialist"
    assert [m.role_title for m in fresh.memberships.filter(role="SP")] == [
        "Sector specialist"
    ]


def test_a_list_that_somebody_overtook_is_shown_again_before_anything_moves(
    desk: Client, own: FrameworkPack, of_ours: Review, manager: User
) -> None:
    target = newer(own, "levels", ["Front", "Top"], manager)
    with pytest.raises(ChangedMeanwhile):
        domain.move_to_version(
            review=of_ours, target=target, version=99, by=manager, at=timezone.now()
        )

    page = words(
        desk.post(
            at("framework-version", of_ours.pk),
            {"label": "2", "confirmed": "yes", "version": "99"},
        )
    )

    assert "Somebody changed the review in between." in page
    assert Review.objects.get(pk=of_ours.pk).pack_version == "1"


def asked_for(review: Review) -> dict[str, tuple[str, str]]:
    return {row.code: (row.title, row.need) for row in review.document_requests.all()}


def test_documents_of_a_newer_version_are_offered_and_taken_as_ticked(
    desk: Client, own: FrameworkPack, of_ours: Review, manager: User
) -> None:
    items = [packs.plain(d) for d in own.newest.content().document_requests]
    items[0]["title"] = "Self-assessment in your own words"
    items[1]["need"] = "reference"
    gone = items.pop(2)
    items.append({"code": "D90", "title": "Plan for winter", "owner": "ORG"})
    items.append({"code": "D91", "title": "Plan for summer", "owner": "ORG"})
    newer(own, "documents", items, manager)
    row = of_ours.document_requests.get(code="D02")
    row.title = "Who works where"
    row.save()
    before = asked_for(of_ours)
    url = at("framework-version", of_ours.pk)

    page = desk.post(url, {"label": "2"})

    steps = {(s.what, s.code, s.ticked) for s in page.context["move"].documents}
    assert steps == {
        ("changed", "D01", True),
        ("changed", "D02", False),  # somebody changed it by hand
        ("orphaned", gone["code"], True),
        ("new", "D90", True),
        ("new", "D91", True),
    }
    said = html.unescape(words(page))
    assert "Ask for “Plan for winter” too" in said
    assert "How much it is needed: Must read becomes For reference" in said
    assert asked_for(of_ours) == before

    of_ours.refresh_from_db()
    desk.post(
        url,
        {
            "label": "2",
            "confirmed": "yes",
            "version": str(of_ours.version),
            "document": ["D01", "D90"],
        },
    )

    now = asked_for(of_ours)
    assert now["D01"][0] == "Self-assessment in your own words"
    assert now["D02"] == ("Who works where", before["D02"][1])
    assert now[gone["code"]] == before[gone["code"]]
    assert now["D90"] == ("Plan for winter", "should")
    assert "D91" not in now
    added = of_ours.document_requests.get(code="D90")
    assert (added.due_on - of_ours.day_zero).days == -28
    event = AuditEvent.objects.filter(action="review.framework_moved").last()
    assert event is not None
    assert event.detail["documents"] == [before["D01"][0], "Plan for winter"]


def test_a_document_asked_for_by_hand_keeps_its_code(
    own: FrameworkPack, of_ours: Review, manager: User
) -> None:
    of_ours.document_requests.create(
        code="D90",
        title="By hand",
        owner_role="ORG",
        due_on=of_ours.day_zero,
        offset_days=0,
    )
    items = [packs.plain(d) for d in own.newest.content().document_requests]
    items.append({"code": "D90", "title": "Plan for winter", "owner": "ORG"})
    target = newer(own, "documents", items, manager)

    domain.move_to_version(
        review=of_ours,
        target=target,
        version=of_ours.version,
        documents=["D90"],
        by=manager,
        at=timezone.now(),
    )

    now = asked_for(of_ours)
    assert now["D90"][0] == "By hand"
    assert now["D90-2"][0] == "Plan for winter"


def test_the_newer_version_says_why_by_whom_and_when(
    desk: Client, own: FrameworkPack, of_ours: Review, manager: User
) -> None:
    domain.save_part(
        own=own,
        part=BY_SLUG["levels"],
        value=["Front", "Top"],
        seen=seen("levels", own.newest.content()),
        reason="Two levels are enough",
        by=manager,
        at=dt.datetime(2013, 1, 9, 10, tzinfo=dt.UTC),
    )

    page = words(desk.get(at("framework-version", of_ours.pk)))

    assert "Version 2: Two levels are enough (Morgan Vale, 9 January 2013)" in page


def test_moving_is_a_loss_only_for_a_review_that_was_tailored(
    desk: Client, own: FrameworkPack, of_ours: Review, manager: User
) -> None:
    newer(own, "levels", ["Front", "Top"], manager)
    url = at("framework-version", of_ours.pk)

    plain = words(desk.post(url, {"label": "2"}))
    sent = boxes("rooms", of_ours.pack, **{"0__title": "The green room"})
    desk.post(at("framework-part", of_ours.pk, "rooms"), sent)
    tailored = words(desk.post(url, {"label": "2"}))

    assert "govuk-button--warning" not in plain
    assert "Move to version 2 and lose what was tailored" in tailored
