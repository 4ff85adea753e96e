"""The commands of an installation: the first account, and starting the site."""

import re
import socket
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from reviews.models import AuditEvent, User


@pytest.mark.django_db
def test_the_first_manager_gets_an_address_that_sets_a_password(client: Client) -> None:
    said = StringIO()

    call_command("make_manager", "Morgan@Example.org", "Morgan Vale", stdout=said)

    manager = User.objects.get()
    assert (manager.email, manager.full_name) == ("morgan@example.org", "Morgan Vale")
    assert manager.may_create_reviews
    assert not manager.has_usable_password()
    address = re.search(r"/account/\S+", said.getvalue())
    assert address
    page = client.get(address[0], follow=True)
    assert page.status_code == 200
    assert b'type="password"' in page.content
    assert AuditEvent.objects.filter(action="account.opened").count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("email", "name", "said"),
    [
        (
            "morgan",
            "Morgan Vale",
            "“morgan” is not an email address. Write it like name@example.org.",
        ),
        (
            "morgan@example.org",
            "  ",
            "Give the full name, for example “Morgan Vale”.",
        ),
    ],
)
def test_a_wrong_word_makes_no_account(email: str, name: str, said: str) -> None:
    with pytest.raises(CommandError, match=re.escape(said)):
        call_command("make_manager", email, name)

    assert not User.objects.exists()


@pytest.mark.django_db
def test_an_account_is_made_once() -> None:
    call_command("make_manager", "morgan@example.org", "Morgan Vale", stdout=StringIO())

    with pytest.raises(
        CommandError, match=r"already an account for morgan@example\.org"
    ):
        call_command("make_manager", "morgan@example.org", "Morgan Vale")


@pytest.mark.django_db
def test_serving_says_when_the_port_is_taken() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        place = f"127.0.0.1:{taken.getsockname()[1]}"

        with pytest.raises(CommandError, match="set PORT to another number"):
            call_command("serve", "--bind", place)


@pytest.mark.django_db
def test_serving_needs_an_address_and_a_port() -> None:
    with pytest.raises(CommandError, match=r"for example 127\.0\.0\.1:8000"):
        call_command("serve", "--bind", "localhost")
