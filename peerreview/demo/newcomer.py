"""Walks the way of a new manager: one-time address, password, second step, codes, signing in."""

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value

from peerreview.demo.site import Site

if TYPE_CHECKING:
    from playwright.sync_api import Page

ADDRESS, NAME = "nerys.coombe@newcomers.example", "Nerys Coombe"
CHOSEN = "four plain words here"
STEP = 30
# What is behind each address once a second step stands.
ACCOUNT_PAGES = {
    "mfa_index": "/account/",
    "reviews:telephone": "/account/telephone/",
    "mfa_view_recovery_codes": "/account/second-step/codes/",
    "mfa_generate_recovery_codes": "/account/second-step/codes/new/",
    "mfa_deactivate_totp": "/account/second-step/app/remove/",
    "account_change_password": "/account/password/change/",
    "account_reauthenticate": "/account/confirm/",
    "mfa_reauthenticate": "/account/second-step/confirm/",
}


def walk(page: "Page", site: Site, picture: Callable[[str], None]) -> set[str]:
    """From the printed address to signing in with a code; gives the names that were seen."""
    seen = set()

    def taken(name: str) -> None:
        picture(f"newcomer-{name.replace('_', '-').replace(':', '-')}")
        seen.add(name)

    printed = site.manage("make_manager", ADDRESS, NAME)
    page.goto(printed.split()[-1])
    taken("account_reset_password_from_key")
    for box in page.locator("main input[type=password]").all():
        box.fill(CHOSEN)
    _send(page)
    _sign_in(page, site)
    page.goto(f"{site.address}/account/second-step/app/")
    _confirm(page)
    taken("mfa_activate_totp")
    secret = page.locator("main code").inner_text().replace(" ", "")
    page.locator("main input[name=code]").fill(_code(secret))
    _send(page)
    for name, path in ACCOUNT_PAGES.items():
        page.goto(site.address + path)
        taken(name)
    page.context.clear_cookies()
    _sign_in(page, site)
    taken("mfa_authenticate")
    return seen


def _sign_in(page: "Page", site: Site) -> None:
    page.goto(f"{site.address}/account/login/")
    page.locator("main input[name=login]").fill(ADDRESS)
    page.locator("main input[name=password]").fill(CHOSEN)
    page.locator("main form:has(input[name=login]) button[type=submit]").first.click()
    page.wait_for_load_state()


def _confirm(page: "Page") -> None:
    """The password once more, where it is asked for."""
    box = page.locator("main input[name=password]")
    if box.count():
        box.fill(CHOSEN)
        _send(page)


def _send(page: "Page") -> None:
    page.locator("main form button[type=submit]").last.click()
    page.wait_for_load_state()


def _code(secret: str) -> str:
    """What the app shows at this moment."""
    return str(format_hotp_value(hotp_value(secret, int(time.time()) // STEP)))
