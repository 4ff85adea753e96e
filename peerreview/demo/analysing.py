"""What the team does with the demonstration's results before the visit: files, themes, comparison."""

import datetime as dt

from peerreview.demo import content, moments
from peerreview.demo.setting_up import Cast
from questionnaires import evidence, reading
from questionnaires.domain import filing
from questionnaires.domain.screening_comments import Tags, tag_comments
from questionnaires.models import Comment, Release
from questionnaires.rules.disclosure import Shown
from questionnaires.rules.published import EVERYBODY, FAVOURABLE, Values, share_of

# A result of one group that the team wants to ask about: supervision in schools.
ONE_GROUP = ("Q25", "SCH")
# What a comment bears on, by a word in it: as a quick reader would sort them.
BEARS_ON = {
    "T1": ("threshold", "refer", "assess", "conference", "duty", "front door", "plan"),
    "T2": ("audit", "feedback", "report", "average"),
    "T3": ("agenc", "health", "social worker", "police", "school", "meeting"),
    "T4": ("time", "caseload", "supervision", "training", "admin", "staff", "cases"),
    "T5": ("manager", "senior", "cuts", "funding", "head "),
}
MOST_THEMES = 2
# A questionnaire of two years before: points by which a share then was higher or lower than now.
BEFORE = "Safeguarding children in your area, 2011"
BEFORE_ON = dt.date(2011, 1, 20)
CHANGED = {"Q04": 17, "Q14": 12, "Q22": 15, "Q25": -16, "Q28": 2, "Q36": -14}
NOT_ASKED = ("Q12", "Q33")
ASKED_ONCE = "The common assessment framework works well here."


def use_results(cast: Cast) -> None:
    [questionnaire] = cast.review.questionnaires.all()
    release = reading.latest_release(questionnaire)
    if release is None:
        raise RuntimeError("the demonstration's questionnaire was not released")
    release.questionnaire.review = cast.review
    _file(cast, release)
    _give_themes(release)
    _compare(cast, release)


def _file(cast: Cast, release: Release) -> None:
    """The widest gap, one group's result, and what findings rest on that says little by itself."""
    gap = reading.Reader(release).gaps()[0]
    code, group, other = gap.filing.value.split("|")
    published = Values(release.values).questions
    needed = dict.fromkeys(code for each in content.findings() for code in each.results)
    whole = [code for code in needed if not evidence.says_something(published[code])]
    for question, one, beside in (
        (code, group, other),
        (*ONE_GROUP, ""),
        *((code, EVERYBODY, "") for code in whole),
    ):
        filing.file_result(
            release=release,
            question=question,
            group=one,
            other=beside,
            by=cast.people["analyst"],
            at=moments.COMMENTS_SCREENED,
        )


def _give_themes(release: Release) -> None:
    changes = {}
    for comment in release.comments.filter(screening__in=Comment.READABLE):
        comment.release = release
        text = comment.text.lower()
        fitting = [
            theme
            for theme, words in BEARS_ON.items()
            if any(word in text for word in words)
        ]
        changes[str(comment.pk)] = Tags(
            added=frozenset(fitting[:MOST_THEMES]), removed=frozenset()
        )
    tag_comments(release=release, changes=changes, at=moments.COMMENTS_SCREENED)


def _compare(cast: Cast, release: Release) -> None:
    questionnaire = release.questionnaire
    values = Values(release.values)
    rows = []
    for question in questionnaire.asked():
        published = values.questions.get(question.code)
        if published is None or question.code in NOT_ASKED:
            continue
        if not isinstance(published.everybody, Shown):
            continue
        share = share_of(published.everybody, FAVOURABLE) or 0.0
        [(_, label)] = reading.answers_to_compare(question)
        rows.append(
            {
                "code": question.code,
                "text": question.text,
                "answer": label,
                "share": min(share + CHANGED.get(question.code, 1), 95.0),
                "low": -1.0,
                "give_or_take": 4.0,
            }
        )
    rows.append({**rows[0], "code": "Q40", "text": ASKED_ONCE, "share": 44.0})
    filing.keep_earlier(
        questionnaire=questionnaire,
        title=BEFORE,
        on=BEFORE_ON,
        rows=rows,
        faults=(),
        by=cast.people["analyst"],
        at=moments.COMMENTS_SCREENED,
    )
