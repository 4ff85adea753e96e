"""Whom a member has on a list of people to ask: found by ``reviews.apps_above.known_names``."""

from questionnaires.models import Invitation
from reviews.access import Action, can, own_agency
from reviews.models import Membership
from reviews.secrets import keystore


def names_for(membership: Membership) -> list[tuple[str, str]]:
    """An agency's contact knows the agency's own list; of a late round nobody sees the list."""
    if not can(membership, Action.IMPORT_INVITATIONS):
        return []
    rows = Invitation.objects.filter(
        questionnaire__review=membership.review, questionnaire__late_of=None
    )
    if own := own_agency(membership):
        rows = rows.filter(leaf__startswith=f"{own.code}/")
    with keystore.held():
        names = [each.name for each in rows.select_related("questionnaire")]
    return [(name, "") for name in names if name]
