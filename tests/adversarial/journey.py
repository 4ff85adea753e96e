"""A respondent's way through the pages, as the tests of links and traces walk it."""

import re
from typing import Any

from django.test import Client

from questionnaires.models import Invitation, Questionnaire
from tests.make_questionnaires import token_of


def first_of(questionnaire: Questionnaire) -> Invitation:
    found = questionnaire.invitations.select_related("questionnaire__review").first()
    assert found
    return found


# The last page, whatever its number: where the last question in own words stands.
LAST = "/q/questions/99"


def state_of(page: Any) -> str:
    """The form's hidden field."""
    found = re.search(r'name="state" value="([^"]+)"', page.content.decode())
    assert found
    return found[1]


def code_of(page: Any) -> str:
    """The resume code that the page shows once."""
    found = re.search(r'respond-code">([^<]+)<', page.content.decode())
    assert found
    return found[1]


def started(invitation: Invitation, **machine: str) -> Client:
    browser = Client(**machine)  # type: ignore[arg-type]
    browser.post(f"/q/{token_of(invitation)}", {"go": "start"})
    return browser


def saved(browser: Client, **answers: str) -> str:
    """Save what is answered so far; the resume code."""
    page = browser.get(LAST)
    posted = {"state": state_of(page), "go": "save", **answers}
    return code_of(browser.post(LAST, posted))


def sent(browser: Client, **answers: str) -> Any:
    """Answer the last page and send."""
    page = browser.get(LAST)
    posted = {"state": state_of(page), "go": "next", **answers}
    check = browser.post(LAST, posted)
    posted = {"state": state_of(check), "page": "check", "go": "send"}
    return browser.post(LAST, posted)
