"""Questionnaires, links and answers. No table of what people said has a moment, an order, a
user or a machine in it; the columns are those of the non-attribution specification 2.2.
"""

from __future__ import annotations

import datetime as dt
import uuid
from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.db import models

from questionnaires.disclosure import Node
from reviews import retention
from reviews.models import Delivery, Job, Review, Stage
from reviews.sealing import (
    SPEECH_PAD,
    SealedBytesField,
    SealedJSONField,
    SealedTextField,
)

if TYPE_CHECKING:
    from django_stubs_ext.db.models.manager import RelatedManager

# From the opening to the closing date.
LONGEST_OPEN = dt.timedelta(days=120)


class Questionnaire(models.Model):
    """One questionnaire of a review, tailored from the framework's bank, locked at opening."""

    class State(models.TextChoices):
        DRAFT = "draft", "Draft"
        OPENING = "opening", "Opening"
        OPEN = "open", "Open"
        CLOSED = "closed", "Closed"
        RELEASING = "releasing", "Being released"
        RELEASED = "released", "Released"

    class Sending(models.TextChoices):
        """What is to be sent. The request says what; the worker marks whom it concerns."""

        NOTHING = "", "Nothing is being sent"
        INVITE = "invite", "The invitations are being prepared"
        REMIND = "remind", "The reminder is being prepared"
        AGAIN = "again", "What did not go is being prepared"
        GOING = "going", "Messages are going out"
        STOPPED = "stopped", "Sending is stopped"

    class Letter(models.TextChoices):
        """Which letter goes out, or went out last."""

        INVITATION = "invitation", "Invitation"
        REMINDER = "reminder", "Reminder"
        AGAIN = "again", "Invitation, once more"

    ASKED = (Sending.INVITE, Sending.REMIND, Sending.AGAIN)
    SLOWEST = 10  # messages a minute
    MOST_REMINDERS = 3
    REMINDER_GAP = dt.timedelta(days=3)
    # Groups this small take two people of the team; below five nothing is ever shown.
    USUAL_K, SMALL_K, LEAST_K, MOST_K = 10, 8, 5, 20
    # The background work that is the self-test.
    PROVES = "questionnaires.tasks.prove"

    review = models.ForeignKey(
        Review, on_delete=models.CASCADE, related_name="questionnaires"
    )
    title = models.CharField(max_length=200)
    introduction = models.TextField()
    free_text_hint = models.CharField(max_length=300, blank=True)
    # {code, label, category, second}: ``second`` is the label in the second language.
    scale = models.JSONField()
    # The code of a second language, and title, introduction and free_text_hint in it.
    language = models.CharField(max_length=10, blank=True)
    second = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    opened_on = models.DateField(null=True, blank=True)
    closes_on = models.DateField(null=True, blank=True)
    # The first closing date, kept so that the first page can say that it was moved.
    first_closes_on = models.DateField(null=True, blank=True)
    # The share of those invited whom the manager hopes to hear from, in points of 100.
    target = models.PositiveSmallIntegerField(default=40)
    k = models.PositiveSmallIntegerField(default=USUAL_K)
    t = models.PositiveSmallIntegerField(default=3)
    small_k_asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    small_k_agreed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    statements_a_page = models.PositiveSmallIntegerField(default=6)
    # Set when it opens: from then on what is asked does not change.
    edition = models.UUIDField(null=True, editable=False)
    # How long names and addresses outlive the release, and comments the visit's first day.
    keep_addresses_days = models.PositiveSmallIntegerField(
        default=retention.ADDRESSES.days
    )
    keep_words_weeks = models.PositiveSmallIntegerField(
        default=retention.weeks(retention.WORDS)
    )
    tree = models.JSONField(default=dict)
    version = models.PositiveIntegerField(default=1)
    # Of a late round: the questionnaire whose people had not answered by its close.
    late_of = models.OneToOneField(
        "self", on_delete=models.CASCADE, null=True, related_name="late_round"
    )
    # {invited, exact, groups: [{title, leaves, invited}]}: how many it asks, as far as the turnout
    # of the first told. Pages say this and never count the list, which says who had answered.
    late_counts = models.JSONField(default=dict)
    # How many reminders there may be, and how many there were.
    most_reminders = models.PositiveSmallIntegerField(default=2)
    reminders = models.PositiveSmallIntegerField(default=0)
    last_sent_on = models.DateField(null=True, blank=True)
    sending = models.CharField(
        max_length=7, choices=Sending.choices, default=Sending.NOTHING, blank=True
    )
    letter = models.CharField(
        max_length=10, choices=Letter.choices, default=Letter.INVITATION
    )
    # How many messages the round has that is going out, or went out last.
    round_size = models.PositiveIntegerField(default=0)
    # Messages a minute, at most; None: as fast as the mail server takes them.
    a_minute = models.PositiveIntegerField(null=True, blank=True)
    release_asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )

    if TYPE_CHECKING:
        sections: RelatedManager[Section]
        questions: RelatedManager[Question]
        open_links: RelatedManager[OpenLink]
        invitations: RelatedManager[Invitation]
        boxes: RelatedManager[AnswerBox]
        drafts: RelatedManager[DraftBox]
        releases: RelatedManager[Release]
        earlier: EarlierResults
        pending_imports: RelatedManager[PendingImport]
        proofs: RelatedManager[Proof]

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=models.Q(k__range=(5, 20)), name="questionnaire_k_allowed"
            ),
            models.CheckConstraint(
                condition=models.Q(k__gte=8)
                | models.Q(state="draft")
                | models.Q(small_k_agreed_by__isnull=False),
                name="questionnaire_small_k_agreed",
            ),
            models.CheckConstraint(
                condition=models.Q(keep_addresses_days__range=retention.ADDRESSES_DAYS)
                & models.Q(keep_words_weeks__range=retention.WORDS_WEEKS),
                name="questionnaire_keeps_for_a_while",
            ),
            models.CheckConstraint(
                condition=models.Q(most_reminders__lte=3),
                name="questionnaire_reminds_seldom",
            ),
            models.CheckConstraint(
                condition=models.Q(a_minute__isnull=True) | models.Q(a_minute__gte=10),
                name="questionnaire_sends_at_some_rate",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def asked(self) -> models.QuerySet[Question]:
        """Its questions without those that were left out."""
        return self.questions.filter(left_out=False)

    def key(self, part: str) -> str:
        """The name of one of its keys in the keystore."""
        return f"questionnaire-{self.pk}-{part}"

    @property
    def is_late(self) -> bool:
        """A late round: nobody sees whom it asks, since all others have answered before."""
        return self.late_of_id is not None

    @property
    def answered_at(self) -> tuple[Stage, ...]:
        """The stages of the review in which links open: a late round comes after the release."""
        if self.is_late:
            return (Stage.LEAD_IN, Stage.PRE_SITE)
        return (Stage.LEAD_IN,)

    def may_have_link(self, leaf: str) -> bool:
        """Whether an agency's open link fits the groups: a late round has those of the first."""
        return not self.is_late or leaf in self.root.leaves()

    @property
    def is_sending(self) -> bool:
        """Messages are on their way, or the worker is about to begin with them."""
        return self.sending in (*self.ASKED, self.Sending.GOING)

    def stuck(self) -> models.QuerySet[Invitation]:
        """Messages that did not go, or nobody knows whether they went."""
        return self.invitations.filter(
            delivery_state__in=[Delivery.FAILED, Delivery.UNKNOWN, Delivery.MAILBOX]
        )

    @property
    def next_reminder_on(self) -> dt.date | None:
        """The first day on which a reminder may go; None when there may be none any more."""
        if self.reminders >= self.most_reminders or self.last_sent_on is None:
            return None
        return self.last_sent_on + self.REMINDER_GAP

    @property
    def root(self) -> Node:
        """The reporting tree as it was fixed at opening."""
        return Node(
            "all",
            "Everybody",
            tuple(
                Node(
                    agency["key"],
                    agency["title"],
                    tuple(
                        Node(leaf["key"], leaf["title"]) for leaf in agency["leaves"]
                    ),
                )
                for agency in self.tree.get("agencies", [])
            ),
        )


class Section(models.Model):
    """Questions that belong together: one page, or several where they are many."""

    questionnaire = models.ForeignKey(
        Questionnaire, on_delete=models.CASCADE, related_name="sections"
    )
    title = models.CharField(max_length=200)
    introduction = models.CharField(max_length=500, blank=True)
    # Title and introduction in the second language.
    second = models.JSONField(default=dict)
    position = models.PositiveSmallIntegerField()
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering: ClassVar[list[str]] = ["position", "pk"]

    def __str__(self) -> str:
        return self.title


class Question(models.Model):
    """Something that is asked. What its answers look like follows from its kind."""

    class Kind(models.TextChoices):
        STATEMENT = "statement", "A statement to agree or disagree with"
        SINGLE = "single", "One answer of several"
        MULTIPLE = "multiple", "Any number of several answers"
        NUMBER = "number", "A number"
        SHORT = "short", "A few words"
        TEXT = "text", "Own words"

    CHOICES = (Kind.SINGLE, Kind.MULTIPLE)
    WORDS = (Kind.SHORT, Kind.TEXT)

    questionnaire = models.ForeignKey(
        Questionnaire, on_delete=models.CASCADE, related_name="questions"
    )
    section = models.ForeignKey(
        Section, on_delete=models.CASCADE, related_name="questions"
    )
    code = models.CharField(max_length=20)
    theme = models.CharField(max_length=20, blank=True)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    text = models.CharField(max_length=500)
    hint = models.CharField(max_length=200, blank=True)
    required = models.BooleanField(default=False)
    reversed = models.BooleanField(default=False)
    # {code, label, second} of choices; of a number {code, label, least}: the groups it falls into.
    options = models.JSONField(default=list)
    # {question, answers}: asked only of whoever gave one of these answers; {} of everybody.
    condition = models.JSONField(default=dict)
    # Text and hint in the second language.
    second = models.JSONField(default=dict)
    # Not asked, and kept so that it can be put back.
    left_out = models.BooleanField(default=False)
    position = models.PositiveSmallIntegerField()
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering: ClassVar[list[str]] = ["section__position", "position", "pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["questionnaire", "code"], name="question_code_once"
            )
        ]

    def __str__(self) -> str:
        return self.text

    @property
    def in_own_words(self) -> bool:
        return self.kind in self.WORDS

    @property
    def is_closed(self) -> bool:
        """Its answers are counted, never read."""
        return self.kind not in self.WORDS


class PendingImport(models.Model):
    """A list on its way in: read by the worker, looked at, and added once it is confirmed.

    It is its uploader's alone. The file is kept until it was read, the rest for a few days.
    """

    class State(models.TextChoices):
        READING = "reading", "Being read"
        READ = "read", "Waits to be confirmed"
        REFUSED = "refused", "Cannot be used"
        ADDING = "adding", "Being added"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    questionnaire = models.ForeignKey(
        Questionnaire, on_delete=models.CASCADE, related_name="pending_imports"
    )
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+"
    )
    uploaded_on = models.DateField()
    state = models.CharField(max_length=7, choices=State.choices, default=State.READING)
    # The work that reads or adds it.
    job = models.ForeignKey(Job, on_delete=models.SET_NULL, null=True, related_name="+")
    file = SealedBytesField(scope="people", null=True)
    # [agency, job group, email, name] of rows in order; [row, column, sentence, stops] of others.
    rows = SealedJSONField(scope="people", pad=SPEECH_PAD)
    faults = SealedJSONField(scope="people", pad=SPEECH_PAD)
    # Headings of columns that were not looked at.
    ignored = SealedJSONField(scope="people", pad=SPEECH_PAD)
    refusal = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["questionnaire", "uploaded_by"], name="pending_import_once_each"
            )
        ]

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def sealed_review_id(self) -> int:
        return self.questionnaire.review_id


class Invitation(models.Model):
    """Somebody who may answer. Answering never touches this row."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    questionnaire = models.ForeignKey(
        Questionnaire, on_delete=models.CASCADE, related_name="invitations"
    )
    name = SealedTextField(scope="people")
    email = SealedTextField(scope="people", pad=512)
    leaf = models.CharField(max_length=120)
    link_hash = models.CharField(max_length=64, unique=True, null=True)  # noqa: DJ001 - unique where made
    generation = models.PositiveSmallIntegerField(default=0)
    delivery_state = models.CharField(
        max_length=10, choices=Delivery.choices, default=Delivery.NEW
    )
    counted_in = models.BooleanField(default=False)

    # What opening the link reads of the row.
    AT_THE_DOOR = ("id", "leaf")

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(
                fields=["questionnaire", "delivery_state"], name="invitation_delivery"
            )
        ]

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def sealed_review_id(self) -> int:
        return self.questionnaire.review_id


class OpenLink(models.Model):
    """One link for everybody of an agency without addresses: counted down, apart in the results."""

    # The reporting group of those who answer by it, under their agency.
    GROUP = "open"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    questionnaire = models.ForeignKey(
        Questionnaire, on_delete=models.CASCADE, related_name="open_links"
    )
    leaf = models.CharField(max_length=120)
    link_hash = models.CharField(max_length=64, unique=True, null=True)  # noqa: DJ001 - unique where made
    remaining = models.PositiveIntegerField()

    AT_THE_DOOR = ("id", "leaf", "remaining")

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["questionnaire", "leaf"], name="open_link_once_a_group"
            )
        ]

    def __str__(self) -> str:
        return self.leaf


class Bounce(models.Model):
    """A message that came back: the mark of its envelope and what its code means, nothing of it.

    It waits here for the worker, which alone can tell whose mark it is.
    """

    mark = models.CharField(max_length=20, primary_key=True)
    delivery_state = models.CharField(max_length=10, choices=Delivery.choices)

    def __str__(self) -> str:
        return self.mark


class SpentLink(models.Model):
    """That one link has been used; whose, only the destroyed key could say."""

    nullifier = models.CharField(max_length=64, primary_key=True)
    questionnaire = models.ForeignKey(
        Questionnaire, on_delete=models.CASCADE, related_name="+"
    )

    def __str__(self) -> str:
        return self.nullifier


class AnswerBox(models.Model):
    """One sealed set of answers, all of one size."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    questionnaire = models.ForeignKey(
        Questionnaire, on_delete=models.CASCADE, related_name="boxes"
    )
    box = models.BinaryField()

    def __str__(self) -> str:
        return str(self.pk)


class DraftBox(models.Model):
    """Answers that somebody saved to come back to; opens with link and resume code together."""

    locator = models.CharField(max_length=32, primary_key=True)
    questionnaire = models.ForeignKey(
        Questionnaire, on_delete=models.CASCADE, related_name="drafts"
    )
    box = models.BinaryField()

    def __str__(self) -> str:
        return self.locator


class Release(models.Model):
    """What was published of a round: rounded values of atoms, and nothing finer."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    questionnaire = models.ForeignKey(
        Questionnaire, on_delete=models.CASCADE, related_name="releases"
    )
    round = models.PositiveSmallIntegerField(default=1)
    on = models.DateField()
    values = models.JSONField()

    if TYPE_CHECKING:
        comments: RelatedManager[Comment]
        answers: RelatedManager[ReleasedAnswer]
        filed: RelatedManager[FiledResult]

    def __str__(self) -> str:
        return f"Round {self.round}"


class ReleasedAnswer(models.Model):
    """Somebody's closed answers after the shuffle, in their atom."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    release = models.ForeignKey(
        Release, on_delete=models.CASCADE, related_name="answers"
    )
    atom = models.CharField(max_length=400)
    closed = SealedJSONField(scope="text", pad=1024)

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def sealed_review_id(self) -> int:
        return self.release.questionnaire.review_id


class Comment(models.Model):
    """One answer in somebody's own words, tied to nothing else that they said."""

    class Screening(models.TextChoices):
        UNREAD = "unread", "Not read yet"
        MASKED = "masked", "Marked: waiting for a second person"
        CLEARED = "cleared", "Cleared"
        REDACTED = "redacted", "Redacted"
        # Nothing of it is left: the text was overwritten.
        WITHHELD = "withheld", "Withheld"

    # What a screener has settled and the team may read, and what still waits for one.
    READABLE = (Screening.CLEARED, Screening.REDACTED)
    WAITING = (Screening.UNREAD, Screening.MASKED)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    release = models.ForeignKey(
        Release, on_delete=models.CASCADE, related_name="comments"
    )
    question = models.CharField(max_length=20)
    atom = models.CharField(max_length=400, blank=True)
    text = SealedTextField(scope="text", pad=SPEECH_PAD)
    screening = models.CharField(
        max_length=8, choices=Screening.choices, default=Screening.UNREAD
    )
    # What the team says it bears on; neither who said so nor when.
    themes = models.JSONField(default=list)

    class Meta:
        ordering: ClassVar[list[str]] = ["pk"]  # random ids: no order of arrival

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def sealed_review_id(self) -> int:
        return self.release.questionnaire.review_id


class FiledResult(models.Model):
    """A published result that the team put on its evidence board: nobody's words, rounded already.

    ``group`` is an atom's key, empty for everybody; with ``other`` it is the gap between two.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    release = models.ForeignKey(Release, on_delete=models.CASCADE, related_name="filed")
    question = models.CharField(max_length=20)
    group = models.CharField(max_length=1000, blank=True)
    other = models.CharField(max_length=1000, blank=True)
    # Where the question itself has none.
    theme = models.CharField(max_length=20, blank=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["release", "question", "group", "other"],
                name="result_filed_once",
            )
        ]

    def __str__(self) -> str:
        return f"Filed result of {self.question}"


class EarlierResults(models.Model):
    """Published values of a questionnaire of before, read from its spreadsheet to compare with.

    ``rows`` are {code, text, answer, share, low, give_or_take}; ``faults`` [row, column, sentence].
    """

    questionnaire = models.OneToOneField(
        Questionnaire, on_delete=models.CASCADE, related_name="earlier"
    )
    title = models.CharField(max_length=200)
    on = models.DateField()
    rows = models.JSONField()
    faults = models.JSONField(default=list)

    def __str__(self) -> str:
        return self.title


class Proof(models.Model):
    """What a self-test found: attacks on made-up people, with the day on which they ran."""

    questionnaire = models.ForeignKey(
        Questionnaire, on_delete=models.CASCADE, related_name="proofs"
    )
    on = models.DateField()
    passed = models.BooleanField()
    # database, people, chance, limit, tries, kinds: [{kind, tries, best, naive}]
    values = models.JSONField()

    class Meta:
        ordering: ClassVar[list[str]] = ["-pk"]

    def __str__(self) -> str:
        return f"{self.on}: {'passed' if self.passed else 'failed'}"
