"""The pages of the report, for the team and for the council."""

import pytest
from django.utils import timezone

from feedback import reading
from feedback.domain import reports
from feedback.models import ReportVersion
from reviews.models import AuditEvent, Review, Stage, User
from reviews.pages.progress import Obstacle
from tests.feedback.pages import SignIn, url, words
from tests.make import move
from tests.make_feedback import (
    build,
    make_agreed,
    put_at_ready,
)


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
    reports.approve_report(version=ready, by=leader, at=timezone.now())
    reports.issue_report(version=ready, by=manager, at=timezone.now())
    move(ready.review, Stage.FEEDBACK)
    return ready


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
    refused = words(client.post(url("report-build", review.pk), follow=True))
    client.post(url("report-build", review.pk), {"as_it_is": "yes"})
    desk = words(client.get(url("report", review.pk)))

    assert "Some of the report is empty" in refused
    assert "“Executive summary” has nothing to print" in refused
    assert "Filled from cleared case learning" in desk
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
    token = reports.confirmation_of(
        reports.give_aways(Review.objects.get(pk=review.pk))
    )
    build_it = url("report-build", review.pk)
    client.post(build_it, {"confirmed": token, "as_it_is": "yes"})

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


def test_approving_and_issuing_show_first_what_is_empty_and_what_changed(
    ready: ReportVersion, leader: User, manager: User, sign_in: SignIn
) -> None:
    review = Review.objects.get(pk=ready.review_id)
    make_agreed(review, by=leader)

    approve = words(sign_in(leader).get(url("report-approve", review.pk, 1)))
    reports.approve_report(version=ready, by=leader, at=timezone.now())
    issue = words(sign_in(manager).get(url("report-issue", review.pk, 1)))
    ready.refresh_from_db()

    for page in (approve, issue):
        assert "“Executive summary” has nothing to print" in page
        assert "1 finding was agreed after this version was built." in page
    assert "Approve version 1" in approve
    assert "Issue version 1 to the council" in issue
    assert ">Cancel</a>" in issue
    assert ready.issued_on is None


def test_after_issue_the_next_version_is_secondary_and_the_issued_one_stays(
    ready: ReportVersion, leader: User, manager: User, sign_in: SignIn
) -> None:
    reports.approve_report(version=ready, by=leader, at=timezone.now())
    reports.issue_report(version=ready, by=manager, at=timezone.now())

    desk = " ".join(words(sign_in(manager).get(url("report", ready.review_id))).split())

    assert "Version 1 is issued" in desk
    assert "Version 1 stays as it was issued." in desk
    assert "govuk-button--secondary" in desk[desk.index('id="build"') :]


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


def test_a_report_that_could_not_be_made_says_so_and_quotes_nothing_of_it(
    review: Review, leader: User, manager: User, sign_in: SignIn
) -> None:
    move(review, Stage.REPORTING)
    make_agreed(review, by=leader)
    version = build(review, by=manager)

    def broken(content: object) -> bytes:
        raise ValueError("no glyph for “As the duty nurse told us”")

    with pytest.raises(ValueError, match="duty nurse"):
        reports.prepare_pdf(version_id=str(version.pk), draw=broken)
    desk = words(sign_in(manager).get(url("report", review.pk)))

    assert "The report could not be made. Nothing was stored. Try again" in desk
    assert "duty nurse" not in desk
    assert url("report-retry", review.pk, version.number) in desk
    version.refresh_from_db()
    assert version.pdf is None


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
    for name in ("report-read", "report-pdf", "report-word", "report-findings"):
        assert client.get(url(name, review.pk, 1)).status_code == 200
        assert client.get(url(name, review.pk, second.number)).status_code == 404


def test_council_waits_for_the_feedback_stage(
    issued: ReportVersion, sponsor: User, organiser: User, sign_in: SignIn
) -> None:
    """Both of its people, for whatever was issued already, at each of its addresses."""
    review = move(issued.review, Stage.REPORTING)
    files = ("report-read", "report-pdf", "report-word", "report-findings")
    pages = [url("report", review.pk), *(url(each, review.pk, 1) for each in files)]

    def answers(user: User) -> set[int]:
        return {sign_in(user).get(page).status_code for page in pages}

    assert answers(sponsor) == answers(organiser) == {403}
    move(review, Stage.FEEDBACK)
    # The control: then both open it.
    assert answers(sponsor) == answers(organiser) == {200}


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
    assert event.detail["as_file"] == "pdf"


@pytest.mark.parametrize(
    ("name", "kind", "begins"),
    [("report-word", "docx", "report"), ("report-findings", "xlsx", "findings")],
)
def test_word_file_and_findings_are_there_for_whoever_may_download(
    issued: ReportVersion,
    sponsor: User,
    sign_in: SignIn,
    name: str,
    kind: str,
    begins: str,
) -> None:
    client = sign_in(sponsor)

    response = client.get(url(name, issued.review_id, 1))
    page = words(client.get(url("report", issued.review_id)))

    event = AuditEvent.objects.get(action="report downloaded")
    assert url(name, issued.review_id, 1) in page
    assert response.headers["Content-Disposition"] == (
        f'attachment; filename="trafford-council-peer-review-{begins}-version-1-'
        f'{issued.issued_on}.{kind}"'
    )
    assert response.content.startswith(b"PK")
    assert event.detail["as_file"] == kind


def test_report_is_read_as_a_page_with_the_themes_in_order(
    issued: ReportVersion, sponsor: User, sign_in: SignIn
) -> None:
    page = words(sign_in(sponsor).get(url("report-read", issued.review_id, 1)))
    titles = [theme.title for theme in issued.review.pack.themes]

    found = page[page.index('id="themes"') :]
    places = [found.index(f"{n}. {title}") for n, title in enumerate(titles, start=1)]

    assert places == sorted(places)
    assert "style=" not in page


def test_feedback_stage_waits_for_an_approved_report(
    review: Review, leader: User, manager: User
) -> None:
    said = [reading.stage_blockers(review, Stage.FEEDBACK)]
    make_agreed(review, by=leader)
    version = put_at_ready(build(review, by=manager))
    said.append(reading.stage_blockers(review, Stage.FEEDBACK))
    reports.approve_report(version=version, by=leader, at=timezone.now())
    said.append(reading.stage_blockers(review, Stage.FEEDBACK))

    page = url("report", review.pk)
    assert said == [
        [Obstacle("No version of the report is ready: build one", page)],
        [
            Obstacle(
                "The team leader has not approved a version of the report yet", page
            )
        ],
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
