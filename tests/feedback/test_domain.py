"""What findings, excerpts and the report promise to the people who speak and who write."""

import datetime as dt
from typing import Any

import pytest
from django.utils import timezone

import casemapping.domain
import casemapping.evidence
import questionnaires.evidence
import scheduling.evidence
from feedback import reading
from feedback.domain import findings, reports
from feedback.models import Excerpt, Finding, ReportVersion
from reviews.domain import dying_keys
from reviews.evidence_item import EvidenceItem, Kind
from reviews.models import AuditEvent, Job, Review, Stage, User
from reviews.refusals import ChangedMeanwhile
from reviews.secrets import keystore
from reviews.trail import audit
from tests.make import move, put_ahead
from tests.make_feedback import (
    FINDING,
    PARAPHRASE,
    SAID,
    build,
    make_agreed,
    make_excerpt,
    make_finding,
    make_item,
    put_at_ready,
)

NHS = "943 476 5919"


@pytest.fixture
def evidence(monkeypatch: pytest.MonkeyPatch) -> list[EvidenceItem]:
    """What the apps below hand up in this test."""
    items: list[EvidenceItem] = []
    monkeypatch.setattr(scheduling.evidence, "evidence_for", lambda review: items)
    for other in (questionnaires.evidence, casemapping.evidence):
        monkeypatch.setattr(other, "evidence_for", lambda review: [])
    return items


# --- excerpts -------------------------------------------------------------------------


def test_nobody_clears_an_excerpt_of_their_own(
    finding: Finding, officer_peer: User
) -> None:
    excerpt = make_excerpt(finding, by=officer_peer)

    with pytest.raises(findings.AnotherPeerNeeded):
        findings.clear_excerpt(excerpt=excerpt, by=officer_peer, at=timezone.now())

    excerpt.refresh_from_db()
    assert (excerpt.cleared, excerpt.proposed_by) == (False, officer_peer)


def test_clearing_forgets_who_proposed_and_who_cleared(
    finding: Finding, officer_peer: User, health_peer: User
) -> None:
    excerpt = make_excerpt(finding, by=officer_peer, cleared_by=health_peer)

    excerpt.refresh_from_db()
    assert (excerpt.cleared, excerpt.proposed_by) == (True, None)
    assert not [
        field.name
        for field in Excerpt._meta.fields
        if "clear" in field.name and field.is_relation
    ]


def test_trail_says_how_many_excerpts_and_never_whose(
    finding: Finding, officer_peer: User, health_peer: User
) -> None:
    make_excerpt(finding, by=officer_peer, cleared_by=health_peer)
    audit.close_days(before=dt.date.max)
    assert not AuditEvent.objects.filter(action__startswith="excerpt").exists()
    audit.close_visit(finding.review, on=dt.date(2013, 2, 9))

    events = AuditEvent.objects.filter(action__startswith="excerpt")
    assert [
        (e.action, e.actor_ref, e.actor_name, e.object_id, e.at, e.count)
        for e in events.order_by("action")
    ] == [
        ("excerpt cleared", None, "", "", None, 1),
        ("excerpt proposed", None, "", "", None, 1),
    ]


def test_of_two_peers_who_clear_at_once_the_second_is_told(
    finding: Finding, officer_peer: User, health_peer: User, specialist: User
) -> None:
    excerpt = make_excerpt(finding, by=officer_peer)
    opened_by_both = [Excerpt.objects.get(pk=excerpt.pk) for _ in range(2)]

    findings.clear_excerpt(excerpt=opened_by_both[0], by=health_peer, at=timezone.now())

    with pytest.raises(findings.ClearedMeanwhile):
        findings.clear_excerpt(
            excerpt=opened_by_both[1], by=specialist, at=timezone.now()
        )


def test_a_result_needs_no_second_reader_and_case_learning_does(
    finding: Finding, officer_peer: User
) -> None:
    result, case = (
        make_excerpt(finding, by=officer_peer, item=make_item(kind))
        for kind in (Kind.RESULT, Kind.CASE)
    )

    assert (result.cleared, result.proposed_by) == (True, None)
    assert (case.cleared, case.proposed_by) == (False, officer_peer)


LONG = " ".join(f"word{n}" for n in range(20))


@pytest.mark.parametrize(
    ("sources", "words", "stored"),
    [
        ("", 6, True),
        ("", 7, False),
        ("few", 6, True),
        ("few", 7, False),
        ("enough", 15, True),
        ("enough", 16, False),
    ],
)
def test_somebodys_words_are_quoted_only_where_three_sources_said_it(
    finding: Finding, officer_peer: User, sources: str, words: int, stored: bool
) -> None:
    finding.sources = sources
    quote = " ".join(LONG.split()[:words])

    def propose() -> Excerpt:
        item = make_item(text=LONG)
        return make_excerpt(finding, by=officer_peer, item=item, text=quote)

    if stored:
        assert propose().text == quote
    else:
        with pytest.raises(
            findings.TooCloseToTheSource, match=f"{words} words in a row are the same"
        ):
            propose()
        assert not Excerpt.objects.exists()


def test_a_short_note_taken_whole_is_a_quotation(
    finding: Finding, officer_peer: User
) -> None:
    item = make_item(text="Staff feel heard.")
    text = "The team was told that staff feel heard."

    with pytest.raises(findings.RepeatsItWhole):
        make_excerpt(finding, by=officer_peer, item=item, text=text)
    finding.sources = Finding.Sources.ENOUGH
    make_excerpt(finding, by=officer_peer, item=item, text=text)

    assert Excerpt.objects.get().text == text


def test_case_learning_goes_into_the_teams_own_words(
    finding: Finding, officer_peer: User
) -> None:
    item = make_item(Kind.CASE, text="Hand a family over in person, with the plan.")

    with pytest.raises(findings.RepeatsItWhole):
        make_excerpt(finding, by=officer_peer, item=item, text=item.text)
    make_excerpt(finding, by=officer_peer, item=item, text="Meet, and bring the plan.")

    assert not Excerpt.objects.get().cleared


def test_a_quotation_that_lost_its_sources_is_named_before_it_is_agreed(
    finding: Finding,
    officer_peer: User,
    health_peer: User,
    leader: User,
    evidence: list[EvidenceItem],
) -> None:
    item = make_item(text=LONG)
    evidence.append(item)
    quote = " ".join(LONG.split()[:15])
    finding.sources = Finding.Sources.ENOUGH
    make_excerpt(
        finding, by=officer_peer, cleared_by=health_peer, item=item, text=quote
    )
    make_excerpt(finding, by=officer_peer, item=make_item(Kind.RESULT))
    finding.sources = Finding.Sources.FEW

    with pytest.raises(findings.QuotesTooFewSources, match=quote):
        findings.agree_finding(finding=finding, by=leader, at=timezone.now())
    finding.sources = Finding.Sources.ENOUGH
    findings.agree_finding(finding=finding, by=leader, at=timezone.now())

    assert Finding.objects.get(pk=finding.pk).agreed


def test_excerpt_that_identifies_a_person_is_not_stored(
    finding: Finding, officer_peer: User
) -> None:
    with pytest.raises(findings.NamesSomebody):
        make_excerpt(finding, by=officer_peer, text=f"The child with {NHS}.")

    assert not Excerpt.objects.exists()


def test_same_evidence_stands_once_under_a_finding(
    finding: Finding, officer_peer: User
) -> None:
    item = make_item()
    make_excerpt(finding, by=officer_peer, item=item)

    with pytest.raises(findings.UsedAlready):
        make_excerpt(finding, by=officer_peer, item=item)


# --- findings -------------------------------------------------------------------------


def test_finding_is_agreed_on_cleared_evidence_only(
    finding: Finding,
    officer_peer: User,
    health_peer: User,
    leader: User,
    evidence: list[EvidenceItem],
) -> None:
    excerpt = make_excerpt(finding, by=officer_peer)
    make_excerpt(finding, by=officer_peer, cleared_by=health_peer, against=True)

    with pytest.raises(findings.NothingToRestOn):
        findings.agree_finding(finding=finding, by=leader, at=timezone.now())
    findings.clear_excerpt(excerpt=excerpt, by=health_peer, at=timezone.now())
    finding.sources = Finding.Sources.ENOUGH
    findings.agree_finding(finding=finding, by=leader, at=timezone.now())

    assert Finding.objects.get(pk=finding.pk).agreed


@pytest.mark.parametrize("kind", [Kind.NOTE, Kind.COMMENT, Kind.RESULT, Kind.CASE])
def test_one_kind_of_source_alone_needs_the_leaders_reason(
    finding: Finding, officer_peer: User, health_peer: User, leader: User, kind: Kind
) -> None:
    excerpt = make_excerpt(finding, by=officer_peer, item=make_item(kind))
    Excerpt.objects.filter(pk=excerpt.pk).update(cleared=True, proposed_by=None)

    with pytest.raises(findings.NeedsAReason):
        findings.agree_finding(finding=finding, by=leader, at=timezone.now())
    assert not Finding.objects.get(pk=finding.pk).agreed
    findings.agree_finding(
        finding=finding, reason="They said so in public.", by=leader, at=timezone.now()
    )

    saved = Finding.objects.get(pk=finding.pk)
    assert (saved.agreed, saved.reason) == (True, "They said so in public.")


@pytest.mark.parametrize(
    ("kinds", "needed"),
    [
        ((Kind.NOTE, Kind.COMMENT), True),
        ((Kind.NOTE, Kind.RESULT), False),
        ((Kind.COMMENT, Kind.CASE), False),
        ((Kind.RESULT, Kind.CASE), False),
    ],
)
def test_two_kinds_of_evidence_need_no_reason_unless_both_are_peoples_words(
    finding: Finding, officer_peer: User, kinds: tuple[Kind, ...], needed: bool
) -> None:
    for kind in kinds:
        make_excerpt(finding, by=officer_peer, item=make_item(kind))

    assert reading.rests_on_one(finding, finding.excerpts.all()) == needed


def test_a_reason_holds_no_persons_number(
    finding: Finding, officer_peer: User, leader: User
) -> None:
    make_excerpt(finding, by=officer_peer, item=make_item(Kind.RESULT))

    with pytest.raises(findings.NamesSomebody):
        findings.agree_finding(
            finding=finding, reason=f"See {NHS}.", by=leader, at=timezone.now()
        )


def test_the_leader_agrees_to_the_words_that_were_shown(
    review: Review, finding: Finding, officer_peer: User, leader: User
) -> None:
    make_excerpt(finding, by=officer_peer, item=make_item(Kind.RESULT))
    shown = finding.version
    findings.change_finding(
        finding=Finding.objects.get(pk=finding.pk),
        version=shown,
        values={**FINDING, "title": "Other words"},
        by=officer_peer,
        at=timezone.now(),
    )

    with pytest.raises(ChangedMeanwhile):
        findings.agree_finding(
            finding=Finding.objects.get(pk=finding.pk),
            version=shown,
            reason="Known to all.",
            by=leader,
            at=timezone.now(),
        )

    assert not Finding.objects.get(pk=finding.pk).agreed


def test_words_of_before_do_not_undo_an_agreement_silently(
    review: Review, officer_peer: User, leader: User
) -> None:
    finding = make_finding(review, by=officer_peer)
    opened = finding.version
    make_excerpt(finding, by=officer_peer, item=make_item(Kind.RESULT))
    findings.agree_finding(
        finding=finding, reason="Known to all.", by=leader, at=timezone.now()
    )

    with pytest.raises(ChangedMeanwhile):
        findings.change_finding(
            finding=Finding.objects.get(pk=finding.pk),
            version=opened,
            values={**FINDING, "title": "Other words"},
            by=officer_peer,
            at=timezone.now(),
        )

    assert Finding.objects.get(pk=finding.pk).agreed


def test_evidence_against_a_finding_does_not_carry_it(
    finding: Finding, officer_peer: User, leader: User
) -> None:
    findings.propose_excerpt(
        finding=finding,
        item=make_item(Kind.RESULT),
        text=PARAPHRASE,
        against=True,
        by=officer_peer,
        at=timezone.now(),
    )

    with pytest.raises(findings.NothingToRestOn):
        findings.agree_finding(finding=finding, by=leader, at=timezone.now())


def test_changed_words_have_to_be_agreed_again_and_the_leader_is_told(
    review: Review, leader: User
) -> None:
    review = move(review, Stage.ON_SITE)
    finding = make_agreed(review, by=leader)

    findings.change_finding(
        finding=finding,
        version=finding.version,
        values={**FINDING, "title": "Other words"},
        by=leader,
        at=timezone.now(),
    )

    saved = Finding.objects.get(pk=finding.pk)
    assert (saved.agreed, saved.title) == (False, "Other words")
    member = review.memberships.get(user=leader)
    told = [each.title for each in reading.to_do(review, member, dt.date(2013, 2, 6))]
    assert told == ["Look again at 1 finding that changed after you agreed"]
    findings.agree_finding(finding=saved, by=leader, at=timezone.now())
    assert reading.to_do(review, member, dt.date(2013, 2, 6)) == []


def test_second_of_two_writers_is_told_and_the_first_one_stands(
    finding: Finding, leader: User, officer_peer: User
) -> None:
    opened = Finding.objects.get(pk=finding.pk)
    findings.change_finding(
        finding=opened,
        version=1,
        values={**FINDING, "title": "First"},
        by=leader,
        at=timezone.now(),
    )

    with pytest.raises(ChangedMeanwhile):
        findings.change_finding(
            finding=finding,
            version=1,
            values={**FINDING, "title": "Second"},
            by=officer_peer,
            at=timezone.now(),
        )

    assert Finding.objects.get(pk=finding.pk).title == "First"


@pytest.mark.parametrize(("cleared", "stays"), [(True, False), (False, True)])
def test_losing_cleared_evidence_takes_a_findings_agreement(
    review: Review, officer_peer: User, leader: User, cleared: bool, stays: bool
) -> None:
    finding = make_agreed(review, by=leader)
    excerpt = make_excerpt(
        finding, by=officer_peer, cleared_by=leader if cleared else None
    )

    findings.reject_excerpt(excerpt=excerpt, at=timezone.now())

    saved = Finding.objects.get(pk=finding.pk)
    assert (saved.agreed, saved.to_agree_again) == (stays, not stays)
    assert not finding.excerpts.filter(pk=excerpt.pk).exists()


def test_findings_change_places_within_their_kind(review: Review, leader: User) -> None:
    first = make_finding(review, by=leader, title="First")
    make_finding(review, by=leader, title="Between", kind="area")
    second = make_finding(review, by=leader, title="Second")

    findings.move_finding(finding=second, up=True)
    findings.move_finding(finding=second, up=True)

    [theme, *_] = reading.findings_page(review).themes
    assert [
        (group.title, [row.finding.title for row in group.rows])
        for group in theme.groups
    ] == [
        ("Strengths", ["Second", "First"]),
        ("Areas for further consideration", ["Between"]),
    ]
    assert first.position == 1


def test_words_of_a_finding_are_ciphertext_in_the_database(
    finding: Finding, django_assert_num_queries: Any
) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT title, text, consider FROM feedback_finding")
        row = cursor.fetchone()

    assert all(b"front door" not in bytes(value) for value in row)
    assert Finding.objects.get(pk=finding.pk).text == FINDING["text"]


# --- the report -----------------------------------------------------------------------


def test_report_is_built_from_agreed_findings_alone(
    review: Review, leader: User, manager: User
) -> None:
    make_finding(review, by=leader, title="Not agreed")

    with pytest.raises(reports.NothingToReport):
        build(review, by=manager)
    make_agreed(review, by=leader, title="Agreed")

    content = build(review, by=manager).content
    themes = next(s for s in content["sections"] if s["code"] == "themes")["themes"]
    assert [
        finding["title"]
        for theme in themes
        for group in theme["groups"]
        for finding in group["findings"]
    ] == ["Agreed"]


def test_words_that_may_give_somebody_away_are_confirmed_one_by_one(
    review: Review, leader: User, manager: User
) -> None:
    make_agreed(review, by=leader, text="As Morgan Vale put it, nobody answers.")
    shown = reports.give_aways(review)
    seen = reports.confirmation_of(shown)

    with pytest.raises(reports.GivesAway):
        reports.build_report(review=review, by=manager, at=timezone.now())
    make_agreed(review, by=leader, text="On 4 February 2013 Morgan Vale said more.")
    with pytest.raises(reports.GivesAway):
        reports.build_report(
            review=review, confirmed=seen, by=manager, at=timezone.now()
        )

    assert [(each.word, each.refused) for each in shown] == [("Morgan Vale", False)]
    assert build(review, by=manager).number == 1


def test_what_is_empty_is_accepted_before_a_version_is_built(
    review: Review, leader: User, manager: User
) -> None:
    make_agreed(review, by=leader)
    review.key_questions.create(number=1, text="Is help quick?")

    with pytest.raises(reports.HasGaps) as empty:
        reports.build_report(review=review, by=manager, at=timezone.now())
    version = reports.build_report(
        review=review, as_it_is=True, by=manager, at=timezone.now()
    )

    gaps = empty.value.gaps
    assert "“Executive summary” has nothing to print, so it is left out." in gaps
    assert "Theme 2, “Outcomes, impact and performance”, has no agreed finding." in gaps
    assert "Key question 1 has no response: Is help quick?" in gaps
    assert not [each for each in gaps if each.startswith("Theme 1")]
    assert reading.gaps_of(version) == gaps


def test_what_changed_since_a_version_was_built_is_said(
    review: Review, leader: User, manager: User
) -> None:
    changed, dropped = (make_agreed(review, by=leader) for _ in range(2))
    version = build(review, by=manager)
    assert reading.changes_since(version) == []

    findings.change_finding(
        finding=changed,
        version=changed.version,
        values={**FINDING, "text": "Other words."},
        by=leader,
        at=timezone.now(),
    )
    findings.agree_finding(finding=changed, by=leader, at=timezone.now())
    findings.take_agreement_back(finding=dropped, by=leader, at=timezone.now())
    make_agreed(review, by=leader)
    make_agreed(review, by=leader)
    reports.write_section(
        review=review,
        section="summary",
        text="In short.",
        version=0,
        by=manager,
        at=timezone.now(),
    )

    assert reading.changes_since(version) == [
        "The words of 1 finding changed since this version was built.",
        "2 findings were agreed after this version was built.",
        "1 finding of this version is no longer agreed.",
        "The words of “Executive summary” changed since this version was built.",
    ]


def test_built_version_stays_as_it_was_whatever_is_changed_later(
    review: Review, leader: User, manager: User
) -> None:
    finding = make_agreed(review, by=leader)
    version = build(review, by=manager)

    findings.change_finding(
        finding=finding,
        version=finding.version,
        values={**FINDING, "title": "Other words"},
        by=leader,
        at=timezone.now(),
    )

    content = ReportVersion.objects.get(pk=version.pk).content
    assert FINDING["title"] in str(content)
    assert "Other words" not in str(content)


def test_full_disk_stores_nothing_says_so_and_can_be_tried_again(
    review: Review, leader: User, manager: User
) -> None:
    make_agreed(review, by=leader)
    version = build(review, by=manager)

    def full(content: object) -> bytes:
        raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space"):
        reports.prepare_pdf(version_id=str(version.pk), draw=full)
    version.refresh_from_db()
    told = version.sentence
    reports.retry_report(version=version, by=manager, at=timezone.now())
    put_at_ready(version)

    assert "disk may be full" in told
    assert (version.state, version.sentence) == ("ready", "")


def test_version_whose_worker_was_stopped_can_be_tried_again(
    review: Review, leader: User, manager: User
) -> None:
    make_agreed(review, by=leader)
    version = build(review, by=manager)
    Job.objects.filter(pk=version.job_id or 0).update(state=Job.State.FAILED)
    version = ReportVersion.objects.get(pk=version.pk)

    assert version.has_failed
    reports.retry_report(version=version, by=manager, at=timezone.now())
    assert not version.has_failed


def test_drawing_twice_changes_nothing(
    review: Review, leader: User, manager: User
) -> None:
    make_agreed(review, by=leader)
    version = put_at_ready(build(review, by=manager))

    reports.prepare_pdf(version_id=str(version.pk), draw=lambda content: b"other")

    version.refresh_from_db()
    assert bytes(version.pdf or b"") == b"%PDF-quick"


def test_report_is_issued_after_the_leader_approved_a_ready_version(
    review: Review, leader: User, manager: User
) -> None:
    make_agreed(review, by=leader)
    version = build(review, by=manager)
    now = timezone.now()

    with pytest.raises(reports.NotReadyYet):
        reports.approve_report(version=version, by=leader, at=now)
    put_at_ready(version)
    with pytest.raises(reports.NotApproved):
        reports.issue_report(version=version, by=manager, at=now)
    reports.approve_report(version=version, by=leader, at=now)
    reports.issue_report(version=version, by=manager, at=now)
    with pytest.raises(reports.IssuedAlready):
        reports.issue_report(version=version, by=manager, at=now)

    version.refresh_from_db()
    assert (version.approved_by, bool(version.issued_on)) == (leader, True)


@pytest.mark.django_db(transaction=True)
def test_in_the_night_after_the_first_approval_dies_the_key_from_note_to_session(
    review: Review, leader: User, manager: User
) -> None:
    put_ahead(review)
    make_agreed(review, by=leader)
    move(review, Stage.REPORTING)
    version = put_at_ready(build(review, by=manager))
    at = timezone.now()
    dying_keys.destroy_due(at=at)
    before = keystore.exists(f"review-{review.pk}-sources")

    reports.approve_report(version=version, by=leader, at=at)
    dying_keys.destroy_due(at=at)

    assert before
    assert not keystore.exists(f"review-{review.pk}-sources")
    # The names go with the issue: what is still written is screened for them.
    assert keystore.exists(f"review-{review.pk}-roster")
    reports.issue_report(version=version, by=manager, at=at)
    dying_keys.destroy_due(at=at)
    assert not keystore.exists(f"review-{review.pk}-roster")
    assert keystore.exists(f"review-{review.pk}-report")


def test_section_left_unwritten_keeps_the_frameworks_words(
    review: Review, leader: User, manager: User
) -> None:
    make_agreed(review, by=leader)
    reports.write_section(
        review=review,
        section="summary",
        text="One.\n\nTwo.",
        version=0,
        by=manager,
        at=timezone.now(),
    )

    sections = {s["code"]: s for s in build(review, by=manager).content["sections"]}
    assert sections["summary"]["paragraphs"] == ["One.", "Two."]
    assert sections["thanks"]["paragraphs"][0].startswith(
        "Thank you for inviting us to Trafford Council"
    )
    assert SAID not in str(sections)


def test_finding_that_moves_to_another_theme_stands_last_there(
    review: Review, leader: User
) -> None:
    there = make_finding(review, by=leader, theme="T2")
    finding = make_finding(review, by=leader)

    findings.change_finding(
        finding=finding,
        version=finding.version,
        values={**FINDING, "theme": "T2"},
        by=leader,
        at=timezone.now(),
    )

    in_theme = review.findings.filter(theme="T2").order_by("position")
    assert list(in_theme) == [there, finding]


def test_leader_takes_an_agreement_back(review: Review, leader: User) -> None:
    finding = make_agreed(review, by=leader)

    findings.take_agreement_back(finding=finding, by=leader, at=timezone.now())

    assert Finding.objects.get(pk=finding.pk).agreed is False


def test_second_of_two_who_write_a_section_first_is_told(
    review: Review, leader: User
) -> None:
    values: dict[str, Any] = {"review": review, "section": "context", "by": leader}
    reports.write_section(**values, text="First", version=0, at=timezone.now())

    with pytest.raises(ChangedMeanwhile):
        reports.write_section(**values, text="Second", version=0, at=timezone.now())

    assert review.report_texts.get(section="context").text == "First"


def test_version_that_has_not_failed_is_not_tried_again(
    review: Review, leader: User, manager: User
) -> None:
    make_agreed(review, by=leader)
    version = build(review, by=manager)

    with pytest.raises(reports.NotFailed):
        reports.retry_report(version=version, by=manager, at=timezone.now())


def test_version_that_is_issued_is_not_approved_again(
    review: Review, leader: User, manager: User
) -> None:
    make_agreed(review, by=leader)
    version = put_at_ready(build(review, by=manager))
    reports.approve_report(version=version, by=leader, at=timezone.now())
    reports.issue_report(version=version, by=manager, at=timezone.now())

    with pytest.raises(reports.IssuedAlready):
        reports.approve_report(version=version, by=leader, at=timezone.now())


def test_version_that_is_not_ready_is_not_issued(
    review: Review, leader: User, manager: User
) -> None:
    make_agreed(review, by=leader)
    version = build(review, by=manager)

    with pytest.raises(reports.NotReadyYet):
        reports.issue_report(version=version, by=manager, at=timezone.now())
