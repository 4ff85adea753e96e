"""Staff and partners are told of the review, some ask to be heard, and a letter waits to be sent."""

from peerreview.demo import moments
from peerreview.demo.setting_up import Cast
from reviews import domain
from reviews.mail import mailer
from reviews.models import SpeakRequest

ASKED = (
    {
        "about": "How referrals from schools are answered",
        "reach": "01632 960 811, ask for the deputy head",
        "when": "Any day after half past three",
    },
    {
        "about": "What happens at weekends when no senior manager is on duty",
        "reach": "weekend.rota@example.org",
        "when": "Tuesday or Wednesday of the visit",
    },
    {
        "about": "Good work between health visitors and the children’s centre",
        "reach": "01632 960 842",
        "when": "Monday morning",
    },
)
ARRANGED = ASKED[2]["about"]

LETTER = """\
$name,

the draft timetable of the week is ready for you to check. Look at your own days first.

- The team's room is at the town hall, on the second floor.
- The arrival briefing is on Sunday at four, in the hotel.
- Bring your badge of your own council: the reception asks for it.
"""


def tell(cast: Cast) -> None:
    """The briefing note goes to the agencies' contacts, eight weeks before the visit."""
    manager = cast.people["manager"]
    batch = domain.send_briefing(review=cast.review, by=manager, at=moments.BRIEFED)
    if batch is not None:
        domain.release(
            batch=batch, version=batch.version, by=manager, at=moments.BRIEFED
        )
    mailer.send_waiting(review=cast.review)


def wait(cast: Cast) -> None:
    """Three people ask to be heard, and the manager's next letter to the team is a draft."""
    for words in ASKED:
        domain.ask_to_speak(review=cast.review, **words)
    for request in cast.review.speak_requests.all():
        if request.words["about"] == ARRANGED:
            domain.settle_speak_request(
                request=request,
                state=SpeakRequest.State.ARRANGED,
                on=moments.MIDWAY.date(),
            )
    team = cast.review.team_members()
    domain.announce(
        review=cast.review,
        members=list(team.select_related("user", "agency", "review")),
        subject="The week in $council: check your days",
        text=LETTER,
        by=cast.people["manager"],
        at=moments.MIDWAY,
    )
