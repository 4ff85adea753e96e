"""A screener reads comments first; the team reads what passed and says which themes it bears on."""

import threading
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from questionnaires import evidence, reading
from questionnaires.domain import screening_comments as domain
from questionnaires.models import Comment, Release
from questionnaires.reading import CommentsWanted
from reviews.models import Review, Roster, SpeechCount, User
from reviews.refusals import ChangedMeanwhile
from reviews.screening import roster
from tests.make_results import add_comments, make_released, voices, where

Screening = Comment.Screening
CSC, POLICE = "CSC/front-line", "POL/front-line"


@pytest.fixture
def release(review: Review, manager: User) -> Release:
    groups = {CSC: voices(20, favourable=9), POLICE: voices(12, favourable=6)}
    return make_released(review, by=manager, groups=groups)


def page(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def counts() -> dict[str, int]:
    return {row.action: row.count for row in SpeechCount.objects.all()}


# Reading


def test_one_question_stands_on_a_page_with_links_and_counts(
    release: Release, member_peer: User, sign_in: Callable[[User], Client]
) -> None:
    add_comments(release, ["The desk answers."], atom=POLICE)
    add_comments(release, ["More time.", "Fewer forms."], question="FT2", atom=CSC)
    client = sign_in(member_peer)

    first = page(client, where(release, "comments/"))
    second = page(client, where(release, "comments/?question=FT2"))
    elsewhere = page(client, where(release, "comments/?question=Q01"))

    assert "The desk answers." in first
    assert "More time." not in first
    assert "?question=FT2" in first
    assert "2 comments" in second
    assert "Fewer forms." in second
    assert "Police: front line" in first
    assert "The desk answers." in elsewhere, "an unknown question is the first one"


def test_long_lists_are_paged_in_an_order_that_stays(
    release: Release, member_peer: User, sign_in: Callable[[User], Client]
) -> None:
    add_comments(release, [f"Comment number {n}." for n in range(60)])

    def texts(number: str) -> list[str]:
        return [row.text for row in reading.comments(release, page=number).rows]

    pages = [texts("1"), texts("2"), texts("3")]
    body = page(sign_in(member_peer), where(release, "comments/?page=2"))

    assert [len(each) for each in pages] == [25, 25, 10]
    assert len({text for each in pages for text in each}) == 60
    assert [texts("1"), texts("2"), texts("3")] == pages
    assert sum(pages, []) != [f"Comment number {n}." for n in range(60)]  # noqa: RUF017
    assert "In their own words (page 2 of 3)" in body


@pytest.mark.parametrize("number", [1, 3, 70])
def test_page_of_comments_takes_the_same_statements(
    release: Release,
    member_peer: User,
    sign_in: Callable[[User], Client],
    number: int,
) -> None:
    add_comments(release, [f"Comment {n}." for n in range(number)])
    client = sign_in(member_peer)
    client.get(where(release, "comments/"))

    with CaptureQueriesContext(connection) as queries:
        client.get(where(release, "comments/"))

    assert len(queries) == 9


def test_comments_are_narrowed_by_theme_and_group_and_never_by_words(
    release: Release,
) -> None:
    add_comments(release, ["One."], atom=POLICE, themes=["T1"])
    add_comments(release, ["Two."], atom=CSC, themes=["T1", "T4"])
    add_comments(release, ["Three."], atom=CSC)

    def texts(**wanted: str) -> set[str]:
        found = reading.comments(release, wanted=CommentsWanted(**wanted))
        return {row.text for row in found.rows}

    assert texts(theme="T1") == {"One.", "Two."}
    assert texts(theme="T1", group=CSC) == {"Two."}
    assert texts(theme="none") == {"Three."}
    assert texts(group="guess", theme="guess") == {"One.", "Two.", "Three."}
    assert set(CommentsWanted.__dataclass_fields__) == {"question", "theme", "group"}


def test_names_stay_hidden_after_the_roster_is_destroyed(release: Release) -> None:
    roster.add(release.questionnaire.review, people=[("Quillon Tarbuckle", "")])
    add_comments(release, ["Quillon Tarbuckle listens."], screening=Screening.MASKED)

    marked = reading.comments(release).rows[0].text
    Roster.objects.all().delete()
    without = reading.comments(release).rows[0].text

    assert marked == "[hidden] listens."
    assert without == "[hidden]"


# Screening


def test_marked_comment_is_settled_by_one_person_in_other_words(
    release: Release, analyst: User, sign_in: Callable[[User], Client]
) -> None:
    roster.add(release.questionnaire.review, people=[("Quillon Tarbuckle", "")])
    [comment] = add_comments(
        release, ["Quillon Tarbuckle listens."], screening=Screening.MASKED
    )
    client = sign_in(analyst)
    address = where(release, f"comments/{comment.pk}/screen/")

    listed = page(client, where(release, "comments/screen/"))
    shown = page(client, address)
    client.post(
        address, {"text": "A colleague listens.", "seen": domain.fingerprint(comment)}
    )

    comment.refresh_from_db()
    assert "1 comment with a mark" in listed
    assert "The marks may miss something: read the whole comment" in listed
    assert "<mark>Quillon Tarbuckle</mark>" in shown
    assert "[hidden] listens." in shown
    assert (comment.screening, comment.text) == (
        Screening.REDACTED,
        "A colleague listens.",
    )
    assert counts() == {"comments.redacted": 1}


def test_a_mark_that_names_nobody_passes_as_it_is(
    release: Release, analyst: User, sign_in: Callable[[User], Client]
) -> None:
    [comment] = add_comments(
        release, ["On 4 February 2027 we met."], screening=Screening.MASKED
    )
    client = sign_in(analyst)

    client.post(
        where(release, f"comments/{comment.pk}/screen/"),
        {"clear": domain.fingerprint(comment)},
    )

    comment.refresh_from_db()
    assert comment.screening == Screening.CLEARED
    assert comment.text == "On 4 February 2027 we met."


def test_a_comment_that_has_passed_already_is_not_counted_again(
    release: Release, analyst: User, sign_in: Callable[[User], Client]
) -> None:
    [comment] = add_comments(
        release, ["On 4 February 2027 we met."], screening=Screening.MASKED
    )
    client = sign_in(analyst)

    for _ in range(2):
        comment.refresh_from_db()
        client.post(
            where(release, f"comments/{comment.pk}/screen/"),
            {"clear": domain.fingerprint(comment)},
        )

    comment.refresh_from_db()
    assert comment.screening == Screening.CLEARED
    assert counts() == {"comments.cleared": 1}


def test_nothing_at_all_is_no_wording_of_a_comment(release: Release) -> None:
    [comment] = add_comments(release, ["We listen."], screening=Screening.MASKED)

    with pytest.raises(domain.NothingLeft, match="Withhold the whole comment instead"):
        domain.redact_comment(
            comment=comment,
            seen=domain.fingerprint(comment),
            text=" \r\n ",
            at=timezone.now(),
        )

    comment.refresh_from_db()
    assert (comment.text, comment.screening) == ("We listen.", Screening.MASKED)


def test_line_ends_that_a_browser_changes_are_no_redaction(release: Release) -> None:
    [comment] = add_comments(
        release, ["First line.\nSecond line."], screening=Screening.UNREAD
    )

    domain.redact_comment(
        comment=comment,
        seen=domain.fingerprint(comment),
        text="First line.\r\nSecond line.\r\n",
        at=timezone.now(),
    )

    comment.refresh_from_db()
    assert comment.screening == Screening.CLEARED


@pytest.mark.parametrize("button", ["clear", "text"])
def test_a_telephone_number_passes_in_no_way(
    release: Release, analyst: User, sign_in: Callable[[User], Client], button: str
) -> None:
    text = "Ring me on 07700 900 123 about it."
    [comment] = add_comments(release, [text], screening=Screening.MASKED)
    seen = domain.fingerprint(comment)
    sent = {"clear": seen} if button == "clear" else {"text": text, "seen": seen}

    answer = sign_in(analyst).post(
        where(release, f"comments/{comment.pk}/screen/"), sent
    )

    comment.refresh_from_db()
    assert "looks like a telephone number" in answer.content.decode()
    assert comment.screening == Screening.MASKED


def test_of_two_screeners_the_second_is_shown_what_the_first_made_of_it(
    release: Release, analyst: User, leader: User, sign_in: Callable[[User], Client]
) -> None:
    [comment] = add_comments(
        release, ["The one midwife of ward six."], screening=Screening.MASKED
    )
    address = where(release, f"comments/{comment.pk}/screen/")
    seen = domain.fingerprint(comment)
    sign_in(analyst).post(address, {"text": "A midwife.", "seen": seen})

    late = sign_in(leader)
    answer = late.post(address, {"text": "Somebody on a ward.", "seen": seen})
    body = answer.content.decode()

    comment.refresh_from_db()
    assert comment.text == "A midwife."
    assert "What the other person saved" in body
    assert "Somebody on a ward." in body
    assert domain.fingerprint(comment) in body, "the next press has seen it"


def test_clearing_what_somebody_redacted_meanwhile_brings_nothing_back(
    release: Release,
) -> None:
    [comment] = add_comments(release, ["The one midwife."], screening=Screening.MASKED)
    seen = domain.fingerprint(comment)
    at = timezone.now()
    domain.redact_comment(comment=comment, seen=seen, text="A colleague.", at=at)

    with pytest.raises(ChangedMeanwhile):
        domain.clear_comment(comment=comment, seen=seen, at=at)
    with pytest.raises(ChangedMeanwhile):
        domain.withhold_comment(comment=comment, seen=seen, at=at)

    comment.refresh_from_db()
    assert (comment.text, comment.screening) == ("A colleague.", Screening.REDACTED)


@pytest.mark.django_db(transaction=True)
@pytest.mark.slow
def test_two_screeners_in_the_same_instant_lose_nothing(
    review: Review, manager: User
) -> None:
    release = make_released(review, by=manager, groups={CSC: voices(20, favourable=9)})
    [comment] = add_comments(release, ["As it was."], screening=Screening.MASKED)
    seen = domain.fingerprint(comment)
    start = threading.Barrier(2)
    results: list[str] = []

    def settle(words: str) -> None:
        mine = Comment.objects.get(pk=comment.pk)
        mine.release = release
        start.wait()
        try:
            domain.redact_comment(
                comment=mine, seen=seen, text=words, at=timezone.now()
            )
            results.append(words)
        except ChangedMeanwhile:
            results.append("too late")
        finally:
            connection.close()

    threads = [
        threading.Thread(target=settle, args=(words,)) for words in ("Mine.", "Theirs.")
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    kept = Comment.objects.get(pk=comment.pk).text
    assert sorted(results) == sorted(["too late", kept])


def test_a_whole_comment_is_withheld_in_two_steps_and_nothing_of_it_is_left(
    release: Release,
    analyst: User,
    member_peer: User,
    sign_in: Callable[[User], Client],
) -> None:
    add_comments(release, ["Nothing to hide here."])
    [comment] = add_comments(
        release, ["What only she could say."], screening=Screening.UNREAD, themes=["T1"]
    )
    client = sign_in(analyst)
    address = where(release, f"comments/{comment.pk}/screen/withhold/")

    asked = page(client, address)
    still = Comment.objects.get(pk=comment.pk).screening
    client.post(address, {"seen": domain.fingerprint(comment)})
    again = page(client, address)
    read = page(sign_in(member_peer), where(release, "comments/"))

    comment = Comment.objects.get(pk=comment.pk)
    comment.release = release
    assert "Withhold and destroy this comment" in asked
    assert "What only she could say." in asked
    assert still == Screening.UNREAD
    assert (comment.screening, comment.text, comment.themes) == (
        Screening.WITHHELD,
        "",
        [],
    )
    assert "its words were overwritten" in again
    assert "1 comment was withheld by a screener" in read
    assert counts() == {"comments.withheld": 1}
    texts = [i.text for i in evidence.evidence_for(release.questionnaire.review)]
    assert "" not in texts


def test_a_batch_passes_but_for_what_was_marked_or_settled_meanwhile(
    release: Release, analyst: User, sign_in: Callable[[User], Client]
) -> None:
    rows = add_comments(
        release,
        ["Fine.", "The head of hubs listens.", "Settled.", "Fine too."],
        screening=Screening.UNREAD,
    )
    client = sign_in(analyst)
    shown = page(client, where(release, "comments/screen/"))
    # Whom the peers meet joins the roster after the release.
    roster.add(release.questionnaire.review, people=[("", "Head of hubs")])
    domain.withhold_comment(
        comment=rows[2], seen=domain.fingerprint(rows[2]), at=timezone.now()
    )

    answer = client.post(
        where(release, "comments/screen/"),
        {"comment": [str(row.pk) for row in rows]},
        follow=True,
    )

    states = {row.pk: row.screening for row in Comment.objects.all()}
    assert "4 comments without a mark" in shown
    assert [states[row.pk] for row in rows] == [
        Screening.CLEARED,
        Screening.MASKED,
        Screening.WITHHELD,
        Screening.CLEARED,
    ]
    assert "2 comments passed. 2 did not" in answer.content.decode()
    assert counts()["comments.cleared"] == 2


def test_only_screeners_settle_comments(
    release: Release,
    manager: User,
    member_peer: User,
    sign_in: Callable[[User], Client],
) -> None:
    [comment] = add_comments(release, ["Words."], screening=Screening.UNREAD)

    for user in (manager, member_peer):
        for address in ("comments/screen/", f"comments/{comment.pk}/screen/"):
            assert sign_in(user).post(where(release, address)).status_code == 403


# Themes


def test_team_gives_comments_themes_and_nobody_can_see_who(
    release: Release, member_peer: User, sign_in: Callable[[User], Client]
) -> None:
    one, other = add_comments(release, ["One.", "Other."], atom=POLICE)
    client = sign_in(member_peer)
    shown = page(client, where(release, "comments/themes/"))

    answer = client.post(
        where(release, "comments/themes/?question=FT1"),
        {
            "comment": [str(one.pk), str(other.pk)],
            f"before-{one.pk}": "",
            f"themes-{one.pk}": ["T4", "T1", "T9"],
        },
        follow=True,
    )

    items = {
        item.text: item.themes
        for item in evidence.evidence_for(release.questionnaire.review)
        if item.text in ("One.", "Other.")
    }
    assert shown.count('type="checkbox"') == 10
    assert "1 comment changed." in answer.content.decode()
    assert items == {"One.": ("T1", "T4"), "Other.": ()}
    assert counts() == {"comments.given_themes": 1}


def test_without_a_theme_of_its_own_a_comment_has_its_questions(
    release: Release,
) -> None:
    add_comments(release, ["In the way."], question="FT3")
    add_comments(release, ["Elsewhere."], question="FT3", themes=["T5"])

    found = evidence.evidence_for(release.questionnaire.review)

    assert {item.text: item.themes for item in found} == {
        "In the way.": ("T3",),
        "Elsewhere.": ("T5",),
    }


def test_two_people_who_tag_one_comment_both_have_their_say(release: Release) -> None:
    [comment] = add_comments(release, ["One."], themes=["T1"])
    first = domain.Tags(added=frozenset(["T2"]), removed=frozenset())
    second = domain.Tags(added=frozenset(["T3"]), removed=frozenset(["T1"]))

    for tags in (first, second):
        domain.tag_comments(
            release=release, changes={str(comment.pk): tags}, at=timezone.now()
        )

    comment.refresh_from_db()
    assert comment.themes == ["T2", "T3"]


def test_a_comment_that_waits_for_a_screener_gets_no_theme(release: Release) -> None:
    [waiting] = add_comments(release, ["Wait."], screening=Screening.MASKED)
    tags = domain.Tags(added=frozenset(["T2"]), removed=frozenset())

    changed = domain.tag_comments(
        release=release, changes={str(waiting.pk): tags}, at=timezone.now()
    )

    waiting.refresh_from_db()
    assert (changed, waiting.themes) == (0, [])
