"""What this app holds of a review, by class of record."""

from reviews.apps_above.records import NONE, PRINTED, Life, Record, Rows, Tie, labelled

RECORDS = (
    Record(
        code="questionnaire",
        title="Questionnaires as they were asked",
        about="The questions, the scale, the groups and the dates of each questionnaire.",
        why="It says how the results came about.",
        who="The team, until the close, and whoever has a link while it is open. Then two people "
        "together, from the archive.",
        council="the questionnaire’s closing day, in rough words how many have answered, and the "
        "questions by its people’s own links",
        life=Life.RECORD,
        tie=Tie.ON_REVIEW,
        person="Who of the team asked for its release, or for a smaller group.",
        rows=(
            Rows("questionnaires.Questionnaire"),
            *labelled(
                "questionnaires.Section",
                "questionnaires.Question",
                review="questionnaire__review",
            ),
        ),
        moves=True,
    ),
    Record(
        code="results",
        title="Published results of questionnaires",
        about="Rounded shares for groups large enough that nobody can be worked out.",
        why="The report rests on them.",
        who="The team until the close, then two people together, from the archive.",
        council=PRINTED,
        life=Life.RECORD,
        tie=Tie.NOBODY,
        person="Shares of groups, and no person.",
        rows=(Rows("questionnaires.Release", "questionnaire__review"),),
        moves=True,
    ),
    Record(
        code="invited",
        title="Names and addresses of people invited to a questionnaire",
        about="Name, work email address and group of each person who is sent a link.",
        why="So that each person gets a link of their own, and a reminder.",
        who="Until the end of the lead-in the review manager and the council’s contact, and an "
        "agency’s contact for the agency’s own people. Then the review manager alone, and only "
        "addresses that a letter may not have reached. Whom a late round asks: nobody.",
        council="until the end of the lead-in the lists of those invited, but for a late round’s",
        life=Life.ADDRESSES,
        tie=Tie.STAFF,
        person="Name, work email address and group of each person invited, whether the letter could be delivered,"
        " and whether they are counted as having answered.",
        rows=labelled(
            "questionnaires.Invitation",
            "questionnaires.PendingImport",
            review="questionnaire__review",
        ),
        # Nobody who is asked is known to two installations.
        moves=False,
    ),
    Record(
        code="open links",
        title="Links for staff without an address",
        about="One link for a group, with the number of answers that it still takes.",
        why="So that people without a work address can answer.",
        who="The review manager.",
        council="the links that its people without an address answer by",
        life=Life.CLOSE,
        tie=Tie.NOBODY,
        person="A link is a group’s, and keeps nothing of who used it.",
        rows=(Rows("questionnaires.OpenLink", "questionnaire__review"),),
        # Secret addresses of respondents.
        moves=False,
    ),
    Record(
        code="sealed answers",
        title="Answers before the release",
        about="Sealed answers and saved drafts, and marks that a link was used. Only keys that go "
        "with the release lead from a mark to a person.",
        why="So that all answers are opened together, in no order.",
        who="A saved draft: its writer, with link and code. The rest: nobody.",
        council=NONE,
        life=Life.RELEASE,
        tie=Tie.NOBODY,
        person="No answer leads to a person. A saved draft opens only with its writer’s link and code.",
        rows=labelled(
            "questionnaires.AnswerBox",
            "questionnaires.SpentLink",
            "questionnaires.DraftBox",
            review="questionnaire__review",
        ),
        # What people said.
        moves=False,
    ),
    Record(
        code="answers",
        title="Answers and comments after the release",
        about="Single answers in their group, and each comment apart from all else, shuffled.",
        why="So that the team can read comments and results can be checked.",
        who="Comments: the team. Single answers: nobody.",
        council=NONE,
        life=Life.WORDS,
        tie=Tie.NOBODY,
        person="Answers and comments keep no name, address or time.",
        rows=labelled(
            "questionnaires.ReleasedAnswer",
            "questionnaires.Comment",
            review="release__questionnaire__review",
        ),
        # What people said.
        moves=False,
    ),
    Record(
        code="use of results",
        title="What the team made of the results",
        about="Results put on the evidence board, earlier results to compare with, and the dates of "
        "self-tests.",
        why="So that results can be weighed beside other evidence.",
        who="The team.",
        council=NONE,
        life=Life.CLOSE,
        tie=Tie.NOBODY,
        person="Shares of groups, and no person.",
        rows=(
            Rows("questionnaires.FiledResult", "release__questionnaire__review"),
            Rows("questionnaires.EarlierResults", "questionnaire__review"),
            # A self-test is of this installation's database.
            Rows("questionnaires.Proof", "questionnaire__review", moves=None),
        ),
        moves=True,
    ),
    Record(
        code="bounces",
        title="Letters that came back",
        about="The random mark of a letter that a mail server sent back, until the address is marked.",
        why="So that a wrong address can be put right.",
        who="Nobody.",
        council=NONE,
        life=Life.INSTALLATION,
        tie=Tie.NOBODY,
        person="The mark is made by chance.",
        rows=(Rows("questionnaires.Bounce", ""),),
        moves=False,
    ),
)
