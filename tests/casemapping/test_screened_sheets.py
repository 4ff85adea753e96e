"""A sheet that is handed in is held against the whole roster for the team, and never for its writer."""

from typing import Any

import pytest

from casemapping import domain
from casemapping.models import PreparationSheet, TimelineEvent, Typed
from casemapping.rules.texts import NamesSomebody
from reviews import background
from reviews.models import Job, User
from reviews.screening import roster
from tests.casemapping.pages import NOW, SignIn, url, words
from tests.make_casemapping import event_values, involvement_values

# Heard in private: on the roster, and on no page of the council or its partners.
KEPT = "Zanthe Quorndon"
# In capitals by itself a surname is no name by its shape: the roster alone knows it.
TEXT = "The visit ended when Quorndon left."
Screening = Typed.Screening


@pytest.fixture
def line(sheet: PreparationSheet, partner: User) -> TimelineEvent:
    """A line of the partner's on their sheet, and whatever makes the sheet ready to hand in."""
    roster.add(sheet.case.review, people=[(KEPT, "Night nurse")])
    add: dict[str, Any] = {
        "case": sheet.case,
        "sheet": sheet,
        "by": partner,
        "at": NOW,
    }
    domain.add_record(kind="involvement", values=involvement_values(), **add)
    made = domain.add_record(
        kind="event", values=event_values(sheet.agency, text=TEXT), **add
    )
    assert isinstance(made, TimelineEvent)
    return made


def hand_in(sheet: PreparationSheet, by: User) -> None:
    domain.hand_in(sheet=sheet, by=by, at=NOW)
    for job in Job.objects.filter(state=Job.State.QUEUED):
        background.run(job.pk)


def state(line: TimelineEvent) -> str:
    return TimelineEvent.objects.values_list("screening", flat=True).get(pk=line.pk)


def pages(line: TimelineEvent) -> list[str]:
    review, case = line.case.review_id, line.case_id
    assert line.sheet_id
    return [
        url("sheet", review, line.sheet_id),
        url("case", review, case) + "?step=events",
        url("case-map", review, case),
        url("case-text", review, case),
        url("record-remove", review, case, "event", line.pk),
    ]


def test_the_team_reads_no_name_of_the_roster_before_and_after_the_worker_has_looked(
    line: TimelineEvent,
    sheet: PreparationSheet,
    partner: User,
    officer_peer: User,
    sign_in: SignIn,
) -> None:
    facilitator = sign_in(officer_peer)
    assert state(line) == Screening.UNREAD
    for page in pages(line):
        assert "Quorndon" not in words(facilitator.get(page)), page

    hand_in(sheet, partner)

    assert state(line) == Screening.MARKED
    for page in pages(line):
        shown = words(facilitator.get(page))
        assert "Quorndon" not in shown, page
        assert "[hidden]" in shown, page
    home = words(facilitator.get(f"/reviews/{line.case.review_id}/"))
    assert "Look at 1 line of CM-01 that may name somebody" in home


def test_whoever_facilitates_looks_and_shows_it(
    line: TimelineEvent,
    sheet: PreparationSheet,
    partner: User,
    officer_peer: User,
    sign_in: SignIn,
) -> None:
    hand_in(sheet, partner)
    browser, review, case = sign_in(officer_peer), line.case.review_id, line.case_id
    one = url("record", review, case, "event", line.pk)
    clear = url("record-clear", review, case, "event", line.pk)

    looked = words(browser.get(one))
    browser.post(clear)

    assert "Quorndon" in looked
    assert f'action="{clear}"' in looked
    assert state(line) == Screening.CLEARED
    assert all("Quorndon" in words(browser.get(page)) for page in pages(line))
    assert "that may name somebody" not in words(browser.get(one))


def test_nothing_that_the_team_does_with_a_line_is_seen_on_its_sheet(
    line: TimelineEvent,
    sheet: PreparationSheet,
    partner: User,
    officer_peer: User,
    sign_in: SignIn,
) -> None:
    writer, facilitator = sign_in(partner), sign_in(officer_peer)
    review, case = line.case.review_id, line.case_id
    own = url("sheet", review, sheet.pk)
    one = url("sheet-record", review, sheet.pk, "event", line.pk)

    def seen() -> tuple[str, str]:
        sheet_page, record = words(writer.get(own)), words(writer.get(one))
        return _without_token(sheet_page), _without_token(record)

    domain.hand_in(sheet=sheet, by=partner, at=NOW)
    before = seen()
    for job in Job.objects.filter(state=Job.State.QUEUED):
        background.run(job.pk)
    marked = seen()
    facilitator.post(
        url("record", review, case, "event", line.pk),
        {
            "month": "2",
            "agency": str(sheet.agency_id),
            "type": "visit",
            "text": "The visit ended early.",
            "version": "1",
        },
    )
    reworded = seen()

    assert "Quorndon" in before[0]
    assert before == marked == reworded
    on_map = words(facilitator.get(url("case-text", review, case)))
    assert "The visit ended early." in on_map
    assert "[hidden]" not in on_map

    again = TimelineEvent.objects.get(off_map=False)
    facilitator.post(url("record-remove", review, case, "event", again.pk))
    assert seen() == before
    assert "ended early" not in words(facilitator.get(url("case-text", review, case)))


def test_a_line_without_a_name_is_shown_once_it_was_looked_at(
    line: TimelineEvent, sheet: PreparationSheet, partner: User
) -> None:
    harmless = domain.add_record(
        kind="event",
        case=sheet.case,
        sheet=sheet,
        values=event_values(sheet.agency),
        by=partner,
        at=NOW,
    )
    hand_in(sheet, partner)

    assert isinstance(harmless, TimelineEvent)
    assert state(harmless) == Screening.CLEAR


def test_what_the_team_types_meets_the_whole_roster_at_once(
    line: TimelineEvent, officer_peer: User
) -> None:
    with pytest.raises(NamesSomebody):
        domain.add_record(
            kind="event",
            case=line.case,
            values=event_values(line.agency, text=TEXT),
            by=officer_peer,
            at=NOW,
        )


def test_a_destroyed_roster_hides_all_of_what_still_waits(
    line: TimelineEvent,
    sheet: PreparationSheet,
    partner: User,
    officer_peer: User,
    sign_in: SignIn,
) -> None:
    hand_in(sheet, partner)
    line.case.review.roster.delete()

    shown = words(sign_in(officer_peer).get(pages(line)[1]))

    assert "The visit ended" not in shown
    assert "[hidden]" in shown


def _without_token(page: str) -> str:
    start, _, rest = page.partition('name="csrfmiddlewaretoken" value="')
    while rest:
        page = start + rest.partition('"')[2]
        start, _, rest = page.partition('name="csrfmiddlewaretoken" value="')
    return page
