"""The demonstration's 187 answers, sealed and released as real ones are, give the team results."""

import pytest
from django.utils import timezone

from peerreview.demo import answers, asking, people
from peerreview.demo.setting_up import PACK
from questionnaires import evidence, reading
from questionnaires.domain import answering, building, inviting
from questionnaires.domain.inviting import Invitee
from questionnaires.models import Question, Release
from questionnaires.rules.published import Values
from reviews import packs
from reviews.models import Review, Stage, User
from tests.make import move
from tests.make_questionnaires import again, close_and_release


@pytest.fixture
def release(review: Review, manager: User) -> Release:
    """Everybody of the demonstration invited, and answered by those who did."""
    assert review.pack.code == packs.load(PACK).code
    at, today = timezone.now(), timezone.localdate()
    review = move(review, Stage.LEAD_IN)
    questionnaire = building.make_from_pack(review=review, by=manager, at=at)
    inviting.invite(
        questionnaire=questionnaire,
        rows=[
            Invitee(each.agency, each.job_group, each.email, each.name)
            for each in people.everybody()[1]
        ],
        by=manager,
        at=at,
    )
    inviting.ask_to_open(
        questionnaire=questionnaire,
        closes_on=today.replace(year=today.year + 1),
        by=manager,
        at=at,
        today=today,
    )
    inviting.open_links(questionnaire=questionnaire, at=at)
    questionnaire = again(questionnaire)
    bands = {group.code: group.band for group in review.pack.job_groups}
    places = asking.places_of(questionnaire)
    respondent_form = reading.respondent_form_of(questionnaire)
    for each in answers.answers():
        answering.submit_response(
            access_link=asking.place_of(each, places, bands),
            respondent_form=respondent_form,
            answers={**each.closed, **each.comments},
            draft=None,
        )
    return close_and_release(questionnaire, by=manager).releases.get()


@pytest.mark.slow
def test_team_sees_a_share_for_every_statement_and_at_least_five_groups(
    release: Release,
) -> None:
    questionnaire = release.questionnaire
    values = Values(release.values)
    statements = questionnaire.questions.filter(kind=Question.Kind.STATEMENT)

    shown = {code: len(each.parts) for code, each in values.questions.items()}

    assert questionnaire.k == 10
    assert set(shown) == set(statements.values_list("code", flat=True))
    assert len(values.atoms) >= 5
    assert min(shown.values()) >= 5
    assert len(reading.Reader(release).gaps()) >= 10
    [summary] = evidence.council_summaries(questionnaire.review)
    assert (summary.invited, summary.replies) == (410, 190)
    assert all(row.favourable is not None for row in summary.rows)
