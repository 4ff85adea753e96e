"""Fills the database of a bench site, through the product's own verbs; prints what was made.

    python deploy/bench/seed.py journeys 2000     open, sent to nobody: the links
    python deploy/bench/seed.py invitations 10000 open, ready to be sent, and links of another review
    python deploy/bench/seed.py lists 10000       nothing; how long a list takes to be read
    python deploy/bench/seed.py released 100000   answered by so many, and released
    python deploy/bench/seed.py timetable 150     a week of so many sessions

Each makes a review of its own. The last line printed is JSON.
"""

import datetime as dt
import io
import json
import os
import random
import statistics
import sys
import time
from pathlib import Path
from typing import Any
from uuid import uuid4

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "peerreview.settings")

import django  # noqa: E402

django.setup()

from django.conf import settings  # noqa: E402
from django.contrib.auth import (  # noqa: E402
    BACKEND_SESSION_KEY,
    HASH_SESSION_KEY,
    SESSION_KEY,
)
from django.contrib.sessions.backends.db import SessionStore  # noqa: E402
from django.utils import timezone  # noqa: E402

from questionnaires import reading  # noqa: E402
from questionnaires.domain import answering, building, questions, sections  # noqa: E402
from questionnaires.domain.questions import Asked  # noqa: E402
from questionnaires.files import importer  # noqa: E402
from questionnaires.models import AnswerBox, Questionnaire, SpentLink  # noqa: E402
from questionnaires.rules import drafts, links  # noqa: E402
from questionnaires.rules.kinds import Kind  # noqa: E402
from reviews.models import Job, Review, Stage, User  # noqa: E402
from reviews.secrets import keystore  # noqa: E402
from scheduling.domain.releases import publish, renew_feed  # noqa: E402
from scheduling.domain.week import Person, add_session, ensure_rooms  # noqa: E402
from scheduling.models import Room  # noqa: E402
from scheduling.reading import releases  # noqa: E402
from scheduling.reading.now import clock_of_the_place  # noqa: E402
from tests import make, make_questionnaires  # noqa: E402

SECTIONS, STATEMENTS = 5, 8
VISITORS = 300
GROUPS = ("CSC/SW", "POL/PO", "SCH/DSL")


def questionnaire_of(review: Review, by: User) -> Questionnaire:
    """Five pages of eight statements with the framework's seven answers."""
    at = timezone.now()
    questionnaire = building.make_empty(
        review=review, title="Staff questionnaire", by=by, at=at
    )
    questionnaire.sections.all().delete()
    for number in range(1, SECTIONS + 1):
        section = sections.add_section(
            questionnaire=questionnaire,
            title=f"Part {number}",
            introduction="",
            by=by,
            at=at,
        )
        for statement in range(1, STATEMENTS + 1):
            questions.add_question(
                section=section,
                asked=Asked(
                    kind=Kind.STATEMENT,
                    text=f"Statement {number}.{statement}: staff have the time and "
                    "supervision they need",
                ),
                by=by,
                at=at,
            )
    questionnaire = make_questionnaires.again(questionnaire)
    building.change_settings(
        questionnaire=questionnaire,
        version=questionnaire.version,
        values={"statements_a_page": STATEMENTS},
        by=by,
        at=at,
    )
    return questionnaire


def opened(people: int) -> tuple[Questionnaire, User]:
    by = make.make_user("Morgan Vale", may_create_reviews=True)
    review = make.make_review(manager=by)
    made = questionnaire_of(review, by)
    share = people // len(GROUPS)
    rows = make_questionnaires.people(
        [
            (agency, job, people - 2 * share if number == 0 else share)
            for number, (agency, job) in enumerate(g.split("/") for g in GROUPS)
        ]
    )
    return make_questionnaires.make_open(
        review, by=by, rows=rows, questionnaire=made
    ), by


def signed_in(user: User) -> str:
    """A session of this user, second factor and all: the value of its cookie."""
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session["second_factor_set"] = True
    session["account_authentication_methods"] = [
        {"method": "password", "at": timezone.now().timestamp()}
    ]
    session.create()
    return str(session.session_key)


def journeys(number: int) -> dict[str, Any]:
    questionnaire, _ = opened(number)
    rows = questionnaire.invitations.select_related("questionnaire")
    return {"tokens": [make_questionnaires.token_of(each) for each in rows]}


def invitations(number: int) -> dict[str, Any]:
    questionnaire, by = opened(number)
    other, _ = opened(VISITORS)
    rows = other.invitations.select_related("questionnaire")
    return {
        "questionnaire": questionnaire.pk,
        "review": questionnaire.review_id,
        "session": signed_in(by),
        "tokens": [make_questionnaires.token_of(each) for each in rows],
    }


def lists(number: int) -> dict[str, Any]:
    """Seconds to read a list row by row and check it, and to read it with openpyxl alone."""
    import openpyxl

    by = make.make_user("Morgan Vale", may_create_reviews=True)
    review = make.make_review(manager=by)
    jobs = [
        next(job.title for job in review.pack.job_groups if job.code == code)
        for code in ("PO", "DSL")
    ]
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.append(importer.COLUMNS)
    for row in range(number):
        wrong = row % 20 == 7
        sheet.append(
            [
                f"Person {row}",
                f"person {row}@staff" if wrong else f"person{row}@staff.example",
                ("Police", "Schools")[row % 2],
                jobs[row % 2],
            ]
        )
    file = io.BytesIO()
    book.save(file)
    ours, bare, faults = [], [], 0
    for _ in range(5):
        began = time.perf_counter()
        read = openpyxl.load_workbook(io.BytesIO(file.getvalue()), read_only=True)
        rows = sum(1 for _ in read.worksheets[0].iter_rows(values_only=True))
        bare.append(time.perf_counter() - began)
        began = time.perf_counter()
        found = importer.read(file.getvalue(), review=review, known=set())
        ours.append(time.perf_counter() - began)
        faults = len(found.faults)
        assert rows == number + 1  # noqa: S101
    return {
        "openpyxl": statistics.median(bare),
        "ours": statistics.median(ours),
        "faults": faults,
    }


def released(number: int) -> dict[str, Any]:
    """Boxes go in as ``submit_response`` makes them, a thousand at a time."""
    questionnaire, by = opened(number)
    public = keystore.read(questionnaire.key("box-public"))
    null = keystore.read(questionnaire.key("null"))
    respondent_form = reading.respondent_form_of(questionnaire)
    values = [each["code"] for each in questionnaire.scale]
    rand = random.Random(7)  # noqa: S311 - the same answers every time
    boxes, spent = [], []
    for invitation in questionnaire.invitations.only("pk", "leaf"):
        answers = {code: rand.choice(values) for code in respondent_form.items}
        payload = answering.payload_of(respondent_form, invitation.leaf, answers)
        boxes.append(
            AnswerBox(
                id=uuid4(),
                questionnaire=questionnaire,
                box=drafts.to_box(public, payload),
            )
        )
        spent.append(
            SpentLink(
                nullifier=links.nullifier(null, invitation.pk),
                questionnaire=questionnaire,
            )
        )
    AnswerBox.objects.bulk_create(boxes, batch_size=1000)
    SpentLink.objects.bulk_create(spent, batch_size=1000)
    began = time.perf_counter()
    make_questionnaires.close_and_approve(questionnaire, by=by)
    # The site's worker does it; a second hand would wait for its lock.
    job = questionnaire.review.jobs.filter(kind="questionnaires.tasks.release")
    while job.get().state in (Job.State.QUEUED, Job.State.RUNNING):
        time.sleep(0.05)
    if job.get().state != Job.State.DONE:
        raise RuntimeError(job.get().error_code)
    seconds = time.perf_counter() - began
    analyst = make.make_membership(
        make.move(questionnaire.review, Stage.PRE_SITE), make.AccessRole.AP, role="AP"
    ).user
    return {
        "questionnaire": questionnaire.pk,
        "review": questionnaire.review_id,
        "session": signed_in(analyst),
        "release_seconds": seconds,
    }


def timetable(number: int) -> dict[str, Any]:
    """A full week: so many sessions of an hour in ten strands' rooms, twelve peers, 200 people."""
    by = make.make_user("Morgan Vale", may_create_reviews=True)
    review = make.make_review(manager=by)
    at = timezone.now()
    ensure_rooms(review=review)
    roles = ["TL", "MP", "HP", "AP", *["OP"] * 8]
    peers = [
        make.make_membership(
            review,
            make.AccessRole.TL
            if role == "TL"
            else make.AccessRole.AP
            if role == "AP"
            else make.AccessRole.P,
            role=role,
        )
        for role in roles
    ]
    rooms = [
        Room.objects.create(
            review=review, code=f"B{n}", title=f"Interview room {n}", places=12
        )
        for n in range(1, 11)
    ]
    strands = [each.code for each in review.pack.strands if "+" not in each.code][:3]
    agencies = list(review.agencies.all())
    made = []
    for n in range(number):
        day, within = n % 5, n // 5
        pair = within % 6
        people = [
            Person(
                f"Person {k}",
                "Social worker",
                f"person{k}@staff.example",
                agencies[k % len(agencies)],
            )
            for k in range(3 * n, 3 * n + 1 + n % 3)
        ]
        made.append(
            add_session(
                review=review,
                values={
                    "title": f"Session {n}: practitioners of one agency",
                    "day": review.on_site_dates[day],
                    "start": dt.time(9 + within // 6, 0),
                    "minutes": 45,
                    "type": "INT",
                    "strand": strands[pair % 3],
                    "room": rooms[pair],
                    "source_class": "C-PRAC",
                    "people_expected": len(people),
                    "themes": ["T1", "T3"],
                },
                peers=peers[2 * pair : 2 * pair + 2],
                people=people,
                by=by,
                at=at,
            )
        )
    review = make.move(review, Stage.LEAD_IN)
    # Nobody is met twice at once, so the week can be published.
    now = clock_of_the_place(review, at)
    week = releases.freeze(releases.working_sessions(review))
    publish(
        review=review,
        name="Final timetable",
        seen=releases.seen_mark(week),
        now=now,
        by=by,
        at=at,
    )
    leader = peers[0]
    leader.review = review
    return {
        "review": review.pk,
        "session": signed_in(by),
        "moved": made[0].pk,
        "feed": renew_feed(membership=leader, by=by, at=at),
    }


if __name__ == "__main__":
    what = {
        "timetable": timetable,
        "journeys": journeys,
        "invitations": invitations,
        "released": released,
        "lists": lists,
    }[sys.argv[1]]
    print(json.dumps(what(int(sys.argv[2])), default=str))
