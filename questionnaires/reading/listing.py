"""The people of a draft, and lists on their way in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Count

from questionnaires.models import Invitation, OpenLink, PendingImport, Questionnaire
from questionnaires.reading import work
from questionnaires.rules.addresses import FREQUENT, domain_of
from reviews.access import own_agency
from reviews.files.sheets import Fault
from reviews.models import Membership
from reviews.pages.progress import Work
from reviews.secrets import keystore

PER_PAGE = 50


@dataclass(frozen=True)
class AgencyCount:
    """``current``: its people are the ones that are shown."""

    code: str
    name: str
    number: int
    current: bool = False


@dataclass(frozen=True)
class Person:
    invitation: Invitation
    email: str
    name: str
    group: str


@dataclass(frozen=True)
class People:
    """One agency's part of the list, in order of the addresses."""

    agencies: tuple[AgencyCount, ...]
    agency: AgencyCount | None
    page: Page[Person] | None
    number: int
    locked: bool


def people(
    questionnaire: Questionnaire,
    membership: Membership,
    *,
    agency: str = "",
    page: str | None = None,
) -> People:
    """A partner contact sees their own agency's."""
    counts = agency_counts(questionnaire, membership)
    chosen = agency if agency in counts else next(iter(sorted(counts)), "")
    names = _names(questionnaire)
    agencies = tuple(
        sorted(
            (
                AgencyCount(code, names.get(code, code), number, code == chosen)
                for code, number in counts.items()
            ),
            key=lambda each: each.name,
        )
    )
    return People(
        agencies=agencies,
        agency=next((each for each in agencies if each.current), None),
        page=_people_of(questionnaire, chosen, page) if chosen else None,
        number=sum(counts.values()),
        locked=questionnaire.state != Questionnaire.State.DRAFT,
    )


def _people_of(
    questionnaire: Questionnaire, agency: str, page: str | None
) -> Page[Person]:
    rows = questionnaire.invitations.filter(leaf__startswith=f"{agency}/")
    bands = _bands(questionnaire)
    with keystore.held():
        ordered: list[Any] = sorted(rows, key=lambda each: str(each.email).lower())
        shown: Page[Any] = Paginator(ordered, PER_PAGE).get_page(page)
        shown.object_list = [
            Person(each, each.email, each.name, bands.get(each.leaf.split("/")[1], ""))
            for each in shown.object_list
        ]
    return shown


def agency_counts(questionnaire: Questionnaire, membership: Membership) -> Counter[str]:
    """How many of each agency are on the list, as far as somebody may know."""
    counts: Counter[str] = Counter()
    rows = questionnaire.invitations.order_by().values_list("leaf")
    for leaf, number in rows.annotate(n=Count("pk")):
        counts[leaf.split("/")[0]] += number
    own = own_agency(membership)
    return Counter({own.code: counts[own.code]}) if own else counts


def _names(questionnaire: Questionnaire) -> dict[str, str]:
    return {agency.code: agency.name for agency in questionnaire.review.agencies.all()}


def _bands(questionnaire: Questionnaire) -> dict[str, str]:
    groups = questionnaire.review.pack.job_groups
    found = {group.band.lower().replace(" ", "-"): group.band for group in groups}
    return {**found, "others": "Others", OpenLink.GROUP: ""}


@dataclass(frozen=True)
class Added:
    """Somebody whom a pending list would add."""

    email: str
    name: str
    agency: str
    group: str


@dataclass(frozen=True)
class PendingList:
    """An uploaded list as its uploader sees it. ``show`` is which of its parts is on the page."""

    pending: PendingImport
    work: Work | None
    broken: str
    number: int
    left_out: int
    remarks: int
    ignored: tuple[str, ...]
    show: str
    agencies: tuple[AgencyCount, ...]
    agency: str
    page: Page[Any] | None


PARTS = ("people", "left-out", "remarks")


def pending_list(
    pending: PendingImport,
    *,
    show: str = "",
    agency: str = "",
    page: str | None = None,
) -> PendingList:
    """The list as it was read, one part and one page of it at a time."""
    going_on = work.of_list(pending)
    faults = [Fault(*fault) for fault in pending.faults]
    stopped = {fault.row for fault in faults if fault.stops}
    left_out = [fault for fault in faults if fault.row in stopped]
    remarks = [fault for fault in faults if fault.row not in stopped]
    if show not in PARTS:
        show = "left-out" if left_out else "people"
    counts = Counter(row[0] for row in pending.rows)
    if agency not in counts:
        agency = ""
    parts: dict[str, Sequence[Any]] = {
        "people": [row for row in pending.rows if agency in ("", row[0])],
        "left-out": left_out,
        "remarks": remarks,
    }
    shown = Paginator(parts[show], PER_PAGE).get_page(page)
    if show == "people":
        shown.object_list = _would_be_added(pending, list(shown.object_list))
    names = _names(pending.questionnaire)
    return PendingList(
        pending=pending,
        work=going_on,
        broken=_broken(pending) if going_on is None else "",
        number=len(pending.rows),
        left_out=len(stopped),
        remarks=len({fault.row for fault in remarks}),
        ignored=tuple(pending.ignored),
        show=show,
        agencies=tuple(
            AgencyCount(code, names.get(code, code), counts[code], code == agency)
            for code in sorted(counts, key=lambda each: names.get(each, each))
        ),
        agency=agency,
        page=shown,
    )


def _would_be_added(pending: PendingImport, rows: Sequence[Any]) -> list[Added]:
    names = _names(pending.questionnaire)
    groups = {g.code: g.title for g in pending.questionnaire.review.pack.job_groups}
    return [
        Added(email, name, names.get(agency, agency), groups.get(group, group))
        for agency, group, email, name in rows
    ]


def _broken(pending: PendingImport) -> str:
    """Why the list is neither read nor added although nobody works at it any more."""
    if pending.state == PendingImport.State.READING:
        return "The list could not be read. Choose the file again."
    if pending.state == PendingImport.State.ADDING:
        why = pending.job.sentence if pending.job else ""
        return f"Nobody was added. {why or 'The work stopped in the middle.'}"
    return ""


def frequent_domains(questionnaire: Questionnaire) -> set[str]:
    """Domains that several people on the list have, and which are surely spelled right."""
    rows = questionnaire.invitations.only("email", "questionnaire")
    with keystore.held():
        counts = Counter(domain_of(row.email) for row in rows)
    return {domain for domain, number in counts.items() if number >= FREQUENT}
