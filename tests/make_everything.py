"""One review with one of everything that an address can name, for the tests of who may open what.

Each thing has the name that the column "object" of ``policy_matrix.csv`` gives it. Where two pages
need the same kind of thing in two states, there are two.
"""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from casemapping import domain as cases
from casemapping.domain import risk
from questionnaires.domain import inviting, releasing, translating
from questionnaires.models import Comment, Questionnaire
from reviews import domain
from reviews.domain import documents, hypotheses
from reviews.domain.destroying import archive_path
from reviews.domain.moving import path_of
from reviews.models import (
    AccessRole,
    BlockedPeriod,
    Certificate,
    Closing,
    EarlierTrail,
    Hypothesis,
    Membership,
    Review,
    User,
)
from reviews.trail import audit
from tests.make import make_membership
from tests.make_casemapping import event_values, make_case, make_event, make_sheet
from tests.make_documents import make_document
from tests.make_feedback import build, make_agreed, make_finding, put_at_ready
from tests.make_feedback import make_excerpt as propose
from tests.make_questionnaires import (
    make_open,
    make_pending,
    make_questionnaire,
    people,
)
from tests.make_results import add_comments, make_released, voices
from tests.make_scheduling import make_draft, make_notes, make_release, make_session

# The parts of an address that say which thing is meant: {"case_id": …, "kind": "event"}.
Parts = dict[str, object]


@dataclass(frozen=True)
class Cast:
    """Who makes what; each is on the review already."""

    review: Review
    manager: User
    leader: User
    peer: User

    def when(self) -> dict[str, Any]:
        """The two arguments of every verb."""
        return {"by": self.manager, "at": timezone.now()}


def make_everything(cast: Cast) -> dict[str, Parts]:
    """Leaves the review at some stage; whoever asks for a page moves it to the page's own."""
    return {
        **_of_the_review(cast),
        **_of_documents(cast),
        **_of_questionnaires(cast),
        **_of_cases(cast),
        **_of_the_week(cast),
        **_of_the_report(cast),
        **_of_the_close(cast),
        **_of_a_move(cast),
    }


def _of_the_review(cast: Cast) -> dict[str, Parts]:
    review, day = cast.review, cast.review.day_zero
    invited, declines = _invited(review), _invited(review)
    domain.decline_invitation(
        member=declines, reason="Illness", by=declines.user, at=timezone.now()
    )
    batch = domain.announce(
        review=review,
        members=list(review.memberships.select_related("user")),
        subject="S",
        text="T",
        **cast.when(),
    )
    assert batch is not None
    notice = domain.record_notice(
        review=review,
        told_on=day - dt.timedelta(days=60),
        told_by="Morgan Vale",
        told_to="The lead",
        how="email",
        said="The dates",
        replied_on=None,
        reply="",
        **cast.when(),
    )
    period = domain.block_period(
        review=review,
        kind=BlockedPeriod.Kind.COUNCIL,
        title="Budget council",
        first=day + dt.timedelta(days=14),
        last=day + dt.timedelta(days=14),
        **cast.when(),
    )
    domain.ask_to_speak(review=review, about="The front door", reach="R", when="")
    hypothesis = hypotheses.write_hypothesis(
        review=review,
        theme="T1",
        kind=Hypothesis.Kind.HYPOTHESIS,
        text="Thresholds are read in different ways.",
        basis=[Hypothesis.Basis.DOCUMENTS],
        state=Hypothesis.State.PROPOSED,
        **cast.when(),
    )
    peer = review.memberships.get(user=cast.peer)
    return {
        "agency": {"agency_id": review.agencies.all()[0].pk},
        "member": {"member_id": peer.pk},
        "invited member": {"member_id": invited.pk},
        "declined invitation": {"departure_id": review.departures.get().pk},
        "milestone": {"milestone_id": review.milestones.all()[0].pk},
        "blocked period": {"period_id": period.pk},
        "regulator notice": {"notice_id": notice.pk},
        "part of the framework": {"slug": "themes"},
        "drafts of a mailing": {
            "batch_id": batch.pk,
            "message_id": batch.messages.all()[0].pk,
        },
        "wish to speak": {"request_id": review.speak_requests.get().pk},
        "hypothesis": {"hypothesis_id": hypothesis.pk},
    }


def _invited(review: Review) -> Membership:
    """Somebody who has not answered yet."""
    member = make_membership(review, AccessRole.P, role="OP")
    member.answer, member.answered_at = Membership.Answer.WAITING, None
    member.save()
    return member


def _of_documents(cast: Cast) -> dict[str, Parts]:
    review = cast.review
    asked = documents.add_request(
        review=review,
        title="The last self-assessment",
        themes=["T1"],
        need="should",
        owner_role="ORG",
        agency=None,
        due_on=review.day_zero - dt.timedelta(days=20),
        **cast.when(),
    )
    document = make_document(review, by=cast.manager)
    waiting = make_document(review, by=cast.manager, title="Not confirmed")
    # As the upload leaves it when it finds marks: not numbered before somebody confirms.
    waiting.versions.update(number=0, marks={"nhs number": 1})
    row = ["T2", "Assessments in time", "%", "2011-12", "72.5", "65", "67", "Return"]
    pending = review.pending_figures.create(
        rows=[row], faults=[], read_at=timezone.now()
    )
    figure = review.figures.create(
        number=1, theme="T2", name="Plans reviewed in time", period="2011-12"
    )
    return {
        "asked-for document": {"request_id": asked.pk},
        "document": {
            "document_id": document.pk,
            "version_id": document.versions.get().pk,
        },
        "file to confirm": {"version_id": waiting.versions.get().pk},
        "figures to confirm": {"pending_id": pending.pk},
        "measure": {"figure_id": figure.pk},
    }


def _of_questionnaires(cast: Cast) -> dict[str, Parts]:
    review, manager = cast.review, cast.manager
    agency = review.agencies.all()[0]
    draft = make_questionnaire(review, by=manager)
    translating.choose_language(questionnaire=draft, code="cy", **cast.when())
    inviting.invite(questionnaire=draft, rows=people()[:1], **cast.when())
    inviting.set_open_link(questionnaire=draft, agency=agency, places=20, **cast.when())
    running = make_questionnaire(review, by=manager)
    inviting.set_open_link(
        questionnaire=running, agency=agency, places=20, **cast.when()
    )
    running = make_open(review, by=manager, questionnaire=running)
    closed = make_open(review, by=manager)
    releasing.close(questionnaire=closed, **cast.when())
    release = make_released(
        review,
        by=manager,
        groups={"POL/front-line": voices(12, favourable=8)},
    )
    (comment,) = add_comments(
        release, ["We hear back."], screening=Comment.Screening.MASKED
    )
    released = release.questionnaire
    return {
        "draft questionnaire": {
            **_contents_of(draft),
            "invitation_id": draft.invitations.all()[0].pk,
            "pending_id": make_pending(draft, by=manager).pk,
            "link_id": draft.open_links.get().pk,
        },
        "open questionnaire": {
            "questionnaire_id": running.pk,
            "link_id": running.open_links.get().pk,
        },
        "closed questionnaire": {"questionnaire_id": closed.pk},
        "released questionnaire": {
            "questionnaire_id": released.pk,
            "code": "Q01",
            "comment_id": comment.pk,
        },
    }


def _contents_of(questionnaire: Questionnaire) -> Parts:
    section = questionnaire.sections.all()[0]
    return {
        "questionnaire_id": questionnaire.pk,
        "section_id": section.pk,
        "question_id": section.questions.all()[0].pk,
        "number": 1,
    }


def _of_cases(cast: Cast) -> dict[str, Parts]:
    review, manager = cast.review, cast.manager
    case = make_case(review, by=manager)
    event = make_event(case, by=manager)
    hidden = make_case(review, by=manager)
    cases.set_aside(row=hidden, **cast.when())
    agency = review.agencies.all()[0]
    sheet = make_sheet(case, agency, by=manager)
    line = cases.add_record(
        kind="event",
        case=case,
        sheet=sheet,
        values=event_values(agency),
        **cast.when(),
    )
    risk.record_risk(
        review=review, case_code=case.code, person_told="Duty team", **cast.when()
    )
    return {
        "case": {"case_id": case.pk, "kind": "event", "record_id": event.pk},
        "case set aside": {"kind": "case", "row_id": hidden.pk},
        "preparation sheet": {
            "sheet_id": sheet.pk,
            "kind": "event",
            "record_id": line.pk,
        },
        "child at risk": {"alert_id": review.risk_alerts.get().pk},
    }


def _of_the_week(cast: Cast) -> dict[str, Parts]:
    review, manager = cast.review, cast.manager
    session = make_session(review, by=manager, peers=[cast.leader, cast.peer])
    cancelled = make_session(review, by=manager, title="Police")
    review.sessions.filter(pk=cancelled.pk).update(cancelled=True)
    release = make_release(review, by=manager)
    site = review.sites.create(title="The annexe")
    retired = review.rooms.all()[1]
    review.rooms.filter(pk=retired.pk).update(retired=True)
    away = review.away.create(
        site=site, day=review.day_zero, begins=dt.time(9), ends=dt.time(10)
    )
    need = review.needs.create(
        title="Foster carers", type="FG", minutes=60, source_class="C-PRAC"
    )
    notes = make_notes(
        session, [cast.leader, cast.peer], [f"Said, number {n}." for n in range(5)]
    )
    return {
        "session": {"session_id": session.pk},
        "cancelled session": {"session_id": cancelled.pk},
        "release of the timetable": {"release_id": release.pk},
        "building": {"site_id": site.pk},
        "room": {"room_id": review.rooms.all()[0].pk},
        "room taken out": {"room_id": retired.pk},
        "time that is not free": {"away_id": away.pk},
        "who to see": {"need_id": need.pk},
        "own draft of a note": {"draft_id": make_draft(session, manager).pk},
        "note": {"note_id": notes[0].pk},
        "note as evidence": {"key": str(notes[0].pk)},
    }


def _of_the_report(cast: Cast) -> dict[str, Parts]:
    review = cast.review
    finding = make_finding(review, by=cast.peer)
    excerpt = propose(finding, by=cast.peer)
    make_agreed(review, by=cast.leader, title="Supervision is regular")
    version = put_at_ready(build(review, by=cast.manager))
    return {
        "finding": {"finding_id": finding.pk, "excerpt_id": excerpt.pk},
        "version of the report": {"number": version.number},
        "text of the report": {"section": "thanks"},
    }


def _of_a_move(cast: Cast) -> dict[str, Parts]:
    """It was moved here, and a file waits with which it could move on."""
    review = cast.review
    lines = audit.lines(review)
    EarlierTrail(
        review=review,
        number=1,
        moved_on=review.day_zero,
        lines=len(lines),
        head=lines[-1]["hash"],
        content=lines,
    ).save(force_insert=True)
    path = path_of(review)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"A")
    return {"file to move": {}, "trail of before a move": {"number": 1}}


def _of_the_close(cast: Cast) -> dict[str, Parts]:
    """One that was asked for, and what only a closed review has: an archive and a certificate."""
    review, at = cast.review, timezone.now()
    closing = Closing.objects.create(
        review=review,
        asked_by=cast.manager,
        asked_name=cast.manager.full_name,
        asked_role="Review manager",
        asked_at=at,
        archive_sha256="0" * 64,
        archive_bytes=1,
    )
    path = archive_path(closing)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"A")
    Certificate.objects.create(
        review=review,
        kind=Certificate.Kind.INTERIM,
        made_at=at,
        signed=b"{}",
        sha256="0" * 64,
        pdf=b"%PDF",
    )
    return {"close": {"kind": "interim"}}
