"""Accounts: letters that say what they are, a second step that a phone can set up, and ways back."""

import html
import re
import sys
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from urllib.parse import urlsplit

import pytest
import segno
from allauth.account.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.conf import settings
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import timezone
from pytest_django.fixtures import Settings

from reviews.domain import accounts
from reviews.models import Message, Review, User
from tests.make import make_user

SignIn = Callable[[User], Client]
PASSWORD = "four plain words here"
# What django-allauth would write of its own.
FOREIGN = ("Hello from", "Thank you for using", "example.com", "]", "site_name")


def words(response: object) -> str:
    content: bytes = response.content  # type: ignore[attr-defined]
    text = re.sub(r"<[^>]+>", " ", html.unescape(content.decode()))
    return re.sub(r" ([.,?])", r"\1", " ".join(text.split()))


def code_of(secret: str) -> str:
    return str(format_hotp_value(hotp_value(secret, int(time.time()) // 30)))


@pytest.fixture
def user(db: None) -> User:
    made = accounts.open_account(
        email="nia@elsewhere.example", full_name="Nia Newcomer"
    )
    made.set_password(PASSWORD)
    made.last_login = timezone.now()
    made.save()
    return made


@pytest.fixture
def browser(user: User) -> Client:
    """Somebody who has just signed in, with their password."""
    client = Client()
    client.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})
    return client


@pytest.fixture
def with_app(
    browser: Client,
    django_capture_on_commit_callbacks: Callable[
        ..., AbstractContextManager[list[object]]
    ],
) -> Client:
    """Somebody whose second step is set up."""
    page = browser.get(reverse("mfa_activate_totp"))
    secret = page.context["form"].secret
    with django_capture_on_commit_callbacks(execute=True):
        browser.post(reverse("mfa_activate_totp"), {"code": code_of(secret)})
    return browser


def ask(email: str) -> object:
    return Client().post(reverse("account_reset_password"), {"email": email})


# Letters


def test_a_forgotten_password_letter_says_which_service_until_when_and_whom_to_ask(
    review: Review, manager: User, settings: Settings
) -> None:
    settings.SUPPORT_CONTACT = "Programme office, 01632 960 900"
    ask(manager.email)

    letter = Message.objects.get()
    assert letter.to == manager.email
    assert letter.subject == "Choose a new password for Critical Friend"
    assert settings.SITE_ADDRESS in letter.text
    assert "It works once, until" in letter.text
    assert f"Trafford Council: Morgan Vale, {manager.email}" in letter.text
    assert "This service: Programme office, 01632 960 900" in letter.text
    assert not [each for each in FOREIGN if each in letter.subject + letter.text]
    link = re.search(r"http\S+/account/key/\S+", letter.text)
    assert link
    assert link[0].startswith(settings.SITE_ADDRESS)
    page = Client().get(urlsplit(link[0]).path, follow=True)
    assert "Choose a password" in words(page)


def test_an_address_without_an_account_is_answered_alike_and_told_by_email(
    user: User,
) -> None:
    known = ask(user.email)
    unknown = ask("nobody@elsewhere.example")

    assert known["Location"] == unknown["Location"]  # type: ignore[index]
    letter = next(
        each for each in Message.objects.all() if each.to.startswith("nobody")
    )
    assert "Nobody has an account with this address." in letter.text
    assert "/account/key/" not in letter.text
    assert not [each for each in FOREIGN if each in letter.subject + letter.text]


def test_a_changed_password_is_told_to_its_owner(user: User, browser: Client) -> None:
    browser.post(
        reverse("account_change_password"),
        {
            "oldpassword": PASSWORD,
            "password1": "other plain words here",
            "password2": "other plain words here",
        },
    )

    [letter] = Message.objects.all()
    assert letter.subject == "Your password for Critical Friend was changed"
    assert "If it was not you" in letter.text
    assert not [each for each in FOREIGN if each in letter.subject + letter.text]


def test_a_removed_app_and_new_codes_are_told_and_the_first_set_up_is_not(
    with_app: Client,
    user: User,
    django_capture_on_commit_callbacks: Callable[
        ..., AbstractContextManager[list[object]]
    ],
) -> None:
    assert not Message.objects.exists()

    with django_capture_on_commit_callbacks(execute=True):
        with_app.post(reverse("mfa_generate_recovery_codes"))
        with_app.post(reverse("mfa_deactivate_totp"))

    assert {each.subject for each in Message.objects.all()} == {
        "New recovery codes were made for your account on Critical Friend",
        "The app for your second step on Critical Friend was removed",
    }


def test_who_chooses_their_first_password_is_not_told_that_it_changed(
    review: Review, manager: User
) -> None:
    newcomer = accounts.open_account(email="new@elsewhere.example", full_name="New")
    path = urlsplit(accounts.password_address(newcomer)).path
    client = Client()
    form = client.get(path, follow=True)

    client.post(
        form.redirect_chain[-1][0], {"password1": PASSWORD, "password2": PASSWORD}
    )

    newcomer.refresh_from_db()
    assert newcomer.check_password(PASSWORD)
    assert not Message.objects.exists()


# Pages before signing in


def test_pages_of_a_forgotten_password_say_what_comes_next(db: None) -> None:
    asked = words(Client().get(reverse("account_reset_password")))
    done = words(Client().get(reverse("account_reset_password_done")))
    saved = words(Client().get(reverse("account_reset_password_from_key_done")))

    assert "Forgotten your password" in asked
    assert "Check your email" in done
    assert "within five minutes" in done
    assert "junk email" in done
    assert "ask your review manager" in done
    assert "A second step follows, for which you need your phone" in saved


def test_a_dead_link_says_why_and_offers_a_new_one(db: None) -> None:
    page = words(Client().get("/account/key/1-abc-0123456789abcdef/"))

    assert "This link does not work" in page
    assert "older than seven days" in page
    assert "Send me a new link" in page


def test_password_boxes_can_show_what_is_typed(db: None) -> None:
    page = Client().get(reverse("account_login")).content.decode()

    assert 'data-module="govuk-password-input"' in page
    assert re.search(r'<input type="password"[^>]*govuk-js-password-input-input', page)
    # Without scripts there is no button that does nothing.
    assert re.search(
        r"<button[^>]*govuk-js-password-input-toggle[^>]*hidden", page, re.S
    )


# The second step


def test_somebody_on_a_phone_sets_up_the_app_by_a_link_or_a_key(
    browser: Client, user: User
) -> None:
    page = browser.get(reverse("mfa_activate_totp"))

    text = page.content.decode()
    secret = page.context["form"].secret
    [link] = re.findall(r'href="(otpauth://[^"]+)"', text)
    assert f"secret={secret}" in html.unescape(link)
    assert "Critical%20Friend" in link
    assert " ".join(secret[n : n + 4] for n in range(0, len(secret), 4)) in text
    assert "Microsoft Authenticator or Google Authenticator" in words(page)


def test_the_picture_for_the_app_is_its_link(
    browser: Client, user: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Drawn back module by module, and by one library alone."""
    monkeypatch.setitem(sys.modules, "qrcode", None)
    page = browser.get(reverse("mfa_activate_totp")).content.decode()

    [link] = re.findall(r'href="(otpauth://[^"]+)"', page)
    [path] = re.findall(r'<path d="([^"]+)" class="app-qr__dark"', page)
    drawn = {(int(x), int(y)) for x, y in re.findall(r"M(\d+) (\d+)", path)}
    made = segno.make(html.unescape(link), error="l", micro=False)
    wanted = {
        (x + 4, y + 4)
        for y, row in enumerate(made.matrix)
        for x, dark in enumerate(row)
        if dark
    }
    assert drawn == wanted
    assert "data:" not in page


def test_signing_in_takes_a_code_however_it_is_grouped(
    with_app: Client, user: User
) -> None:
    codes = Authenticator.objects.get(user=user, type="recovery_codes")
    code = codes.wrap().get_unused_codes()[0]
    client = Client()
    client.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})
    page = client.get(reverse("mfa_authenticate"))
    assert "Enter the code from your app" in words(page)
    assert "No phone and no recovery code? Ask your review manager" in words(page)
    assert "govuk-input--width-10" in page.content.decode()

    answer = client.post(
        reverse("mfa_authenticate"), {"code": f" {code[:4]} {code[4:]} "}
    )

    assert answer["Location"] == reverse("reviews:work")


def test_the_account_page_says_how_things_stand(with_app: Client, user: User) -> None:
    page = words(with_app.get(reverse("mfa_index")))

    assert "Nia Newcomer" in page
    assert "Authenticator app On Change to another app" in page
    assert "10 codes left See them" in page
    assert "Come here when you have a new phone" in page


def test_recovery_codes_are_shown_in_fours_with_how_many_are_left(
    with_app: Client, user: User
) -> None:
    codes = Authenticator.objects.get(user=user, type="recovery_codes").wrap()
    used, *unused = codes.get_unused_codes()
    codes.validate_code(used)

    page = with_app.get(reverse("mfa_view_recovery_codes"))

    assert "9 of 10 are left." in words(page)
    first = unused[0]
    assert f"{first[:4]} {first[4:]}" in page.content.decode()
    assert reverse("mfa_download_recovery_codes") in page.content.decode()
    file = with_app.get(reverse("mfa_download_recovery_codes")).content.decode()
    assert f"{first[:4]} {first[4:]}" in file
    assert user.email in file


def test_replacing_the_codes_names_what_is_lost(with_app: Client) -> None:
    page = with_app.get(reverse("mfa_generate_recovery_codes"))

    assert "10 of them are not used yet" in words(page)
    assert re.search(
        r"govuk-button--warning[^>]*>\s*Stop my old codes and make new ones",
        page.content.decode(),
    )


def test_changing_the_app_is_a_red_button_with_a_way_back_and_asks_for_another_at_once(
    with_app: Client, review: Review, user: User
) -> None:
    page = with_app.get(reverse("mfa_deactivate_totp"))
    text = page.content.decode()
    assert "Change to another app?" in words(page)
    assert re.search(r"govuk-button--warning[^>]*>\s*Remove this app", text)
    assert "Keep the app that I have" in text

    answer = with_app.post(reverse("mfa_deactivate_totp"))

    assert answer["Location"] == reverse("mfa_activate_totp")
    # Until there is another app, this session opens nothing either.
    assert with_app.get(reverse("reviews:work"))["Location"] == reverse(
        "mfa_activate_totp"
    )


@pytest.mark.parametrize(
    "name",
    [
        "account_change_password",
        "mfa_deactivate_totp",
        "mfa_generate_recovery_codes",
        "mfa_view_recovery_codes",
        "mfa_reauthenticate",
        "account_reauthenticate",
        "reviews:telephone",
        "mfa_index",
    ],
)
def test_every_account_page_has_a_way_back(with_app: Client, name: str) -> None:
    page = with_app.get(reverse(name)).content.decode()

    assert 'class="govuk-back-link"' in page


@pytest.mark.parametrize("name", ["account_change_password", "account_reauthenticate"])
def test_forgotten_passwords_are_helped_in_our_own_words(
    browser: Client, name: str
) -> None:
    page = browser.get(reverse(name)).content.decode()

    assert "Forgot your password" not in page
    assert re.search(
        rf'href="{reverse("account_reset_password")}"[^>]*>I have forgotten my password',
        page,
    )


# One's own number, and whom to ask


def test_a_telephone_number_is_optional_and_can_be_taken_back(
    with_app: Client, user: User
) -> None:
    with_app.post(reverse("reviews:telephone"), {"telephone": " 01632 960 123 "})
    assert User.objects.get(pk=user.pk).telephone == "01632 960 123"

    page = with_app.post(reverse("reviews:telephone"), {"telephone": ""}, follow=True)
    assert User.objects.get(pk=user.pk).telephone == ""
    assert "Telephone Not given" in words(page)


def test_help_names_ones_own_review_managers_and_nobody_elses(
    review: Review,
    other_review: Review,
    manager: User,
    sign_in: SignIn,
    settings: Settings,
) -> None:
    Review.objects.filter(pk=review.pk).update(contact_phone="01632 960 555")
    settings.SUPPORT_CONTACT = "Programme office, 01632 960 900"

    mine = sign_in(manager).get(reverse("pages:help"))
    anybodys = words(Client().get(reverse("pages:help")))

    assert "About the review of Trafford Council: Morgan Vale" in words(mine)
    assert f"mailto:{review.contact_email}" in mine.content.decode()
    assert 'href="tel:01632960555"' in mine.content.decode()
    assert "Ashmere" not in words(mine)
    assert "Morgan Vale" not in anybodys
    assert "01632 960 900" in words(mine)
    assert "01632 960 900" in anybodys


def test_help_says_in_short_how_things_are_done(db: None) -> None:
    page = Client().get(reverse("pages:help")).content.decode()

    assert len(re.findall("<h3", page)) == 5


def test_a_page_that_is_not_there_leads_on_and_promises_nothing(
    user: User, browser: Client
) -> None:
    stranger = Client().get("/no-such-page/")
    member = browser.get("/no-such-page/")

    assert stranger.status_code == member.status_code == 404
    for page, leads in ((stranger, "account_login"), (member, "reviews:work")):
        text = page.content.decode()
        assert f'href="{reverse(leads)}"' in text
        assert f'href="{reverse("pages:help")}"' in text
        assert "lost" not in words(page)


def test_nobody_opens_an_account_for_themselves(db: None) -> None:
    request = RequestFactory().post("/account/signup/")

    assert not get_adapter(request).is_open_for_signup(request)
    assert Client().get("/account/signup/").status_code == 404


def test_links_of_letters_last_seven_days() -> None:
    assert settings.PASSWORD_RESET_TIMEOUT == 7 * 24 * 60 * 60


def test_everybody_who_is_signed_in_finds_their_account(
    with_app: Client,
) -> None:
    page = with_app.get(reverse("reviews:work")).content.decode()

    assert f'href="{reverse("mfa_index")}"' in page


def test_sessions_of_somebody_end_and_other_peoples_do_not(
    user: User, browser: Client, sign_in: SignIn
) -> None:
    other = sign_in(make_user())

    accounts.end_sessions(user)

    assert browser.get(reverse("reviews:work")).status_code == 302
    assert other.get(reverse("reviews:work")).status_code == 200
