"""A review, its agencies and key questions, its people and its plan; and who may sign in."""

from __future__ import annotations

import datetime as dt
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib.auth.models import (
    AbstractBaseUser,
    BaseUserManager,
    PermissionsMixin,
)
from django.db import models
from django.utils import timezone

from reviews import packs, retention
from reviews.models.framework import FrameworkField

if TYPE_CHECKING:
    from django_stubs_ext.db.models.manager import RelatedManager


class UserManager(BaseUserManager["User"]):
    def create_user(
        self, email: str, full_name: str, password: str | None = None, **fields: Any
    ) -> User:
        """A person who can sign in; without a password they set one by an emailed link."""
        user = self.model(
            email=self.normalize_email(email).lower(), full_name=full_name, **fields
        )
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(AbstractBaseUser, PermissionsMixin):
    """A person with an account. What they may do is said by memberships, never by flags.

    ``is_superuser`` comes with Django and is consulted nowhere.
    """

    email = models.EmailField("email address", unique=True)
    full_name = models.CharField("full name", max_length=200)
    telephone = models.CharField(max_length=60, blank=True)
    is_active = models.BooleanField(default=True)
    is_system_administrator = models.BooleanField(default=False)
    may_create_reviews = models.BooleanField(default=False)
    joined_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["full_name"]

    if TYPE_CHECKING:
        memberships: RelatedManager[Membership]

    def __str__(self) -> str:
        return self.full_name

    def get_short_name(self) -> str:
        return self.full_name


class Stage(models.IntegerChoices):
    SET_UP = 1, "Set-up"
    LEAD_IN = 2, "Lead-in"
    PRE_SITE = 3, "Before the visit"
    ON_SITE = 4, "On site"
    REPORTING = 5, "Reporting"
    FEEDBACK = 6, "Feedback"
    CLOSED = 7, "Closed"


class AccessRole(models.TextChoices):
    """What a role of any framework may do here; the pack names one for each of its roles."""

    RM = "RM", "Review manager"
    TL = "TL", "Team leader"
    AP = "AP", "Analyst peer"
    P = "P", "Peer"
    CS = "CS", "Council sponsor"
    CC = "CC", "Council contact"
    PC = "PC", "Partner contact"
    R = "R", "Respondent"
    SA = "SA", "System administrator"


TEAM = tuple(map(AccessRole, packs.TEAM_ROLES))
HOST = tuple(map(AccessRole, packs.HOST_ROLES))


class ReviewQuerySet(models.QuerySet["Review"]):
    def for_user(self, user: User) -> ReviewQuerySet:
        """The reviews that ``user`` is on; nobody sees the others, whoever they are."""
        return self.filter(memberships__user=user)

    def lock(self, pk: int) -> None:
        """Hold one review until the transaction ends; its framework, which is large, stays unread.

        Raises Review.DoesNotExist.
        """
        self.select_for_update().values_list("pk").get(pk=pk)


class RealReviews(models.Manager["Review"]):
    """Every review but rehearsals: what any list, count or nightly task starts from."""

    def get_queryset(self) -> ReviewQuerySet:
        return ReviewQuerySet(self.model, using=self._db).filter(rehearsal=None)

    def for_user(self, user: User) -> ReviewQuerySet:
        return self.get_queryset().for_user(user)

    def lock(self, pk: int) -> None:
        """Also of a rehearsal: whoever has its number plays it."""
        ReviewQuerySet(self.model, using=self._db).lock(pk)


class Rehearsals(models.Manager["Review"]):
    """Reviews of made-up people, each the work of one running job (domain.rehearsals)."""

    def get_queryset(self) -> ReviewQuerySet:
        return ReviewQuerySet(self.model, using=self._db).exclude(rehearsal=None)


class Review(models.Model):
    """One engagement, from set-up to the report that the council downloads."""

    council = models.CharField(max_length=200)
    programme = models.CharField(max_length=200)
    day_zero = models.DateField("first on-site day")
    on_site_days = models.PositiveSmallIntegerField(default=5)
    # For how many weeks what people say outlives the first day on site. Never changed once anybody
    # was told (``apps_above.promises``).
    keep_words_weeks = models.PositiveSmallIntegerField(
        default=retention.weeks(retention.WORDS)
    )
    stage = models.PositiveSmallIntegerField(
        choices=Stage.choices, default=Stage.SET_UP
    )
    pack_code = models.CharField(max_length=100)
    pack_version = models.CharField(max_length=40)
    # The review's own frozen copy of its framework: a newer pack never changes it.
    framework = FrameworkField()
    scope = models.TextField(blank=True)
    duty_contact = models.CharField(
        "whom to ring about a child at risk", max_length=300
    )
    # The shape of the council's own case numbers: "#" a digit, "?" a letter.
    case_reference = models.CharField(max_length=40, blank=True)
    contact_name = models.CharField("review manager's name", max_length=200)
    contact_email = models.EmailField("review manager's email address")
    contact_phone = models.CharField(
        "review manager's telephone", max_length=60, blank=True
    )
    council_contact_name = models.CharField(max_length=200, blank=True)
    council_contact_title = models.CharField(max_length=200, blank=True)
    council_contact_email = models.EmailField(blank=True)
    council_contact_phone = models.CharField(max_length=60, blank=True)
    second_contact_name = models.CharField(max_length=200, blank=True)
    second_contact_title = models.CharField(max_length=200, blank=True)
    second_contact_email = models.EmailField(blank=True)
    second_contact_phone = models.CharField(max_length=60, blank=True)
    demonstration = models.BooleanField(default=False)
    # The day a demonstration stands still at, so that its site week is always "today".
    demonstration_day = models.DateField(null=True, blank=True)
    # The number of the job whose made-up people this holds; of a real review nothing.
    rehearsal = models.PositiveBigIntegerField(null=True, editable=False)
    version = models.PositiveIntegerField(default=1)

    objects: ClassVar[RealReviews] = RealReviews()
    rehearsals: ClassVar[Rehearsals] = Rehearsals()

    if TYPE_CHECKING:
        agencies: RelatedManager[Agency]
        memberships: RelatedManager[Membership]
        milestones: RelatedManager[Milestone]
        key_questions: RelatedManager[KeyQuestion]
        jobs: RelatedManager[Job]

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=models.Q(stage__in=Stage.values), name="review_stage_known"
            ),
            models.CheckConstraint(
                condition=models.Q(on_site_days__range=(1, 10)),
                name="review_on_site_days_sane",
            ),
            models.CheckConstraint(
                condition=models.Q(keep_words_weeks__range=retention.WORDS_WEEKS),
                name="review_keeps_words_for_a_while",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.council}: {self.programme}"

    @cached_property
    def pack(self) -> packs.Pack:
        """The frozen framework as typed values."""
        return packs.parse(self.framework)

    def today(self, at: dt.datetime) -> dt.date:
        """The day that the review lives in at the moment ``at``."""
        if self.demonstration and self.demonstration_day:
            return self.demonstration_day
        return timezone.localdate(at)

    @property
    def on_site_dates(self) -> list[dt.date]:
        return [self.day_zero + dt.timedelta(days=n) for n in range(self.on_site_days)]

    @property
    def last_day(self) -> dt.date:
        return self.day_zero + dt.timedelta(days=self.on_site_days - 1)

    def name_of(self, user: User) -> str:
        """What pages of this review call somebody who did something in it."""
        there = self.memberships.filter(user=user).select_related("user").first()
        gone = self.departures.filter(user=user).select_related("user").first()
        known = there or gone
        return known.name if known else user.full_name

    def team_members(self) -> models.QuerySet[Membership]:
        return self.memberships.filter(access_role__in=TEAM)

    @property
    def words_kept(self) -> dt.timedelta:
        """How long what people say is kept, counted from the first day on site."""
        return dt.timedelta(weeks=self.keep_words_weeks)

    @property
    def words_until(self) -> dt.date:
        """The day on which what people said is destroyed, whatever stage the review is at."""
        return self.day_zero + self.words_kept

    def outlives_what_was_said(self, today: dt.date) -> bool:
        """Whether notes, comments, answers and case maps are due to be destroyed, or gone."""
        return self.stage == Stage.CLOSED or today >= self.words_until


class KeyQuestion(models.Model):
    """A question that the council asks the team to answer, beside the themes."""

    review = models.ForeignKey(
        Review, on_delete=models.CASCADE, related_name="key_questions"
    )
    number = models.PositiveSmallIntegerField()
    text = models.CharField(max_length=500)

    class Meta:
        ordering: ClassVar[list[str]] = ["number"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["review", "number"], name="key_question_number_once"
            )
        ]

    def __str__(self) -> str:
        return self.text


class Agency(models.Model):
    """The council's own services, or a partner: police, health, a school, a charity."""

    class Kind(models.TextChoices):
        COUNCIL = "council", "Council"
        PARTNER = "partner", "Partner"

    review = models.ForeignKey(
        Review, on_delete=models.CASCADE, related_name="agencies"
    )
    code = models.SlugField(max_length=60)
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=10, choices=Kind.choices)

    class Meta:
        ordering: ClassVar[list[str]] = ["kind", "name"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["review", "code"], name="agency_code_once"),
            models.UniqueConstraint(fields=["review", "name"], name="agency_name_once"),
        ]

    def __str__(self) -> str:
        return self.name


class MembershipQuerySet(models.QuerySet["Membership"]):
    def accepted(self) -> MembershipQuerySet:
        return self.filter(answer=Membership.Answer.ACCEPTED)

    def waiting(self) -> MembershipQuerySet:
        """Invited, and not answered yet: the place is kept and nothing is opened."""
        return self.filter(answer=Membership.Answer.WAITING)


class Membership(models.Model):
    """One person's one role in one review, offered or accepted.

    One row for each person and review: a user of the council can thus never be on the team too.
    Whoever declines or is removed has no row here any more but a ``Departure``.
    """

    class Answer(models.TextChoices):
        WAITING = "waiting", "Waiting"
        ACCEPTED = "accepted", "Accepted"

    review = models.ForeignKey(
        Review, on_delete=models.CASCADE, related_name="memberships"
    )
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=20)
    access_role = models.CharField(max_length=2, choices=AccessRole.choices)
    agency = models.ForeignKey(
        Agency, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    home_organisation = models.CharField(max_length=200, blank=True)
    on_site = models.BooleanField(default=True)
    profile = models.TextField("short profile", max_length=600, blank=True)
    # As somebody typed it, or as it came with a file: what pages call them until they accept.
    name_given = models.CharField(max_length=200, blank=True, editable=False)
    answer = models.CharField(
        max_length=8, choices=Answer.choices, default=Answer.WAITING
    )
    # When the newest letter was written; None where no letter was needed.
    invited_at = models.DateTimeField(null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    objects: ClassVar[models.Manager[Membership]] = MembershipQuerySet.as_manager()

    class Meta:
        ordering: ClassVar[list[str]] = ["pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["review", "user"], name="one_role_a_person_and_review"
            ),
            models.CheckConstraint(
                condition=~models.Q(access_role=AccessRole.PC)
                | models.Q(agency__isnull=False),
                name="partner_contact_has_an_agency",
            ),
            models.CheckConstraint(
                condition=models.Q(answer="accepted", answered_at__isnull=False)
                | models.Q(answer="waiting", answered_at__isnull=True),
                name="invitation_accepted_and_its_day_together",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}, {self.role_title}"

    @property
    def name(self) -> str:
        """What pages and letters of the review call them. Whoever only knows an address learns
        nothing of the account behind it before its owner accepts."""
        given = "" if self.has_accepted else self.name_given
        return given or self.user.full_name

    @property
    def telephone(self) -> str:
        return self.user.telephone if self.has_accepted else ""

    @property
    def role_title(self) -> str:
        return self.review.pack.role(self.role).title

    @property
    def in_team(self) -> bool:
        """Which side of the review somebody is on. How far they see is asked of reviews.access."""
        return self.access_role in TEAM

    def is_peer_of(self, review_id: int) -> bool:
        """Whether they can be given its sessions and cases."""
        return self.in_team and self.review_id == review_id

    @property
    def has_accepted(self) -> bool:
        return self.answer == self.Answer.ACCEPTED


class Milestone(models.Model):
    """A dated step of the lead-in or of what follows the week."""

    class Status(models.TextChoices):
        OPEN = "open", "Not started"
        IN_PROGRESS = "in_progress", "In progress"
        DONE = "done", "Done"
        NOT_NEEDED = "not_needed", "Not needed"

    review = models.ForeignKey(
        Review, on_delete=models.CASCADE, related_name="milestones"
    )
    code = models.CharField(max_length=20)
    title = models.CharField(max_length=200)
    owner_role = models.CharField(max_length=20)
    offset_days = models.SmallIntegerField()
    # Days from the framework's date to one that somebody set by hand: it moves with the visit.
    shift_days = models.SmallIntegerField(default=0)
    due_on = models.DateField()
    status = models.CharField(
        max_length=12, choices=Status.choices, default=Status.OPEN
    )
    done_on = models.DateField(null=True, blank=True)
    evidence = models.CharField("evidence of done", max_length=300, blank=True)
    # The last day that its owner was reminded of it.
    reminded_on = models.DateField(null=True, blank=True, editable=False)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering: ClassVar[list[str]] = ["due_on", "code", "pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["review", "code", "offset_days"], name="milestone_once_a_day"
            ),
            models.CheckConstraint(
                condition=models.Q(status="done", done_on__isnull=False)
                | (~models.Q(status="done") & models.Q(done_on__isnull=True)),
                name="milestone_done_and_its_day_together",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.title}"

    @property
    def is_open(self) -> bool:
        return self.status in (self.Status.OPEN, self.Status.IN_PROGRESS)

    @property
    def days_from_visit(self) -> int:
        """Where it stands, counted from the first day on site."""
        return self.offset_days + self.shift_days

    def is_late(self, today: dt.date) -> bool:
        return self.is_open and self.due_on < today


class Job(models.Model):
    """A piece of background work. This row is the truth; the queue is only a doorbell."""

    class State(models.TextChoices):
        QUEUED = "queued", "Waiting"
        RUNNING = "running", "Running"
        DONE = "done", "Done"
        FAILED = "failed", "Failed"

    kind = models.CharField(max_length=100)
    review = models.ForeignKey(
        Review, on_delete=models.CASCADE, null=True, blank=True, related_name="jobs"
    )
    subject = models.CharField(max_length=40, blank=True)
    state = models.CharField(max_length=8, choices=State.choices, default=State.QUEUED)
    attempts = models.PositiveSmallIntegerField(default=0)
    progress = models.PositiveSmallIntegerField(default=0)
    error_code = models.CharField(max_length=60, blank=True)
    sentence = models.CharField(max_length=400, blank=True)
    queued_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["-pk"]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["state", "queued_at"], name="job_waiting"),
            models.Index(fields=["kind", "subject"], name="job_subject"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject}"

    @property
    def is_over(self) -> bool:
        return self.state in (self.State.DONE, self.State.FAILED)

    def set_progress(self, percent: int) -> None:
        self.progress = percent
        self.save(update_fields=["progress"])
