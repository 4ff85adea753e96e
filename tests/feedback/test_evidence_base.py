"""What the report says of its own evidence, and what nobody can work out from it."""

from typing import Any

import pytest
from django.utils import timezone

import casemapping.domain
import casemapping.evidence
import scheduling.evidence
from casemapping.models import CaseMap
from feedback import reading
from feedback.domain import findings
from feedback.models import Finding
from feedback.rules import report
from reviews.evidence_item import Kind
from reviews.models import AuditEvent, Review, User
from scheduling.domain.week import seed_timetable
from scheduling.models import Session
from scheduling.reading import sessions_for
from scheduling.reading.sessions import teams_own_kind
from tests.make_casemapping import make_case, make_learning
from tests.make_feedback import (
    build,
    make_agreed,
    make_excerpt,
    make_finding,
    make_item,
)


@pytest.mark.parametrize(
    ("single", "says"),
    [
        (False, "Each finding rests on more than one kind of source, or was heard"),
        (True, "Where one does not, the team leader has weighed it"),
    ],
)
def test_the_report_claims_of_its_evidence_what_is_true_of_every_finding(
    review: Review, leader: User, manager: User, single: bool, says: str
) -> None:
    make_agreed(review, by=leader)
    if single:
        finding = make_finding(review, by=leader)
        make_excerpt(finding, by=leader, item=make_item(Kind.RESULT))
        findings.agree_finding(
            finding=finding, reason="Known to all.", by=leader, at=timezone.now()
        )

    content = build(review, by=manager).content

    [promise] = [s for s in content["sections"] if s["code"] == "promise"]
    assert says in promise["paragraphs"][0]
    assert ("Each finding rests on more" in promise["paragraphs"][0]) != single
    assert "Known to all." not in str(content)


def test_who_wrote_a_finding_stands_in_the_trail_and_not_in_the_finding(
    review: Review, officer_peer: User
) -> None:
    finding = make_finding(review, by=officer_peer)

    written = AuditEvent.objects.get(action="finding written")
    assert (written.object_id, written.actor_ref) == (str(finding.pk), officer_peer.pk)
    people = [each.name for each in Finding._meta.fields if each.related_model is User]
    assert people == []


def test_a_finding_is_not_said_to_be_heard_through_what_speaks_against_it(
    review: Review, leader: User, manager: User, health_peer: User
) -> None:
    finding = make_finding(review, by=leader)
    make_excerpt(finding, by=leader, item=make_item(Kind.RESULT))
    for kind, against in ((Kind.NOTE, False), (Kind.CASE, True)):
        make_excerpt(
            finding,
            by=leader,
            cleared_by=health_peer,
            item=make_item(kind),
            against=against,
        )
    findings.agree_finding(finding=finding, by=leader, at=timezone.now())

    content = build(review, by=manager).content

    assert "Heard through interviews and visits and the questionnaire." in str(content)
    assert "case mapping." not in str(content["sections"])


PRIVATE = 3


def _reports_of_two_worlds(review: Review, manager: User) -> list[Any]:
    """In one of them some sessions are private, in the other the team is by itself then."""
    Session.objects.filter(review=review).delete()
    seed_timetable(review=review, by=manager, at=timezone.now())
    met = [each for each in review.sessions.all() if each.meets_people][:PRIVATE]
    rows = review.sessions.filter(pk__in=[each.pk for each in met])

    def told() -> Any:
        material = reading.material_of(review, number=1, made_on=review.day_zero)
        return report.build(material)

    rows.update(names_kept=True)
    private = told()
    rows.update(names_kept=False, type=teams_own_kind(review), source_class="")
    return [private, told()]


def test_the_report_does_not_tell_how_many_sessions_are_private(
    review: Review, manager: User, organiser: User
) -> None:
    one, other = _reports_of_two_worlds(review, manager)

    assert one == other
    # What the council counts in its own timetable is what the report says.
    council = review.memberships.get(user=organiser)
    number = sum(each.meets_people for each in sessions_for(council))
    assert f"had {number} interviews, focus groups" in str(one)


def test_control_a_report_that_counts_private_sessions_is_found_out(
    review: Review, manager: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def every(review: Review) -> int:
        rows = review.sessions.filter(cancelled=False)
        return sum(each.meets_people for each in rows)

    monkeypatch.setattr(scheduling.evidence, "session_count", every)

    one, other = _reports_of_two_worlds(review, manager)

    assert one != other


def test_a_report_without_a_timetable_names_no_number_of_meetings(
    review: Review, manager: User
) -> None:
    material = reading.material_of(review, number=1, made_on=review.day_zero)

    assert "you were shown had interviews, focus groups" in str(report.build(material))


def test_an_excerpt_stays_when_its_learning_point_is_set_aside(
    review: Review, finding: Finding, manager: User, health_peer: User
) -> None:
    """As the page says on which a learning point is set aside."""
    case = make_case(review, by=manager)
    point = make_learning(case, by=manager)
    CaseMap.objects.filter(pk=case.pk).update(status=CaseMap.Status.MAPPED)
    [item] = casemapping.evidence.evidence_for(review)
    excerpt = make_excerpt(finding, by=manager, cleared_by=health_peer, item=item)

    casemapping.domain.set_aside(row=point, by=manager, at=timezone.now())

    assert casemapping.evidence.evidence_for(review) == []
    assert finding.excerpts.get() == excerpt
