"""The audit trail in words: a sentence for each kind of event, and labels of what changed. Pure.

A sentence may hold ``$object`` and the names of the event's own details. What it does not say
of them is added behind it.
"""

import datetime as dt
from dataclasses import dataclass

from django.utils import timezone

from reviews.pages import say


@dataclass(frozen=True)
class Change:
    """One event: who, when, a sentence, and what became of each field that changed."""

    number: int
    on: dt.date
    at: dt.datetime | None
    who: str
    what: str
    details: tuple[str, ...] = ()

    @property
    def clock(self) -> str:
        """The time of day, where one is kept."""
        return say.clock(timezone.localtime(self.at).time()) if self.at else ""


def clock_of(moment: str | None) -> str:
    """The same of a moment as the trail of before a move has it."""
    if not moment:
        return ""
    return say.clock(timezone.localtime(dt.datetime.fromisoformat(moment)).time())


# Events that no sentence stands for read as their own name: every new verb needs one here.
SENTENCES = {
    # The review and what it works with
    "review.created": "The review was created",
    "review.deleted": "The review of $council was deleted as a mistake",
    "review.imported": "The review was made from an exported file",
    "review.moved_out": "A file of the whole review was made, to move it to another installation",
    "review.moved_in": "The whole review was moved here from another installation",
    "review.details_changed": "What the review is about was changed",
    "review.key_questions_set": "The key questions were changed",
    "review.visit_moved": "The visit was moved from $from to $to",
    "review.stage_moved": "The review moved from “$from” to “$to”",
    "review.close_asked": "The close of the review was asked for",
    "review.close_taken_back": "The request to close the review was taken back",
    "review.close_sent_back": "The request to close the review was sent back",
    "review.close_confirmed": "The close of the review was confirmed",
    "review.idle_told": "The review manager was told that the review stands still",
    "key.destroyed": "A key was destroyed on its day: $title",
    "review.closed": "The close was done: keys, files and rows were destroyed",
    "review.close_certified": "The final certificate of destruction was made",
    "review.destroyed": "What was kept of the closed review of $council was destroyed",
    "review.framework_tailored": "The framework was tailored: $part",
    "review.framework_moved": "The framework moved from version $from to version $to",
    "framework.version_made": "Version $version of the framework was made",
    "terms.changed": "The terms were reworded",
    "terms.signed": "The terms were signed by the $for",
    "terms.questioned": "A change of the terms was asked for",
    "scope.signed": "The scope and the key questions were approved",
    "scope.questioned": "A change of the scope was asked for",
    "agency.added": "$object was added to the agencies",
    "agency.removed": "$object was removed from the agencies",
    # People
    "account.opened": "An account was made for $object",
    "account.closed": "The account of $object was closed",
    "member.added": "$object was added as $role",
    "member.accepted": "$object accepted the invitation",
    "member.declined": "$object declined the invitation",
    "member.decline_noted": "It was noted that $object declined",
    "member.invited": "$object was sent the invitation",
    "member.invited_again": "$object was invited again",
    "member.changed": "What is known of $object was changed",
    "member.removed": "$object was removed as $role",
    "member.profile_changed": "The profile of $object was changed",
    "member.profile_decided": "The sponsor decided on the profile of $object",
    # Two events of before.
    "member.profile_accepted": "The profile of $object was accepted",
    "member.profile_questioned": "The sponsor asked about the profile of $object",
    "interest.declared": "$object declared whether there is an interest",
    # Plan and regulator
    "milestone.changed": "“$object” was changed",
    "milestones.changed": "Several milestones were changed at once",
    "plan.calendar_address_made": "A secret address of the calendar was made",
    "plan.calendar_address_revoked": "The secret address of the calendar was ended",
    "calendar.period_added": "Days to keep away from were added: $object",
    "calendar.period_removed": "Days to keep away from were removed: $object",
    "regulator.told": "It was recorded that the regulator was told",
    "regulator.notice_changed": "What the regulator was told was changed",
    "regulator.letter_drafted": "A letter that tells of the inspection was drafted",
    "regulator.inspection_announced": (
        "An inspection was announced; the visit moved from $from to $to"
    ),
    # Documents and figures
    "document.asked_for": "“$object” was asked for",
    "document.request_changed": "What is asked for was changed: “$object”",
    "document.request_removed": "“$object” is no longer asked for",
    "document.none_exists": "There is no “$object”",
    "document.expected": "“$object” is expected again",
    "document.uploaded": "“$object” was uploaded, version $version",
    "document.marks_confirmed": "“$object”: what was found in the file was confirmed",
    "document.title_settled": "The title of a document was settled for the team",
    "document.removed": "“$object” was removed",
    "documents.destroyed": "The documents were destroyed",
    "figures.imported": "Performance information was added",
    "figures.removed": "A measure was removed",
    "hypothesis.written": "A hypothesis or line of enquiry was added",
    "hypothesis.changed": "A hypothesis or line of enquiry was changed",
    "hypothesis.removed": "A hypothesis or line of enquiry was removed",
    # Mail and the briefing note
    "mail.written": "Drafts were written: $kind",
    "mail.changed": "The words of drafts were changed: $kind",
    "mail.left_out": "Somebody was left out of drafts: $kind",
    "mail.released": "Drafts were sent: $kind",
    "mail.discarded": "Drafts were thrown away: $kind",
    "mail.rules_changed": "Which mail goes by itself was changed",
    "briefing.address_made": "A secret address of the briefing note was made",
    "briefing.addresses_ended": "The addresses of the briefing note were ended",
    "briefing.written": "The briefing note was written to the agencies’ contacts",
    # Questionnaire
    "questionnaire.made": "A questionnaire was made",
    "questionnaire.late_round_made": "A late round was made for those who had not answered",
    "questionnaire.destroyed_unread": "Sealed answers of a questionnaire were destroyed unread",
    "questionnaire.removed": "The questionnaire “$title” was removed",
    "questionnaire.settings_changed": "What the questionnaire says of itself was changed",
    "questionnaire.section_added": "The section “$title” was added",
    "questionnaire.section_changed": "The section “$title” was changed",
    "questionnaire.section_removed": "A section was removed",
    "questionnaire.question_added": "Question $question was added",
    "questionnaire.questions_added": "Questions of the bank were added",
    "questionnaire.question_changed": "Question $question was changed",
    "questionnaire.question_left_out": "Question $question was left out",
    "questionnaire.question_put_back": "Question $question was put back",
    "questionnaire.order_changed": "The order of the questions was changed",
    "questionnaire.language_chosen": "The second language was chosen",
    "questionnaire.translated": "The translation was changed",
    "questionnaire.group_size_chosen": "The smallest group with results was chosen",
    "questionnaire.small_groups_agreed": "A second person agreed to groups this small",
    "questionnaire.open_link_set": "An open link was offered to a group",
    "questionnaire.open_link_made": "An open link was made",
    "questionnaire.self_test_started": "The self-test of non-attribution was started",
    "questionnaire.self_test_ended": "The self-test of non-attribution ended: $result",
    "notes.self_test_started": "The self-test of notes was started",
    "notes.self_test_ended": "The self-test of notes ended: $result",
    "questionnaire.opened": "The questionnaire was opened",
    "questionnaire.closed": "The questionnaire was closed",
    "questionnaire.closing_date_moved": "The closing date was moved from $from to $to",
    "invitations.added": "People were added to the questionnaire’s list",
    "invitations.removed": "People were taken off the questionnaire’s list",
    "invitations.sent": "Invitations to the questionnaire were sent",
    "invitations.sent_again": "Invitations that had failed were sent again",
    "reminders.sent": "Reminders of the questionnaire were sent",
    "sending.stopped": "Sending of the questionnaire’s messages was stopped",
    "sending.carried_on": "Sending of the questionnaire’s messages went on",
    "sending.ended": "The messages that had not gone were left out",
    "link.replaced": "Somebody’s link was replaced by a new one",
    "release.asked": "The release of the results was asked for",
    "release.approved": "The release of the results was agreed",
    "result.filed": "A result was filed as evidence",
    "result.taken_back": "A result was taken back from the evidence",
    "earlier_results.chosen": "Earlier results were chosen to compare with",
    "earlier_results.removed": "The comparison with earlier results was removed",
    # Cases
    "case created": "$object was proposed",
    "case changed": "$object was changed",
    "case moved": "$object moved from “$before” to “$after”",
    "case facilitators set": "The facilitators of $object were set",
    "case sheets asked for": "Preparation sheets were asked for: $object",
    "case sheet handed in": "An agency’s sheet was handed in",
    "case sheet reopened": "An agency’s sheet was opened again",
    "case text confirmed": "It was confirmed that a case’s text names nobody",
    "child may be at risk": "It was recorded that a child may be at risk",
    # Timetable
    "timetable.seeded": "The timetable was begun with the framework’s sample week",
    "timetable.plan_asked": "A proposal for the week was asked for",
    "timetable.plan_taken": "A proposal for the week was taken: $sessions sessions",
    "timetable.plan_dropped": "A proposal for the week was left alone",
    "timetable.plan_undone": "A proposal that had been taken was put back: $sessions sessions",
    "timetable.away_added": "A time that is not free was entered",
    "timetable.away_removed": "A time that is not free was taken out",
    "timetable.published": "Release $object of the timetable was published",
    "timetable.calendar_address_made": "A secret address of somebody’s sessions was made",
    "timetable.calendar_address_revoked": "The secret address of somebody’s sessions was ended",
    "timetable.reminders_written": "Reminders of tomorrow’s meetings were written",
    "timetable.need_added": "Somebody who must be seen was added",
    "timetable.need_changed": "Somebody who must be seen was changed",
    "timetable.need_removed": "Somebody who must be seen was taken out",
    "timetable.needs_filled": "Who must be seen was filled from the framework",
    "timetable.needs_placed": "Who must be seen was put into the week: $sessions sessions",
    "timetable.room_added": "Room $object was added",
    "timetable.room_changed": "Room $object was changed",
    "timetable.room_retired": "Room $object was taken out",
    "timetable.room_restored": "Room $object was put back",
    "timetable.main_building_set": "The name and address of the main building were set",
    "timetable.site_added": "A building was added",
    "timetable.site_changed": "A building was changed",
    "timetable.site_removed": "A building was taken out",
    "timetable.travel_set": "The minutes between the buildings were set",
    "session.pinned": "Session $object was pinned",
    "session.unpinned": "Session $object is no longer pinned",
    "session.added": "Session $object was added",
    "session.changed": "Session $object was changed",
    "session.cancelled": "Session $object was cancelled",
    "session.held": "It was said that session $object was held",
    "session.restored": "Session $object was put back",
    "session.peers_set": "The peers of session $object were changed",
    "session.people_set": "The people met in session $object were changed",
    # Findings and report
    "finding written": "A finding was written",
    "finding changed": "A finding was changed",
    "finding agreed": "A finding was agreed",
    "finding agreement taken back": "The agreement of a finding was taken back",
    "finding removed": "A finding was removed",
    "report section written": "A section of the report was written: $object",
    "report built": "Version $object of the report was built",
    "report tried again": "Version $object of the report was rendered again",
    "report approved": "Version $object of the report was approved",
    "report issued": "Version $object of the report was issued",
    "report downloaded": "Version $object of the report was downloaded",
}

# What people said, in counts: one word for one of them, and for several.
COUNTED = {
    "answers.released": ("answer was released", "answers were released"),
    "comments.cleared": ("comment was let pass", "comments were let pass"),
    "comments.redacted": ("comment was reworded", "comments were reworded"),
    "comments.withheld": ("comment was withheld", "comments were withheld"),
    "comments.given_themes": (
        "comment was given themes",
        "comments were given themes",
    ),
    "comments_and_answers.destroyed": (
        "comment or answer was destroyed",
        "comments and answers were destroyed",
    ),
    "notes.gathered": ("note was gathered", "notes were gathered"),
    "notes.mixed": ("gathering of notes", "gatherings of notes"),
    "notes.cleared": ("note was cleared", "notes were cleared"),
    "notes.redacted": ("note was reworded", "notes were reworded"),
    "notes.destroyed": ("note was destroyed", "notes were destroyed"),
    "notes.triangulated": (
        "count of the sources of findings",
        "counts of the sources of findings",
    ),
    "drafts.deleted": ("draft was deleted", "drafts were deleted"),
    "cases.destroyed": ("case map was destroyed", "case maps were destroyed"),
    "case text confirmed": ("case text was confirmed", "case texts were confirmed"),
    "excerpt proposed": ("excerpt was proposed", "excerpts were proposed"),
    "excerpt cleared": ("excerpt was cleared", "excerpts were cleared"),
    "excerpt taken away": ("excerpt was taken away", "excerpts were taken away"),
    "speak_request.new": (
        "request to be heard was marked as new",
        "requests to be heard were marked as new",
    ),
    "speak_request.arranged": (
        "request to be heard was arranged",
        "requests to be heard were arranged",
    ),
    "speak_request.declined": (
        "request to be heard was declined",
        "requests to be heard were declined",
    ),
    "speak_request.destroyed": (
        "destruction of requests to be heard",
        "destructions of requests to be heard",
    ),
}

# What stands for an object that is gone, or that has no name.
NAMELESS = {
    "user": "Somebody",
    "agency": "An agency",
    "milestone": "A milestone",
    "document": "Document",
    "document request": "Request for a document",
    "period": "some days",
}

# Of these the trail has the number alone: their titles go at the close.
NUMBERED = {"document", "document request"}

LABELS = {
    "made_at": "Made at",
    "council": "Name of the council",
    "programme": "Name of the programme",
    "scope": "Scope",
    "duty_contact": "Whom to ring about a child at risk",
    "case_reference": "Shape of the case numbers",
    "contact_name": "Review manager’s name",
    "contact_email": "Review manager’s email address",
    "contact_phone": "Review manager’s telephone",
    "council_contact_name": "Council contact’s name",
    "council_contact_title": "Council contact’s job title",
    "council_contact_email": "Council contact’s email address",
    "council_contact_phone": "Council contact’s telephone",
    "second_contact_name": "Second contact’s name",
    "second_contact_title": "Second contact’s job title",
    "second_contact_email": "Second contact’s email address",
    "second_contact_phone": "Second contact’s telephone",
    "home_organisation": "Organisation",
    "due_on": "Due",
    "owner": "Who sees to it",
    "owner_role": "Who sees to it",
    "evidence": "How we know",
    "on_site": "On site",
    "need": "How much it is needed",
    "told_on": "Told on",
    "told_by": "Told by",
    "told_to": "Told to",
    "said": "What was said",
    "replied_on": "Reply on",
    "basis": "Rests on",
    "state": "Where it stands",
    "invited": "People invited",
    "k": "Smallest group",
    "messages": "Messages",
    "number": "How many",
    "codes": "Milestones",
    "documents": "Documents asked for",
    "days": "Days to move",
    "sheets": "Sheets",
    "sections": "Sections",
    "people": "People",
    "peers": "Peers",
    "because": "Reason",
    "group": "Group",
    "language": "Language",
    "questions": "Questions",
    "copy_of": "Copied from questionnaire number",
    "late_of": "Late round of questionnaire number",
    "fields": "What was changed",
}
# Details that mean nothing to a reader, or that stand elsewhere on the line.
UNSAID = {"sha256", "code", "changed"}

# What the page can be narrowed to: how the names of the events begin.
GROUPS: dict[str, tuple[str, tuple[str, ...]]] = {
    "review": (
        "The review and its framework",
        ("review.", "framework.", "terms.", "scope.", "agency."),
    ),
    "people": ("People", ("member.", "account.", "interest.")),
    "plan": (
        "Plan and regulator",
        ("milestone", "plan.", "calendar.", "regulator."),
    ),
    "documents": (
        "Documents and figures",
        ("document", "figures.", "hypothesis."),
    ),
    "mail": ("Mail and briefing note", ("mail.", "briefing.", "speak_request.")),
    "questionnaire": (
        "Questionnaire",
        (
            "questionnaire.",
            "invitations.",
            "reminders.",
            "sending.",
            "link.",
            "release.",
            "result.",
            "earlier_results.",
            "answers.",
            "comment",
        ),
    ),
    "cases": ("Cases", ("case", "child", "wrong data")),
    "timetable": (
        "Timetable and notes",
        ("timetable.", "session.", "notes.", "drafts."),
    ),
    "report": ("Findings and report", ("finding", "excerpt", "report")),
}


def label_of(name: str) -> str:
    words = LABELS.get(name, name.replace("_", " "))
    return words[:1].upper() + words[1:]


def plainly(action: str) -> str:
    """The event's own name, for one that has no sentence."""
    words = action.replace(".", ": ").replace("_", " ")
    return words[:1].upper() + words[1:]
