"""Every page of evidence, findings and report: who may open it, and what it does."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from feedback import domain, reading
from feedback.models import Excerpt, Finding, ReportVersion
from reviews.evidence_item import EvidenceItem, Kind
from reviews.models import AuditEvent, Review, Stage, User
from tests.make import move
from tests.make_feedback import (
    FINDING,
    PARAPHRASE,
    SAID,
    build,
    make_agreed,
    make_excerpt,
    make_finding,
    make_item,
    put_at_ready,
)

SignIn = Callable[[User], Client]
NHS = "943 476 5919"


def url(name: str, *ids: Any) -> str:
    return reverse(f"feedback:{name}", args=ids)


def words(response: Any) -> str:
    return str(response.content.decode())


@pytest.fixture
def on_site(review: Review) -> Review:
    return move(review, Stage.ON_SITE)


@pytest.fixture
def evidence(monkeypatch: pytest.MonkeyPatch) -> list[EvidenceItem]:
    items: list[EvidenceItem] = []
    monkeypatch.setattr(reading, "evidence_of", lambda review: items)
    return items


@pytest.fixture
def ready(review: Review, leader: User, manager: User) -> ReportVersion:
    """Version 1 with its PDF, in the reporting stage."""
    move(review, Stage.REPORTING)
    review.refresh_from_db()
    make_agreed(review, by=leader)
    return put_at_ready(build(review, by=manager))


@pytest.fixture
def issued(ready: ReportVersion, leader: User, manager: User) -> ReportVersion:
    """The same, approved and issued, in the feedback stage."""
    domain.approve_report(version=ready, by=leader, at=timezone.now())
    domain.issue_report(version=ready, by=manager, at=timezone.now())
    move(ready.review, Stage.FEEDBACK)
    return ready


# --- evidence -------------------------------------------------------------------------


def test_board_shows_a_theme_narrowed_down_by_the_address(
    on_site: Review, officer_peer: User, evidence: list[EvidenceItem], sign_in: SignIn
) -> None:
    evidence += [
        make_item(text="A note of theme one."),
        make_item(Kind.CASE, text="A case of theme one.", source_class="Case mapping"),
        make_item(text="A note of theme two.", themes=("T2",)),
    ]
    client = sign_in(officer_peer)

    everything = words(client.get(url("board", on_site.pk)))
    cases = words(client.get(url("board", on_site.pk), {"theme": "T1", "kind": "case"}))
    heard = words(client.get(url("board", on_site.pk), {"from": "Health services"}))
    second = words(client.get(url("board", on_site.pk), {"theme": "T2"}))

    told = ["A note of theme one.", "A case of theme one.", "A note of theme two."]
    assert [
        [text in page for text in told] for page in (everything, cases, heard, second)
    ] == [
        [True, True, False],
        [False, True, False],
        [True, False, False],
        [False, False, True],
    ]


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


def test_evidence_that_is_gone_or_masked_opens_nothing(
    on_site: Review, officer_peer: User, evidence: list[EvidenceItem], sign_in: SignIn
) -> None:
    address = url("excerpt-new", on_site.pk, make_item().key)

    assert sign_in(officer_peer).get(address).status_code == 404


# --- findings -------------------------------------------------------------------------


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
    agree = url("finding-agree", on_site.pk, finding.pk)

    by_peer = sign_in(officer_peer).post(agree)
    by_leader = sign_in(leader).post(agree)

    assert (by_peer.status_code, by_leader.status_code) == (403, 302)
    assert Finding.objects.get().agreed


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


# --- the report -----------------------------------------------------------------------


def test_manager_writes_a_section_and_builds(
    review: Review, leader: User, manager: User, sign_in: SignIn
) -> None:
    move(review, Stage.REPORTING)
    make_agreed(review, by=leader)
    client = sign_in(manager)

    opened = words(client.get(url("report-text", review.pk, "thanks")))
    client.post(
        url("report-text", review.pk, "thanks"),
        {"text": "Thank you all.", "version": "0"},
    )
    client.post(url("report-build", review.pk))
    desk = words(client.get(url("report", review.pk)))

    assert "Thank you for inviting us to Trafford Council" in opened
    assert "Being prepared" in desk
    assert "Thank you all." in str(ReportVersion.objects.get().content)


def test_words_that_give_away_are_listed_and_must_be_confirmed(
    review: Review, leader: User, manager: User, sign_in: SignIn
) -> None:
    move(review, Stage.REPORTING)
    make_agreed(review, by=leader, text="As Morgan Vale said, all is well.")
    client = sign_in(manager)

    desk = words(client.get(url("report", review.pk)))
    refused = words(client.post(url("report-build", review.pk), follow=True))
    token = domain.confirmation_of(domain.give_aways(Review.objects.get(pk=review.pk)))
    client.post(url("report-build", review.pk), {"confirmed": token})

    assert '<span class="feedback-marked">Morgan Vale</span>' in desk
    assert "Some words may give somebody away" in refused
    assert ReportVersion.objects.count() == 1


def test_report_goes_from_ready_to_issued_by_two_people(
    ready: ReportVersion, leader: User, manager: User, sign_in: SignIn
) -> None:
    review = ready.review_id
    too_early = words(
        sign_in(manager).post(url("report-issue", review, 1), follow=True)
    )
    statuses = [
        sign_in(manager).post(url("report-approve", review, 1)).status_code,
        sign_in(leader).post(url("report-approve", review, 1)).status_code,
        sign_in(leader).post(url("report-issue", review, 1)).status_code,
        sign_in(manager).post(url("report-issue", review, 1)).status_code,
    ]

    ready.refresh_from_db()
    assert "The team leader has to approve this version first." in too_early
    assert statuses == [403, 302, 403, 302]
    assert ready.issued_on is not None


def test_failed_report_says_why_and_offers_to_try_again(
    ready: ReportVersion, manager: User, sign_in: SignIn
) -> None:
    ReportVersion.objects.update(
        state="failed", pdf=None, sentence="The disk may be full."
    )
    client = sign_in(manager)

    desk = words(client.get(url("report", ready.review_id)))
    client.post(url("report-retry", ready.review_id, 1))

    ready.refresh_from_db()
    assert "The disk may be full." in desk
    assert ready.state == "preparing"


def test_council_sees_issued_versions_and_nothing_else_of_the_report(
    issued: ReportVersion, manager: User, sponsor: User, sign_in: SignIn
) -> None:
    review = Review.objects.get(pk=issued.review_id)
    second = put_at_ready(build(review, by=manager))
    client = sign_in(sponsor)

    page = words(client.get(url("report", review.pk)))

    assert "Version 1" in page
    assert "Version 2" not in page
    assert "Build" not in page
    assert "Approved by" not in page
    for name in ("report-read", "report-pdf"):
        assert client.get(url(name, review.pk, 1)).status_code == 200
        assert client.get(url(name, review.pk, second.number)).status_code == 404


def test_council_waits_for_the_feedback_stage(
    ready: ReportVersion, sponsor: User, sign_in: SignIn
) -> None:
    assert sign_in(sponsor).get(url("report", ready.review_id)).status_code == 403


def test_download_is_the_stored_file_with_a_readable_name_and_on_the_record(
    issued: ReportVersion, organiser: User, sign_in: SignIn
) -> None:
    response = sign_in(organiser).get(url("report-pdf", issued.review_id, 1))

    event = AuditEvent.objects.get(action="report downloaded")
    assert response.content == b"%PDF-quick"
    assert "no-store" in response.headers["Cache-Control"]
    assert response.headers["Content-Disposition"] == (
        'attachment; filename="trafford-council-peer-review-report-version-1-'
        f'{issued.issued_on}.pdf"'
    )
    assert (event.actor_ref, event.object_id) == (organiser.pk, "1")


def test_report_is_read_as_a_page_with_the_themes_in_order(
    issued: ReportVersion, sponsor: User, sign_in: SignIn
) -> None:
    page = words(sign_in(sponsor).get(url("report-read", issued.review_id, 1)))
    titles = [theme.title for theme in issued.review.pack.themes]

    found = page[page.index('id="themes"') :]
    places = [found.index(f"{n}. {title}") for n, title in enumerate(titles, start=1)]

    assert places == sorted(places)
    assert "style=" not in page


# --- the review's home page -----------------------------------------------------------


def test_feedback_stage_waits_for_an_approved_report(
    review: Review, leader: User, manager: User
) -> None:
    said = [reading.stage_blockers(review, Stage.FEEDBACK)]
    make_agreed(review, by=leader)
    version = put_at_ready(build(review, by=manager))
    said.append(reading.stage_blockers(review, Stage.FEEDBACK))
    domain.approve_report(version=version, by=leader, at=timezone.now())
    said.append(reading.stage_blockers(review, Stage.FEEDBACK))

    assert said == [
        ["No version of the report is ready. Build one on the report’s page."],
        ["The team leader has not approved a version of the report yet."],
        [],
    ]
    assert reading.stage_blockers(review, Stage.REPORTING) == []


def test_home_page_says_where_findings_and_report_stand(
    ready: ReportVersion, leader: User, sponsor: User
) -> None:
    review = Review.objects.get(pk=ready.review_id)

    def cards(user: User) -> list[tuple[str, str]]:
        member = review.memberships.get(user=user)
        return [(c.title, c.sentence) for c in reading.progress(review, member)]

    assert cards(leader) == [
        ("Findings", "1 of 1 finding agreed."),
        ("Report", "Version 1: ready."),
    ]
    assert cards(sponsor) == []
