"""What two people can open after the close: what is kept, and nothing that anybody said, and nobody
who was met or invited."""

import json

import pytest

from casemapping.models import TimelineEvent
from reviews.domain import archiving
from reviews.models import AccessRole, Review, SpeakRequest, User
from scheduling import evidence
from scheduling.domain.week import Person
from tests.make import make_membership
from tests.make_casemapping import make_case, make_event
from tests.make_feedback import make_excerpt, make_finding
from tests.make_questionnaires import answer_by, close_and_release, make_open
from tests.make_scheduling import make_draft, make_notes, make_session

pytestmark = pytest.mark.django_db

NOTE, DRAFT, COMMENT = "Heron over the weir", "Otter by the mill", "A wren in the yew"
ASKED, MET, TITLE = "Swifts at dusk", "Ada Lark", "Rooks in the rectory elms"


@pytest.fixture
def spoken(review: Review, manager: User) -> Review:
    leader = make_membership(review, AccessRole.TL).user
    questionnaire = make_open(review, by=manager)
    answer_by(questionnaire, 12, comment=COMMENT)
    close_and_release(questionnaire, by=manager)
    make_event(make_case(review, by=manager), by=manager)
    session = make_session(
        review, by=manager, title=TITLE, peers=[leader, manager], people=[Person(MET)]
    )
    make_notes(session, [leader, manager], [f"{NOTE} {n}." for n in range(5)])
    [item, *_] = evidence.evidence_for(review)
    make_excerpt(
        make_finding(review, by=leader), by=leader, item=item, cleared_by=manager
    )
    make_draft(session, leader, DRAFT)
    SpeakRequest(
        review=review, words={"about": ASKED, "reach": "x@y.example", "when": ""}
    ).save(force_insert=True)
    return review


def archived(review: Review) -> str:
    files = archiving.archived(review)
    return "\n".join(content.decode(errors="replace") for content in files.values())


def test_nothing_that_anybody_said_and_nobody_who_was_met_is_in_the_archive(
    spoken: Review,
) -> None:
    said = archived(spoken)
    names = [
        word
        for each in spoken.questionnaires.get().invitations.all()
        for word in (each.name, each.email)
    ]
    excerpt = spoken.findings.get().excerpts.get()
    event = TimelineEvent.objects.get()

    assert len(names) > 20
    for word in (NOTE, DRAFT, COMMENT, ASKED, MET, TITLE, excerpt.words, event.text):
        assert word, "there is something to look for"
        assert word not in said, word
    assert [name for name in names if name and name in said] == []


@pytest.mark.parametrize(("came", "said"), [(13, 10), (16, 20)])
def test_the_timetable_in_the_archive_names_no_room_and_rounds_how_many_came(
    spoken: Review, came: int, said: int
) -> None:
    spoken.sessions.update(came=came)
    session = spoken.sessions.get()
    content = archiving.archived(spoken)["visit.json"].decode()
    visit = json.loads(content)

    assert visit["people met, to the nearest ten"] == said
    [row] = visit["timetable"]
    assert set(row) == {"day", "start", "minutes", "kind"}
    assert session.room
    for word in (session.room.title, session.title, MET):
        assert word
        assert word not in content


def test_control_what_is_kept_is_found_by_the_same_search(spoken: Review) -> None:
    said = archived(spoken)
    finding = spoken.findings.get()

    assert finding.title in said
    assert finding.text in said
    assert spoken.council in said
    assert '"sessions with people": 1' in said
