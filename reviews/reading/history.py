"""Who changed what and when, in words: the foot of a page, and the whole audit trail.

Events about what people said carry no object, so none can stand at the foot of a page.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from string import Template
from typing import Any
from urllib.parse import urlencode

from django.db.models import Manager, Q, QuerySet

from reviews.access import Action
from reviews.mail.kinds import kind_of
from reviews.models import AuditEvent, Milestone, Need, Review, Stage
from reviews.models.hypotheses import Hypothesis
from reviews.packs.parts import PARTS
from reviews.pages import say
from reviews.trail import audit
from reviews.trail import words as trail_words
from reviews.trail.words import Change

SHOWN = 50
BY_ITSELF = "By itself"

# Which page's history is read by whoever may do one of these.
READERS: dict[str, tuple[Action, ...]] = {
    "details": (Action.CONFIGURE_REVIEW,),
    "key questions": (Action.CONFIGURE_REVIEW,),
    "agencies": (Action.CONFIGURE_REVIEW,),
    "framework": (Action.CONFIGURE_REVIEW,),
    "terms": (Action.CONFIGURE_REVIEW, Action.SIGN_TERMS),
    "scope": (Action.CONFIGURE_REVIEW, Action.APPROVE_SCOPE),
    "milestone": (Action.CONFIGURE_REVIEW,),
    "notice": (Action.CONFIGURE_REVIEW,),
    "periods": (Action.WRITE_BLOCKED_DATES,),
    "team": (Action.MANAGE_TEAM,),
    "document": (Action.ADD_EVIDENCE_FILE, Action.REQUEST_DOCUMENTS),
    "document request": (Action.REQUEST_DOCUMENTS,),
    "figures": (Action.IMPORT_FIGURES,),
    "hypothesis": (Action.WRITE_HYPOTHESIS,),
    "mail": (Action.WRITE_MAIL,),
    "questionnaire": (Action.RUN_QUESTIONNAIRE,),
    "session": (Action.WRITE_TIMETABLE,),
    "report version": (Action.BUILD_REPORT, Action.APPROVE_REPORT),
}
_DETAILS = (
    "review.created",
    "review.imported",
    "review.details_changed",
    "review.visit_moved",
    "review.stage_moved",
)
# Subjects that are one list of their review, and which events belong to them.
_LISTS: dict[str, Q] = {
    "details": Q(action__in=_DETAILS),
    "key questions": Q(action="review.key_questions_set"),
    "agencies": Q(object_kind="agency"),
    "framework": Q(action__startswith="review.framework"),
    "terms": Q(object_kind="terms"),
    "scope": Q(object_kind="scope") | Q(action="review.key_questions_set"),
    "periods": Q(object_kind="period"),
    # Interests are between a peer, the leader and the manager: not in a list of changes.
    "team": Q(action__startswith="member."),
    "figures": Q(action__startswith="figures."),
}


def history_of(review: Review, subject: str, key: object = "") -> list[Change]:
    """The newest changes of one object of the review."""
    if subject == "milestone":
        return _milestone(review, str(key))
    wanted = _LISTS.get(subject, Q(object_kind=subject, object_id=str(key)))
    events = audit.events(review).filter(wanted)
    if subject == "scope":
        scoped = audit.events(review).filter(action="review.details_changed")
        mine = [each.pk for each in scoped if "scope" in _changed(each)]
        events = audit.events(review).filter(wanted | Q(pk__in=mine))
    return changes_of(review, list(events[:SHOWN]))


def _milestone(review: Review, code: str) -> list[Change]:
    alone = Q(object_kind="milestone", object_id=code)
    found = audit.events(review).filter(
        alone | Q(action__in=["milestones.changed", "review.visit_moved"])
    )
    mine = []
    for event in found:
        if event.action == "milestones.changed":
            if code not in event.detail.get("codes", ()):
                continue
            # Many were changed at once; of the others this page says nothing.
            event.detail = {k: v for k, v in event.detail.items() if k != "codes"}
        mine.append(event)
    return changes_of(review, mine[:SHOWN])


# The whole trail, narrowed by the address


@dataclass(frozen=True)
class Choice:
    code: str
    title: str


@dataclass(frozen=True)
class TrailFilter:
    """``who`` is a name as the trail has it; ``what`` one of the groups."""

    who: str = ""
    what: str = ""

    @property
    def is_on(self) -> bool:
        return bool(self.who or self.what)

    @property
    def query(self) -> str:
        """The same as the part of an address behind the question mark."""
        parts = {"who": self.who, "what": self.what}
        return urlencode({name: word for name, word in parts.items() if word})


WHATS = [Choice(code, title) for code, (title, _) in trail_words.GROUPS.items()]


def actors(review: Review) -> list[str]:
    """Everybody who stands in the trail, by name."""
    names = audit.events(review).order_by().values_list("actor_name", flat=True)
    return sorted({name for name in names.distinct() if name})


def trail(review: Review, chosen: TrailFilter) -> QuerySet[AuditEvent]:
    """The review's events that the filter lets through, the newest first."""
    events = audit.events(review).order_by("-on", "-number")
    if chosen.who == BY_ITSELF:
        events = events.filter(actor_name="")
    elif chosen.who:
        events = events.filter(actor_name=chosen.who)
    if chosen.what in trail_words.GROUPS:
        begins = Q()
        for start in trail_words.GROUPS[chosen.what][1]:
            begins |= Q(action__startswith=start)
        events = events.filter(begins)
    return events


# Words


def changes_of(review: Review, events: Iterable[AuditEvent]) -> list[Change]:
    """Events in words: a fixed number of queries, however many there are."""
    listed = list(events)
    names = _Names(review, listed)
    return [_change(event, names) for event in listed]


def _change(event: AuditEvent, names: _Names) -> Change:
    if event.count is not None:
        one, many = trail_words.COUNTED.get(event.action, ("", ""))
        what = f"{event.count:,} {one if event.count == 1 else many}"
        if not one:
            what = f"{trail_words.plainly(event.action)}, {event.count:,}"
        return Change(event.number, event.on, event.at, "", what)
    said = {
        name: names.value(name, value, event) for name, value in event.detail.items()
    }
    thing = names.of(event)
    sentence = trail_words.SENTENCES.get(event.action)
    if sentence is None:
        sentence = trail_words.plainly(event.action) + (": $object" if thing else "")
    template = Template(sentence)
    fields = {"object": thing or "", **said}
    told = set(template.get_identifiers())
    if "object" in told:
        told |= {"title", "name"}
    words = template.safe_substitute(
        {name: fields.get(name) or "something" for name in template.get_identifiers()}
    )
    rest = [
        f"{trail_words.label_of(name)}: {said[name]}"
        for name in sorted(event.detail)
        if name not in told | trail_words.UNSAID and said[name] and name != "fields"
    ]
    before_after = [
        _difference(name, pair, names, event)
        for name, pair in sorted(_changed(event).items())
    ]
    return Change(
        event.number,
        event.on,
        event.at,
        event.actor_name or BY_ITSELF,
        words[:1].upper() + words[1:],
        tuple([*before_after, *rest, *_only_named(event)]),
    )


def _changed(event: AuditEvent) -> dict[str, Any]:
    found = event.detail.get("changed", {})
    return found if isinstance(found, dict) else {}


def _only_named(event: AuditEvent) -> list[str]:
    """Events of before differences were kept name the fields alone."""
    fields = event.detail.get("fields") or []
    return [trail_words.label_of(str(each)) for each in fields]


def _difference(name: str, pair: Any, names: _Names, event: AuditEvent) -> str:
    label = trail_words.label_of(name)
    before, after = (names.value(name, each, event) for each in pair)
    if not before:
        return f"{label}: now “{after}”"
    if not after:
        return f"{label}: “{before}” was taken out"
    return f"{label}: from “{before}” to “{after}”"


def _called(review: Review, numbers: set[int]) -> dict[str, str]:
    """What this review calls people. Of somebody who is on it no more, what the trail calls them.

    Whoever never signed in did nothing, so nobody is called by the name of an account that is closed.
    """
    rows = AuditEvent.objects.filter(review_ref=review.pk, actor_ref__in=numbers)
    found = {
        str(number): name
        for number, name in rows.values_list("actor_ref", "actor_name")
    }
    for people in (review.departures, review.memberships):
        for each in people.filter(user__in=numbers).select_related("user"):
            found[str(each.user_id)] = each.name
    return found


class _Names:
    """What stands for the numbers and codes of some events of one review."""

    def __init__(self, review: Review, events: list[AuditEvent]) -> None:
        self.review, self.pack = review, review.pack
        wanted: dict[str, set[str]] = {}
        for event in events:
            wanted.setdefault(event.object_kind, set()).add(event.object_id)
        self.found: dict[str, Mapping[str, str]] = {}
        if users := {int(key) for key in wanted.get("user", ()) if key.isdecimal()}:
            self.found["user"] = _called(review, users)
        if "agency" in wanted:
            self.found["agency"] = {
                str(agency.pk): agency.name for agency in review.agencies.all()
            }
        if "milestone" in wanted or any("codes" in each.detail for each in events):
            self.found["milestone"] = dict(
                review.milestones.values_list("code", "title")
            )
        if "document" in wanted:
            self.found["document"] = _titles_of(review.documents)
        if "document request" in wanted:
            self.found["document request"] = _titles_of(review.document_requests)

    def of(self, event: AuditEvent) -> str:
        """The name of the event's object, or words in place of one."""
        kind = event.object_kind
        for name in ("title", "name"):
            if event.detail.get(name):
                return str(event.detail[name])
        if kind == "report section":
            sections = {each.code: each.title for each in self.pack.report}
            return sections.get(event.object_id, event.object_id)
        if kind in self.found or kind in trail_words.NAMELESS:
            nameless = trail_words.NAMELESS.get(kind, "")
            if kind in trail_words.NUMBERED:
                nameless = f"{nameless} {event.object_id[:8]}"
            return self.found.get(kind, {}).get(event.object_id, nameless)
        return event.object_id if kind in ("case", "session", "report version") else ""

    def value(self, name: str, value: Any, event: AuditEvent) -> str:
        """A detail in words: codes as titles, days as days."""
        if isinstance(value, list):
            words = [self.value(name, each, event) for each in value]
            return say.listed([each for each in words if each])
        if event.action == "review.stage_moved" and name in ("from", "to"):
            return str(Stage(value).label)
        if value is True or value is False:
            return "yes" if value else "no"
        text = "" if value is None else str(value)
        known = self._titles(name, event).get(text)
        if known is not None:
            return known
        try:
            return say.day(dt.date.fromisoformat(text))
        except ValueError:
            return text

    def _titles(self, name: str, event: AuditEvent) -> Mapping[str, str]:
        if name in ("role", "owner", "owner_role"):
            titles = self.pack.owner_titles
            return {code: _lowered(title) for code, title in titles.items()}
        if name in ("theme", "themes"):
            return {
                each.code: f"theme {each.number}, {each.title}"
                for each in self.pack.themes
            }
        if name == "codes":
            return self.found.get("milestone", {})
        if name == "part":
            return {part.slug: part.title for part in PARTS}
        if name == "status":
            return _labels(Milestone.Status)
        if name == "need":
            return _labels(Need)
        if name == "kind" and event.object_kind == "mail":
            kind = kind_of(str(event.detail.get(name, "")))
            return {str(event.detail.get(name)): kind.title.lower()} if kind else {}
        if event.object_kind == "hypothesis":
            return {
                **_labels(Hypothesis.Kind),
                **_labels(Hypothesis.State),
                **_labels(Hypothesis.Basis),
            }
        return {}


def _titles_of(rows: Manager[Any]) -> dict[str, str]:
    return {str(key): title for key, title in rows.values_list("pk", "title")}


def _labels(choices: Any) -> dict[str, str]:
    return {str(value): _lowered(str(label)) for value, label in choices.choices}


def _lowered(title: str) -> str:
    """A title inside a sentence: all but acronyms and names begin small."""
    head = title.split(" ", 1)[0]
    return title if head.isupper() else title[:1].lower() + title[1:]
