"""What hangs on a member in the timetable: found by name by ``reviews.apps_above.team_use``."""

from collections.abc import Sequence

from reviews.apps_above.team_use import SessionChoice
from reviews.models import Membership, Review
from reviews.pages import say
from scheduling.models import KeptOut, Session


def _held(review: Review) -> list[Session]:
    return list(review.sessions.filter(cancelled=False))


def sessions_of(review: Review) -> list[SessionChoice]:
    """Those in which people are met: nobody has an interest in the team's own."""
    found = []
    for session in _held(review):
        session.review = review
        if session.meets_people:
            found.append(_choice(session))
    return found


def _choice(session: Session) -> SessionChoice:
    when = f"{say.weekday(session.day)}, {say.clock(session.start)}"
    return SessionChoice(str(session.pk), f"{session.title}, {when}")


def kept_out_of(review: Review) -> dict[int, list[SessionChoice]]:
    rows = KeptOut.objects.filter(session__review=review, session__cancelled=False)
    found: dict[int, list[SessionChoice]] = {}
    for row in rows.select_related("session").order_by(
        "session__day", "session__start"
    ):
        found.setdefault(row.membership_id, []).append(_choice(row.session))
    return found


def keep_out(member: Membership, keys: Sequence[str]) -> None:
    KeptOut.objects.filter(membership=member).delete()
    sessions = [each for each in _held(member.review) if str(each.pk) in keys]
    KeptOut.objects.bulk_create(
        KeptOut(session=session, membership=member) for session in sessions
    )


def left_behind(member: Membership) -> list[str]:
    """How many sessions lose a peer, and on which days."""
    mine = [
        each
        for each in Session.objects.filter(peers=member, cancelled=False)
        if each.review_id == member.review_id
    ]
    if not mine:
        return []
    days = say.listed([say.weekday(day) for day in sorted({each.day for each in mine})])
    number = say.counted(len(mine), "session")
    verb = "loses" if len(mine) == 1 else "lose"
    return [
        f"{number} {verb} a peer: {days}. If the person comes back, they are in no "
        "session until somebody puts them there."
    ]
