"""The week on site: where it is held, its sessions, who must be seen, and times that are not free."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import TYPE_CHECKING, ClassVar

from django.db import models

from reviews.models import Agency, Hypothesis, Job, KeyQuestion, Membership, Review
from reviews.secrets.sealing import SealedTextField
from scheduling.models.releases import (
    Reply,
)

if TYPE_CHECKING:
    from django_stubs_ext.db.models.manager import RelatedManager


class Site(models.Model):
    """A building besides the main one, which has no row of its own."""

    review = models.ForeignKey(Review, on_delete=models.CASCADE, related_name="sites")
    title = models.CharField(max_length=100)
    address = models.CharField(max_length=200, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering: ClassVar[list[str]] = ["pk"]

    def __str__(self) -> str:
        return self.title


class MainBuilding(models.Model):
    """What people who come to the main building have to know: its name and its address."""

    review = models.OneToOneField(
        Review, on_delete=models.CASCADE, related_name="main_building"
    )
    title = models.CharField(max_length=100, blank=True)
    address = models.CharField(max_length=200, blank=True)

    def __str__(self) -> str:
        return self.title or "The main building"


class Travel(models.Model):
    """Minutes between two buildings, either way round. ``first`` None is the main building."""

    review = models.ForeignKey(Review, on_delete=models.CASCADE, related_name="travel")
    first = models.ForeignKey(
        Site, on_delete=models.CASCADE, null=True, related_name="+"
    )
    second = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="+")
    minutes = models.PositiveSmallIntegerField()

    class Meta:
        ordering: ClassVar[list[str]] = ["pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["first", "second"], name="travel_once"),
            models.UniqueConstraint(
                fields=["second"],
                condition=models.Q(first=None),
                name="travel_from_the_main_building_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.minutes} minutes"


class Room(models.Model):
    """A place for sessions. ``on_the_move``: away from the building, so it takes travel.

    ``site`` None is the main building. A room that is not used any more stays as ``retired``.
    """

    review = models.ForeignKey(Review, on_delete=models.CASCADE, related_name="rooms")
    code = models.CharField(max_length=20)
    title = models.CharField(max_length=100)
    places = models.PositiveSmallIntegerField()
    on_the_move = models.BooleanField(default=False)
    site = models.ForeignKey(
        Site, on_delete=models.SET_NULL, null=True, blank=True, related_name="rooms"
    )
    retired = models.BooleanField(default=False)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering: ClassVar[list[str]] = ["pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["review", "code"], name="room_code_once")
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def where(self) -> str:
        """With the building, unless it is the main one."""
        return f"{self.title}, {self.site.title}" if self.site else self.title

    def way_there(self, main: MainBuilding | None) -> str:
        """For whoever has never been there. ``main``: what is known of the main building."""
        if self.on_the_move:
            return self.title
        building = self.site or main
        if building is None:
            return self.title
        parts = (self.title, building.title, building.address)
        return ", ".join(part for part in parts if part)


class Session(models.Model):
    """One meeting of the week. A session is cancelled, never deleted."""

    class Because(models.TextChoices):
        """Why it was cancelled. Everybody reads it, so it is one of a few and names nobody."""

        ILL = "ill", "Somebody is ill"
        URGENT = "urgent", "Urgent work came first"
        NOBODY = "nobody", "Nobody came"
        ROOM = "room", "The room or the building could not be used"
        NOT_NEEDED = "not needed", "It is no longer needed"
        OTHER = "other", "Another reason"

    review = models.ForeignKey(
        Review, on_delete=models.CASCADE, related_name="sessions"
    )
    code = models.CharField(max_length=20)
    day = models.DateField()
    start = models.TimeField()
    minutes = models.PositiveSmallIntegerField()
    type = models.CharField(max_length=20)
    strand = models.CharField(max_length=20)
    room = models.ForeignKey(Room, on_delete=models.PROTECT, related_name="sessions")
    title = models.CharField(max_length=200)
    themes = models.JSONField(default=list)
    source_class = models.CharField(max_length=20, blank=True)
    # What its notes say of where they were heard: given on its evening, and never changed.
    told_as = models.CharField(max_length=20, blank=True)
    people_expected = models.PositiveSmallIntegerField(default=0)
    cancelled = models.BooleanField(default=False)
    because = models.CharField(max_length=10, choices=Because.choices, blank=True)
    # Said on the day: it was held, and how many came.
    held = models.BooleanField(default=False)
    came = models.PositiveSmallIntegerField(null=True)
    # Whom the peers meet is for the team alone; the council's organiser sees no name.
    names_kept = models.BooleanField(default=False)
    # Planning leaves it where it is.
    pinned = models.BooleanField(default=False)
    peers = models.ManyToManyField(Membership, related_name="sessions", blank=True)
    version = models.PositiveIntegerField(default=1)

    if TYPE_CHECKING:
        people: RelatedManager[SessionPerson]
        kept_out: RelatedManager[KeptOut]
    # Of the review, where a page has read it along.
    main_building: MainBuilding | None = None
    # As the council reads it: the team is by itself (``reading.sessions.veiled``).
    is_veiled = False

    class Meta:
        ordering: ClassVar[list[str]] = ["day", "start", "strand", "code"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["review", "code"], name="session_code_once"
            ),
            models.CheckConstraint(
                condition=models.Q(minutes__range=(5, 600)), name="session_length_sane"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def begins(self) -> dt.datetime:
        """On the clock of the place, as the timetable prints it; for sorting and overlap."""
        return dt.datetime.combine(self.day, self.start)

    @property
    def ends(self) -> dt.datetime:
        return self.begins + dt.timedelta(minutes=self.minutes)

    @property
    def end(self) -> dt.time:
        return self.ends.time()

    @property
    def heard(self) -> int:
        """How many people are heard there: those who came, and until that is said those expected."""
        return self.people_expected if self.came is None else self.came

    @property
    def type_title(self) -> str:
        if self.is_veiled:
            return self.title
        return self.review.pack.session_type(self.type).title

    @property
    def meets_people(self) -> bool:
        """Somebody outside the team is heard, so notes can come of it."""
        if self.is_veiled:
            return False
        return self.review.pack.session_type(self.type).meets_people

    @property
    def is_pause(self) -> bool:
        """Lunch, a break or a slot that is kept free."""
        return not self.is_veiled and self.review.pack.session_type(self.type).pause

    @property
    def strand_title(self) -> str:
        strands = self.review.pack.strands
        return next((s.title for s in strands if s.code == self.strand), self.strand)


class SessionPerson(models.Model):
    """Somebody whom the peers meet. Destroyed at close; never part of a note."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    session = models.ForeignKey(
        Session, on_delete=models.CASCADE, related_name="people"
    )
    name = SealedTextField(scope="people")
    post = SealedTextField(scope="people", default="")
    email = SealedTextField(scope="people", default="")
    agency = models.ForeignKey(
        Agency, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )

    def __str__(self) -> str:
        return f"Somebody in {self.session.code}"

    @property
    def sealed_review_id(self) -> int:
        return self.session.review_id


class Need(models.Model):
    """Somebody who must be seen: who, how long, by whom, and what the team wants to know.

    ``people`` is JSON: name, post and address of each, sealed. What the team wants to find out (key
    questions, hypotheses and its own ``questions``) is for the team alone, whoever keeps the list.
    """

    class Priority(models.IntegerChoices):
        MUST_HAPPEN = 3, "Must happen"
        NEEDED = 2, "Needed"
        WOULD_HELP = 1, "Would help"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    review = models.ForeignKey(Review, on_delete=models.CASCADE, related_name="needs")
    # Of the framework's sample week, where it came from there.
    code = models.CharField(max_length=20, blank=True)
    title = models.CharField(max_length=200)
    type = models.CharField(max_length=20)
    minutes = models.PositiveSmallIntegerField()
    source_class = models.CharField(max_length=20)
    agency = models.ForeignKey(
        Agency, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    # What one of the two peers knows; "" is what the class of people asks for.
    background = models.CharField(max_length=20, blank=True)
    themes = models.JSONField(default=list)
    people_expected = models.PositiveSmallIntegerField(default=0)
    people = SealedTextField(scope="people", pad=1024, default="[]")
    names_kept = models.BooleanField(default=False)
    key_questions = models.ManyToManyField(KeyQuestion, related_name="+", blank=True)
    hypotheses = models.ManyToManyField(Hypothesis, related_name="+", blank=True)
    questions = SealedTextField(scope="work", pad=1024, default="")
    # The pair wanted, by its lane; "" is any.
    strand = models.CharField(max_length=20, blank=True)
    priority = models.PositiveSmallIntegerField(
        choices=Priority.choices, default=Priority.NEEDED
    )
    hard_to_get = models.BooleanField(default=False)
    # Where they have to be met: a building, or at their own place; neither is anywhere.
    site = models.ForeignKey(
        Site, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    on_the_move = models.BooleanField(default=False)
    session = models.OneToOneField(
        Session, on_delete=models.SET_NULL, null=True, blank=True, related_name="need"
    )
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering: ClassVar[list[str]] = ["-priority", "title", "pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["review", "code"],
                condition=~models.Q(code=""),
                name="need_code_once",
            ),
            models.CheckConstraint(
                condition=models.Q(minutes__range=(5, 600)), name="need_length_sane"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def sealed_review_id(self) -> int:
        return self.review_id


class KeptOut(models.Model):
    """A session that a peer has asked not to be in. As an interest, for manager and leader alone."""

    session = models.ForeignKey(
        Session, on_delete=models.CASCADE, related_name="kept_out"
    )
    membership = models.ForeignKey(
        Membership, on_delete=models.CASCADE, related_name="+"
    )

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["session", "membership"], name="kept_out_once"
            )
        ]

    def __str__(self) -> str:
        return "A peer and a session"


def _of_one(*names: str) -> models.Q:
    """Exactly one of them is there; the last is a truth, the others are rows."""
    found = models.Q()
    *rows, truth = names
    for each in names:
        others = {f"{name}__isnull": name != each for name in rows}
        found |= models.Q(**others, **{truth: each == truth})
    return found


class Away(models.Model):
    """A time on one day when a peer, a room, a building or the people of a session are not to be had.

    ``agency``: its contact entered it, and no other contact sees it. ``reply``: somebody who is to
    be met said so by their link; another answer of theirs takes it away.
    """

    review = models.ForeignKey(Review, on_delete=models.CASCADE, related_name="away")
    membership = models.ForeignKey(
        Membership, on_delete=models.CASCADE, null=True, related_name="+"
    )
    room = models.ForeignKey(
        Room, on_delete=models.CASCADE, null=True, related_name="+"
    )
    session = models.ForeignKey(
        Session, on_delete=models.CASCADE, null=True, related_name="+"
    )
    site = models.ForeignKey(
        Site, on_delete=models.CASCADE, null=True, related_name="+"
    )
    main_building = models.BooleanField(default=False)
    agency = models.ForeignKey(
        Agency, on_delete=models.CASCADE, null=True, related_name="+"
    )
    reply = models.ForeignKey(
        Reply, on_delete=models.CASCADE, null=True, related_name="away"
    )
    day = models.DateField()
    begins = models.TimeField()
    ends = models.TimeField()

    class Meta:
        ordering: ClassVar[list[str]] = ["day", "begins", "pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=models.Q(ends__gt=models.F("begins")),
                name="away_ends_after_it_begins",
            ),
            models.CheckConstraint(
                condition=_of_one(
                    "membership", "room", "session", "site", "main_building"
                ),
                name="away_is_of_one",
            ),
        ]

    def __str__(self) -> str:
        return "A time that is not free"


class WeekPlan(models.Model):
    """A proposal for the week, made by the worker; nothing moves until somebody takes it.

    ``result`` is JSON: moves, reasons and remarks. It is sealed, since reasons name people.
    """

    class Kind(models.TextChoices):
        WHOLE = "whole", "Plan the whole week"
        MEND = "mend", "Mend with the fewest moves"

    class State(models.TextChoices):
        RUNNING = "running", "Being made"
        READY = "ready", "To be looked at"
        TAKEN = "taken", "Taken"
        FAILED = "failed", "Failed"

    review = models.OneToOneField(
        Review, on_delete=models.CASCADE, related_name="week_plan"
    )
    kind = models.CharField(max_length=5, choices=Kind.choices)
    state = models.CharField(max_length=7, choices=State.choices, default=State.RUNNING)
    job = models.ForeignKey(Job, on_delete=models.SET_NULL, null=True, related_name="+")
    # What has begun by then stays where it is.
    begins_at = models.DateTimeField()
    seconds = models.PositiveSmallIntegerField()
    weights = models.JSONField(default=dict)
    stop_asked = models.BooleanField(default=False)
    placed = models.PositiveSmallIntegerField(default=0)
    sessions = models.PositiveSmallIntegerField(default=0)
    percent = models.PositiveSmallIntegerField(default=0)
    result = SealedTextField(scope="people", default="")
    # To put back what was taken: sessions with their version then, and where they were.
    undo = models.JSONField(default=list)

    def __str__(self) -> str:
        return "A proposal for the week"

    @property
    def sealed_review_id(self) -> int:
        return self.review_id
