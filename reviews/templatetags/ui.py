"""The components of every page, in GOV.UK Frontend's markup, and how dates and times read."""

import datetime as dt
import re
from collections.abc import Iterable, Sequence
from functools import cache, lru_cache
from typing import Any

from django import template
from django.template import Context, loader
from django.urls import NoReverseMatch, reverse
from django.utils import dateformat, timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from reviews.access import Action, can
from reviews.models import Membership, Review, User
from reviews.pages import qr, say
from reviews.reading.filters import Filters
from reviews.reading.history import READERS, history_of
from reviews.reading.plan import PlanRow
from reviews.reading.timeline import timeline_of

register = template.Library()


@register.simple_tag
@cache
def place(name: str) -> str:
    """The address of a page that has but one, worked out once a process."""
    return reverse(name)


# Dates and times


@register.filter
def day(value: dt.date | None) -> str:
    """As in 4 February 2013."""
    if value is None:
        return ""
    if isinstance(value, dt.datetime):
        value = timezone.localtime(value).date()
    if not (get_language() or "en").startswith("en"):
        return dateformat.format(value, "j F Y")  # a respondent's second language
    return say.day(value)


register.filter("weekday", say.weekday)
register.filter("day_range", say.day_range)
register.filter("size", say.size)


@register.filter
def clock(value: dt.datetime | dt.time) -> str:
    """As in 9:30am."""
    if isinstance(value, dt.datetime):
        value = timezone.localtime(value).time()
    return say.clock(value)


@register.filter
def in_fours(key: str) -> str:
    """A long key in groups that an eye can follow: ABCD EFGH."""
    return " ".join(key[start : start + 4] for start in range(0, len(key), 4))


@register.inclusion_tag("components/qr_code.html")
def qr_code(text: str, label: str, spare: str = "l") -> dict[str, object]:
    """``text`` for the camera of a phone; ``label`` for whoever hears the page."""
    return {"code": qr.code_of(text, spare=spare), "label": label}


@register.filter
def called(user: User, review: Review) -> str:
    """What pages of this review call somebody who did something in it."""
    return review.name_of(user)


# A telephone number as people write it: digits and spaces behind a 0 or a plus.
_PHONE = re.compile(r"\+?\d[\d ]{8,14}\d")


@register.filter
def phone_links(text: str) -> SafeString:
    """The text with its telephone numbers to press, each on one line."""
    pieces, at = [], 0
    for found in _PHONE.finditer(text):
        number = found[0]
        pieces.append(format_html("{}", text[at : found.start()]))
        pieces.append(
            format_html(
                '<a class="app-phone" href="tel:{}">{}</a>',
                number.replace(" ", ""),
                number,
            )
        )
        at = found.end()
    return format_html_join("", "{}", [(each,) for each in [*pieces, text[at:]]])


# Forms


@register.inclusion_tag("components/page_header.html")
def page_header(heading: object, caption: object = "") -> dict[str, Any]:
    return {"heading": heading, "caption": caption}


@register.inclusion_tag("components/back_link.html", takes_context=True)
def back_link(context: Context, url: str, label: str = "Back") -> dict[str, Any]:
    request = context.get("request")
    if request is not None:
        request.leads_back_to = url  # where "Cancel" beside a red button leads too
    return {"url": url, "label": label}


@register.inclusion_tag("components/skip_link.html")
def skip_link(to: str, words: str) -> dict[str, str]:
    """Past what the keyboard would have to step through, to the part with that id."""
    return {"to": to, "words": words}


@register.inclusion_tag("components/cancel_link.html", takes_context=True)
def cancel_link(
    context: Context, url: str = "", away: str = "Cancel"
) -> dict[str, Any]:
    """Away from a destructive act: to ``url``, else where the page's back link leads."""
    back = getattr(context.get("request"), "leads_back_to", "")
    return {"url": url or back, "away": away}


@register.inclusion_tag("components/button_link.html")
def button_link(url: str, label: str, kind: str = "") -> dict[str, Any]:
    return {"url": url, "label": label, "kind": kind}


@register.inclusion_tag("components/post_button.html", takes_context=True)
def post_button(
    context: Context,
    url: str,
    label: str,
    kind: str = "",
    name: str = "",
    value: object = "",
    hidden: str = "",
    cancel: str = "",
    away: str = "Cancel",
    seen: str = "",
) -> dict[str, Any]:
    """A whole form with one button; ``hidden`` words tell buttons of a list apart by ear.

    ``seen`` goes along: it stands for what the person had before them.

    Beside a red one (``kind`` "warning") stands a link that leaves things as they are; ``away`` is
    its words, to ``cancel`` or else where the page's back link leads.
    """
    out = cancel_link(context, cancel)["url"] if kind == "warning" else ""
    return {
        "csrf_token": context.get("csrf_token"),
        "cancel": out,
        "away": away,
        "url": url,
        "label": label,
        "kind": kind,
        "name": name,
        "value": value,
        "hidden": hidden,
        "seen": seen,
    }


@register.inclusion_tag("components/tag.html", name="tag")
def status_tag(text: str, colour: str = "") -> dict[str, Any]:
    return {"text": text, "colour": colour}


@register.inclusion_tag("components/empty_state.html")
def empty_state(
    title: str, sentence: str, url: str = "", label: str = ""
) -> dict[str, Any]:
    return {"title": title, "sentence": sentence, "url": url, "label": label}


@register.inclusion_tag("components/task_list.html")
def task_list(tasks: Iterable[Any], prefix: str = "task") -> dict[str, Any]:
    """``prefix`` tells the lists of one page apart."""
    return {"tasks": tasks, "prefix": prefix}


@register.inclusion_tag("components/summary_list.html")
def summary_list(rows: Iterable[Any]) -> dict[str, Any]:
    """Rows of (key, value) or of objects with key, value, url, action and hidden."""
    listed = [
        {"key": row[0], "value": row[1]} if isinstance(row, tuple) else row
        for row in rows
    ]
    return {"rows": listed}


@register.inclusion_tag("components/filter_bar.html")
def filter_bar(filters: Filters) -> dict[str, Any]:
    """The boxes over a list; what they choose stands in the address."""
    return {"filters": filters}


@register.inclusion_tag("components/pagination.html", takes_context=True)
def pagination(context: Context, page: Any) -> dict[str, Any]:
    """Earlier and later, keeping whatever else the address filters by."""
    query = context["request"].GET.copy()

    def address(number: int) -> str:
        query["page"] = str(number)
        return f"?{query.urlencode()}"

    return {
        "page": page,
        "previous": address(page.previous_page_number()) if page.has_previous() else "",
        "next": address(page.next_page_number()) if page.has_next() else "",
    }


@register.simple_block_tag
def card(content: SafeString, title: str) -> str:
    return _block("components/card.html", content, title=title)


@register.simple_block_tag
def panel(content: SafeString, title: str) -> str:
    return _block("components/panel.html", content, title=title)


@register.simple_block_tag
def inset(content: SafeString) -> str:
    return _block("components/inset.html", content)


@register.simple_block_tag
def warning(content: SafeString) -> str:
    return _block("components/warning.html", content)


@register.simple_block_tag
def details(content: SafeString, title: str, hidden: str = "") -> str:
    """``hidden`` words tell those of a list apart by ear."""
    return _block("components/details.html", content, title=title, hidden=hidden)


def _block(name: str, content: SafeString, **values: object) -> str:
    found = loader.get_template(name)
    return found.render({"content": content, **values})


# Drawn things. Widths are SVG attributes: the content policy allows no inline style.

BAR = 100


@register.inclusion_tag("components/progress_bar.html")
def progress_bar(
    share: int | None, label: str, mark: int | None = None
) -> dict[str, Any]:
    """Without a label it is drawn for the eye alone; ``mark`` is where a target stands."""
    return {"share": max(0, min(BAR, share or 0)), "label": label, "mark": mark}


@register.inclusion_tag("components/share_bar.html")
def share_bar(
    favourable: float, middle: float, unfavourable: float, dont_know: float, label: str
) -> dict[str, Any]:
    """One stacked bar of shares from 0 to 100, told apart by pattern as well as colour."""
    parts, left = [], 0.0
    for kind, share in (
        ("favourable", favourable),
        ("middle", middle),
        ("unfavourable", unfavourable),
        ("apart", dont_know),
    ):
        width = max(0.0, min(share, BAR - left))
        parts.append({"kind": kind, "x": f"{left:g}", "width": f"{width:g}"})
        left += width
    return {"parts": parts, "label": label}


@register.inclusion_tag("components/plan_timeline.html")
def plan_timeline(
    rows: Sequence[PlanRow], day_zero: dt.date, today: dt.date
) -> dict[str, Any]:
    """The plan as a picture; the table below it says the same."""
    return {"timeline": timeline_of(rows, day_zero, today)}


# Where a member of a review can go

# Pages that lie under another address than the entry they belong to.
BELONGS_TO = {
    "home:home": (
        "home:stage",
        "reviews:briefing",
        "reviews:closing",
        "reviews:certificate",
        "reviews:move",
        "reviews:records",
    ),
    "reviews:set-up": (
        "reviews:agenc",
        "reviews:framework",
        "reviews:details",
        "reviews:key-questions",
        "reviews:speak",
    ),
    "reviews:documents": (
        "reviews:document",
        "reviews:reading",
        "reviews:performance",
        "reviews:hypothes",
    ),
    "questionnaires:results-index": (
        "questionnaires:comment",
        "questionnaires:results",
    ),
    "questionnaires:index": ("questionnaires:",),
    "casemapping:cases": ("casemapping:sheet",),
    "casemapping:sheets": ("casemapping:sheet",),
    "scheduling:my-day": ("scheduling:note-new", "scheduling:draft"),
}
NAVIGATION: tuple[tuple[str, str, tuple[Action, ...]], ...] = (
    ("Home", "home:home", (Action.READ_SUMMARY,)),
    ("Set-up", "reviews:set-up", (Action.CONFIGURE_REVIEW,)),
    ("Plan", "reviews:plan", (Action.READ_PLAN,)),
    ("Team", "reviews:team", (Action.READ_PLAN,)),
    (
        "Documents",
        "reviews:documents",
        (Action.READ_EVIDENCE_FILE, Action.REQUEST_DOCUMENTS),
    ),
    (
        "Questionnaire",
        "questionnaires:index",
        (
            Action.RUN_QUESTIONNAIRE,
            Action.READ_TURNOUT,
            Action.READ_RESPONSE_RATE,
            Action.IMPORT_INVITATIONS,
        ),
    ),
    ("Results", "questionnaires:results-index", (Action.READ_RESULTS,)),
    ("Cases", "casemapping:cases", (Action.READ_CASE_MAP, Action.WRITE_CASE_MAP)),
    # Agencies have their sheets alone; who has the cases finds the sheets there.
    ("Case preparation sheets", "casemapping:sheets", (Action.WRITE_CASE_SHEET,)),
    ("Timetable", "scheduling:timetable", (Action.READ_TIMETABLE,)),
    ("My day", "scheduling:my-day", (Action.WRITE_NOTE,)),
    ("Notes", "scheduling:notes", (Action.READ_NOTES,)),
    ("Evidence", "feedback:board", (Action.WRITE_EXCERPT,)),
    ("Findings", "feedback:findings", (Action.WRITE_FINDING,)),
    ("Report", "feedback:report", (Action.DOWNLOAD_REPORT,)),
    ("Outbox", "reviews:outbox", (Action.READ_OUTBOX,)),
    ("Audit trail", "reviews:audit", (Action.READ_AUDIT,)),
)


# An entry that is left out for whoever has the other.
INSTEAD_OF = {"casemapping:sheets": "casemapping:cases"}


@register.inclusion_tag("components/history.html", takes_context=True)
def history(context: Context, subject: str, key: object = "") -> dict[str, Any]:
    """Who changed what and when, for whoever may change it."""
    membership: Membership | None = context.get("membership")
    may_read = any(can(membership, action) for action in READERS[subject])
    changes = (
        history_of(membership.review, subject, key) if may_read and membership else []
    )
    moved = (
        may_read
        and membership is not None
        and not changes
        and membership.review.earlier_trails.exists()
    )
    return {"may_read": may_read, "changes": changes, "moved": moved}


@lru_cache(2_000)
def _page_of(name: str, review_id: int) -> str:
    """The address of a review's page; "" in an app that an installation left out."""
    try:
        return reverse(name, kwargs={"review_id": review_id})
    except NoReverseMatch:
        return ""


@register.inclusion_tag("components/review_navigation.html", takes_context=True)
def review_navigation(context: Context) -> dict[str, Any]:
    """The pages of this review that this person may open now."""
    membership: Membership | None = context.get("membership")
    review: Review | None = context.get("review")
    request = context.get("request")
    links: list[dict[str, Any]] = []
    if membership and review and request:
        for label, name, actions in NAVIGATION:
            if INSTEAD_OF.get(name) in (each["name"] for each in links):
                continue
            if not any(can(membership, action) for action in actions):
                continue
            url = _page_of(name, review.pk)
            if not url:
                continue
            here = request.path == url or (
                request.path.startswith(url) and name != "home:home"
            )
            links.append({"label": label, "url": url, "above": here, "name": name})
        view = request.resolver_match.view_name if request.resolver_match else ""
        _mark_current(links, view)
    return {"links": links, "review": review}


def _mark_current(links: list[dict[str, Any]], view: str) -> None:
    """A page lies in one place: by its name, else under the longest address above it."""

    def fits(link: dict[str, Any]) -> int:
        prefixes = BELONGS_TO.get(link["name"], ())
        return max((len(each) for each in prefixes if view.startswith(each)), default=0)

    named = sorted((each for each in links if fits(each)), key=fits, reverse=True)
    above = sorted(
        (each for each in links if each["above"]), key=lambda each: len(each["url"])
    )
    current = next(iter([*named, *above[::-1]]), None)
    for each in links:
        each["current"] = each is current
