"""T44: a form posted from elsewhere is refused, and nobody is sent to another site."""

import pytest
from django.test import Client
from django.urls import reverse

from reviews.models import Review, User
from tests.adversarial.policy import address, pages

NEXT = [
    "https://elsewhere.example.org/",
    "//elsewhere.example.org/",
    "/\\elsewhere.example.org/",
    "https:elsewhere.example.org",
    "javascript:alert(1)",
    "\thttps://elsewhere.example.org/",
]

POSTED = [page.name for page in pages() if page.is_ours]


@pytest.mark.adversarial
@pytest.mark.parametrize("name", POSTED)
def test_post_without_a_token_is_refused(
    name: str, review: Review, manager: User
) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(manager)

    response = client.post(address(name, review.pk), {"anything": "x"})

    assert response.status_code == 403


@pytest.mark.django_db
def test_control_the_same_post_without_the_check_gets_further(
    review: Review, manager: User
) -> None:
    client = Client()
    client.force_login(manager)
    session = client.session
    session["second_factor_set"] = True
    session.save()

    response = client.post(address("reviews:key-questions", review.pk), {})

    assert response.status_code == 200


@pytest.mark.parametrize("target", NEXT)
def test_signing_in_leads_to_our_own_pages_only(target: str, manager: User) -> None:
    manager.set_password("a-long-enough-pass-phrase")
    manager.save()
    client = Client()

    response = client.post(
        reverse("account_login"),
        {
            "login": manager.email,
            "password": "a-long-enough-pass-phrase",
            "next": target,
        },
    )

    assert "elsewhere" not in response.get("Location", "")
    assert "javascript" not in response.get("Location", "")


@pytest.mark.parametrize("target", NEXT)
def test_signing_out_leads_to_our_own_pages_only(target: str, manager: User) -> None:
    client = Client()
    client.force_login(manager)

    response = client.post(reverse("account_logout"), {"next": target})

    assert "elsewhere" not in response.get("Location", "")
