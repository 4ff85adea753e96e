"""The demonstration's review from feedback to its final certificate: two people, two browsers."""

import re
import subprocess
import sys
from pathlib import Path

from django.conf import settings
from playwright.sync_api import Browser, Page, expect

from peerreview.demo import content, pictures
from peerreview.demo.loading import Goal
from peerreview.demo.site import Site
from reviews.secrets import signing
from tests.browser.conftest import Complaints
from tests.browser.made import Made

# What a week does: the last backups of the keys have lapsed, and the night has come.
A_WEEK_LATER = """
import datetime as dt
from django.db.models import F
from django.utils import timezone
from reviews.domain import destroying
from reviews.models import Closing
Closing.objects.update(finished_at=F("finished_at") - dt.timedelta(days=8))
destroying.nightly(at=timezone.now())
"""


def browser_of(
    chromium: Browser, site: Site, complaints: Complaints, person: str
) -> Page:
    page = chromium.new_context(viewport={"width": 375, "height": 812}).new_page()
    complaints.listen(page)
    pictures.sign_in(page, site, content.personas()[person])
    return page


def typed_back(page: Page) -> str:
    """The passphrase, written down and typed from there."""
    words = page.locator(".app-passphrase").inner_text()
    page.get_by_role("button", name="I have written it down").click()
    expect(page.get_by_text(words)).to_have_count(0)
    page.get_by_label("The passphrase").fill(words.replace("-", " "))
    return words


def saved(page: Page, link: str | re.Pattern[str], to: Path) -> Path:
    with page.expect_download() as download:
        page.get_by_role("link", name=link).click()
    download.value.save_as(to)
    return to


def test_two_people_close_the_review_to_its_final_certificate(
    chromium: Browser, made: Made, tmp_path: Path, complaints: Complaints
) -> None:
    with made.running(tmp_path / "site", Goal.FEEDBACK) as site:
        manager = browser_of(chromium, site, complaints, "manager")
        manager.get_by_role("link", name="Trafford Council").first.click()
        manager.get_by_role("link", name="Close the review").click()
        expect(manager.get_by_role("heading", name="What is destroyed")).to_be_visible()
        go_on = manager.get_by_role("button", name="Go on to ask for the close")
        for _ in range(60):
            # What the load left for the worker has to end first, and the page says so.
            if go_on.count():
                break
            expect(manager.get_by_text("What has to end first")).to_be_visible()
            manager.wait_for_timeout(2000)
            manager.reload()
        go_on.click()
        manager.get_by_role("button", name="Go on to the passphrase").click()
        expect(manager.get_by_role("alert")).to_contain_text("Tick each line")
        for box in manager.get_by_role("checkbox").all():
            box.check()
        manager.get_by_role("button", name="Go on to the passphrase").click()
        outer = typed_back(manager)
        manager.get_by_role("button", name="Ask for the close").click()
        expect(manager.get_by_text("The team leader has to confirm it")).to_be_visible()

        leader = browser_of(chromium, site, complaints, "leader")
        leader.get_by_role("link", name="Trafford Council").first.click()
        leader.get_by_role("link", name="Confirm that the review is closed").click()
        leader.get_by_role("button", name="Go on to confirm").click()
        leader.get_by_role("button", name="Go on to the passphrase").click()
        inner = typed_back(leader)
        leader.get_by_role("button", name="Close the review").click()
        expect(leader.get_by_text("Interim certificate").first).to_be_visible(
            timeout=180_000
        )
        archive = saved(leader, "Download the archive", tmp_path / "archive.age")
        interim = saved(leader, "Download the signed file", tmp_path / "interim.json")

        sponsor = browser_of(chromium, site, complaints, "sponsor")
        sponsor.get_by_role("link", name="Trafford Council").first.click()
        sponsor.get_by_role("link", name="Certificates of destruction").click()
        expect(sponsor.get_by_text("Interim certificate").first).to_be_visible()

        site.manage("shell", "-c", A_WEEK_LATER)
        leader.reload()
        expect(leader.get_by_text("Final certificate").first).to_be_visible()
        final = saved(
            leader,
            re.compile("Download the signed file.*final certificate"),
            tmp_path / "final.json",
        )
        fingerprint = site.manage(
            "shell",
            "-c",
            "from reviews.secrets import signing; print(signing.fingerprint())",
        ).splitlines()[-1]

        # As somebody elsewhere: no database, no keys, nothing but the file.
        for file in (interim, final):
            assert signing.verified(file.read_bytes(), fingerprint=fingerprint)
        folder = tmp_path / "opened"
        done = subprocess.run(  # noqa: S603 - our own command
            [sys.executable, "manage.py", "open_archive", str(archive), str(folder)],
            cwd=settings.BASE_DIR,
            env={"PATH": "", "VAR_DIR": str(tmp_path / "elsewhere")},
            input=f"{outer}\n{inner}\n",
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        assert {"report-version-1.pdf", "trail.json", "visit.json", "alerts.json"} <= {
            path.name for path in folder.iterdir()
        }
    assert complaints == []
