"""The pages of evidence and findings."""

from dataclasses import replace
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

import casemapping.evidence
import questionnaires.evidence
import scheduling.evidence
from feedback.models import Excerpt, Finding
from reviews.evidence_item import EvidenceItem, Kind
from reviews.models import Review, Stage, User
from tests.feedback.pages import SignIn, url, words
from tests.make import move
from tests.make_feedback import (
    FINDING,
    PARAPHRASE,
    SAID,
    make_agreed,
    make_excerpt,
    make_finding,
    make_item,
)

NHS = "943 476 5919"


@pytest.fixture
def on_site(review: Review) -> Review:
    return move(review, Stage.ON_SITE)


@pytest.fixture
def evidence(monkeypatch: pytest.MonkeyPatch) -> list[EvidenceItem]:
    """What the apps below hand up in this test."""
    items: list[EvidenceItem] = []
    monkeypatch.setattr(scheduling.evidence, "evidence_for", lambda review: items)
    for other in (questionnaires.evidence, casemapping.evidence):
        monkeypatch.setattr(other, "evidence_for", lambda review: [])
    return items


def test_board_is_narrowed_down_by_the_address(
    on_site: Review, officer_peer: User, evidence: list[EvidenceItem], sign_in: SignIn
) -> None:
    used = make_item(text="A note of theme one.")
    evidence += [
        used,
        make_item(Kind.CASE, text="A case of theme one.", source_class="Case mapping"),
        make_item(text="A note of theme two.", themes=("T2",)),
        make_item(Kind.COMMENT, text="A comment of no theme.", themes=()),
    ]
    make_excerpt(make_finding(on_site, by=officer_peer), by=officer_peer, item=used)
    client = sign_in(officer_peer)

    def shown(**wanted: str) -> list[int]:
        page = words(client.get(url("board", on_site.pk), wanted))
        return [n for n, item in enumerate(evidence) if item.text in page]

    assert shown() == [0, 1, 2, 3]
    assert shown(theme="T1") == [0, 1]
    assert shown(theme="T1", kind="case") == [1]
    assert shown(theme="T2") == [2]
    assert shown(theme="none") == [3]
    assert shown(**{"from": "Case mapping"}) == [1]
    assert shown(used="no") == [1, 2, 3]
    assert shown(used="yes") == [0]
    assert shown(theme="T1", used="no") == [1]


def test_matrix_counts_themes_by_source_and_each_number_leads_to_its_list(
    on_site: Review, officer_peer: User, evidence: list[EvidenceItem], sign_in: SignIn
) -> None:
    evidence += [
        make_item(text="One."),
        make_item(text="Two.", themes=("T1", "T2")),
        make_item(text="Three.", source_class="Councillors"),
    ]
    client = sign_in(officer_peer)

    page = client.get(url("board", on_site.pk))
    board = page.context["board"]
    [notes] = board.matrix
    health = next(row for row in notes.rows if row.title == "Health services")
    there = words(client.get(url("board", on_site.pk) + health.cells[0].address))

    assert [cell.count for cell in health.cells] == [2, 1, 0, 0, 0]
    assert "Health services, theme 1" in words(page)
    assert ("One." in there, "Two." in there, "Three." in there) == (True, True, False)


def test_a_card_says_where_it_is_used_and_on_which_line_of_enquiry(
    on_site: Review, officer_peer: User, evidence: list[EvidenceItem], sign_in: SignIn
) -> None:
    item = make_item(line_of_enquiry="1.1")
    evidence.append(item)
    make_excerpt(make_finding(on_site, by=officer_peer), by=officer_peer, item=item)

    page = words(sign_in(officer_peer).get(url("board", on_site.pk)))

    assert "Used in 1 finding<" in page
    assert "Line of enquiry: Front door" in page


def test_filters_nobody_knows_narrow_nothing(
    on_site: Review, officer_peer: User, evidence: list[EvidenceItem], sign_in: SignIn
) -> None:
    evidence.append(make_item())

    page = sign_in(officer_peer).get(
        url("board", on_site.pk),
        {"theme": "X", "kind": "<b>", "from": "'", "page": "z"},
    )

    assert SAID in words(page)


def test_excerpt_is_proposed_from_the_board(
    on_site: Review, officer_peer: User, evidence: list[EvidenceItem], sign_in: SignIn
) -> None:
    finding = make_finding(on_site, by=officer_peer)
    item = make_item()
    evidence.append(item)
    client = sign_in(officer_peer)
    address = url("excerpt-new", on_site.pk, item.key)

    shown = client.get(address)
    response = client.post(address, {"finding": str(finding.pk), "text": PARAPHRASE})

    assert SAID in words(shown)
    assert response.headers["Location"] == url("finding", on_site.pk, finding.pk)
    assert Excerpt.objects.get().text == PARAPHRASE


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "Enter in the team’s own words"),
        (f"The child {NHS}.", "This looks like an NHS number."),
        (" ".join(f"w{n}" for n in range(20)), "20 words in a row"),
        (" ".join(f"w{n}" for n in range(7)), "6 in a row is the most here"),
    ],
)
def test_refused_excerpt_is_told_beside_the_box_and_keeps_the_words(
    on_site: Review,
    officer_peer: User,
    evidence: list[EvidenceItem],
    sign_in: SignIn,
    text: str,
    told: str,
) -> None:
    finding = make_finding(on_site, by=officer_peer)
    item = make_item(text=" ".join(f"w{n}" for n in range(20)))
    evidence.append(item)

    page = sign_in(officer_peer).post(
        url("excerpt-new", on_site.pk, item.key),
        {"finding": str(finding.pk), "text": text},
    )

    assert told in words(page)
    assert f"{text}</textarea>" in words(page)
    assert not Excerpt.objects.exists()


@pytest.mark.parametrize(
    ("kind", "sources", "against", "says"),
    [
        (Kind.NOTE, "", "", "known to come from 3 sources, so nothing may be quoted"),
        (Kind.NOTE, "enough", "few", "may be quoted for it, and none against it."),
        (Kind.NOTE, "", "enough", "may be quoted against it, and none for it."),
        (Kind.NOTE, "enough", "enough", "up to 15 words in a row may be quoted."),
        (Kind.COMMENT, "few", "few", "nothing may be quoted under it"),
        (Kind.CASE, "", "", "Another peer has to clear your words"),
        (Kind.RESULT, "", "", "no second peer has to clear it"),
    ],
)
def test_excerpt_page_says_before_the_button_what_may_be_quoted(
    on_site: Review,
    officer_peer: User,
    evidence: list[EvidenceItem],
    sign_in: SignIn,
    kind: Kind,
    sources: str,
    against: str,
    says: str,
) -> None:
    finding = make_finding(on_site, by=officer_peer)
    Finding.objects.filter(pk=finding.pk).update(
        sources=sources, sources_against=against
    )
    item = make_item(kind)
    evidence.append(item)

    page = words(
        sign_in(officer_peer).get(
            url("excerpt-new", on_site.pk, item.key), {"finding": str(finding.pk)}
        )
    )

    assert page.index(says) < page.index('type="submit"\n          class="govuk-button')
    assert ("Your name is then removed" in page) == (kind != Kind.RESULT)


def test_before_a_finding_is_chosen_the_excerpt_page_counts_those_that_may_quote(
    on_site: Review,
    officer_peer: User,
    evidence: list[EvidenceItem],
    sign_in: SignIn,
) -> None:
    finding = make_finding(on_site, by=officer_peer)
    Finding.objects.filter(pk=finding.pk).update(sources="enough")
    item = make_item(Kind.NOTE)
    evidence.append(item)

    page = words(sign_in(officer_peer).get(url("excerpt-new", on_site.pk, item.key)))

    assert (
        "Up to 15 words in a row may be quoted under the 1 finding heard from "
        "3 or more sources, and none elsewhere."
    ) in page

    Finding.objects.filter(pk=finding.pk).update(sources_against="enough")
    page = words(sign_in(officer_peer).get(url("excerpt-new", on_site.pk, item.key)))
    assert (
        "under the 1 finding heard from 3 or more sources and against the 1 finding "
        "that 3 or more sources speak against, and none elsewhere."
    ) in page


def test_each_page_of_findings_says_what_speaks_against_one_and_how_it_was_counted(
    on_site: Review, leader: User, officer_peer: User, sign_in: SignIn
) -> None:
    finding = make_finding(on_site, by=officer_peer)
    client = sign_in(leader)
    pages = (
        url("findings", on_site.pk),
        url("finding", on_site.pk, finding.pk),
        url("finding-agree", on_site.pk, finding.pk),
    )
    for _ in range(5):
        make_excerpt(finding, by=officer_peer, cleared_by=leader, against=True)
    for address in pages:
        page = words(client.get(address))
        assert "Against it: notes whose sources are not counted" in page
        assert "Sources are counted in the night" not in page

    Finding.objects.filter(pk=finding.pk).update(
        sources_against="enough", source_classes_against=2
    )
    for address in pages:
        page = words(client.get(address))
        assert "Against it: 3 or more sources, in 2 groups" in page
        assert "Sources are counted in the night" in page
        assert "those for a finding and those against it apart" in page


def test_matrix_says_for_each_theme_how_many_sources_its_findings_were_counted_with(
    on_site: Review, officer_peer: User, evidence: list[EvidenceItem], sign_in: SignIn
) -> None:
    evidence += [make_item(text="One."), make_item(text="Loose.", themes=())]
    client = sign_in(officer_peer)
    board = client.get(url("board", on_site.pk))
    assert board.context["board"].strength == []
    assert "as last counted" not in words(board)
    for theme, sources, against in (
        ("T1", "enough", "few"),
        ("T1", "enough", "enough"),
        ("T2", "", "enough"),
    ):
        finding = make_finding(on_site, by=officer_peer, theme=theme)
        Finding.objects.filter(pk=finding.pk).update(
            sources=sources, sources_against=against
        )

    page = client.get(url("board", on_site.pk))

    rows = page.context["board"].strength
    assert {row.title: [cell.count for cell in row.cells] for row in rows} == {
        "3 or more sources for it": [2, 0, 0, 0, 0, 0],
        "3 or more sources against it": [1, 1, 0, 0, 0, 0],
        "Under 3 sources against it": [1, 0, 0, 0, 0, 0],
    }
    assert "findings with 3 or more sources against it, theme 2" in words(page)
    assert f'href="{url("findings", on_site.pk)}#T2"' in words(page)


def test_evidence_that_is_gone_or_masked_opens_nothing(
    on_site: Review, officer_peer: User, evidence: list[EvidenceItem], sign_in: SignIn
) -> None:
    address = url("excerpt-new", on_site.pk, make_item().key)

    assert sign_in(officer_peer).get(address).status_code == 404


def test_finding_is_written_changed_and_removed(
    on_site: Review, officer_peer: User, sign_in: SignIn
) -> None:
    client = sign_in(officer_peer)
    typed = {name: value for name, value in FINDING.items() if name != "key_questions"}

    made = client.post(url("finding-new", on_site.pk), typed)
    finding = Finding.objects.get()
    client.post(
        url("finding-change", on_site.pk, finding.pk),
        {**typed, "title": "Changed", "version": "1"},
    )
    title = Finding.objects.get().title
    asked = client.get(url("finding-remove", on_site.pk, finding.pk))
    there = Finding.objects.count()
    client.post(url("finding-remove", on_site.pk, finding.pk))

    assert made.headers["Location"] == url("finding", on_site.pk, finding.pk)
    assert (title, asked.status_code, there, Finding.objects.count()) == (
        "Changed",
        200,
        1,
        0,
    )


def test_second_of_two_writers_sees_both_texts(
    on_site: Review, officer_peer: User, health_peer: User, sign_in: SignIn
) -> None:
    finding = make_finding(on_site, by=officer_peer)
    typed = {name: value for name, value in FINDING.items() if name != "key_questions"}
    address = url("finding-change", on_site.pk, finding.pk)
    sign_in(officer_peer).post(address, {**typed, "title": "Theirs", "version": "1"})

    page = words(
        sign_in(health_peer).post(address, {**typed, "title": "Mine", "version": "1"})
    )

    assert "Somebody else changed this while you were writing" in page
    assert "Theirs" in page
    assert 'value="Mine"' in page
    assert 'value="2"' in page


def test_finding_that_identifies_a_child_goes_back_into_its_box_only(
    on_site: Review, officer_peer: User, sign_in: SignIn
) -> None:
    page = words(
        sign_in(officer_peer).post(
            url("finding-new", on_site.pk),
            {"theme": "T1", "kind": "area", "title": "A", "text": f"See {NHS}."},
        )
    )

    assert "This looks like an NHS number." in page
    assert page.count(NHS) == 1
    assert not Finding.objects.exists()


def test_proposer_is_told_to_wait_and_another_peer_clears(
    on_site: Review, officer_peer: User, health_peer: User, sign_in: SignIn
) -> None:
    """ "Clear" is a button for everybody but the one who proposed the excerpt."""
    finding = make_finding(on_site, by=officer_peer)
    excerpt = make_excerpt(finding, by=officer_peer)
    address = url("finding", on_site.pk, finding.pk)
    clear = url("excerpt-clear", on_site.pk, finding.pk, excerpt.pk)
    mine = sign_in(officer_peer)

    shown = words(mine.get(address))
    refused = words(mine.post(clear, follow=True))
    sign_in(health_peer).post(clear)

    assert "You proposed this, so another peer clears it." in shown
    assert clear not in shown
    assert "nobody clears their own" in refused
    excerpt.refresh_from_db()
    assert excerpt.cleared


def test_only_the_leader_agrees(
    on_site: Review, officer_peer: User, leader: User, sign_in: SignIn
) -> None:
    finding = make_finding(on_site, by=officer_peer)
    make_excerpt(finding, by=officer_peer, item=make_item(Kind.RESULT))
    make_excerpt(finding, by=officer_peer, cleared_by=leader)
    agree = url("finding-agree", on_site.pk, finding.pk)

    by_peer = sign_in(officer_peer).post(agree, {"version": "1"})
    shown = words(sign_in(leader).get(agree))
    by_leader = sign_in(leader).post(agree, {"version": "1"})

    assert (by_peer.status_code, by_leader.status_code) == (403, 302)
    assert FINDING["text"] in shown
    assert Finding.objects.get().agreed


def test_leader_is_asked_for_a_reason_where_one_kind_of_source_stands_alone(
    on_site: Review, officer_peer: User, leader: User, sign_in: SignIn
) -> None:
    finding = make_finding(on_site, by=officer_peer)
    make_excerpt(finding, by=officer_peer, item=make_item(Kind.RESULT))
    agree = url("finding-agree", on_site.pk, finding.pk)
    client = sign_in(leader)

    shown = words(client.get(agree))
    refused = words(client.post(agree, {"version": "1", "reason": ""}))
    before = Finding.objects.get().agreed
    client.post(agree, {"version": "1", "reason": "Said in public."})
    page = words(client.get(url("finding", on_site.pk, finding.pk)))

    assert "Questionnaire results alone" in shown
    assert "Enter why it should be printed on one kind of source" in refused
    assert not before
    assert "Said in public." in page


def test_leader_is_shown_the_excerpt_that_stands_against_agreeing(
    on_site: Review,
    officer_peer: User,
    health_peer: User,
    leader: User,
    evidence: list[EvidenceItem],
    sign_in: SignIn,
) -> None:
    finding = make_finding(on_site, by=officer_peer)
    item = make_item()
    evidence.append(item)
    excerpt = make_excerpt(finding, by=officer_peer, cleared_by=health_peer, item=item)
    excerpt.text = SAID
    excerpt.save()
    make_excerpt(finding, by=officer_peer, item=make_item(Kind.RESULT))

    page = words(sign_in(leader).get(url("finding-agree", on_site.pk, finding.pk)))

    assert f"“{SAID}”" in page
    assert url("excerpt-reject", on_site.pk, finding.pk, excerpt.pk) in page
    assert "Agree this finding</button>" not in page


def test_leader_who_reads_old_words_is_shown_the_new_ones(
    on_site: Review, officer_peer: User, leader: User, sign_in: SignIn
) -> None:
    finding = make_finding(on_site, by=officer_peer)
    make_excerpt(finding, by=officer_peer, item=make_item(Kind.RESULT))
    typed = {name: value for name, value in FINDING.items() if name != "key_questions"}
    sign_in(officer_peer).post(
        url("finding-change", on_site.pk, finding.pk),
        {**typed, "title": "Newer words", "version": "1"},
    )

    answer = sign_in(leader).post(
        url("finding-agree", on_site.pk, finding.pk),
        {"version": "1", "reason": "Known."},
        follow=True,
    )

    assert "Somebody changed this finding while you were reading" in words(answer)
    assert "Newer words" in words(answer)
    assert not Finding.objects.get().agreed


def test_old_form_is_told_that_the_leader_has_agreed(
    on_site: Review, officer_peer: User, leader: User, sign_in: SignIn
) -> None:
    finding = make_agreed(on_site, by=leader)
    typed = {name: value for name, value in FINDING.items() if name != "key_questions"}
    change = url("finding-change", on_site.pk, finding.pk)
    client = sign_in(officer_peer)

    told = words(client.post(change, {**typed, "title": "Mine", "version": "1"}))
    still = Finding.objects.get().agreed
    client.post(change, {**typed, "title": "Mine", "version": "2"})

    assert "The team leader has agreed these words" in told
    assert "Once you change it, the team leader is asked to agree it again" in told
    assert still
    saved = Finding.objects.get()
    assert (saved.agreed, saved.to_agree_again, saved.title) == (False, True, "Mine")


def test_taking_an_excerpt_away_shows_it_and_says_what_happens(
    on_site: Review, officer_peer: User, leader: User, sign_in: SignIn
) -> None:
    finding = make_agreed(on_site, by=leader)
    excerpt = finding.excerpts.filter(kind="note").get()
    address = url("excerpt-reject", on_site.pk, finding.pk, excerpt.pk)
    client = sign_in(officer_peer)

    asked = words(client.get(address))
    there = finding.excerpts.count()
    client.post(address)

    assert PARAPHRASE in asked
    assert "Without this excerpt the team leader has to agree it again" in asked
    assert ">Cancel</a>" in asked
    assert (there, finding.excerpts.count()) == (2, 1)
    assert not Finding.objects.get().agreed


def test_removing_a_finding_shows_it_and_names_it(
    on_site: Review, officer_peer: User, leader: User, sign_in: SignIn
) -> None:
    finding = make_agreed(on_site, by=leader)
    heard = scheduling.evidence.evidence_for(on_site)
    browser, where = (
        sign_in(officer_peer),
        url("finding-remove", on_site.pk, finding.pk),
    )

    asked = words(browser.get(where))
    browser.post(where)

    assert FINDING["text"] in asked
    assert f"Remove “{FINDING['title']}”" in asked
    assert "with the 2 excerpts under it" in asked
    assert not Finding.objects.exists()
    assert not Excerpt.objects.exists()
    # What it rested on is still there.
    assert scheduling.evidence.evidence_for(on_site) == heard


def test_list_says_how_many_stand_where_and_shows_one_kind_of_them(
    on_site: Review, officer_peer: User, leader: User, sign_in: SignIn
) -> None:
    make_agreed(on_site, by=leader, title="Agreed already")
    single = make_finding(on_site, by=officer_peer, title="On results alone")
    make_excerpt(single, by=officer_peer, item=make_item(Kind.RESULT))
    waits = make_finding(on_site, by=officer_peer, title="Half read")
    make_excerpt(waits, by=officer_peer, item=make_item(Kind.RESULT))
    make_excerpt(waits, by=officer_peer)
    make_finding(on_site, by=officer_peer, title="Bare")
    client = sign_in(officer_peer)

    page = words(client.get(url("findings", on_site.pk)))
    some = words(client.get(url("findings", on_site.pk), {"standing": "to_clear"}))

    for part in (
        "4 findings:",
        "1 agreed",
        "1 needs the leader’s reason",
        "1 with excerpts to be cleared",
        "1 needs evidence",
        "Questionnaire results alone",
    ):
        assert part in page, part
    assert ("Half read" in some, "Bare" in some) == (True, False)
    empty = page[page.index("No finding under this theme yet.") :]
    assert "Look for evidence" in empty


@pytest.mark.parametrize("count", [1, 3])
def test_list_of_findings_takes_the_same_queries_however_long(
    on_site: Review, officer_peer: User, sign_in: SignIn, count: int
) -> None:
    for _ in range(count):
        make_excerpt(make_finding(on_site, by=officer_peer), by=officer_peer)
    client = sign_in(officer_peer)
    client.get(url("findings", on_site.pk))

    with CaptureQueriesContext(connection) as queries:
        page = client.get(url("findings", on_site.pk))

    assert words(page).count(FINDING["title"]) >= count
    asked = [each["sql"] for each in queries if "feedback_" in each["sql"]]
    assert len(asked) == 2


def test_finding_of_another_review_is_not_there(
    on_site: Review, officer_peer: User, other_review: Review, sign_in: SignIn
) -> None:
    theirs = make_finding(other_review, by=officer_peer)
    client = sign_in(officer_peer)

    for name in ("finding", "finding-change", "finding-remove"):
        assert client.get(url(name, on_site.pk, theirs.pk)).status_code == 404
    assert client.post(url("finding-move", on_site.pk, theirs.pk)).status_code == 404


def test_council_and_outsiders_see_no_evidence_and_no_finding(
    on_site: Review,
    officer_peer: User,
    sponsor: User,
    organiser: User,
    partner: User,
    outsider: User,
    sign_in: SignIn,
) -> None:
    finding = make_finding(on_site, by=officer_peer)
    pages = [
        url("board", on_site.pk),
        url("findings", on_site.pk),
        url("finding", on_site.pk, finding.pk),
        url("report", on_site.pk),
    ]

    assert {
        user.full_name: {sign_in(user).get(page).status_code for page in pages}
        for user in (sponsor, organiser, partner, outsider)
    } == {
        "Stella Ormerod": {403},
        "Oscar Grantley": {403},
        "Agnes Lisle": {403},
        "Robin Hale": {404},
    }


def test_who_writes_an_excerpt_while_notes_are_mixed_anew_loses_nothing(
    on_site: Review, officer_peer: User, evidence: list[EvidenceItem], sign_in: SignIn
) -> None:
    finding = make_finding(on_site, by=officer_peer)
    item = make_item(Kind.NOTE)
    evidence.append(item)
    client = sign_in(officer_peer)
    address = url("excerpt-new", on_site.pk, item.key)
    seen = client.get(address).context["form"]["seen"].value()
    evidence[:] = [replace(item, key=str(uuid4()))]

    gone = client.get(address)
    saved = client.post(
        address,
        {"finding": finding.pk, "text": "In the team's words.", "seen": seen},
    )
    excerpt = finding.excerpts.get()
    old = client.post(
        url("excerpt-clear", on_site.pk, finding.pk, uuid4()), follow=True
    )

    assert gone.status_code == 404
    assert "mixed anew" in words(gone)
    assert saved.status_code == 302
    assert excerpt.evidence_key == evidence[0].key
    assert old.status_code == 404
    assert "Choose it again" in words(old)
