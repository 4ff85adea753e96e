"""What the timetable and the notes hold of the review's framework, and what they make of it."""

from reviews.apps_above.pack_use import Uses, use
from reviews.models import Review
from scheduling.rules.sample_week import by_evening as sample_week

__all__ = ["sample_week", "uses"]


def uses(review: Review) -> Uses:
    sessions = review.sessions.all()
    notes = [(each, each.said) for each in review.notes.all()]
    needs = review.needs.all()
    week, said, list_ = "the timetable", "notes", "the list of who must be seen"
    held = [
        use("session-types", [each.type for each in sessions], week),
        use("strands", [each.strand for each in sessions], week),
        use("source-classes", [each.source_class for each in sessions], week),
        use("themes", [code for each in sessions for code in each.themes], week),
        use("session-types", [each.type for each in needs], list_),
        use("strands", [each.strand for each in needs if each.strand], list_),
        use("source-classes", [each.source_class for each in needs], list_),
        use("themes", [code for each in needs for code in each.themes], list_),
        use("note-kinds", [each.kind for _, each in notes], said),
        use("source-classes", [each.source_class for each, _ in notes], said),
        use("themes", [code for _, each in notes for code in each.themes], said),
    ]
    locked = {}
    if sessions:
        why = "The timetable was made from it. Change the timetable itself."
        locked = {"sessions": why, "rooms": why}
    return Uses(tuple(held), locked)
