"""Pages of a review's own framework: tailored, and moved to a newer version."""

import datetime as dt
import html
import json
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from reviews import domain, packs
from reviews.domain import hypotheses as domain_of_hypotheses
from reviews.domain.packs import CodeTaken
from reviews.models import (
    AccessRole,
    AuditEvent,
    FrameworkPack,
    Review,
    Stage,
    User,
)
from reviews.packs.parts import BY_SLUG
from reviews.refusals import ChangedMeanwhile
from tests.make import PACK, make_membership, move
from tests.make_scheduling import make_session
from tests.reviews.frameworks import SignIn, at, boxes, copy, seen, words


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


def tailored(review: Review) -> list[Any]:
    """What the trail says of each tailoring."""
    events = AuditEvent.objects.filter(action="review.framework_tailored")
    return [each.detail for each in events.order_by("pk")]


def test_single_values_lists_and_texts_are_tailored_and_told_in_words(
    desk: Client, review: Review
) -> None:
    pack = review.pack
    about = {
        "title": pack.title,
        "programme": "Early help peer review",
        "on_site_days": str(pack.on_site_days),
        "seen": seen("about", pack),
    }
    themes = [packs.plain(each) for each in pack.themes]
    line = themes[0]["lines"][0]
    before = f"{line['code']} {line['title']}"
    line["title"] = "Is help early?"

    desk.post(at("framework-part", review.pk, "about"), about)
    desk.post(
        at("framework-part", review.pk, "levels"),
        {"words": "Front line\nTop", "seen": seen("levels", pack)},
    )
    desk.post(
        at("framework-part", review.pk, "themes"),
        {"text": json.dumps(themes), "seen": seen("themes", pack)},
    )

    fresh = Review.objects.get(pk=review.pk)
    assert fresh.programme == "Early help peer review"
    assert fresh.pack.levels == ("Front line", "Top")
    of_about, of_levels, of_themes = tailored(review)
    assert of_about == {
        "part": "about",
        "changed": {
            "programme": [pack.programme, "Early help peer review"],
        },
    }
    assert of_levels["changed"]["List"][1] == "Front line, Top"
    [(name, (was, now))] = of_themes["changed"].items()
    assert name.startswith(f"{themes[0]['code']}, ")
    assert before in was
    assert f"{line['code']} Is help early?" in now


def test_a_part_that_is_saved_as_it_was_is_no_tailoring(
    desk: Client, review: Review
) -> None:
    answer = desk.post(
        at("framework-part", review.pk, "rooms"), boxes("rooms", review.pack)
    )

    assert answer["Location"] == at("framework-read", review.pk, "rooms")
    assert tailored(review) == []
    assert Review.objects.get(pk=review.pk).version == review.version


def test_the_second_who_tailors_a_part_sees_both_and_loses_nothing(
    desk: Client, review: Review
) -> None:
    url = at("framework-part", review.pk, "rooms")
    mine = boxes("rooms", review.pack, **{"0__title": "The blue room"})
    theirs = boxes("rooms", review.pack, **{"0__title": "The green room"})
    desk.post(url, theirs)

    page = desk.post(url, mine)

    said = words(page)
    assert "Somebody else changed this while you were writing." in said
    assert "The blue room" in said
    assert "The green room" in said
    assert Review.objects.get(pk=review.pk).pack.rooms[0].title == "The green room"
    desk.post(url, {**mine, "seen": page.context["seen"]})
    assert Review.objects.get(pk=review.pk).pack.rooms[0].title == "The blue room"


def test_after_the_set_up_nobody_tailors(desk: Client, review: Review) -> None:
    move(review, Stage.REPORTING)

    assert desk.get(at("framework-part", review.pk, "roles")).status_code == 403
    assert desk.get(at("framework-version", review.pk)).status_code == 403


def test_whoever_tailors_a_framework_reads_what_its_sample_week_could_say(
    desk: Client, review: Review, leader: User, sign_in: SignIn
) -> None:
    pages = (
        at("framework", review.pk),
        at("framework-read", review.pk, "source-classes"),
    )
    for page in pages:
        assert "In 0% of the sample week" in words(desk.get(page))
        assert "sample week would" not in words(sign_in(leader).get(page))
    roles = words(desk.get(at("framework-read", review.pk, "roles")))
    assert "sample week would" not in roles


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
    assert event.detail["documents"] == 2


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


def of_newest(own: FrameworkPack, by: User) -> Review:
    """A review that is made of the newest version."""
    return domain.create_review(
        pack=own.newest.content(),
        council="Trafford Council",
        day_zero=dt.date(2013, 2, 4),
        duty_contact="01632 960001",
        by=by,
        at=timezone.now(),
    )


def rows_of(own: FrameworkPack, name: str) -> list[Any]:
    return [packs.plain(each) for each in getattr(own.newest.content(), name)]


def moved(review: Review, target: packs.Pack, by: User) -> Review:
    fresh = Review.objects.get(pk=review.pk)
    domain.move_to_version(
        review=fresh, target=target, version=fresh.version, by=by, at=timezone.now()
    )
    return Review.objects.get(pk=review.pk)


def test_what_the_questionnaire_was_made_from_stays_as_it_is(
    desk: Client, own: FrameworkPack, of_ours: Review, manager: User
) -> None:
    from questionnaires.domain.building import make_from_pack

    make_from_pack(review=of_ours, by=manager, at=timezone.now())
    before = of_ours.pack.questionnaire
    statements = [packs.plain(each) for each in before.statements]
    statements[0]["text"] = "Help comes early here."
    newer(own, "statements", statements, manager)
    named = {**BY_SLUG["questionnaire"].of(own.newest.content()), "title": "Our view"}
    target = newer(own, "questionnaire", named, manager)

    page = words(desk.post(at("framework-version", of_ours.pk), {"label": "3"}))

    why = "The questionnaire was made from it. Change its draft instead."
    assert page.count(why) == 2
    after = moved(of_ours, target, manager).pack
    assert after.version == "3"
    assert after.questionnaire.statements == before.statements
    assert after.questionnaire.title == before.title


def test_a_theme_that_is_in_use_comes_along_under_a_number_of_its_own(
    own: FrameworkPack, manager: User
) -> None:
    themes = rows_of(own, "themes")
    line = {"code": "T9.1", "title": "Who is heard?", "probes": ["By whom?"]}
    extra = {"code": "T9", "number": 6, "title": "Voices", "lines": [line]}
    newer(own, "themes", [*themes, extra], manager)
    review = of_newest(own, manager)
    domain_of_hypotheses.write_hypothesis(
        review=review,
        theme="T9",
        kind="hypothesis",
        text="Children are heard late",
        basis=[],
        state="open",
        by=manager,
        at=timezone.now(),
    )
    other = {
        **extra,
        "code": "T8",
        "title": "Places",
        "lines": [{**line, "code": "T8.1"}],
    }
    target = newer(own, "themes", [*themes, other], manager)

    after = moved(review, target, manager).pack

    assert [(each.code, each.number) for each in after.themes[-2:]] == [
        ("T8", 6),
        ("T9", 7),
    ]
    assert review.hypotheses.get().theme == "T9"


def test_a_strand_of_the_timetable_comes_along_with_its_roles(
    own: FrameworkPack, manager: User
) -> None:
    roles, strands = rows_of(own, "roles"), rows_of(own, "strands")
    guide = {"code": "GD", "title": "Guide", "access_role": "P"}
    newer(own, "roles", [*roles, guide], manager)
    pairs = {"code": "Z", "title": "In pairs", "roles": ["TL", "GD"]}
    newer(own, "strands", [*strands, pairs], manager)
    review = of_newest(own, manager)
    make_session(review, by=manager, strand="Z")
    newer(own, "strands", strands, manager)
    target = newer(own, "roles", roles, manager)

    after = moved(review, target, manager).pack

    assert after.strands[-1].title == "In pairs"
    assert after.roles[-1].title == "Guide"


def test_a_kind_of_people_comes_along_and_hangs_on_the_new_top(
    own: FrameworkPack, manager: User
) -> None:
    kinds = rows_of(own, "source_classes")
    night = {"code": "C-NIGHT", "title": "The night shift", "parent": "ALL"}
    newer(own, "source-classes", [*kinds, night], manager)
    review = of_newest(own, manager)
    make_session(review, by=manager, source_class="C-NIGHT")
    for each in kinds:
        for name in ("code", "parent"):
            if each.get(name) == "ALL":
                each[name] = "EVERY"
    target = newer(own, "source-classes", kinds, manager)

    after = moved(review, target, manager).pack

    parents = {each.code: each.parent for each in after.source_classes}
    assert (parents["C-NIGHT"], parents["ALL"]) == ("ALL", "EVERY")
    assert [code for code, parent in parents.items() if not parent] == ["EVERY"]


def test_a_milestone_of_a_role_that_is_gone_is_the_managers(
    own: FrameworkPack, manager: User
) -> None:
    roles, plan = rows_of(own, "roles"), rows_of(own, "milestones")
    newer(own, "roles", [*roles, {"code": "SCRIBE", "title": "Scribe"}], manager)
    step = {"code": "NEW-1", "title": "Minutes", "owner": "SCRIBE", "offsets": [-5]}
    newer(own, "milestones", [*plan, step], manager)
    review = of_newest(own, manager)
    assert review.milestones.get(code="NEW-1").owner_role == "SCRIBE"
    newer(own, "milestones", plan, manager)
    target = newer(own, "roles", roles, manager)

    after = moved(review, target, manager)

    assert after.milestones.get(code="NEW-1").owner_role == "RM"


def test_a_programme_that_was_named_by_hand_keeps_its_name(
    own: FrameworkPack, of_ours: Review, manager: User
) -> None:
    domain.change_details(
        review=of_ours,
        version=of_ours.version,
        by=manager,
        at=timezone.now(),
        programme="Trafford looks at itself",
    )
    about = {**BY_SLUG["about"].of(own.newest.content()), "programme": "Another name"}
    target = newer(own, "about", about, manager)

    after = moved(of_ours, target, manager)

    assert after.programme == "Trafford looks at itself"
    assert after.pack.programme == "Another name"


def test_nothing_moves_to_the_version_that_is_there(
    desk: Client, own: FrameworkPack, of_ours: Review, manager: User
) -> None:
    target = newer(own, "levels", ["Front", "Top"], manager)
    after = moved(of_ours, target, manager)

    with pytest.raises(domain.NothingNewer, match="works with this version already"):
        moved(of_ours, target, manager)

    assert Review.objects.get(pk=of_ours.pk).version == after.version


def test_a_document_that_the_review_no_longer_asks_for_is_not_offered_again(
    desk: Client, own: FrameworkPack, of_ours: Review, manager: User
) -> None:
    items = rows_of(own, "document_requests")
    items[0]["title"] = "Self-assessment in your own words"
    newer(own, "documents", items, manager)
    row = of_ours.document_requests.get(code=items[0]["code"])
    desk.post(at("document-request-remove", of_ours.pk, row.pk))

    page = desk.post(at("framework-version", of_ours.pk), {"label": "2"})

    assert page.context["move"].documents == ()
    assert "Self-assessment in your own words" not in words(page)


def test_no_copy_takes_the_code_of_a_framework_that_comes_with_the_product(
    manager: User,
) -> None:
    with pytest.raises(CodeTaken):
        copy(packs.load(PACK).code, manager)

    assert not FrameworkPack.objects.exists()
