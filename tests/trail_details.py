"""What the audit trail may say of each event: the keys of its details, decided one by one.

The trail outlives the close by six years, in clear, and goes into the archive. So no detail says
anything of a class of record that the close destroys: no title of a document, nobody met and no
number of them, no interest, no agency beside a case. Whoever gives an event a new key decides here.

Behind ``changed`` stands whose fields it tells of, before and after: all of them stay.
"""

from typing import Any

from reviews.trail.words import COUNTED

# Keys of details, by event. Events of what people said have none, nor an object, an actor or a time.
DETAILS: dict[str, str] = {
    # The review and what it works with: all of it outlives the close.
    "review.created": "",
    "review.deleted": "council day people",
    "review.imported": "",
    "review.moved_out": "sha256",
    # Which installation made the file: its address.
    "review.moved_in": "head lines made_at sha256",
    "review.details_changed": "changed fields",
    "review.key_questions_set": "changed",
    "review.visit_moved": "from to",
    "review.stage_moved": "from to",
    "review.close_asked": "",
    "review.close_taken_back": "",
    "review.close_sent_back": "",
    "review.close_confirmed": "",
    "review.closed": "",
    # What kind of thing it opened, and its fingerprint: what the certificate says of it too.
    "key.destroyed": "fingerprint title",
    "review.close_certified": "",
    "review.destroyed": "council",
    "review.idle_told": "",
    "review.framework_tailored": "part changed",
    # How many documents were asked for anew, not which.
    "review.framework_moved": "from to documents",
    "framework.version_made": "version number",
    "terms.changed": "changed",
    "terms.signed": "for",
    "terms.questioned": "for",
    "scope.signed": "for",
    "scope.questioned": "for",
    "agency.added": "name",
    "agency.removed": "name",
    # People: who is on the review and who left stays. What they wrote, declared and were told goes.
    "account.opened": "",
    "account.closed": "",
    "member.added": "role",
    "member.accepted": "",
    "member.declined": "role",
    "member.decline_noted": "",
    "member.invited": "",
    "member.invited_again": "",
    "member.changed": "fields",
    "member.removed": "role",
    "member.profile_changed": "changed fields",
    "member.profile_decided": "",
    "interest.declared": "",
    # Plan and regulator.
    "milestone.changed": "changed",
    "milestones.changed": "codes owner status days",
    "plan.calendar_address_made": "",
    "plan.calendar_address_revoked": "",
    "calendar.period_added": "title from to",
    "calendar.period_removed": "title from to",
    "regulator.told": "told_on told_by told_to how",
    "regulator.notice_changed": "changed",
    "regulator.letter_drafted": "",
    "regulator.inspection_announced": "from to",
    # Documents, figures, hypotheses: by number, and which fields; never what they say.
    "document.asked_for": "",
    "document.request_changed": "fields",
    "document.request_removed": "",
    "document.none_exists": "",
    "document.expected": "",
    "document.uploaded": "version",
    "document.marks_confirmed": "",
    "document.title_settled": "",
    "document.removed": "",
    "documents.destroyed": "number",
    "figures.imported": "number",
    "figures.removed": "",
    "hypothesis.written": "",
    "hypothesis.changed": "fields",
    "hypothesis.removed": "",
    # Mail: without how many, which of letters to people met are the people.
    "mail.written": "kind",
    "mail.changed": "kind",
    "mail.left_out": "kind",
    "mail.released": "kind",
    "mail.discarded": "kind",
    "mail.rules_changed": "changed",
    "briefing.address_made": "",
    "briefing.addresses_ended": "number",
    # To the agencies' contacts, who are on the review.
    "briefing.written": "messages",
    # Questionnaires as they were asked, and how many were invited, which the report says too.
    "questionnaire.made": "copy_of",
    "questionnaire.late_round_made": "late_of",
    "questionnaire.destroyed_unread": "",
    "questionnaire.removed": "title",
    "questionnaire.settings_changed": "fields",
    "questionnaire.section_added": "title",
    "questionnaire.section_changed": "title",
    "questionnaire.section_removed": "questions",
    "questionnaire.question_added": "question",
    "questionnaire.questions_added": "number",
    "questionnaire.question_changed": "question",
    "questionnaire.question_left_out": "question",
    "questionnaire.question_put_back": "question",
    "questionnaire.order_changed": "",
    "questionnaire.language_chosen": "language",
    "questionnaire.translated": "",
    "questionnaire.group_size_chosen": "k",
    "questionnaire.small_groups_agreed": "k",
    "questionnaire.open_link_set": "agency places",
    "questionnaire.open_link_made": "group",
    "questionnaire.self_test_started": "",
    "questionnaire.self_test_ended": "result",
    "questionnaire.opened": "k invited places",
    "questionnaire.closed": "",
    "questionnaire.closing_date_moved": "to",
    "invitations.added": "number",
    "invitations.removed": "number agency",
    "invitations.sent": "",
    "invitations.sent_again": "",
    "reminders.sent": "",
    "sending.stopped": "",
    "sending.carried_on": "",
    "sending.ended": "",
    "link.replaced": "",
    "release.asked": "",
    "release.approved": "",
    # That somebody filed one, for the editorial act, and not which.
    "result.filed": "",
    "result.taken_back": "",
    "earlier_results.chosen": "",
    "earlier_results.removed": "",
    # Cases: no agency, nobody who facilitates and no number beside a code. Of a sheet and of a text
    # that an agency has written the actor leads to the agency, so those have no code.
    "case created": "",
    "case changed": "",
    "case moved": "before after",
    "case facilitators set": "",
    "case sheets asked for": "",
    "case sheet handed in": "",
    "case sheet reopened": "",
    "case text confirmed": "rules",
    # Who was told rests sealed.
    "child may be at risk": "",
    # The timetable: codes of sessions, rooms and buildings; never people, or how many.
    "timetable.seeded": "sessions",
    "timetable.plan_asked": "kind",
    "timetable.plan_taken": "sessions",
    "timetable.plan_dropped": "",
    "timetable.plan_undone": "sessions",
    "timetable.away_added": "",
    "timetable.away_removed": "",
    "timetable.published": "sessions",
    "timetable.calendar_address_made": "",
    "timetable.calendar_address_revoked": "",
    "timetable.reminders_written": "",
    "timetable.need_added": "",
    "timetable.need_changed": "",
    "timetable.need_removed": "",
    "timetable.needs_filled": "",
    "timetable.needs_placed": "sessions",
    "timetable.room_added": "",
    "timetable.room_changed": "",
    "timetable.room_retired": "",
    "timetable.room_restored": "",
    "timetable.main_building_set": "",
    "timetable.site_added": "",
    "timetable.site_changed": "",
    "timetable.site_removed": "",
    "timetable.travel_set": "",
    "session.pinned": "",
    "session.unpinned": "",
    "session.added": "",
    "session.changed": "fields",
    "session.cancelled": "",
    "session.held": "",
    "session.restored": "",
    "session.peers_set": "",
    "session.people_set": "",
    "notes.self_test_started": "",
    "notes.self_test_ended": "result",
    # Findings and report outlive the close.
    "finding written": "theme kind",
    "finding changed": "theme kind",
    "finding agreed": "theme kind",
    "finding agreement taken back": "theme kind",
    "finding removed": "theme kind",
    "report section written": "",
    "report built": "marks_confirmed gaps_accepted",
    "report tried again": "",
    "report approved": "sha256",
    "report issued": "sha256",
    "report downloaded": "as_file",
}
# Events that tests of the chain itself make up.
_MADE_UP = {"test.happened", "other.happened", "again", "finding.written"}
_MADE_UP_SPOKEN = {"excerpts.proposed"}
# Events of what people said that have no words of their own begin like this.
_SPOKEN = ("wrong data ",)


class Undecided(AssertionError):
    """An event says something that nobody has decided on."""


def check(action: str, detail: dict[str, Any], *, count: int | None) -> None:
    """Raises Undecided."""
    if action in _MADE_UP:
        return
    if count is not None:
        known = action in COUNTED.keys() | _MADE_UP_SPOKEN
        if detail or not (known or action.startswith(_SPOKEN)):
            raise Undecided(f"“{action}” of what people said: {sorted(detail)}")
        return
    if action not in DETAILS:
        raise Undecided(f"“{action}” has no line in tests/trail_details.py")
    if unknown := detail.keys() - set(DETAILS[action].split()):
        raise Undecided(
            f"“{action}” says {sorted(unknown)}: see tests/trail_details.py"
        )
