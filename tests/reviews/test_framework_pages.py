"""Pages of a review's own framework: tailored, and moved to a newer version."""

import datetime as dt
import html
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from reviews import domain, packs
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
from tests.reviews.frameworks import SignIn, at, boxes, seen, words


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
