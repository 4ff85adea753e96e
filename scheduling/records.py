"""What this app holds of a review, by class of record."""

from reviews.apps_above.records import NONE, Life, Record, Tie, labelled

RECORDS = (
    Record(
        code="timetable",
        title="The timetable and the people in it",
        about="Sessions, rooms and times; names, posts and addresses of the people met, and whether "
        "they can come.",
        why="So that people can be met, and told when and where.",
        who="Until the end of “Reporting” the team; the council’s contact, but for sessions whose "
        "names the team keeps; an agency’s contact for the agency’s own people; the council’s "
        "sponsor, without names. Whoever is met: their own meetings, by letter and link.",
        council="the timetable with names, but for those that the team keeps to itself",
        life=Life.CLOSE,
        tie=Tie.STAFF,
        person="Name, post and email address of each person met, in which session, and whether they "
        "can come.",
        rows=(
            *labelled(
                "scheduling.Session",
                "scheduling.Need",
                "scheduling.Away",
                "scheduling.Site",
                "scheduling.MainBuilding",
                "scheduling.Travel",
                "scheduling.Room",
                "scheduling.TimetableRelease",
                "scheduling.MeetingReminder",
            ),
            # Secret addresses with what was answered by them, and a proposal that is work.
            *labelled(
                "scheduling.TimetableFeed",
                "scheduling.Invitee",
                "scheduling.Reply",
                "scheduling.WeekPlan",
                moves=None,
            ),
            *labelled(
                "scheduling.SessionUid",
                "scheduling.SessionPerson",
                "scheduling.KeptOut",
                review="session__review",
            ),
        ),
        moves=True,
    ),
    Record(
        code="notes",
        title="Notes from sessions",
        about="What the team heard, without author, day or time, under a kind of people that several "
        "sessions share. The session of each is sealed, for a program that counts sources.",
        why="So that findings rest on what several people said.",
        who="The team. A draft: its writer alone.",
        council=NONE,
        life=Life.WORDS,
        tie=Tie.NOBODY,
        person="A gathered note keeps no author, day or time. Its session is sealed, for a program "
        "that counts sources. A draft opens to its writer alone.",
        rows=labelled("scheduling.Note", "scheduling.NoteDraft"),
        # What people said.
        moves=False,
    ),
    Record(
        code="source counts",
        title="How often sources were counted",
        about="Whether and how often the sources of findings were counted, and, sealed, which notes "
        "were counted together.",
        why="So that counting gives away no single note.",
        who="Nobody.",
        council=NONE,
        life=Life.SOURCES,
        tie=Tie.NOBODY,
        person="Notes, and no person.",
        rows=labelled("scheduling.SourceCount"),
        # They go with the notes.
        moves=False,
    ),
    Record(
        code="note self-tests",
        title="Self-tests of the notes",
        about="The day on which the notes’ protection was attacked with made-up notes, and the "
        "outcome.",
        why="So that the team can see for itself how well it holds.",
        who="The team.",
        council=NONE,
        life=Life.CLOSE,
        tie=Tie.NOBODY,
        person="Made-up notes of made-up people.",
        rows=labelled("scheduling.NoteProof"),
        # They are of this installation’s database.
        moves=False,
    ),
)
