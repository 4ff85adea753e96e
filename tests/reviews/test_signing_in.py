"""What signing in promises: a second step, sessions that end, few guesses, links and codes that work once."""

import re
import time
from urllib.parse import urlsplit

import pytest
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from questionnaires.no_trace import LINK_COOKIE
from reviews.domain import accounts
from reviews.models import Message, Review, Stage, User
from tests.adversarial.journey import first_of
from tests.make import move
from tests.make_questionnaires import make_open, token_of
from tests.reviews.frameworks import SignIn
from tests.reviews.test_accounts import PASSWORD, code_of

MINUTE, HOUR = 60, 60 * 60
HOME = reverse("reviews:work")


@pytest.fixture
def user(db: None) -> User:
    made = accounts.open_account(
        email="nia@elsewhere.example", full_name="Nia Newcomer"
    )
    made.set_password(PASSWORD)
    made.last_login = timezone.now()
    made.save()
    return made


def signed_in(user: User, password: str = PASSWORD) -> Client:
    client = Client()
    client.post(reverse("account_login"), {"login": user.email, "password": password})
    return client


def with_app(user: User) -> tuple[Client, str]:
    """Somebody whose second step is set up, and its secret."""
    client = signed_in(user)
    secret = client.get(reverse("mfa_activate_totp")).context["form"].secret
    client.post(reverse("mfa_activate_totp"), {"code": code_of(secret)})
    return client, secret


def opens(client: Client, path: str = HOME) -> bool:
    return client.get(path).status_code == 200


# --- the second step ------------------------------------------------------------------


def test_no_page_of_a_review_opens_without_a_second_step(
    review: Review, manager: User
) -> None:
    manager.set_password(PASSWORD)
    manager.save()
    page = reverse("home:home", args=[review.pk])
    browser = signed_in(manager)
    assert browser.get(page)["Location"] == reverse("mfa_activate_totp")

    secret = browser.get(reverse("mfa_activate_totp")).context["form"].secret
    browser.post(reverse("mfa_activate_totp"), {"code": code_of(secret)})
    assert opens(browser, page)

    # Afterwards the password alone is a sign-in that waits for the code.
    assert not opens(signed_in(manager), page)


def test_the_secrets_of_the_second_step_are_sealed(user: User) -> None:
    _, secret = with_app(user)
    codes = Authenticator.objects.get(user=user, type="recovery_codes").wrap()

    stored = repr(list(Authenticator.objects.values_list("data", flat=True)))

    assert Authenticator.objects.count() == 2
    assert secret not in stored
    assert not [code for code in codes.get_unused_codes() if code in stored]
    # The control: this is where they stand.
    app = Authenticator.objects.get(user=user, type="totp")
    assert accounts.SecondFactorAdapter().decrypt(app.data["secret"]) == secret
    seed = accounts.SecondFactorAdapter().decrypt(codes.instance.data["seed"])
    assert seed not in stored


def test_a_recovery_code_works_once(user: User) -> None:
    with_app(user)
    codes = Authenticator.objects.get(user=user, type="recovery_codes").wrap()
    code = codes.get_unused_codes()[0]

    first, again = signed_in(user), signed_in(user)
    first.post(reverse("mfa_authenticate"), {"code": code})
    again.post(reverse("mfa_authenticate"), {"code": code})

    assert opens(first)
    assert not opens(again)


# --- links ----------------------------------------------------------------------------


def test_the_link_for_a_new_password_works_once(user: User) -> None:
    Client().post(reverse("account_reset_password"), {"email": user.email})
    found = re.search(r"http\S+/account/key/\S+", Message.objects.get().text)
    assert found
    path = urlsplit(found[0]).path
    new = "other plain words here"

    def choose(password: str) -> None:
        browser = Client()
        form = browser.get(path, follow=True).request["PATH_INFO"]
        browser.post(form, {"password1": password, "password2": password})

    choose(new)
    choose("a third set of plain words")

    user.refresh_from_db()
    assert user.check_password(new)


# --- sessions -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("stage", "pause", "stays"),
    [
        (Stage.PRE_SITE, 29 * MINUTE, True),
        (Stage.PRE_SITE, 31 * MINUTE, False),
        (Stage.ON_SITE, 11 * HOUR, True),
        (Stage.ON_SITE, 13 * HOUR, False),
    ],
)
def test_a_session_ends_after_a_pause_on_site_after_a_longer_one(
    review: Review,
    manager: User,
    sign_in: SignIn,
    monkeypatch: pytest.MonkeyPatch,
    stage: Stage,
    pause: int,
    stays: bool,
) -> None:
    move(review, stage)
    browser, now = sign_in(manager), time.time()
    assert opens(browser)

    monkeypatch.setattr("peerreview.middleware.time.time", lambda: now + pause)

    assert opens(browser) is stays


def test_after_twelve_hours_in_all_it_ends_however_busy_it_was(
    review: Review, manager: User, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser, now = sign_in(manager), time.time()
    opened = []
    for passed in range(0, 13 * HOUR, 20 * MINUTE):
        monkeypatch.setattr(
            "peerreview.middleware.time.time", lambda at=now + passed: at
        )
        opened.append(opens(browser))

    # Once each twenty minutes, of which three are an hour.
    assert opened == [True] * (12 * 3 + 1) + [False] * 2


def test_it_ends_with_the_browser_and_with_the_password(user: User) -> None:
    browser, _ = with_app(user)
    other = signed_in(user)
    cookie = browser.cookies[settings.SESSION_COOKIE_NAME]
    assert (cookie["max-age"], cookie["expires"]) == ("", "")
    assert opens(browser)
    assert not opens(other)

    user.set_password("other plain words here")
    user.save()

    assert not opens(browser)


def test_no_cookie_outlives_the_browser(
    user: User, review: Review, manager: User
) -> None:
    """Of whoever signs in and of whoever answers a questionnaire; and there are no others."""
    browser, _ = with_app(user)
    opens(browser)
    invitation = first_of(make_open(review, by=manager))
    phone = Client()
    phone.post(f"/q/{token_of(invitation)}", {"go": "start"})
    phone.get("/q/questions/1")

    cookies = {**browser.cookies, **phone.cookies}

    assert set(browser.cookies) - {"messages"} == {
        settings.SESSION_COOKIE_NAME,
        settings.CSRF_COOKIE_NAME,
    }
    assert set(phone.cookies) == {LINK_COOKIE, settings.CSRF_COOKIE_NAME}
    for name, cookie in cookies.items():
        assert (cookie["max-age"], cookie["expires"]) == ("", ""), name


# --- guesses --------------------------------------------------------------------------


def test_after_five_wrong_passwords_the_right_one_waits_too(user: User) -> None:
    cache.clear()
    for number in range(5):
        assert "_auth_user_id" not in signed_in(user, f"a wrong guess {number}").session

    assert "_auth_user_id" not in signed_in(user).session
    # The control: without the guesses it opens.
    cache.clear()
    assert "_auth_user_id" in signed_in(user).session


def test_an_address_may_try_thirty_accounts_a_minute(user: User) -> None:
    cache.clear()
    address = reverse("account_login")
    for number in range(30):
        Client().post(
            address, {"login": f"somebody{number}@x.example", "password": "a guess"}
        )

    refused = Client().post(address, {"login": user.email, "password": PASSWORD})

    assert refused.status_code == 429
    cache.clear()
