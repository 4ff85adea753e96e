"""Cases: their codes, records, sheets, wrong data and the child at risk."""

import datetime as dt
from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.db import connection

from casemapping import domain
from casemapping.domain import risk
from casemapping.models import CaseMap, RiskAlert, TimelineEvent
from casemapping.rules import texts
from reviews.models import (
    AccessRole,
    AuditEvent,
    Membership,
    Review,
    Stage,
    User,
)
from reviews.refusals import ChangedMeanwhile
from reviews.screening import roster
from reviews.trail import audit
from tests.make import make_membership, move
from tests.make_casemapping import (
    CASE,
    event_values,
    involvement_values,
    make_case,
    make_decision,
    make_event,
    make_learning,
    make_sheet,
)

NOW = dt.datetime(2013, 1, 20, 10, tzinfo=dt.UTC)
NHS = "943 476 5919"


def member(review: Review, user: User) -> Membership:
    return review.memberships.get(user=user)


def test_cases_get_codes_in_order_in_each_review(
    review: Review, other_review: Review, manager: User, other_manager: User
) -> None:
    codes = [make_case(review, by=manager).code for _ in range(2)]

    assert codes == ["CM-01", "CM-02"]
    assert make_case(other_review, by=other_manager).code == "CM-01"


def test_a_code_is_never_given_twice(
    review: Review, manager: User, leader: User
) -> None:
    case = make_case(review, by=manager)
    make_event(case, by=manager)
    case.facilitators.add(member(review, leader))
    assert case.category
    domain.set_aside(row=case, by=manager, at=NOW)

    domain.destroy(row=case, by=leader, at=NOW)

    case = CaseMap.objects.get(pk=case.pk)
    assert (case.status, case.selection_reason) == ("purged", None)
    # Nor what kind of case it was, and who worked on it.
    assert (case.category, case.age_band, case.workshop_on) == ("", "", None)
    assert not case.facilitators.exists()
    assert not TimelineEvent.objects.exists()
    assert make_case(review, by=manager).code == "CM-02"


def test_an_identifier_is_refused_and_nothing_is_stored(
    review: Review, manager: User
) -> None:
    case = make_case(review, by=manager)
    agency = review.agencies.all()[0]
    before = AuditEvent.objects.count()

    with pytest.raises(texts.NamesSomebody) as refused:
        domain.add_record(
            kind="event",
            case=case,
            values=event_values(agency, text=f"The child, {NHS}, was seen."),
            by=manager,
            at=NOW,
        )

    assert NHS not in str(refused.value)
    assert not refused.value.can_confirm
    assert refused.value.sentences("text") == ["This looks like an NHS number."]
    assert TimelineEvent.objects.count() == 0
    assert AuditEvent.objects.count() == before


def test_an_identifier_is_refused_whatever_was_confirmed(
    review: Review, manager: User
) -> None:
    case = make_case(review, by=manager)
    values = event_values(review.agencies.all()[0], text=f"Number {NHS}.")

    with pytest.raises(texts.NamesSomebody):
        domain.add_record(
            kind="event",
            case=case,
            values=values,
            confirmed=texts.confirmation_of({"text": values["text"]}),
            by=manager,
            at=NOW,
        )


@pytest.mark.parametrize(
    "text",
    [
        "A visit by Zebedee Quillfeather.",
        "It was the spring of 2011.",
        "They met in September.",
        "It was on 12 March.",
        "The family came from Quillford.",
    ],
)
def test_a_warning_counts_as_a_refusal_until_confirmed(
    review: Review, manager: User, text: str
) -> None:
    case = make_case(review, by=manager)
    values = event_values(review.agencies.all()[0], text=text)

    with pytest.raises(texts.NamesSomebody) as refused:
        domain.add_record(kind="event", case=case, values=values, by=manager, at=NOW)

    assert refused.value.can_confirm
    domain.add_record(
        kind="event",
        case=case,
        values=values,
        confirmed=refused.value.confirmation,
        by=manager,
        at=NOW,
    )
    event = audit.events(review)[0]
    assert (event.action, event.actor_name) == ("case text confirmed", "Morgan Vale")
    assert set(event.detail["rules"]) <= {"name", "date", "place"}
    assert text not in str(event.detail)


def test_a_confirmation_does_not_cover_other_words(
    review: Review, manager: User
) -> None:
    case = make_case(review, by=manager)
    values = event_values(review.agencies.all()[0], text="Zebedee Quillfeather came.")

    with pytest.raises(texts.NamesSomebody):
        domain.add_record(
            kind="event",
            case=case,
            values=values,
            confirmed=texts.confirmation_of({"text": "Somebody else came."}),
            by=manager,
            at=NOW,
        )


def test_a_name_of_the_roster_is_found(review: Review, manager: User) -> None:
    roster.add(review, people=[("Ottoline Brackenridge", "")])

    with pytest.raises(texts.NamesSomebody):
        domain.create_case(
            review=review,
            values=CASE | {"selection_reason": "As brackenridge, ottoline said."},
            by=manager,
            at=NOW,
        )


def test_words_are_sealed_at_rest(review: Review, manager: User) -> None:
    make_event(make_case(review, by=manager), by=manager)

    with connection.cursor() as cursor:
        cursor.execute("SELECT text FROM casemapping_timelineevent")
        stored = bytes(cursor.fetchone()[0])

    assert b"nurse" not in stored
    assert (len(stored) - 45) % 256 == 0


def test_changing_a_record_needs_its_present_version(
    review: Review, manager: User
) -> None:
    event = make_event(make_case(review, by=manager), by=manager)
    change: dict[str, Any] = {
        "values": {"text": "The nurse rang."},
        "by": manager,
        "at": NOW,
    }
    domain.change_record(record=event, version=1, **change)

    with pytest.raises(ChangedMeanwhile):
        domain.change_record(record=event, version=1, **change)

    event = TimelineEvent.objects.select_related("case").get(pk=event.pk)
    assert (event.text, event.version) == ("The nurse rang.", 2)


def test_records_keep_the_order_of_adding_within_a_month(
    review: Review, manager: User
) -> None:
    case = make_case(review, by=manager)
    words = ["First this.", "Then that.", "Last of all this."]
    for text in words:
        make_event(case, by=manager, text=text)
    make_event(case, by=manager, month=None, certainty="unknown", text="Some day.")
    make_event(case, by=manager, month=-2, text="Before it began.")

    found = [event.text for event in case.events.all()]

    assert found == ["Before it began.", *words, "Some day."]


# --- moving on ---------------------------------------------------------------------------


def test_a_case_goes_its_way(review: Review, manager: User, officer_peer: User) -> None:
    case = make_case(review, by=manager)
    step: dict[str, Any] = {"case": case, "by": manager, "at": NOW}

    with pytest.raises(domain.NotReady, match="facilitator"):
        domain.move(to="chosen", **step)
    domain.set_facilitators(
        case=case, members=[member(review, officer_peer)], by=manager, at=NOW
    )
    domain.move(to="chosen", **step)
    with pytest.raises(domain.NotReady, match="asked"):
        domain.move(to="prepared", **step)
    sheet = make_sheet(case, review.agencies.all()[0], by=manager)
    with pytest.raises(domain.NotReady, match="still to come"):
        domain.move(to="prepared", **step)
    domain.add_record(
        kind="involvement",
        case=case,
        sheet=sheet,
        values=involvement_values(),
        by=manager,
        at=NOW,
    )
    domain.hand_in(sheet=sheet, by=manager, at=NOW)
    domain.move(to="prepared", **step)
    with pytest.raises(domain.NotReady, match="decision point"):
        domain.move(to="mapped", **step)
    make_event(case, by=manager)
    make_decision(case, by=manager)
    make_learning(case, by=manager)
    with pytest.raises(domain.AsksFirst) as asked:
        domain.move(to="mapped", **step)
    assert asked.value.doubts == [
        "1 decision point recorded, and the workshop asks for three to six.",
        "1 learning point recorded, and the workshop asks for three.",
    ]
    domain.move(to="mapped", confirmed=True, **step)
    domain.move(to="discussed", **step)
    domain.move(to="mapped", **step)

    assert CaseMap.objects.get(pk=case.pk).status == "mapped"


def test_a_full_map_counts_as_mapped_without_being_asked_about(
    review: Review, manager: User
) -> None:
    case = make_case(review, by=manager)
    make_event(case, by=manager)
    for _ in range(3):
        make_decision(case, by=manager)
        make_learning(case, by=manager)
    CaseMap.objects.filter(pk=case.pk).update(status="prepared")

    domain.move(case=case, to="mapped", by=manager, at=NOW)

    assert CaseMap.objects.get(pk=case.pk).status == "mapped"


@pytest.mark.parametrize("to", ["discussed", "purged", "", "nonsense"])
def test_a_case_takes_no_short_cut(review: Review, manager: User, to: str) -> None:
    case = make_case(review, by=manager)

    with pytest.raises(domain.WrongMove):
        domain.move(case=case, to=to, by=manager, at=NOW)


# --- sheets ------------------------------------------------------------------------------


def test_each_agency_that_is_asked_has_a_letter_waiting_and_once_only(
    review: Review, manager: User, partner: User, organiser: User
) -> None:
    case = make_case(review, by=manager)
    police = review.memberships.get(user=partner).agency
    assert police is not None
    council = review.agencies.filter(kind="council")[0]
    silent = review.agencies.filter(kind="partner").exclude(pk=police.pk)[0]

    asked = domain.ask_agencies(
        case=case, agencies=[police, council, silent], by=manager, at=NOW
    )
    again = domain.ask_agencies(
        case=case, agencies=[police, council, silent], by=manager, at=NOW
    )

    assert (asked.letters, asked.nobody_at) == (2, [silent.name])
    assert (again.letters, again.nobody_at) == (0, [])
    letters = list(review.messages.all())
    assert {letter.to for letter in letters} == {partner.email, organiser.email}
    assert {letter.state for letter in letters} == {"draft"}
    text = next(letter.text for letter in letters if letter.to == partner.email)
    assert text.startswith(f"{partner.full_name},")
    assert "CM-01" in text
    # 14 days before the visit, as the plan has it.
    assert "by 21 January 2013" in text
    assert f"/reviews/{review.pk}/case-sheets/" in text


def test_whoever_speaks_for_several_agencies_has_one_letter(
    review: Review, manager: User, organiser: User
) -> None:
    case = make_case(review, by=manager)
    council = list(review.agencies.filter(kind="council"))
    assert len(council) > 1

    asked = domain.ask_agencies(case=case, agencies=council, by=manager, at=NOW)

    assert asked.letters == 1


def test_the_second_of_two_choosing_facilitators_is_told(
    review: Review, manager: User, officer_peer: User, health_peer: User
) -> None:
    case = make_case(review, by=manager)
    seen = domain.who_facilitates(case)
    first, second = (member(review, each) for each in (officer_peer, health_peer))
    domain.set_facilitators(case=case, members=[first], seen=seen, by=manager, at=NOW)

    with pytest.raises(ChangedMeanwhile):
        domain.set_facilitators(
            case=case, members=[second], seen=seen, by=manager, at=NOW
        )

    assert list(case.facilitators.all()) == [first]


def test_nobody_of_the_council_or_of_another_review_facilitates_a_case(
    review: Review,
    other_review: Review,
    manager: User,
    other_manager: User,
    officer_peer: User,
    sponsor: User,
) -> None:
    case = make_case(review, by=manager, facilitators=[member(review, officer_peer)])

    for stranger in (
        member(review, sponsor),
        member(other_review, other_manager),
    ):
        with pytest.raises(domain.NotOnTheTeam, match="people of the peer team"):
            domain.set_facilitators(case=case, members=[stranger], by=manager, at=NOW)

    assert [each.user for each in case.facilitators.all()] == [officer_peer]


def test_the_second_of_two_asking_agencies_is_told(
    review: Review, manager: User
) -> None:
    case = make_case(review, by=manager)
    seen = domain.who_is_asked(case)
    first, second = review.agencies.all()[:2]
    domain.ask_agencies(case=case, agencies=[first], seen=seen, by=manager, at=NOW)

    with pytest.raises(ChangedMeanwhile):
        domain.ask_agencies(case=case, agencies=[second], seen=seen, by=manager, at=NOW)

    assert [sheet.agency for sheet in case.sheets.all()] == [first]


def test_a_sheet_that_is_in_takes_nothing_more(review: Review, manager: User) -> None:
    case = make_case(review, by=manager)
    sheet = make_sheet(case, review.agencies.all()[0], by=manager)
    with pytest.raises(domain.NotReady):
        domain.hand_in(sheet=sheet, by=manager, at=NOW)
    row = domain.add_record(
        kind="involvement",
        case=case,
        sheet=sheet,
        values=involvement_values(),
        by=manager,
        at=NOW,
    )
    domain.hand_in(sheet=sheet, by=manager, at=NOW)

    with pytest.raises(domain.SheetIsIn):
        domain.remove_record(record=row, on_sheet=True)
    with pytest.raises(domain.SheetIsIn):
        domain.add_record(
            kind="event",
            case=case,
            sheet=sheet,
            values=event_values(sheet.agency),
            by=manager,
            at=NOW,
        )


def test_a_line_of_a_sheet_is_always_its_own_agencys(
    review: Review, manager: User
) -> None:
    case = make_case(review, by=manager)
    agency, other = review.agencies.all()[:2]
    sheet = make_sheet(case, agency, by=manager)

    event = domain.add_record(
        kind="event",
        case=case,
        sheet=sheet,
        values=event_values(other),
        by=manager,
        at=NOW,
    )

    assert isinstance(event, TimelineEvent)
    assert event.agency == agency


@pytest.fixture
def twins(review: Review, manager: User) -> tuple[TimelineEvent, TimelineEvent]:
    """A line of a sheet, and the map's own that a facilitator made of it."""
    case = make_case(review, by=manager)
    sheet = make_sheet(case, review.agencies.all()[0], by=manager)
    written = domain.add_record(
        kind="event",
        case=case,
        sheet=sheet,
        values=event_values(sheet.agency),
        by=manager,
        at=NOW,
    )
    domain.change_record(
        record=written,
        version=1,
        values={"text": "The workshop put it otherwise."},
        by=manager,
        at=NOW,
    )
    assert isinstance(written, TimelineEvent)
    return written, case.events.get(off_map=False)


def test_what_a_facilitator_changes_is_the_maps_and_the_sheet_stays_as_it_was_written(
    twins: tuple[TimelineEvent, TimelineEvent], manager: User
) -> None:
    event, on_map = twins
    case, sheet = event.case, event.sheet

    assert sheet is not None
    assert (on_map.sheet, on_map.text) == (None, "The workshop put it otherwise.")
    assert sheet.events.get().text == event_values(sheet.agency)["text"]
    with pytest.raises(ChangedMeanwhile):
        domain.change_record(
            record=event, version=1, values={"text": "Too late."}, by=manager, at=NOW
        )
    assert case.events.filter(off_map=False).count() == 1


def test_what_a_facilitator_takes_out_leaves_the_map_and_stays_on_the_sheet(
    review: Review, manager: User
) -> None:
    case = make_case(review, by=manager)
    sheet = make_sheet(case, review.agencies.all()[0], by=manager)
    event = domain.add_record(
        kind="event",
        case=case,
        sheet=sheet,
        values=event_values(sheet.agency),
        by=manager,
        at=NOW,
    )

    # Two facilitators at once: it is out either way.
    for _ in range(2):
        domain.remove_record(record=event)

    assert not case.events.filter(off_map=False).exists()
    assert sheet.events.get() == event


def test_an_empty_sheet_can_be_taken_back_and_a_full_one_not(
    review: Review, manager: User
) -> None:
    case = make_case(review, by=manager)
    first, second, third = review.agencies.all()[:3]
    sheet = make_sheet(case, first, by=manager)
    make_sheet(case, second, by=manager)
    domain.add_record(
        kind="event",
        case=case,
        sheet=sheet,
        values=event_values(first),
        by=manager,
        at=NOW,
    )

    domain.ask_agencies(case=case, agencies=[third], by=manager, at=NOW)

    asked = {each.agency for each in case.sheets.select_related("agency")}
    assert asked == {first, third}


# --- wrong data --------------------------------------------------------------------------


def test_wrong_data_takes_two_people_and_leaves_a_kind_and_a_day(
    review: Review, manager: User, leader: User
) -> None:
    event = make_event(make_case(review, by=manager), by=manager)
    domain.set_aside(row=event, by=manager, at=NOW)
    assert not event.case.events.filter(set_aside_by=None).exists()

    with pytest.raises(domain.SecondPersonNeeded):
        domain.destroy(row=event, by=manager, at=NOW)
    with pytest.raises(domain.OnlyTheirs):
        domain.put_back(row=event, by=leader, at=NOW)
    domain.destroy(row=event, by=leader, at=NOW)

    audit.close_days(before=NOW.date() + dt.timedelta(days=1))
    last = AuditEvent.objects.get(action="wrong data destroyed: timeline event")
    assert (last.at, last.actor_ref, last.object_id, last.count) == (None, None, "", 1)
    assert not TimelineEvent.objects.exists()


def test_nothing_is_destroyed_that_was_not_set_aside(
    review: Review, manager: User, leader: User
) -> None:
    event = make_event(make_case(review, by=manager), by=manager)

    with pytest.raises(domain.SecondPersonNeeded):
        domain.destroy(row=event, by=leader, at=NOW)


def test_put_back_by_the_same_person(review: Review, manager: User) -> None:
    event = make_event(make_case(review, by=manager), by=manager)
    domain.set_aside(row=event, by=manager, at=NOW)

    domain.put_back(row=event, by=manager, at=NOW)

    assert event.case.events.filter(set_aside_by=None).count() == 1


@pytest.mark.parametrize("asked_about", ["the sheet", "the map"])
def test_wrong_data_is_set_aside_on_the_map_and_on_the_sheet(
    twins: tuple[TimelineEvent, TimelineEvent],
    manager: User,
    leader: User,
    asked_about: str,
) -> None:
    case = twins[0].case
    other = make_event(case, by=manager)
    row = twins[asked_about == "the map"]

    domain.set_aside(row=row, by=manager, at=NOW)
    assert [each.pk for each in case.events.filter(set_aside_by=None)] == [other.pk]
    domain.put_back(row=row, by=manager, at=NOW)
    assert case.events.filter(set_aside_by=None).count() == 3
    domain.set_aside(row=row, by=manager, at=NOW)
    domain.destroy(row=row, by=leader, at=NOW)

    assert [each.pk for each in case.events.all()] == [other.pk]


def test_what_two_people_set_aside_apart_is_not_destroyed_by_one_of_them(
    twins: tuple[TimelineEvent, TimelineEvent], manager: User, leader: User
) -> None:
    """As a line of before could be, whose twin nobody knew."""
    written, on_map = twins
    domain.set_aside(row=written, by=manager, at=NOW)
    TimelineEvent.objects.filter(pk=on_map.pk).update(set_aside_by=leader)

    domain.put_back(row=written, by=manager, at=NOW)
    on_map.refresh_from_db()
    assert on_map.set_aside_by == leader
    domain.set_aside(row=written, by=manager, at=NOW)
    domain.destroy(row=written, by=leader, at=NOW)

    assert written.case.events.get() == on_map


def test_a_line_that_is_set_aside_gets_no_twin(review: Review, manager: User) -> None:
    """Somebody has its form open while another sets it aside."""
    case = make_case(review, by=manager)
    sheet = make_sheet(case, review.agencies.all()[0], by=manager)
    values = event_values(sheet.agency)
    event = domain.add_record(
        kind="event", case=case, sheet=sheet, values=values, by=manager, at=NOW
    )
    seen = TimelineEvent.objects.get(pk=event.pk)
    domain.set_aside(row=event, by=manager, at=NOW)

    with pytest.raises(ChangedMeanwhile):
        domain.change_record(
            record=seen, version=1, values={"text": "Too late."}, by=manager, at=NOW
        )

    assert not case.events.filter(set_aside_by=None).exists()


def test_lines_that_were_changed_before_are_tied_to_their_sheets(
    twins: tuple[TimelineEvent, TimelineEvent], manager: User
) -> None:
    written, on_map = twins
    apart = make_event(written.case, by=manager)
    TimelineEvent.objects.update(made_of=None)
    TimelineEvent.objects.filter(pk=written.pk).update(set_aside_by=manager)
    made = import_module("casemapping.migrations.0007_lines_that_were_changed_before")

    made.tie(apps, None)

    on_map.refresh_from_db()
    apart.refresh_from_db()
    assert (on_map.made_of, on_map.set_aside_by) == (written, manager)
    assert (apart.made_of, apart.set_aside_by) == (None, None)


def test_a_line_of_before_that_could_be_of_two_is_tied_to_neither(
    twins: tuple[TimelineEvent, TimelineEvent], manager: User
) -> None:
    written, on_map = twins
    make_event(written.case, by=manager)
    TimelineEvent.objects.update(made_of=None)
    TimelineEvent.objects.exclude(pk=on_map.pk).update(
        off_map=True, sheet=written.sheet, position=on_map.position
    )
    made = import_module("casemapping.migrations.0007_lines_that_were_changed_before")

    made.tie(apps, None)

    on_map.refresh_from_db()
    assert on_map.made_of is None


# --- a child at risk ---------------------------------------------------------------------


def test_a_child_at_risk_is_recorded_and_tells_manager_and_leader(
    review: Review, manager: User, leader: User, officer_peer: User
) -> None:
    alert = risk.record_risk(
        review=review,
        case_code="CM-01",
        person_told="Duty manager on the evening shift",
        by=officer_peer,
        at=NOW,
    )

    kept = RiskAlert.objects.get(pk=alert.pk)
    assert kept.person_told == "Duty manager on the evening shift"
    assert {message.to for message in review.messages.all()} == {
        manager.email,
        leader.email,
    }
    text = review.messages.all()[0].text
    for words in ("CM-01", "Odette Parrish", "Duty manager", "20 January 2013"):
        assert words in text
    assert review.duty_contact in text
    event = audit.events(review).get(action="child may be at risk")
    # Who was told, and about which case, rests in the alert alone.
    assert (event.actor_name, event.object_id) == ("Odette Parrish", "")
    assert event.detail == {}


def test_the_trail_leads_from_no_agency_to_a_case(
    review: Review, manager: User, officer_peer: User
) -> None:
    """With the council's list of codes it would say who dealt with which child."""
    case = make_case(review, by=manager)
    agency = review.agencies.all()[0]
    contact = make_membership(review, AccessRole.PC, agency=agency).user
    domain.set_facilitators(
        case=case, members=[member(review, officer_peer)], by=manager, at=NOW
    )
    domain.ask_agencies(case=case, agencies=[agency], by=manager, at=NOW)
    sheet = case.sheets.get()
    values = involvement_values()
    domain.add_record(
        kind="involvement", case=case, sheet=sheet, values=values, by=contact, at=NOW
    )
    with pytest.raises(texts.NamesSomebody) as refused:
        domain.add_record(
            kind="event",
            case=case,
            sheet=sheet,
            values=event_values(agency, text="It was the spring of 2011."),
            by=contact,
            at=NOW,
        )
    domain.add_record(
        kind="event",
        case=case,
        sheet=sheet,
        values=event_values(agency, text="It was the spring of 2011."),
        confirmed=refused.value.confirmation,
        by=contact,
        at=NOW,
    )
    domain.hand_in(sheet=sheet, by=contact, at=NOW)
    domain.reopen_sheet(sheet=sheet, by=manager, at=NOW)

    lines = audit.lines(review)
    of_sheets = [each for each in lines if each["actor_name"] == contact.full_name]
    assert [each["action"] for each in of_sheets] == [
        "case text confirmed",
        "case sheet handed in",
    ]
    of_sheets += [each for each in lines if each["action"] == "case sheet reopened"]
    assert case.code not in str(of_sheets)
    assert agency.name not in str(lines)
    with_code = [each for each in lines if each["object_id"] == case.code]
    assert len(with_code) == 3, "the control: what the team did has the code"
    assert officer_peer.full_name not in str(with_code)


def test_decision_points_know_their_agencies(review: Review, manager: User) -> None:
    case = make_case(review, by=manager)
    agencies = list(review.agencies.all()[:2])

    point = make_decision(case, by=manager, agencies=agencies)

    assert set(point.agencies.all()) == set(agencies)


def test_a_review_at_another_stage_keeps_its_cases(
    review: Review, manager: User
) -> None:
    make_case(review, by=manager)

    assert move(review, Stage.REPORTING).case_maps.count() == 1
