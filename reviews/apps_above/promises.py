"""Whether anybody was told for how long what they say is kept. From then on that does not change.

Each app says so in its own module ``promises``: ``was_made(review)``, true once a letter, a link, a
poster or a page of it that says the time has gone out.
"""

from reviews import apps_above
from reviews.apps_above.facts import told
from reviews.models import Review, SignOff, Stage

# Of the address at which staff read the briefing note and ask to be heard, on the trail.
ADDRESS_MADE = "briefing.address_made"


def was_made(review: Review) -> bool:
    """Once anything that says it was signed, sent or opened, and at the latest when the team is on
    site and hears people.

    Signed terms keep their words. The briefing note leads to requests to be heard, whose page says it; its addresses may have been
    ended since, so the trail is asked.
    """
    return (
        review.stage >= Stage.ON_SITE
        or review.sign_offs.filter(subject=SignOff.Subject.TERMS, agreed=True).exists()
        or went_out(review)
    )


def went_out(review: Review) -> bool:
    """Whether a letter or a link went to anybody whom the team hears."""
    return told(review, ADDRESS_MADE) is not None or any(
        module.was_made(review) for module in apps_above.modules("promises")
    )
