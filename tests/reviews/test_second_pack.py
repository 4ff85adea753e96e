"""A review of another framework, with other roles, themes, week and questions, from set-up to report."""

import datetime as dt
import io
from collections.abc import Callable, Iterable

import pypdf
import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

import casemapping.domain
import feedback.domain.reports
import scheduling.domain.week
from casemapping.models import CaseMap
from peerreview.home import APPS
from questionnaires import reading
from questionnaires.domain import answering, releasing
from questionnaires.domain.inviting import Invitee
from questionnaires.models import Questionnaire
from reviews import domain, packs
from reviews.domain import documents, hypotheses
from reviews.models import (
    AccessRole,
    Delivery,
    Membership,
    Review,
    SignOff,
    Stage,
    User,
)
from reviews.reading.briefing import briefing_of
from reviews.reading.checks import standing_checks
from reviews.reading.documents import documents_to_send
from reviews.reading.terms import wording
from tests.make import make_membership, make_user, move
from tests.make_casemapping import involvement_values
from tests.make_documents import make_document
from tests.make_feedback import build, make_agreed, make_report, put_at_ready
from tests.make_questionnaires import (
    again,
    answers_of,
    close_and_release,
    make_open,
)
from tests.make_scheduling import make_notes

SECOND = "lscb-diagnostic-2015"
SignIn = Callable[[User], Client]
BOOK = [
    Invitee(agency, group, f"person{n}@{agency.lower()}.example", "")
    for agency, group in (("LA", "FL"), ("POL", "SUP"), ("SCH", "DSP"))
    for n in range(12)
]


@pytest.fixture
def diagnostic(manager: User) -> Review:
    review = domain.create_review(
        pack=packs.load(SECOND),
        council="Ashmere Council",
        day_zero=dt.date(2015, 7, 6),
        duty_contact="Duty team, 01632 960001, day and night",
        by=manager,
        at=timezone.now(),
    )
    for access in (AccessRole.TL, AccessRole.AP, AccessRole.P, AccessRole.CS):
        make_membership(review, access)
    return review


def test_a_review_of_another_framework_runs_from_set_up_to_the_report(
    diagnostic: Review, manager: User, sign_in: SignIn
) -> None:
    desk = sign_in(manager)
    at = timezone.now()

    def page(name: str, *numbers: object) -> str:
        answer = desk.get(reverse(name, args=[diagnostic.pk, *numbers]))
        assert answer.status_code == 200, name
        return " ".join(answer.content.decode().split())

    assert "Diagnostic manager" in page("reviews:team")
    assert "Diagnostic agreed with the board" in page("reviews:plan")
    assert "Knowing how children fare" in page("reviews:framework-read", "themes")
    page("reviews:set-up")
    page("home:home")

    questionnaire = make_open(diagnostic, by=manager, rows=BOOK)
    for invitation in questionnaire.invitations.select_related("questionnaire__review"):
        answers = answers_of(questionnaire) | {"W1": "We meet.", "W2": "More time."}
        answering.submit_response(
            access_link=invitation,
            respondent_form=reading.respondent_form_of(questionnaire),
            answers=answers,
            draft=None,
        )
    page("questionnaires:overview", questionnaire.pk)
    close_and_release(questionnaire, by=manager)
    assert "The board knows how children here are faring." in page(
        "questionnaires:results", questionnaire.pk
    )

    diagnostic = move(diagnostic, Stage.PRE_SITE)
    scheduling.domain.week.seed_timetable(review=diagnostic, by=manager, at=at)
    assert "Board meeting" in page("scheduling:timetable")
    assert "Lunch" in page("scheduling:timetable")

    diagnostic = move(diagnostic, Stage.ON_SITE)
    session = diagnostic.sessions.get(code="D104")
    page("scheduling:note-new", session.pk)
    page("scheduling:my-day")
    peers = [make_membership(diagnostic, AccessRole.P).user for _ in range(2)]
    notes = make_notes(
        session,
        peers,
        [f"Staff say that thresholds are read alike, part {n}." for n in range(4)],
        themes=["B4"],
        line="4.1",
    )
    assert {note.said.kind for note in notes} == {"strength"}
    page("scheduling:notes")
    page("feedback:board")
    page("feedback:findings")
    make_agreed(diagnostic, by=manager, theme="B2", title="The board sees its figures")

    diagnostic = move(diagnostic, Stage.REPORTING)
    page("feedback:report")
    version = put_at_ready(build(diagnostic, by=manager))
    report = page("feedback:report-read", version.number)
    for words in (
        "Governance and leadership of the board",
        "The board sees its figures",
        "What the survey said",
        "This local safeguarding children board diagnostic took place",
        "The board will want to talk these findings over",
    ):
        assert words in report


# The whole road, by the verbs that the pages call, with every app's own reasons against moving on

NOW = dt.datetime(2015, 5, 12, 10, tzinfo=dt.UTC)
Status = CaseMap.Status


def blockers(review: Review, to: Stage) -> list[str]:
    return [
        each.sentence for app in APPS for each in app.reading.stage_blockers(review, to)
    ]


def pass_on(review: Review, to: Stage, by: User) -> Review:
    """The next stage, as the manager's button moves it."""
    domain.move_stage(
        review=review, to=to, blockers=blockers(review, to), by=by, at=NOW
    )
    return Review.objects.get(pk=review.pk)


def staff(review: Review, by: User) -> dict[str, Membership]:
    """Everybody whom the framework needs, by its own roles."""
    found = {"DM": review.memberships.get(user=by)}
    for role in review.pack.roles:
        if role.has_account and role.code != "DM":
            agency = review.agencies.get(code="POL") if role.code == "BP" else None
            found[role.code] = domain.add_member(
                review=review,
                user=make_user(f"Person of {role.title}"),
                role_code=role.code,
                by=by,
                at=NOW,
                home_organisation="Fenland County Council",
                agency=agency,
            )
            domain.accept_invitation(
                member=found[role.code], by=found[role.code].user, at=NOW
            )
    return found


def set_up(review: Review, people: dict[str, Membership], by: User) -> Review:
    domain.change_details(
        review=review,
        version=review.version,
        by=by,
        at=NOW,
        scope="How the board knows what it changes",
        council_contact_name="Bryn Castell",
        council_contact_email="bryn.castell@ashmere.example",
    )
    domain.set_key_questions(
        review=review, questions=["What changed?", "Who noticed?"], by=by, at=NOW
    )
    review = Review.objects.get(pk=review.pk)
    for code in ("DM", "CH"):
        domain.sign(
            member=people[code],
            subject=SignOff.Subject.TERMS,
            seen=wording(review, SignOff.Subject.TERMS),
            agreed=True,
            by=people[code].user,
            at=NOW,
        )
    for code in ("DM", "LR", "BC", "PP", "NP", "DA"):
        domain.declare_interest(
            member=people[code],
            something=False,
            text="",
            sessions="",
            agencies=[],
            by=people[code].user,
            at=NOW,
        )
    return review


def change_the_plan(review: Review, by: User) -> Review:
    """One milestone by hand, and the whole visit by a week."""
    survey = review.milestones.get(code="ASK")
    domain.change_milestone(
        milestone=survey,
        version=survey.version,
        due_on=survey.due_on + dt.timedelta(days=1),
        owner_role="BM",
        status="in_progress",
        evidence="",
        today=NOW.date(),
        by=by,
        at=NOW,
    )
    domain.move_day_zero(
        review=review,
        day_zero=dt.date(2015, 7, 13),
        version=review.version,
        by=by,
        at=NOW,
    )
    return Review.objects.get(pk=review.pk)


def anew(people: dict[str, Membership]) -> dict[str, Membership]:
    """The same people, at the stage that their review has come to."""
    rows = Membership.objects.select_related("review", "user", "agency")
    return {code: rows.get(pk=each.pk) for code, each in people.items()}


def send_documents(review: Review, people: dict[str, Membership], by: User) -> None:
    asked = {each.code: each for each in review.document_requests.all()}
    assert set(asked) == {"P1", "P2", "P3", "P4", "P5"}
    make_document(review, by=people["BM"].user, title="Report", request=asked["P1"])
    agency = review.agencies.get(code="POL")
    assert documents_to_send(people["BP"], today=NOW.date()) != []
    make_document(
        review,
        by=people["BP"].user,
        title="Audit",
        request=asked["P5"],
        agency=agency,
    )
    assert documents_to_send(people["BP"], today=NOW.date()) == []
    documents.remove_request(request=asked["P4"], by=by, at=NOW)


def tell_everybody(review: Review, by: User) -> None:
    batch = domain.send_briefing(review=review, by=by, at=NOW)
    assert batch
    note = briefing_of(review)
    assert [part.code for part in note.parts][-2:] == ["contacts", "speak"]
    assert "Diagnostic manager: Morgan Vale" in str(note)
    domain.release(batch=batch, version=batch.version, by=by, at=NOW)
    assert not review.messages.filter(state=Delivery.DRAFT).exists()


def ask_and_release(
    review: Review, people: dict[str, Membership], by: User
) -> tuple[Review, Questionnaire]:
    questionnaire = make_open(review, by=by, rows=BOOK)
    for invitation in questionnaire.invitations.select_related("questionnaire__review"):
        answers = answers_of(questionnaire) | {"W1": "We meet.", "W2": "More time."}
        answering.submit_response(
            access_link=invitation,
            respondent_form=reading.respondent_form_of(questionnaire),
            answers=answers,
            draft=None,
        )
    assert blockers(review, Stage.PRE_SITE) == [
        "The questionnaire is still open: close it first"
    ]
    with pytest.raises(domain.StageBlocked):
        pass_on(review, Stage.PRE_SITE, by)
    releasing.close(questionnaire=questionnaire, by=by, at=NOW)
    review = pass_on(review, Stage.PRE_SITE, by)
    assert "have not been released yet" in blockers(review, Stage.ON_SITE)[0]
    releasing.ask_for_release(questionnaire=again(questionnaire), by=by, at=NOW)
    leader = people["LR"].user
    releasing.approve_release(questionnaire=again(questionnaire), by=leader, at=NOW)
    releasing.release(questionnaire=again(questionnaire), today=NOW.date())
    return review, again(questionnaire)


def map_a_case(review: Review, people: dict[str, Membership], by: User) -> CaseMap:
    """As the framework's own workshop takes it down: it has no decision points."""
    case = casemapping.domain.create_case(
        review=review,
        values={
            "category": "board-audit",
            "age_band": "older",
            "selection_reason": "The board looked at it last year.",
            "mode": "pre-visit",
        },
        by=by,
        at=NOW,
    )
    police = review.agencies.get(code="POL")
    casemapping.domain.set_facilitators(
        case=case, members=[people["PP"], people["NP"]], by=by, at=NOW
    )
    casemapping.domain.move(case=case, to=Status.CHOSEN, by=by, at=NOW)
    casemapping.domain.ask_agencies(case=case, agencies=[police], by=by, at=NOW)
    sheet = case.sheets.get()
    for kind, values in (
        ("involvement", involvement_values(role_group="Police officer")),
        ("event", {"month": 2, "type": "meeting", "text": "Three agencies met."}),
    ):
        casemapping.domain.add_record(
            kind=kind,
            case=case,
            sheet=sheet,
            values=values,
            by=people["BP"].user,
            at=NOW,
        )
    casemapping.domain.hand_in(sheet=sheet, by=people["BP"].user, at=NOW)
    casemapping.domain.move(case=case, to=Status.PREPARED, by=by, at=NOW)
    casemapping.domain.add_record(
        kind="learning",
        case=case,
        values={
            "kind": "learning",
            "theme": "B2",
            "direction": "area",
            "text": "The board hears of change late.",
        },
        by=by,
        at=NOW,
    )
    casemapping.domain.move(case=case, to=Status.MAPPED, confirmed=True, by=by, at=NOW)
    return case


def listen(
    review: Review, people: dict[str, Membership], owners: Iterable[User]
) -> None:
    session = review.sessions.get(code="D104")
    notes = make_notes(
        session,
        owners,
        [f"Staff say that thresholds are read alike, part {n}." for n in range(6)],
        themes=["B4"],
        line="4.1",
    )
    assert len(notes) == 6
    make_agreed(
        review,
        by=people["LR"].user,
        theme="B2",
        title="The board sees its figures",
    )


def test_the_whole_road_of_another_framework_to_its_pdf(manager: User) -> None:
    review = domain.create_review(
        pack=packs.load(SECOND),
        council="Ashmere Council",
        day_zero=dt.date(2015, 7, 6),
        duty_contact="Duty team, 01632 960001, day and night",
        by=manager,
        at=NOW,
    )
    people = staff(review, manager)
    review = set_up(review, people, manager)
    review = change_the_plan(review, manager)
    assert review.last_day == dt.date(2015, 7, 15)
    assert standing_checks(review, today=NOW.date()) == []
    review = pass_on(review, Stage.LEAD_IN, manager)

    send_documents(review, anew(people), manager)
    tell_everybody(review, manager)
    hypotheses.write_hypothesis(
        review=review,
        theme="B2",
        kind="hypothesis",
        text="The board sees figures of one agency alone.",
        basis=["documents"],
        state="agreed",
        by=people["DA"].user,
        at=NOW,
    )
    review, _ = ask_and_release(review, people, manager)

    assert blockers(review, Stage.ON_SITE) == [
        "The timetable has no session yet: fill in the sample week or add one"
    ]
    scheduling.domain.week.seed_timetable(review=review, by=manager, at=NOW)
    case = map_a_case(review, people, manager)
    review = pass_on(review, Stage.ON_SITE, manager)

    listen(review, people, [people["PP"].user, people["NP"].user])
    assert blockers(review, Stage.REPORTING) == [
        f"{case.code} has not been discussed with the team yet: "
        "discuss it, then mark it as discussed"
    ]
    casemapping.domain.move(case=case, to=Status.DISCUSSED, by=manager, at=NOW)
    review = pass_on(review, Stage.REPORTING, manager)

    assert blockers(review, Stage.FEEDBACK) != []
    version = make_report(review, by=manager)
    feedback.domain.reports.approve_report(
        version=version, by=people["LR"].user, at=NOW
    )
    review = pass_on(review, Stage.FEEDBACK, manager)
    feedback.domain.reports.issue_report(version=version, by=manager, at=NOW)

    pages = pypdf.PdfReader(io.BytesIO(bytes(version.pdf or b""))).pages
    text = " ".join(" ".join(page.extract_text() for page in pages).split())
    for words in (
        "Local Safeguarding Children Board Diagnostic",
        "13 to 15 July 2015",
        "Governance and leadership of the board",
        "The board sees its figures",
        "What the survey said",
        "What changed?",
    ):
        assert words in text
    assert "thresholds are read alike" not in text
