"""What is held of a review, for whoever answers requests for information: standing texts."""

import datetime as dt
import html
import re
from dataclasses import replace

import pytest
import time_machine
from django.conf import LazySettings
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from feedback.models import ReportVersion
from questionnaires.domain.inviting import invite
from questionnaires.models import Invitation, Questionnaire
from reviews.access import GRANTS, NO_STAGE, OTHER_STAGES
from reviews.apps_above.records import NONE, PRINTED, Life, Tie
from reviews.models import (
    AccessRole,
    Review,
    Roster,
    SpeakRequest,
    Stage,
    User,
)
from reviews.reading import held
from reviews.reading.records import every_record
from reviews.secrets import keystore
from reviews.secrets.sealing import key_name
from tests.house.test_kept_table import OPEN
from tests.make import make_membership, make_review, make_user, move
from tests.make_closing import asked, close, confirmed, member_of
from tests.make_feedback import make_agreed, make_report
from tests.make_questionnaires import (
    answer_by,
    close_and_release,
    make_open,
    make_questionnaire,
    people,
)
from tests.make_scheduling import make_notes, make_session
from tests.reviews.members import SignIn

COUNCIL = (AccessRole.CS, AccessRole.CC)
PAGES = ("records", "records-people")
# The visit is from 4 to 8 February 2013; what people say goes six weeks after its first day.
BEFORE = dt.date(2013, 3, 17)
DAY = dt.date(2013, 3, 18)
AFTER = dt.date(2013, 3, 19)
NOON = dt.datetime(2013, 3, 12, 12, tzinfo=dt.UTC)


def page(client: Client, review: Review, name: str) -> str:
    """Its bytes but for the tokens of its forms, as text."""
    answer = client.get(reverse(f"reviews:{name}", args=[review.pk]))
    assert answer.status_code == 200
    return re.sub(r'value="\w{64}"', "", html.unescape(answer.content.decode()))


def flat(text: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", text).split())


def words(review: Review, life: Life, today: dt.date) -> str:
    return held.Endings(member_of(review, AccessRole.CS), today=today).words(life)


def kill(review: Review, *scopes: str) -> None:
    for scope in scopes:
        keystore.destroy(key_name(scope, review.pk))


# --- the table -----------------------------------------------------------------------------------


def faults(record: object) -> list[str]:
    """What is missing of a class in the columns of these pages."""
    found = []
    council, person = getattr(record, "council", None), getattr(record, "person", "")
    if not isinstance(council, str) or council.endswith("."):
        found.append("council")
    if not person.endswith(".") or person[:1] != person[:1].upper():
        found.append("person")
    return found


def test_each_class_says_what_the_council_has_of_it_and_where_a_person_stands() -> None:
    assert {each.code: faults(each) for each in every_record() if faults(each)} == {}
    assert faults(object()) == ["council", "person"]


@pytest.mark.parametrize("code", sorted(OPEN))
def test_the_council_is_given_what_its_roles_can_open_and_nothing_else(
    code: str,
) -> None:
    """Whoever of the council, or of its agencies, may open some of it by the access table."""
    record = next(each for each in every_record() if each.code == code)
    opens = {
        role
        for action in OPEN[code][1]
        for role, stages in GRANTS[action].items()
        if stages and role in (*COUNCIL, AccessRole.PC)
    }
    # Letters lie in mailboxes, changes at the foot of pages, links with whoever they are for.
    elsewhere = {"messages", "trail", "open links"}

    assert bool(opens) == (
        record.council not in (NONE, PRINTED) and code not in elsewhere
    )


def test_what_people_said_is_never_given() -> None:
    given = {each.code: each.council for each in every_record()}

    for code in ("notes", "answers", "sealed answers", "speak requests", "roster"):
        assert given[code] == NONE
    for code in ("findings", "excerpts", "results"):
        assert given[code] == PRINTED


PEOPLE = {"reviews.User", "reviews.Membership"}
MET = {"scheduling.Invitee", "scheduling.SessionPerson", "questionnaires.Invitation"}
NAMES = {"name", "email", "post", "to", "who"}


def leads_to(code: str) -> set[str]:
    """Whom rows of a class point at or name."""
    record = next(each for each in every_record() if each.code == code)
    found = set()
    for rows in record.rows:
        fields = [*rows.model._meta.fields, *rows.model._meta.many_to_many]
        for field in fields:
            if field.related_model and field.related_model._meta.label in PEOPLE | MET:
                found.add(field.related_model._meta.label)
        if rows.label in MET:
            found.add(rows.label)
    return found


def test_what_is_tied_to_no_person_has_no_column_of_one() -> None:
    for record in every_record():
        found = leads_to(record.code)
        if record.tie == Tie.NOBODY:
            assert found == set(), record.code
        if record.tie == Tie.ON_REVIEW:
            assert found & MET == set(), record.code
    # The control: these have such columns, and say so.
    assert leads_to("cases") & PEOPLE
    assert leads_to("timetable") & MET
    assert leads_to("invited") & MET


def test_of_names_that_texts_are_screened_for_no_address_and_no_group_is_kept(
    review: Review, manager: User
) -> None:
    rows = [
        replace(each, name=f"Invitee{number} Quorndon")
        for number, each in enumerate(people())
    ]
    invite(
        questionnaire=make_questionnaire(review, by=manager),
        rows=rows,
        by=manager,
        at=timezone.now(),
    )
    invited = list(Invitation.objects.all())
    kept = Roster.objects.get(review=review).people

    assert len(invited) > 20
    assert {len(pair) for pair in kept} == {2}
    assert {each.name for each in invited} <= {name for name, _ in kept}
    words_kept = {word for pair in kept for word in pair}
    for each in invited:
        assert each.email not in words_kept
        assert each.leaf not in words_kept


# --- who opens the pages -------------------------------------------------------------------------


@pytest.mark.parametrize("stage", list(Stage))
def test_the_councils_sponsor_and_contact_open_both_and_their_home_leads_there(
    review: Review, sign_in: SignIn, stage: Stage
) -> None:
    move(review, stage)
    for role in COUNCIL:
        client = sign_in(member_of(review, role).user)
        for name in PAGES:
            assert "Print or save this page" in page(client, review, name)
        home = client.get(reverse("home:home", args=[review.pk])).content.decode()
        assert reverse("reviews:records", args=[review.pk]) in home


def test_a_partner_opens_neither_and_is_told_that_no_stage_will(
    review: Review, sign_in: SignIn
) -> None:
    client = sign_in(make_membership(review, AccessRole.PC).user)
    for name in PAGES:
        answer = client.get(reverse(f"reviews:{name}", args=[review.pk]))
        assert answer.status_code == 403
        assert NO_STAGE in answer.content.decode()


def test_a_page_of_other_stages_says_so(review: Review, sign_in: SignIn) -> None:
    client = sign_in(member_of(review, AccessRole.CS).user)
    move(review, Stage.SET_UP)
    report = client.get(reverse("feedback:report", args=[review.pk]))
    audit = client.get(reverse("reviews:audit", args=[review.pk]))

    assert report.status_code == audit.status_code == 403
    said = OTHER_STAGES.format(
        opens="the stages “Feedback” and “Closed”", now="“Set-up”"
    )
    assert said in report.content.decode()
    assert NO_STAGE in audit.content.decode()
    assert str(PermissionDenied()) == ""


def test_of_a_page_that_several_rights_open_it_says_the_stages_of_all_of_them(
    review: Review, manager: User, sign_in: SignIn
) -> None:
    client = sign_in(manager)
    move(review, Stage.CLOSED)
    documents = client.get(reverse("reviews:documents", args=[review.pk]))
    release = client.get(reverse("reviews:review-delete", args=[review.pk]))

    stages = "“Set-up”, “Lead-in”, “Before the visit”, “On site”, “Reporting”"
    for answer, opens in (
        (documents, f"the stages {stages} and “Feedback”"),
        (release, "the stage “Set-up”"),
    ):
        assert answer.status_code == 403
        said = OTHER_STAGES.format(opens=opens, now="“Closed”")
        assert said in answer.content.decode()


def test_what_is_refused_for_another_reason_names_no_stage(
    db: None, sign_in: SignIn
) -> None:
    client = sign_in(make_user("Nia Frobisher"))
    answer = client.get(reverse("reviews:new"))

    assert answer.status_code == 403
    assert "This page is not open to you." in answer.content.decode()
    assert "stage" not in flat(answer.content.decode())


# --- what stands on them -------------------------------------------------------------------------


@time_machine.travel(NOON, tick=False)
def test_it_says_what_the_council_is_given_and_never_given(
    review: Review, sign_in: SignIn
) -> None:
    said = page(sign_in(member_of(review, AccessRole.CC).user), review, "records")
    lists = said.split('id="given"')[1].split('id="holder"')[0]
    given, never = lists.split('id="never"')

    assert "Every issued version of the report" in given
    assert "The letters to its own people, in its mailboxes" in given
    assert "Notes from sessions" not in given
    for title in ("Notes from sessions", "Answers before the release", "Findings"):
        assert title in never
    for record in every_record():
        assert record.title in said
        assert record.who in said
    # By heading, not by class: the day is said once as such.
    headings = re.findall(r"<h2[^>]*>([^<]+)</h2>", said)
    assert "Until 18 March 2013, or the close if that is sooner" in headings
    assert "Until six years after the close" in headings
    assert len(headings) == len(set(headings))
    for place in re.findall(r'href="#([\w-]+)"', said):
        assert f'id="{place}"' in said


@time_machine.travel(NOON, tick=False)
def test_on_paper_it_says_of_what_and_of_when_it_is(
    review: Review, sign_in: SignIn
) -> None:
    client = sign_in(member_of(review, AccessRole.CC).user)
    for name in PAGES:
        said = flat(page(client, review, name))
        assert (
            f"{review.programme}, 4 to 8 February 2013. Stage: Set-up. As it stood on "
            "12 March 2013." in said
        )


def test_it_names_who_answers_for_it_or_the_review_manager(
    review: Review, sign_in: SignIn, settings: LazySettings
) -> None:
    client = sign_in(member_of(review, AccessRole.CS).user)
    for name in PAGES:
        settings.DATA_CONTROLLER = "Peer programme, 1 Example Street, dpo@example.org"
        named = flat(page(client, review, name))
        settings.DATA_CONTROLLER = ""
        unnamed = flat(page(client, review, name))
        assert "Who answers for the data: Peer programme, 1 Example Street" in named
        assert "Ask the review manager whom to write to: " in unnamed
        for said in (named, unnamed):
            assert review.contact_name in said
            assert review.contact_email in said


def test_the_person_page_says_where_somebody_would_stand(
    review: Review, sign_in: SignIn
) -> None:
    said = page(
        sign_in(member_of(review, AccessRole.CS).user), review, "records-people"
    )
    staff, rest = said.split('id="staff"')[1].split('id="on_review"')
    on_review, nobody = rest.split('id="nobody"')

    assert "Name, post and email address of each person met" in staff
    assert "Who changed what on the review." in on_review
    for title in ("Notes from sessions", "Answers and comments after the release"):
        assert title in nobody
        assert title not in staff + on_review
    for record in every_record():
        assert record.person in said
    assert "<form" not in said.split("<main")[1].split("</main>")[0]


def test_privacy_and_records_say_one_thing_of_freedom_of_information(
    review: Review, sign_in: SignIn
) -> None:
    client = sign_in(member_of(review, AccessRole.CS).user)
    privacy = flat(html.unescape(client.get(reverse("pages:privacy")).content.decode()))
    never = {each.title for each in every_record() if each.council == NONE}

    assert "It is never given answers, comments or notes." in privacy
    assert {"Answers and comments after the release", "Notes from sessions"} <= never


# --- two worlds ----------------------------------------------------------------------------------


def make_world(questionnaire: Questionnaire, manager: User, *, other: bool) -> None:
    """Two that differ in who is met in private, in notes, in answers and in who asked to be heard."""
    review = questionnaire.review
    leader = member_of(review, AccessRole.TL).user
    session = make_session(
        review,
        by=manager,
        peers=[leader, manager],
        names_kept=True,
        title="Ottoline Fennimarsh" if other else "Zanthe Quorndon",
    )
    if other:
        make_notes(session, [leader, manager], [f"Heard {n}." for n in range(5)])
        SpeakRequest(review=review, words="Hear me.").save(force_insert=True)
        answer_by(questionnaire, 17)


@pytest.mark.parametrize("today", [NOON.date(), DAY, AFTER])
def test_the_bytes_are_the_same_whoever_is_met_and_whatever_was_said(
    review: Review, manager: User, sign_in: SignIn, today: dt.date
) -> None:
    clients = [sign_in(member_of(review, role).user) for role in COUNCIL]
    member_of(review, AccessRole.TL)
    questionnaire = make_open(review, by=manager)
    review = move(review, Stage.PRE_SITE)
    noon = dt.datetime.combine(today, dt.time(12), dt.UTC)

    def seen() -> list[str]:
        with time_machine.travel(noon, tick=False):
            said = [page(each, review, name) for each in clients for name in PAGES]
        return "".join(said).splitlines()

    bare = seen()
    make_world(questionnaire, manager, other=False)
    one = seen()
    make_world(questionnaire, manager, other=True)

    assert seen() == one == bare


@time_machine.travel(NOON, tick=False)
def test_a_release_of_the_results_is_not_told(
    review: Review, manager: User, sign_in: SignIn
) -> None:
    client = sign_in(member_of(review, AccessRole.CS).user)
    questionnaire = make_open(review, by=manager, closes_in=3)
    answer_by(questionnaire, 12)
    review = move(review, Stage.PRE_SITE)
    before = [page(client, review, name).splitlines() for name in PAGES]
    close_and_release(questionnaire, by=manager)
    move(review, Stage.PRE_SITE)

    after = [page(client, review, name).splitlines() for name in PAGES]
    assert after == before


# --- days, and what is past ----------------------------------------------------------------------


def test_on_the_day_of_the_words_it_is_said_as_past_once_their_key_is_gone(
    review: Review,
) -> None:
    day = "18 March 2013"
    ahead = f"Until {day}, or the close if that is sooner"
    assert words(review, Life.WORDS, BEFORE) == ahead
    # In the hours before the night's work, and where a night has failed.
    assert words(review, Life.WORDS, DAY) == f"Until {day}"
    assert words(review, Life.WORDS, AFTER) == f"Kept until {day}, now being destroyed"
    kill(review, "speech")
    for today in (DAY, AFTER):
        assert words(review, Life.WORDS, today) == f"Kept until {day}, then destroyed"


def test_what_goes_with_a_step_says_its_latest_day(review: Review) -> None:
    said = words(review, Life.SOURCES, BEFORE)
    assert said == (
        "Until the night after the leader’s first approval of a report; at the latest until 18 March "
        "2013, or the close if that is sooner"
    )
    kill(review, "sources", "roster")
    assert words(review, Life.SOURCES, AFTER) == (
        "Kept until the night after the leader’s first approval of a report; at the latest until 18 "
        "March 2013, then destroyed"
    )
    assert words(review, Life.ROSTER, AFTER).endswith("18 March 2013, then destroyed")
    assert words(review, Life.RELEASE, AFTER) == (
        "Kept until the release of the results; without one, unread until 18 March 2013, then "
        "destroyed"
    )


def test_the_first_issue_is_told_by_its_day_to_those_whose_pages_show_it(
    review: Review, manager: User
) -> None:
    make_agreed(review, by=manager)
    version = make_report(review, by=manager)
    ReportVersion.objects.filter(pk=version.pk).update(
        approved_by=manager, approved_on=dt.date(2013, 3, 10), issued_on=NOON.date()
    )
    told = (
        "Until the night after 12 March 2013, when a report was first issued",
        "Until the night after the first issue of a report; at the latest until 18 March 2013, or the "
        "close if that is sooner",
    )
    for stage, says in ((Stage.FEEDBACK, told[0]), (Stage.REPORTING, told[1])):
        review = move(review, stage)
        assert words(review, Life.ROSTER, NOON.date()) == says
    # The approval is the team's alone.
    assert "10 March" not in words(move(review, Stage.FEEDBACK), Life.SOURCES, AFTER)


def test_addresses_go_after_what_the_questionnaire_says(
    review: Review, manager: User
) -> None:
    assert words(review, Life.ADDRESSES, BEFORE).startswith("Until two weeks after the")
    questionnaire = make_open(review, by=manager)
    Questionnaire.objects.filter(pk=questionnaire.pk).update(keep_addresses_days=10)

    assert words(review, Life.ADDRESSES, BEFORE) == (
        "Until ten days after the release of the results; without one, until 18 March 2013, or the "
        "close if that is sooner; at the latest until the close"
    )


def test_after_the_close_its_day_is_said_and_what_it_destroyed_is_past(
    review: Review,
) -> None:
    with time_machine.travel(NOON, tick=False):
        asked(review, at=NOON)
        confirmed(review, at=NOON)
        review.refresh_from_db()
        going = words(review, Life.CLOSE, NOON.date())
    assert going == "Kept until the close on 12 March 2013, now being destroyed"


def test_once_it_is_closed_nothing_that_went_is_said_to_be_held(
    review: Review, sign_in: SignIn
) -> None:
    client = sign_in(member_of(review, AccessRole.CC).user)
    with time_machine.travel(NOON, tick=False):
        close(review, at=NOON)
        review.refresh_from_db()
        said = page(client, review, "records")
    for life in (Life.WORDS, Life.CLOSE):
        gone = "Kept until the close on 12 March 2013, then destroyed"
        assert words(review, life, AFTER) == gone
    headings = re.findall(r"<h2[^>]*>([^<]+)</h2>", said)
    assert "Until 12 March 2019, six years after the close on 12 March 2013" in headings
    assert [each for each in headings if each.startswith("Until")] == [
        "Until a step of the review was done",
        "Until 12 March 2019, six years after the close on 12 March 2013",
    ]
    assert "now being destroyed" not in said
    assert "if that is sooner" not in said


def test_words_that_went_before_the_close_keep_their_own_day(review: Review) -> None:
    kill(review, "speech")
    later = dt.datetime(2013, 5, 2, 10, tzinfo=dt.UTC)
    with time_machine.travel(later, tick=False):
        close(review, at=later)
        review.refresh_from_db()
    said = words(review, Life.WORDS, later.date())

    assert said == "Kept until 18 March 2013, then destroyed"


# --- the plan's own line of it -------------------------------------------------------------------


@time_machine.travel(NOON, tick=False)
def test_the_destruction_is_said_to_come_by_itself(
    review: Review, sign_in: SignIn
) -> None:
    """Nobody has to press for it."""
    move(review, Stage.FEEDBACK)
    review.milestones.exclude(code="FBK-07").delete()
    client = sign_in(member_of(review, AccessRole.CS).user)
    home = flat(
        html.unescape(
            client.get(reverse("home:home", args=[review.pk])).content.decode()
        )
    )

    assert "Notes and case data destroyed By itself, by 18 March 2013" in home


def test_another_review_is_not_there(review: Review, sign_in: SignIn) -> None:
    client = sign_in(member_of(review, AccessRole.CS).user)
    other = make_review(council="Ashmere Borough Council")
    for name in PAGES:
        assert (
            client.get(reverse(f"reviews:{name}", args=[other.pk])).status_code == 404
        )


def test_an_information_officer_reads_every_class_and_no_count(
    review: Review, sign_in: SignIn, manager: User
) -> None:
    client = sign_in(member_of(review, AccessRole.CS).user)
    before = page(client, review, "records")
    for record in every_record():
        assert record.title in before
    leader = member_of(review, AccessRole.TL).user
    session = make_session(review, by=manager, peers=[leader, manager])
    make_notes(session, [leader, manager], [f"Heard {n}." for n in range(5)])
    # A standing text: whatever happened meanwhile, it says the same.
    assert page(client, review, "records") == before
    people = page(client, review, "records-people")
    assert "tied to no person" in people
