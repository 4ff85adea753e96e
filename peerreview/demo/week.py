"""The demonstration's week: its sessions, whom the peers meet, and what they wrote and gathered."""

import datetime as dt
from collections import defaultdict
from itertools import cycle
from uuid import uuid4

from peerreview.demo import content, moments, people
from peerreview.demo.content import NoteText
from peerreview.demo.setting_up import Cast
from reviews import domain as reviews_domain
from reviews.mail import mailer
from reviews.mail.kinds import TIMETABLE
from reviews.models import Membership, User
from scheduling.domain import moves, needs, rooms
from scheduling.domain.gathering import gather
from scheduling.domain.needs import Asked
from scheduling.domain.notes import save_draft
from scheduling.domain.releases import publish as publish_release
from scheduling.domain.replies import answer
from scheduling.domain.week import Person, hold_session, seed_timetable, set_people
from scheduling.models import Need, Session
from scheduling.reading import releases
from scheduling.reading.now import clock_of_the_place

# The kinds of the texts' marks, as the framework writes them.
KINDS = {"follow_up": "follow-up"}
# By then on the day the demonstration stands at, the morning's notes are written.
NOON = dt.time(12)
DRAFTS_A_SESSION = 3
COULD_COME = ("2013-02-07-morning", "2013-02-07-afternoon")
# Before the visit: the chief executive goes to the spare slot of the same strand.
MOVED, SPARE = "M06", "H08"
# One in five of those who are to be met says nothing, and one of them all cannot come.
SILENT_EVERY = 5
CANNOT_COME = 33


def seed(cast: Cast) -> None:
    """The sample week, with everybody whom the peers meet."""
    by, at = cast.people["organiser"], moments.OPENED
    seed_timetable(review=cast.review, by=by, at=at)
    agencies = {agency.code: agency for agency in cast.review.agencies.all()}
    met: dict[str, list[Person]] = defaultdict(list)
    for each in people.everybody()[0]:
        agency = agencies.get(each.agency)
        met[each.session].append(Person(each.name, each.post, each.email, agency))
    for session in cast.review.sessions.all():
        if session.code in met:
            set_people(session=session, people=met[session.code], by=by, at=at)
    rooms.set_main_building(
        review=cast.review,
        values={"title": "Fennel House", "address": "1 Market Way, Trafford"},
        by=by,
        at=at,
    )
    needs.fill_needs(review=cast.review, by=by, at=at)
    # Wished for by the team, and not planned yet.
    needs.add_need(
        review=cast.review,
        values={
            "title": "Foster carers",
            "type": "FG",
            "minutes": 60,
            "source_class": "FAMILY",
            "people_expected": 8,
            "themes": ["T1", "T4"],
            "priority": Need.Priority.WOULD_HELP,
        },
        asked=Asked(
            list(cast.review.key_questions.all()[:1]),
            questions="Who rings a foster carer back in the evening?",
        ),
        by=cast.people["leader"],
        at=at,
    )


def publish(cast: Cast) -> None:
    """The final week goes to everybody in it; most of those who are to be met have answered."""
    review, by, at = cast.review, cast.people["manager"], moments.TIMETABLE_FINAL
    now = clock_of_the_place(review, at)
    week = releases.freeze(releases.working_sessions(review))
    publish_release(
        review=review,
        name="Final timetable",
        seen=releases.seen_mark(week),
        now=now,
        by=by,
        at=at,
    )
    for batch in review.mail_batches.filter(kind=TIMETABLE, released_at=None):
        batch.review = review
        reviews_domain.release(batch=batch, version=batch.version, by=by, at=at)
    mailer.send_waiting(review=review)
    for number, invitee in enumerate(
        sorted(review.invitees.select_related("review"), key=lambda each: each.who)
    ):
        if number % SILENT_EVERY == 0:
            continue
        comes = number != CANNOT_COME
        for meeting in releases.appointments(invitee, now):
            answer(
                invitee=invitee,
                session=meeting.session,
                asked=meeting.asked,
                can_come=comes,
                times="",
                free=() if comes else COULD_COME,
                now=now,
            )


def change_since(cast: Cast) -> None:
    """After the final week was published somebody's time has changed, and nobody is told yet."""
    session = cast.review.sessions.select_related("room").get(code=MOVED)
    session.review = cast.review
    spare = cast.review.sessions.get(code=SPARE)
    moves.move(
        session=session,
        version=session.version,
        to=moves.Place(spare.day, spare.start),
        by=cast.people["manager"],
        at=moments.TIMETABLE_FINAL,
    )


def hold_until(cast: Cast, day: dt.date | None) -> None:
    """Each evening before ``day``, or of the whole week, it is said that the day's sessions were held."""
    for session in cast.review.sessions.order_by("day", "start", "pk"):
        session.review = cast.review
        if session.cancelled or not session.meets_people:
            continue
        if day is not None and session.day >= day:
            return
        at = moments.evening(session.day)
        hold_session(
            session=session,
            came=session.people_expected or None,
            now=at.replace(tzinfo=None),
            by=cast.people["leader"],
            at=at,
        )


def gather_until(cast: Cast, day: dt.date | None) -> None:
    """Each evening before ``day``, or of the whole week, the day's notes are gathered."""
    for held_on, notes in sorted(_by_day(cast).items()):
        if day is not None and held_on >= day:
            return
        at = moments.evening(held_on)
        for session, texts in notes.items():
            writers = cycle(_peers(session))
            for note in texts:
                _draft(cast, session, note, next(writers), at=at, ready=True)
        gather(review=cast.review, by=cast.people["leader"], at=at)


def draft(cast: Cast, day: dt.date) -> None:
    """What the peers wrote on the morning of ``day``, not gathered yet."""
    for session, texts in _by_day(cast)[day].items():
        if session.start < NOON:
            writers = cycle(_peers(session))
            for number, note in enumerate(texts[:DRAFTS_A_SESSION]):
                _draft(
                    cast,
                    session,
                    note,
                    next(writers),
                    at=moments.WEDNESDAY,
                    ready=number > 0,
                )


def _by_day(cast: Cast) -> dict[dt.date, dict[Session, list[NoteText]]]:
    sessions = {
        session.code: session
        for session in cast.review.sessions.prefetch_related("peers__user")
    }
    found: dict[dt.date, dict[Session, list[NoteText]]] = defaultdict(dict)
    for note in content.notes():
        session = sessions[note.session]
        session.review = cast.review
        found[session.day].setdefault(session, []).append(note)
    return found


def _peers(session: Session) -> list[User]:
    members: list[Membership] = sorted(session.peers.all(), key=lambda each: each.pk)
    return [member.user for member in members]


def _draft(
    cast: Cast,
    session: Session,
    note: NoteText,
    owner: User,
    *,
    at: dt.datetime,
    ready: bool,
) -> None:
    save_draft(
        owner=owner,
        review=cast.review,
        session=session,
        themes=[note.theme],
        kind=KINDS.get(note.mark, note.mark),
        line=note.line,
        text=note.text,
        ready=ready,
        one_time_key=uuid4(),
        at=at,
    )
