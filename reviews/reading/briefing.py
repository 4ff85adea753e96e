"""The note that tells staff and partners what the review is: one content, three renderings.

Web page, PDF and Word all say what ``briefing_of`` makes of the review's data and its framework's
words. Nothing here names anybody but the contacts that the review gives out.
"""

from dataclasses import dataclass
from string import Template

from reviews import packs, retention
from reviews.models import AccessRole, BriefingAddress, Review, SpeakRequest
from reviews.pages import say


@dataclass(frozen=True)
class Table:
    """``rows`` begin with the cell that names the row."""

    caption: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Part:
    """A section: words, then a list or a table, then more words.

    ``address`` is that of the form on which staff ask to be heard, under its words.
    """

    code: str
    title: str
    paragraphs: tuple[str, ...] = ()
    items: tuple[str, ...] = ()
    numbered: bool = False
    table: Table | None = None
    address: str = ""
    after: tuple[str, ...] = ()


@dataclass(frozen=True)
class Briefing:
    """The whole note; equal values draw equal files."""

    council: str
    programme: str
    dates: str
    parts: tuple[Part, ...]

    @property
    def title(self) -> str:
        return f"{self.programme}: a briefing for staff and partners"

    def __bool__(self) -> bool:
        return bool(self.parts)


def briefing_of(review: Review, *, speak_address: str = "") -> Briefing:
    """The note of this review as its data stands now; empty when its framework has no words for it.

    Made under a secret address, it says at which address staff ask to be heard.
    """
    dates = say.day_range(review.day_zero, review.last_day)
    fields = {
        "council": review.council,
        "programme": review.programme,
        "dates": dates,
        "days": str(review.on_site_days),
        "weeks": str(_weeks(review.pack)),
        **retention.by_name(review.words_kept),
    }
    parts = [
        _part(review, section, fields, speak_address)
        for section in review.pack.briefing
    ]
    return Briefing(
        council=review.council,
        programme=review.programme,
        dates=dates,
        parts=tuple(part for part in parts if part),
    )


def _weeks(pack: packs.Pack) -> int:
    """The lead-in, from the first milestone of the framework to the first day on site."""
    first = min((min(m.offsets) for m in pack.milestones if m.offsets), default=0)
    return -min(first, 0) // 7


def _part(
    review: Review,
    section: packs.BriefingSection,
    fields: dict[str, str],
    speak_address: str,
) -> Part | None:
    def paragraphs(text: str) -> tuple[str, ...]:
        filled = Template(text).safe_substitute(fields)
        return tuple(each.strip() for each in filled.split("\n") if each.strip())

    items: tuple[str, ...] = ()
    table = None
    if section.lists == "roles":
        items = _roles(review.pack)
    elif section.lists == "themes":
        items = tuple(theme.title for theme in review.pack.themes)
    elif section.lists == "agencies":
        items = tuple(agency.name for agency in review.agencies.all())
    elif section.lists == "dates":
        table = _dates(review, section.milestones)
    elif section.lists == "contacts":
        items = (_manager(review), *_council_contacts(review))
    elif section.lists == "speak":
        # Whoever would be heard is never sent to the council.
        items = (_manager(review),)
    words = paragraphs(section.text)
    if not (words or items or table):
        return None
    return Part(
        code=section.code,
        title=Template(section.title).safe_substitute(fields),
        paragraphs=words,
        items=items,
        numbered=section.lists == "themes",
        table=table,
        address=speak_address if section.lists == "speak" else "",
        after=paragraphs(section.after),
    )


def _roles(pack: packs.Pack) -> tuple[str, ...]:
    """Peers by role, the review manager last; no names."""
    roles = [role for role in pack.roles if role.in_team]
    roles.sort(key=lambda role: role.manages)
    return tuple(
        role.title if role.required else f"{role.title}, where agreed" for role in roles
    )


def _dates(review: Review, codes: tuple[str, ...]) -> Table:
    told = [
        (milestone.due_on, milestone.title)
        for milestone in review.milestones.filter(code__in=codes)
        if milestone.status != milestone.Status.NOT_NEEDED
    ]
    told.append((review.day_zero, "First day of the visit"))
    if review.on_site_days > 1:
        told.append((review.last_day, "Last day of the visit"))
    rows = tuple((title, say.day(day)) for day, title in sorted(told))
    return Table("Days to know", ("What", "When"), rows)


def _manager(review: Review) -> str:
    title = review.pack.manager_role.title
    return _reached(
        f"{title}: {review.contact_name}", review.contact_email, review.contact_phone
    )


def _council_contacts(review: Review) -> tuple[str, ...]:
    """Those whom the council has named, each with what is known of them."""
    named = (
        (
            review.council_contact_name,
            review.council_contact_title,
            review.council_contact_email,
            review.council_contact_phone,
        ),
        (
            review.second_contact_name,
            review.second_contact_title,
            review.second_contact_email,
            review.second_contact_phone,
        ),
    )
    return tuple(
        _reached(f"{review.council}: {name}", *rest) for name, *rest in named if name
    )


def _reached(*words: str) -> str:
    return ", ".join(filter(None, words))


@dataclass(frozen=True)
class AgencyContacts:
    """An agency and how many people of the review answer for it."""

    name: str
    people: int


def contacts_by_agency(review: Review) -> list[AgencyContacts]:
    """Who would have the note, by agency; an agency with nobody is one to see to."""
    held: dict[int, int] = {}
    council = 0
    for member in review.memberships.filter(
        access_role__in=[AccessRole.PC, AccessRole.CC]
    ):
        if member.agency_id:
            held[member.agency_id] = held.get(member.agency_id, 0) + 1
        else:
            council += 1
    rows = [
        AgencyContacts(agency.name, held.get(agency.pk, 0))
        for agency in review.agencies.all()
    ]
    if council:
        rows.insert(0, AgencyContacts("Contacts at the council", council))
    return rows


def addresses_of(review: Review) -> list[BriefingAddress]:
    return list(review.briefing_addresses.all())


def new_requests(review: Review) -> int:
    return review.speak_requests.filter(state=SpeakRequest.State.NEW).count()
