"""Whom a member reads of in the timetable: found by name by ``reviews.apps_above.known_names``."""

from reviews.access import Action, can
from reviews.models import Membership
from reviews.secrets import keystore
from scheduling.reading.needs import needs_for, people_of_need
from scheduling.reading.sessions import people_of, sessions_for


def names_for(membership: Membership) -> list[tuple[str, str]]:
    """Peers and people of the sessions that they see, and whom they have listed to be seen."""
    found: list[tuple[str, str]] = []
    if not can(membership, Action.READ_TIMETABLE):
        return found
    with keystore.held():
        for session in sessions_for(membership):
            people = people_of(session, membership)
            found += [(each.name, each.post) for each in people]
            found += [(each.name, "") for each in session.peers.all()]
        if can(membership, Action.WRITE_TIMETABLE):
            for need in needs_for(membership):
                found += [(name, post) for name, post, _ in people_of_need(need)]
    return found
