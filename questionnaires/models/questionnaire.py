"""What is asked: a questionnaire, its sections and its questions."""

from __future__ import annotations

import datetime as dt
from typing import ClassVar

from django.conf import settings
from django.db import models

from questionnaires.rules import kinds
from questionnaires.rules.disclosure import Node
from reviews import retention
from reviews.models import Delivery, Review, Stage
from reviews.rules import key_days

# From the opening to the closing date.
LONGEST_OPEN = dt.timedelta(days=120)


def key_of(questionnaire_id: int, part: str) -> str:
    """The name of a questionnaire's key in the keystore."""
    return f"questionnaire-{questionnaire_id}-{part}"


def invitees_key(questionnaire_id: int) -> str:
    """Of the names and addresses of those invited: it dies some days after the release."""
    return key_of(questionnaire_id, key_days.INVITEES)


class Questionnaire(models.Model):
    """One questionnaire of a review, tailored from the framework's bank, locked at opening."""

    class State(models.TextChoices):
        DRAFT = "draft", "Draft"
        OPENING = "opening", "Opening"
        OPEN = "open", "Open"
        CLOSED = "closed", "Closed"
        RELEASING = "releasing", "Being released"
        RELEASED = "released", "Released"
        # Its day came before its release: the answers were destroyed unread.
        DESTROYED = "destroyed", "Destroyed unread"

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
    # How long names and addresses outlive the release.
    keep_addresses_days = models.PositiveSmallIntegerField(
        default=retention.ADDRESSES.days
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
    # What pages tell of the turnout until the next count: {final, groups, agencies, links, drafts},
    # a number for each (``questionnaires/reading/turnout.py``).
    told = models.JSONField(default=dict)
    # Whether a reminder goes to those too who are counted in, so that no mailbox tells who is.
    remind_everybody = models.BooleanField(default=False)
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
                condition=models.Q(keep_addresses_days__range=retention.ADDRESSES_DAYS),
                name="questionnaire_keeps_addresses_for_a_while",
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
        return key_of(self.pk, part)

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

    @property
    def tells_by_letter(self) -> bool:
        """Whether a mailbox tells who is counted in: by a reminder, or by the letter of a late round,
        which any questionnaire may have that does not remind everybody."""
        return self.is_late or not self.remind_everybody

    @property
    def reminds_quietly(self) -> bool:
        """A reminder goes out, or went last, of which nothing may be known: not everybody gets it."""
        return self.letter == self.Letter.REMINDER and not self.remind_everybody

    @property
    def reminded(self) -> tuple[Delivery, ...]:
        """Of those whom a reminder is for, what became of the first message.

        Where a reminder must not show, nobody changes their place in the list of messages by it:
        so whoever may not have had the first is sent that one again, and no reminder.
        """
        if self.remind_everybody:
            return (Delivery.SENT, Delivery.UNKNOWN)
        return (Delivery.SENT,)

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

    Kind = kinds.Kind
    WORDS = kinds.IN_OWN_WORDS

    questionnaire = models.ForeignKey(
        Questionnaire, on_delete=models.CASCADE, related_name="questions"
    )
    section = models.ForeignKey(
        Section, on_delete=models.CASCADE, related_name="questions"
    )
    code = models.CharField(max_length=20)
    theme = models.CharField(max_length=20, blank=True)
    kind = models.CharField(max_length=10, choices=kinds.choices)
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
    def how(self) -> kinds.QuestionKind:
        return kinds.KINDS[self.kind]

    @property
    def in_own_words(self) -> bool:
        return self.how.in_own_words
