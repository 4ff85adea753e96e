"""The words that a framework pack may use where the product has to know them."""

from reviews import retention
from reviews.evidence_item import Polarity

# Access roles: those of the peer team, and those at the council and its agencies.
TEAM_ROLES = ("RM", "TL", "AP", "P")
HOST_ROLES = ("CS", "CC", "PC")
ACCESS_ROLES = (*TEAM_ROLES, *HOST_ROLES, "")
NEEDS = ("must", "should", "reference")
# What the briefing note can list under a section's words, and what those may hold.
MILESTONE_PAGES = (
    "set-up",
    "scope",
    "terms",
    "team",
    "interests",
    "regulator",
    "briefing",
    "documents",
    "reading",
    "hypotheses",
    "questionnaire",
    "cases",
    "sheets",
    "timetable",
    "notes",
    "findings",
    "report",
)
# What the product can know to have happened, each said in a sentence with its day.
MILESTONE_EVENTS = {
    "regulator-told": "The regulator was told on {day}",
    "profiles-accepted": "Every role is filled and every profile accepted since {day}",
    "interests-declared": "Every peer has said what there is to declare since {day}",
    "scope-approved": "The scope and the key questions were approved on {day}",
    "terms-signed": "Both have signed the terms, the last on {day}",
    "documents-asked": "The list of documents has been open to the council since {day}",
    "documents-in": "Every document has come, or does not exist, since {day}",
    "briefing-sent": "The briefing note was sent on {day}",
    "questionnaire-opened": "The questionnaire was opened on {day}",
    "reminded-once": "A reminder was sent on {day}",
    "reminded-twice": "The second reminder was sent on {day}",
    "questionnaire-closed": "The questionnaire was closed on {day}",
    "results-released": "The results were released to the team on {day}",
    "timetable-seeded": "The timetable was filled from the sample week on {day}",
    "sheets-in": "Every agency has handed in its sheets since {day}",
    "cases-mapped": "Every case is mapped since {day}",
    "report-drafted": "The first draft of the report was made on {day}",
    "report-issued": "The report was issued on {day}",
    "words-destroyed": "Notes and case data were destroyed on {day}",
}
BRIEFING_LISTS = ("", "roles", "themes", "dates", "agencies", "contacts", "speak")
BRIEFING_FIELDS = (
    *("council", "programme", "dates", "days", "weeks"),
    *retention.by_name(retention.WORDS),
)
# No date stands in the terms: they are signed, and the visit may still move.
TERMS_FIELDS = ("council", "programme", *retention.by_name(retention.WORDS))
# The standing checks that the product knows. Those that count something take a least number.
QUALITY_CHECKS = {
    "scope": False,
    "duty-contact": False,
    "council-contact": False,
    "key-questions": True,
    "scope-approved": False,
    "terms": False,
    "partner-agencies": True,
    "agency-contacts": True,
    "team": False,
    "peer-homes": False,
    "interests": False,
    "profiles": False,
    "milestones": False,
    "documents": False,
    "briefing": False,
    "regulator": False,
    "visit-dates": False,
}
CATEGORIES = ("favourable", "middle", "unfavourable", "apart")
LEANINGS = tuple(each.value for each in Polarity)
ASKS_FOR = (Polarity.STRENGTH.value, Polarity.AREA.value, Polarity.CONTEXT.value)
# What the page of a workshop's step can take down, and what a report's section can be made of.
RECORDS = (
    "attendance",
    "involvement",
    "events",
    "decisions",
    "voices",
    "factors",
    "learning",
)
HOLDS = (
    "scope",
    "themes",
    "questions",
    "questionnaire",
    "cases",
    "recommendations",
    "contact",
)
