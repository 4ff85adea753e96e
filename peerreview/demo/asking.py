"""The demonstration's questionnaire: 412 invited, 187 answers, closed, released and screened."""

import datetime as dt
from collections import defaultdict

from peerreview.demo import answers, content, moments, people
from peerreview.demo.answers import Answer
from peerreview.demo.setting_up import Cast
from questionnaires import reading
from questionnaires.domain import (
    answering,
    building,
    inviting,
    releasing,
    screening_comments,
    sending,
)
from questionnaires.domain.inviting import Invitee
from questionnaires.models import Comment, Invitation, Questionnaire
from questionnaires.proof import proving
from reviews import background
from reviews.models import Job
from reviews.screening import roster, scan

CLOSES = moments.CLOSED.date()
REMINDED = moments.CASES_CHOSEN
# So many of the marked comments are left for whoever tries the screening.
LEFT_TO_SCREEN = 2
TAKEN_OUT = "[taken out]"


def invite_and_open(cast: Cast) -> None:
    """The list, the opening, and 412 letters."""
    review, manager = cast.review, cast.people["manager"]
    questionnaire = building.make_from_pack(
        review=review, by=manager, at=moments.INVITATIONS_RETURNED
    )
    inviting.invite(
        questionnaire=questionnaire,
        rows=[
            Invitee(each.agency, each.job_group, each.email, each.name)
            for each in people.everybody()[1]
        ],
        by=manager,
        at=moments.INVITATIONS_RETURNED,
    )
    _prove(cast)
    inviting.ask_to_open(
        questionnaire=questionnaire,
        closes_on=CLOSES,
        by=manager,
        at=moments.OPENED,
        today=moments.OPENED.date(),
    )
    _work_off(cast)
    sending.queue_invitations(
        questionnaire=_questionnaire(cast),
        by=manager,
        at=moments.OPENED,
        today=moments.OPENED.date(),
    )
    _work_off(cast)


def _prove(cast: Cast) -> None:
    """The self-test before the opening. Not left to a job, which would give it today's date."""
    job = Job.objects.create(
        kind=Questionnaire.PROVES,
        subject=str(_questionnaire(cast).pk),
        review=cast.review,
        state=Job.State.RUNNING,
        queued_at=moments.PROVED,
        started_at=moments.PROVED,
    )
    proving.prove(
        questionnaire=_questionnaire(cast),
        job=job,
        at=moments.PROVED,
        today=moments.PROVED.date(),
    )
    Job.objects.filter(pk=job.pk).update(
        state=Job.State.DONE, progress=100, ended_at=moments.PROVED
    )


def answer(cast: Cast, *, share: float) -> None:
    """``share`` of the answers, sealed; with some still to come, the others are reminded."""
    questionnaire = _questionnaire(cast)
    everyone = answers.answers()
    given = [
        each for n, each in enumerate(everyone) if int(n * share) < int((n + 1) * share)
    ]
    places = places_of(questionnaire)
    bands = {group.code: group.band for group in cast.review.pack.job_groups}
    respondent_form = reading.respondent_form_of(questionnaire)
    for each in given:
        answering.submit_response(
            access_link=place_of(each, places, bands),
            respondent_form=respondent_form,
            answers={**each.closed, **each.comments},
            draft=None,
        )
    if share < 1:
        # The newest letters are then those of people whose link still opens.
        sending.queue_reminders(
            questionnaire=questionnaire,
            by=cast.people["manager"],
            at=REMINDED,
            today=REMINDED.date(),
        )
        _work_off(cast)


def close_and_release(cast: Cast) -> None:
    """Closed, released by two of the team, and most comments screened."""
    manager, analyst = cast.people["manager"], cast.people["analyst"]
    releasing.close(questionnaire=_questionnaire(cast), by=manager, at=moments.CLOSED)
    _work_off(cast)
    releasing.ask_for_release(
        questionnaire=_questionnaire(cast), by=analyst, at=moments.RELEASED
    )
    releasing.approve_release(
        questionnaire=_questionnaire(cast), by=manager, at=moments.RELEASED
    )
    # Not left to the job, which would give it today's date; that then finds nothing to do.
    releasing.release(questionnaire=_questionnaire(cast), today=moments.RELEASED.date())
    _work_off(cast)
    _screen(cast, moments.COMMENTS_SCREENED)


def _questionnaire(cast: Cast) -> Questionnaire:
    return cast.review.questionnaires.get()


def places_of(questionnaire: Questionnaire) -> dict[str, list[Invitation]]:
    """Who can still answer, by group, in an order that is the same each time."""
    found: dict[str, list[Invitation]] = defaultdict(list)
    invitations = questionnaire.invitations.select_related("questionnaire__review")
    for invitation in sorted(invitations, key=lambda each: str(each.email)):
        found[invitation.leaf].append(invitation)
    return found


def place_of(
    given: Answer, places: dict[str, list[Invitation]], bands: dict[str, str]
) -> Invitation:
    band = bands[given.job_group].lower().replace(" ", "-")
    leaf = f"{given.agency}/{band}"
    return (places[leaf] or places[f"{given.agency}/others"]).pop()


def _screen(cast: Cast, at: dt.datetime) -> None:
    release = _questionnaire(cast).releases.get()
    unread = release.comments.filter(screening=Comment.Screening.UNREAD)
    screening_comments.clear_comments(
        release=release,
        at=at,
        ids=[str(pk) for pk in unread.values_list("pk", flat=True)],
    )
    naming = {each.text for each in content.comments() if each.rightly_marked}
    marked = release.comments.filter(screening=Comment.Screening.MASKED).select_related(
        "release__questionnaire__review"
    )
    by_text = sorted(marked, key=lambda each: str(each.text))
    for comment in by_text[:-LEFT_TO_SCREEN]:
        text = str(comment.text)
        screening_comments.redact_comment(
            comment=comment,
            seen=screening_comments.fingerprint(comment),
            text=_without_names(cast, text) if text in naming else text,
            at=at,
        )


def _without_names(cast: Cast, text: str) -> str:
    marks = scan.find(text, roster=roster.load(cast.review))
    for mark in sorted(marks, reverse=True):
        text = text[: mark.start] + TAKEN_OUT + text[mark.end :]
    return text


def _work_off(cast: Cast) -> None:
    """Do what the worker would: whoever loads the demonstration may have none."""
    for job in Job.objects.filter(review=cast.review, state=Job.State.QUEUED):
        background.run(job.pk)
        job.refresh_from_db()
        if job.state != Job.State.DONE:
            raise RuntimeError(f"{job.kind} ended as {job.state} {job.error_code}")
