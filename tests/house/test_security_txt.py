"""Whoever finds a weakness finds whom to tell: /.well-known/security.txt, as RFC 9116 has it."""

import datetime as dt
import re

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from peerreview.security_txt import contacts, text
from reviews.secrets import boxes, signing

WHERE = "/.well-known/security.txt"
AT = dt.datetime(2027, 3, 28, 0, 30, tzinfo=dt.timezone(dt.timedelta(hours=1)))


@pytest.fixture
def installed(settings: Settings) -> None:
    settings.SITE_ADDRESS = "https://review.example.org"
    settings.SUPPORT_CONTACT = "Programme office, 01632 960000, help@example.org"


def test_it_names_whom_to_tell_until_when_and_where_it_stands(installed: None) -> None:
    assert text(at=AT) == (
        "Contact: mailto:help@example.org\n"
        "Contact: tel:+441632960000\n"
        "Contact: https://review.example.org/help/\n"
        "Expires: 2027-06-25T00:00:00Z\n"
        "Preferred-Languages: en\n"
        "Canonical: https://review.example.org/.well-known/security.txt\n"
    )


def test_anybody_reads_it_as_plain_text(installed: None) -> None:
    response = Client().get(WHERE)

    assert response.status_code == 200
    assert response["Content-Type"] == "text/plain; charset=utf-8"
    assert not response.cookies
    assert "Contact: mailto:help@example.org" in response.content.decode()


def test_it_expires_within_a_year_and_not_today(installed: None) -> None:
    found = re.search(r"^Expires: (.+)$", Client().get(WHERE).content.decode(), re.M)

    assert found
    left = dt.datetime.fromisoformat(found[1]) - dt.datetime.now(dt.UTC)
    assert dt.timedelta(days=30) < left < dt.timedelta(days=365)


def test_a_site_without_https_or_a_contact_claims_neither(settings: Settings) -> None:
    settings.SITE_ADDRESS = "http://127.0.0.1:8000"
    settings.SUPPORT_CONTACT = "help@example.org"

    said = text(at=AT)

    assert said.startswith("Contact: mailto:help@example.org\nExpires: ")
    assert "127.0.0.1" not in said

    settings.SUPPORT_CONTACT = "Ask at the desk"
    assert text(at=AT) == ""


@pytest.mark.django_db
def test_where_nobody_is_named_there_is_no_such_file(settings: Settings) -> None:
    """One without a contact would be none."""
    settings.SITE_ADDRESS = "https://review.example.org"
    settings.SUPPORT_CONTACT = ""

    assert Client().get(WHERE).status_code == 404


def test_words_without_an_address_lead_to_the_help_page(
    installed: None, settings: Settings
) -> None:
    settings.SUPPORT_CONTACT = "Ask at the desk of the programme office"

    assert text(at=AT).startswith("Contact: https://review.example.org/help/\nExpires")


def test_the_key_of_certificates_is_shown_by_a_web_node_once_there_is_one(
    installed: None, settings: Settings
) -> None:
    assert "#" not in text(at=AT)

    made = signing.ensure()
    settings.WORKER_PUBLIC_KEY = boxes.public_half(
        bytes.fromhex(settings.MASTER_KEY_WORKER)
    ).hex()
    settings.MASTER_KEY_WORKER = ""

    assert text(at=AT).endswith(
        f"\n\n# Fingerprint of the key that signs certificates of closed reviews: {made}\n"
    )


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("", []),
        ("Programme office", []),
        ("help@example.org.", ["mailto:help@example.org"]),
        (
            "a+b@example.org or b@example.org",
            ["mailto:a+b@example.org", "mailto:b@example.org"],
        ),
        ("ring (01632) 960-000", ["tel:+441632960000"]),
        ("+44 (0)1632 960000", ["tel:+441632960000"]),
        ("+353 1 960 0000", ["tel:+35319600000"]),
        ("room 123, from 9 to 5", []),
        ("01632 960000 01632 960001", []),
        (
            "https://example.org/report?to=x@example.org, 01632 960000",
            ["https://example.org/report?to=x@example.org", "tel:+441632960000"],
        ),
        ("http://example.org", []),
        ("(https://example.org/tell).", ["https://example.org/tell"]),
        ("x@example.org\nExpires: never", ["mailto:x@example.org"]),
    ],
)
def test_ways_to_reach_somebody_are_read_from_the_words(
    words: str, found: list[str]
) -> None:
    assert contacts(words) == found
