"""The words of messages about the timetable. Pure; ``$name`` and the like are filled in later."""

from string import Template

from reviews import retention
from reviews.models import Review

EXPECT = """\
WHAT TO EXPECT

{meeting}

{title}

{promise}

"""
# As sentences of a list on the page, and one after the other in a message.
MEETING = (
    "You will meet members of the peer review team, usually two: one asks, one takes notes. "
    "They do work like yours in other councils and agencies.",
    "It is a conversation and not an inspection: nobody is graded, and no individual’s work is "
    "assessed.",
    "You need not prepare anything. Bring nobody’s records, and name no child or family.",
)
# Where a framework has no words of its own.
PROMISE = (
    "What you tell us is used by the team. Nothing the council receives says, or lets it work out, "
    "who said it. There is one exception: if we hear that a child or adult is at risk of serious "
    "harm, we must act on it and will tell you so."
)
PROMISE_TITLE = "What becomes of what you say"

PEERS_SUBJECT = "$council: your sessions of the visit"
PEERS_TEXT = """\
$name,

these of your sessions are new or have changed:

$meetings

The whole week, and a calendar of your own that keeps itself up to date, are here:

{address}
"""

PEOPLE_SUBJECT = "$council: your meeting with the peer review team"
PEOPLE_TEXT = """\
$name,

this is about your meeting with the peer review team that visits $council:

$meetings

$answer${expect}If anything is unclear, reply to this message.
"""
ANSWER = """\
Please say whether you can come. It takes a moment and no account:

{link}

The attached file puts the meeting into your calendar, or changes what stands there already.

"""
OFF = "The attached file takes the meeting out of your calendar.\n\n"

CONTACTS_SUBJECT = "$council: when the peer review team meets people of $agency"
CONTACTS_TEXT = """\
$name,

this is new or has changed for people of $agency:

$meetings

Those with an email address in the timetable are told themselves. Please make time for them.
"""

REMINDER_SUBJECT = "Tomorrow: your meeting with the peer review team"
REMINDER_TEXT = """\
$name,

tomorrow you meet the peer review team that visits $council:

$meetings

If you cannot come after all, please say so here:

$answer
"""


def promise(review: Review) -> tuple[str, list[str]]:
    """Its title and paragraphs: the framework's own words to staff."""
    for section in review.pack.briefing:
        if section.code == "promise" and section.text:
            fields = {
                "council": review.council,
                "programme": review.programme,
                **retention.by_name(review.words_kept),
            }
            words = Template(section.text).safe_substitute(fields)
            return section.title, [each.strip() for each in words.split("\n") if each]
    return PROMISE_TITLE, [PROMISE]


def expect(review: Review) -> str:
    """What somebody is told before they are met for the first time."""
    title, paragraphs = promise(review)
    return EXPECT.format(
        meeting=" ".join(MEETING),
        title=title.upper(),
        promise="\n\n".join(paragraphs),
    )
