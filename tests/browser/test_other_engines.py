"""The respondent's journey, a note and signing in, in Firefox and WebKit.

What is written for Chromium alone would shut out whoever answers on a telephone of another make.
"""

import re
import time
from collections.abc import Iterator

import pytest

from peerreview.demo import content
from peerreview.demo.loading import Goal
from peerreview.demo.site import Site
from tests.browser import site as real_site
from tests.browser.engines import Engine, Firefox, WebKit
from tests.browser.test_questionnaire import (
    CHECK,
    RECEIPT,
    SAID,
    WHOLE_BANK,
    boxes,
    links_in_letters,
)
from tests.browser.visitor import PASSWORD, code_of_the_app, wait_for

ENGINES = {"firefox": Firefox, "webkit": WebKit}
# As they call themselves, so that neither is mistaken for the other.
NAMED = {"firefox": "firefox", "webkit": "MiniBrowser"}
AFTER = {"firefox": "", "MiniBrowser": "This link has been used"}
DOUBLE_CLICK = 1.5
SUMMARY = "govuk-error-summary"
HEARD = "Supervision is monthly and written down."
_ONCE = re.compile(r"https?://\S+/account/key/\S+")
_SHOWN = """
return Object.fromEntries([...new FormData(document.querySelector("main form"))]
    .filter(([name]) => !["state", "csrfmiddlewaretoken", "changing", "page"].includes(name))
    .map(([name, words]) => [name, words.trim()]).filter(([, words]) => words));
"""
_QUESTIONS = """
return [...new Map([...document.querySelectorAll("main input[type=radio]")].map(
    (one, _, all) => [one.name, all.filter(other => other.name === one.name)[1]])).values()];
"""

_WITHOUT_LIFE = """
document.querySelector("main").insertAdjacentHTML(
    "beforeend", '<button data-module="govuk-button">Press</button>');
"""
_BLOCKED = """
const script = document.createElement("script");
script.textContent = "window.ran = 1";
document.head.append(script);
"""
_HOW_MANY = """
return document.querySelectorAll("main fieldset:has(input[type=radio]), main textarea").length;
"""


@pytest.fixture(scope="module", params=ENGINES)
def engine(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Engine]:
    opened = ENGINES[request.param](tmp_path_factory.mktemp(request.param))
    assert opened.name == NAMED[request.param]
    yield opened
    opened.close()


@pytest.fixture
def lead_in(stages: dict[Goal, Site]) -> Site:
    """While the questionnaire is open."""
    return stages[Goal.LEAD_IN]


@pytest.fixture
def on_site(stages: dict[Goal, Site]) -> Site:
    return stages[Goal.ON_SITE]


@pytest.fixture
def person(engine: Engine, lead_in: Site) -> Iterator[Engine]:
    """Somebody who has not been here before; the browser complains of nothing they do."""
    # Cookies are forgotten of the host whose page is open.
    engine.go(f"{lead_in.address}/account/login/")
    engine.forget()
    yield engine
    if isinstance(engine, Firefox):
        assert engine.complaints() == []


# --- answering ------------------------------------------------------------------------------


def _start(engine: Engine, site: Site) -> None:
    """Open one link after the other until one has not been used."""
    for link in links_in_letters(site):
        engine.go(site.address + link)
        engine.press("Start")
        if engine.url.endswith("/q/questions/1"):
            return
    raise AssertionError("every link of the demonstration has been used")


def _answer(engine: Engine) -> dict[str, str]:
    """Every question of this page, with clicks and keys; what the page then holds."""
    for option in engine.run(_QUESTIONS):
        option.click()
    for box in engine.run("return [...document.querySelectorAll('main textarea')]"):
        box.clear()
        box.send_keys(SAID)
    return _shown(engine)


def _shown(engine: Engine) -> dict[str, str]:
    return dict(engine.run(_SHOWN))


def _heading(engine: Engine) -> str:
    return str(engine.run("return document.querySelector('main h1').innerText"))


def test_a_questionnaire_is_answered_and_sent_once(
    person: Engine, lead_in: Site
) -> None:
    before = boxes(lead_in)
    _start(person, lead_in)
    given = []
    while _heading(person) != CHECK:
        given.append(_answer(person))
        assert len(given[-1]) == person.run(_HOW_MANY)
        person.press("Continue")
    assert sum(map(len, given)) == WHOLE_BANK
    # Both ways back keep what was given: the browser's own, and the page's.
    person.back()
    assert _shown(person) == given[-1]
    person.press("Continue")
    person.press("Back")
    assert _shown(person) == given[-1]
    person.press("Continue")
    person.press("Send your answers")
    assert _heading(person) == RECEIPT
    assert boxes(lead_in) == before + 1
    # Firefox keeps nothing of the check. WebKit does where the connection is not encrypted, as here:
    # its button sends nothing then, and says so.
    person.back()
    if AFTER[person.name]:
        assert _heading(person) == CHECK
        # The page comes back as it was left: just pressed. A second press at once is a double click.
        time.sleep(DOUBLE_CLICK)
        person.press("Send your answers")
        assert _heading(person) == AFTER[person.name]
    else:
        assert SAID not in person.run("return document.body.innerText")
    assert boxes(lead_in) == before + 1


# --- a note ---------------------------------------------------------------------------------


def test_a_note_is_written_and_a_theme_is_asked_for_first(
    person: Engine, on_site: Site
) -> None:
    peer = content.personas()["officer_peer_1"]
    person.go(f"{on_site.address}/account/login/")
    person.press(peer.name)
    person.follow("Trafford Council")
    person.follow("My day")
    person.follow("Write a note")
    person.press("Strength")
    person.reads("There is a problem")
    assert person.run("return document.activeElement.className") == SUMMARY
    person.type("What did you hear or see?", HEARD)
    person.choose("3.")
    person.choose("Share it with the team")
    person.press("Strength")
    person.reads("Your note is saved", "marked as ready")


# --- signing in -----------------------------------------------------------------------------


def test_a_new_manager_signs_in_with_two_steps(
    person: Engine, site: real_site.Site
) -> None:
    address = f"newcomer@{person.name.lower()}.example"
    found = _ONCE.search(site.manage("make_manager", address, "Ottoline Birch"))
    assert found is not None
    person.go(found[0])
    person.type("New password", PASSWORD)
    person.type("New password again", PASSWORD)
    person.press("Save the password")
    person.follow("Sign in")
    _give_the_password(person, address)
    secret = "".join(
        person.run("return document.querySelector('main code').innerText").split()
    )
    person.type("Six digits that the app shows", code_of_the_app(secret))
    person.press("Turn on the second step")
    person.reads("recovery codes")
    person.press("Sign out")
    _give_the_password(person, address)
    person.type("Code from your app", code_of_the_app(secret))
    person.press("Continue")
    person.reads("Your reviews")


def _give_the_password(person: Engine, address: str) -> None:
    person.type("Email address", address)
    person.type("Password", PASSWORD)
    person.press_here("Show")
    assert (
        person.run("return document.querySelector('main input[name=password]').type")
        == "text"
    )
    person.press("Sign in")


# --- the control ----------------------------------------------------------------------------


def test_what_the_policy_blocks_is_heard_and_a_part_without_life_seen(
    engine: Engine, lead_in: Site
) -> None:
    engine.go(f"{lead_in.address}/account/login/")
    wait_for(engine.is_alive, "scripts do not run")
    engine.run(_WITHOUT_LIFE)
    assert not engine.is_alive()
    engine.run(_BLOCKED)
    assert engine.run("return window.ran === undefined")
    if isinstance(engine, Firefox):
        wait_for(engine.complaints, "nothing was said of a script that was blocked")
