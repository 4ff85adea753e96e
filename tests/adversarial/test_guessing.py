"""T7, T8, T10 and T11: what somebody can find out with a link that is not theirs, or with none."""

import re
import secrets
import statistics
import time

import pytest
from django.test import Client
from django.utils import timezone

from questionnaires import no_trace
from questionnaires.domain import answering, releasing, sending
from questionnaires.models import DraftBox, Invitation, Questionnaire
from questionnaires.proof.capture import table
from questionnaires.rules import drafts, links
from reviews.models import Review, User
from tests.adversarial import capture
from tests.adversarial.journey import first_of, saved, started
from tests.make_questionnaires import (
    again,
    close_and_release,
    make_open,
    run_jobs,
    token_of,
)

GUESSES = 100_000


@pytest.fixture
def questionnaire(review: Review, manager: User) -> Questionnaire:
    return make_open(review, by=manager)


def without_what_is_new_each_time(page: bytes) -> bytes:
    """A page without the form's own token and sealed state, which differ with every look."""
    fields = rb'(name="(?:csrfmiddlewaretoken|state)" value=)"[^"]*"'
    return re.sub(fields, rb"\1", page)


# T7: a forwarded link


def test_a_forwarded_link_shows_the_same_whether_or_not_a_draft_was_saved(
    questionnaire: Questionnaire,
) -> None:
    owner, other = questionnaire.invitations.select_related("questionnaire__review")[:2]
    saved(started(owner), FT4="canary: for nobody else")
    seen = []

    for invitation in (owner, other):
        token = token_of(invitation)
        reader = started(invitation)
        looks = [reader.get(f"/q/questions/{n}") for n in range(1, 13)]
        looks.append(reader.get("/q/resume"))
        for typed in ("0000-0000-0000", token, ""):
            looks.append(reader.post("/q/resume", {"code": typed}))
        seen.append(
            [
                without_what_is_new_each_time(each.content).replace(token.encode(), b"")
                for each in looks
            ]
        )

    assert DraftBox.objects.count() == 1
    assert seen[0] == seen[1]


def test_control_the_code_does_open_it(questionnaire: Questionnaire) -> None:
    invitation = first_of(questionnaire)
    code = saved(started(invitation), FT4="canary: for nobody else")
    reader = started(invitation)

    opened = reader.post("/q/resume", {"code": code})

    assert opened.status_code == 302
    assert b"for nobody else" in reader.get("/q/questions/12").content


# T8: the whole database and all links, no codes


def test_drafts_have_one_size_and_no_link_leads_to_one(
    questionnaire: Questionnaire,
) -> None:
    invitations = list(
        questionnaire.invitations.select_related("questionnaire__review")
    )
    tokens = [token_of(each) for each in invitations]
    for number, invitation in enumerate(invitations[:6]):
        saved(started(invitation), FT4="long " * (400 * number) or "short")
    rows = table("questionnaires_draftbox")

    guessed = {
        drafts.draft_key(token, code).locator
        for token in tokens[:6]
        for code in ("", token, token[:12], links.link_hash(token), "0" * 12)
    }

    assert len({len(row["box"]) for row in rows}) == 1
    assert len(rows) == 6
    locators = {str(row["locator"]) for row in rows}
    assert locators.isdisjoint(guessed)
    text = repr(rows)
    for invitation, token in zip(invitations, tokens, strict=True):
        assert token not in text
        assert str(invitation.link_hash) not in text
        assert invitation.pk.hex not in text
    # 60 bits, each try of which costs a scrypt of 16 MB.
    assert len(drafts.new_code().replace("-", "")) == 12
    assert len(links.ALPHABET) == 32


def test_the_same_draft_under_another_code_lies_elsewhere(
    questionnaire: Questionnaire,
) -> None:
    """So two drafts of one link cannot be told to be of one link."""
    token = token_of(first_of(questionnaire))

    one, other = (
        drafts.draft_key(token, code) for code in ("aaaa-bbbb-cccc", "dddd-eeee-ffff")
    )

    assert one.locator != other.locator
    assert one.locator[:8] != other.locator[:8]
    assert one.key != other.key


# T10: unknown, replaced and closed links


def replaced(invitation: Invitation, manager: User) -> str:
    """A link of this person that a new one has ended."""
    old = token_of(invitation)
    sending.reissue(
        questionnaire=invitation.questionnaire,
        email=invitation.email,
        by=manager,
        at=timezone.now(),
    )
    run_jobs()
    return old


def test_random_void_closed_and_released_links_answer_with_the_same_bytes(
    review: Review, manager: User, other_review: Review, other_manager: User
) -> None:
    still_open = make_open(review, by=manager)
    void = replaced(first_of(still_open), manager)
    other = make_open(other_review, by=other_manager)
    closed = token_of(first_of(other))
    releasing.close(questionnaire=other, by=other_manager, at=timezone.now())
    answers = {}

    def ask(name: str, token: str) -> None:
        browser = Client()
        looks = [
            browser.get(f"/q/{token}"),
            browser.head(f"/q/{token}"),
            browser.post(f"/q/{token}", {"go": "start"}),
            browser.post(f"/q/{token}", {"go": "resume"}),
        ]
        browser.cookies[no_trace.LINK_COOKIE] = token
        looks += [
            browser.get("/q/questions/1"),
            browser.post("/q/questions/1", {"go": "send", "page": "check"}),
            browser.get("/q/resume"),
            browser.post("/q/resume", {"code": "0000-0000-0000"}),
        ]
        answers[name] = [
            (
                each.status_code,
                without_what_is_new_each_time(each.content),
                _heads(each),
            )
            for each in looks
        ]

    ask("random", links.random_token())
    ask("void", void)
    ask("closed", closed)
    close_and_release_again(other, other_manager)
    ask("released", closed)

    assert {status for status, *_ in answers["random"]} == {404}
    for name in ("void", "closed", "released"):
        assert answers[name] == answers["random"], name


def close_and_release_again(questionnaire: Questionnaire, by: User) -> None:
    """Released, though it was closed before."""
    Questionnaire.objects.filter(pk=questionnaire.pk).update(
        state=Questionnaire.State.OPEN
    )
    close_and_release(again(questionnaire), by=by)


def _heads(response: object) -> dict[str, str]:
    return dict(response.headers)  # type: ignore[attr-defined]


@pytest.mark.adversarial
def test_they_take_the_same_time(
    questionnaire: Questionnaire, manager: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Asked in turns, so that a busy machine slows all alike; a real difference would stay."""
    monkeypatch.setattr(no_trace._Attempts, "MOST", 10**9)
    void = replaced(first_of(questionnaire), manager)
    browser = Client()
    took: dict[str, list[float]] = {"random": [], "void": []}

    for _ in range(150):
        for name, token in (("random", links.random_token()), ("void", void)):
            begun = time.perf_counter()
            browser.get(f"/q/{token}")
            took[name].append(time.perf_counter() - begun)

    random, void_ones = (statistics.median(each) for each in took.values())
    assert 0.6 < random / void_ones < 1.6


# T11: guessing


@pytest.mark.adversarial
@pytest.mark.timeout(600)
def test_a_hundred_thousand_guesses_open_nothing(questionnaire: Questionnaire) -> None:
    token = token_of(first_of(questionnaire))
    opened = 0

    for number in range(GUESSES):
        guess = links.random_token()
        if number % 4 == 1:  # near to a real one
            place = secrets.randbelow(26)
            letter = secrets.choice(links.ALPHABET.replace(token[place], ""))
            guess = token[:place] + letter + token[place + 1 :]
        try:
            answering.find(guess)
            opened += 1
        except answering.NoSuchLink:
            continue

    assert opened == 0
    assert answering.find(token).leaf  # the control: the real one does open


def test_guesses_over_the_network_are_slowed_and_their_address_is_kept_nowhere(
    questionnaire: Questionnaire, monkeypatch: pytest.MonkeyPatch
) -> None:
    attempts = no_trace._Attempts()
    monkeypatch.setattr(no_trace, "attempts", attempts)
    before = capture.dump()
    statuses = []

    for host in range(200):
        browser = Client(REMOTE_ADDR=f"203.0.113.{host}", HTTP_USER_AGENT="Guesser 9")
        answer = browser.get(f"/q/{links.random_token()}")
        statuses.append(answer.status_code)

    assert statuses.count(404) == attempts.MOST
    assert statuses.count(429) == 200 - attempts.MOST
    remembered = repr(vars(attempts))
    assert "203.0.113" not in remembered
    assert "Guesser" not in remembered
    assert capture.dump() == before
    # Forgotten after ten minutes, and the key of the digest after an hour.
    caller, key = next(iter(attempts._failed)), attempts._key
    later = time.monotonic() + attempts.LIFE + 1
    assert not attempts.too_many(caller, now=later)
    attempts.caller("203.0.113.1", now=later + attempts.KEY_LIFE)
    assert attempts._key != key
