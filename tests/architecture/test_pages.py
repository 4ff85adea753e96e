"""Every address says who may open it; the ones open to anybody stand here, one by one."""

from pathlib import Path

import pytest
from django.conf import settings
from django.template import engines

from peerreview.middleware import UNMARKED
from tests.adversarial.policy import Page, pages

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = sorted((ROOT / "templates").rglob("*.html")) + sorted(
    (ROOT / "templates").rglob("*.txt")
)

# Whoever adds one here says in its ``open_view`` why.
OPEN = {
    "briefing:note",
    "briefing:note-pdf",
    "briefing:note-word",
    "briefing:speak",
    "briefing:thanks",
    "demonstration-mail",
    "demonstration-message",
    "demonstration-sign-in",
    "pages:accessibility",
    "pages:help",
    "pages:privacy",
    "pages:security-txt",
    "respond:link",
    "respond:questions",
    "respond:resume",
    "respond:kept",
    "respond:leave",
    "respond:sent",
    "respond:unknown",
    "meeting:answer",
    "reviews:plan-feed",
    "scheduling:timetable-feed",
}
# django-allauth's own, from its documentation: pages that one needs before being signed in.
OPEN_FOREIGN = {
    "account_login",
    "account_logout",
    "account_reset_password",
    "account_reset_password_done",
    "account_reset_password_from_key",
    "account_reset_password_from_key_done",
    "mfa_authenticate",
}
PAGES = pages()


def _open(page: Page) -> bool:
    return not getattr(page.view, "login_required", True)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_address_says_who_may_open_it(page: Page) -> None:
    assert hasattr(page.view, "access") or page.module.startswith(UNMARKED)


def test_pages_open_to_anybody_are_the_ones_listed_here() -> None:
    ours = {page.name for page in PAGES if page.is_ours and _open(page)}
    foreign = {page.name for page in PAGES if not page.is_ours and _open(page)}

    assert ours == OPEN
    assert foreign == OPEN_FOREIGN


def test_every_open_page_says_why() -> None:
    for page in PAGES:
        if page.is_ours and _open(page):
            why = str(page.view.access)  # type: ignore[attr-defined]
            assert why.startswith("open: "), page.name
            assert len(why) > len("open: "), page.name


def test_every_address_has_a_name_of_its_own() -> None:
    names = [page.name for page in PAGES]

    assert sorted(set(names)) == sorted(names)
    assert not [name for name in names if name.endswith("None")]


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_every_template_compiles(path: Path) -> None:
    engines["django"].get_template(str(path.relative_to(ROOT / "templates")))


def test_there_is_no_admin_site() -> None:
    assert "django.contrib.admin" not in settings.INSTALLED_APPS
    assert not [page for page in PAGES if page.route.startswith("admin")]


RED = [
    path
    for path in TEMPLATES
    if not {"components", "critical_friend"} & {*path.parts}
    and ("button--warning" in (words := path.read_text()) or 'kind="warning"' in words)
]


@pytest.mark.parametrize("path", RED, ids=lambda path: str(path.relative_to(ROOT)))
def test_beside_every_red_button_stands_a_way_out(path: Path) -> None:
    words = path.read_text()

    # The component draws the way out where the page's back link leads, or where it is told.
    if "button--warning" in words:
        assert "{% cancel_link" in words
    assert "{% back_link" in words or "cancel=" in words
