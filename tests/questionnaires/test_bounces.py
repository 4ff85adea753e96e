"""Letters that come back: told to the manager as a state, and nothing else of them is kept."""

import socketserver
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.management import call_command
from django.utils import timezone

from questionnaires import tasks
from questionnaires.domain import bouncing
from questionnaires.mail import postbox
from questionnaires.models import Bounce, Invitation, Questionnaire
from questionnaires.rules import bounces, links
from reviews.models import Delivery, Review, User
from reviews.secrets import keystore
from tests.adversarial import capture
from tests.make_questionnaires import make_open, send_all

MARK = "0123456789abcdef"

# As three kinds of mail servers write them; every address and name is made up.
POSTFIX = """\
From: MAILER-DAEMON@mx.review.example (Mail Delivery System)
To: bounces+{mark}@review.example
Subject: Undelivered Mail Returned to Sender
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b1"

--b1
Content-Description: Notification
Content-Type: text/plain; charset=us-ascii

This is the mail system at host mx.review.example.
<wren.canary@pol.example>: host mail.pol.example said: 550 no such user

--b1
Content-Description: Delivery report
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.review.example
Arrival-Date: Mon, 24 Dec 2012 09:00:01 +0000 (GMT)

Final-Recipient: rfc822; wren.canary@pol.example
Action: {action}
Status: {status}
Diagnostic-Code: smtp; {diagnostic}

--b1
Content-Description: Undelivered Message Headers
Content-Type: text/rfc822-headers

Return-Path: <bounces+{mark}@review.example>
Subject: By 14 January 2013: tell the peer team about safeguarding work here

--b1--
"""
EXCHANGE = """\
From: postmaster@council.example
X-Original-To: bounces+{mark}@review.example
To: undisclosed-recipients:;
Content-Type: multipart/report; report-type=delivery-status; boundary="b2"
MIME-Version: 1.0

--b2
Content-Type: text/html; charset=utf-8
Content-Transfer-Encoding: base64

PHA+V3JlbiBDYW5hcnk8L3A+

--b2
Content-Type: message/delivery-status

Reporting-MTA: dns;mail.council.example

Final-recipient: RFC822;wren.canary@council.example
Action: failed
Status: 5.2.2
X-Display-Name: Wren Canary

--b2
Content-Type: message/rfc822

From: Peer review <review@review.example>
Subject: By 14 January 2013

The whole letter.
--b2--
"""
PLAIN = """\
From: MAILER-DAEMON@old.example
To: bounces+{mark}@review.example
Subject: failure notice
Content-Type: text/plain

Hi. This is the mail program at old.example. I could not deliver your message.

<wren.canary@old.example>:
Sorry, no mailbox here by that name. (#5.1.1)
"""
ON_HOLIDAY = """\
From: Wren Canary <wren.canary@pol.example>
To: bounces+{mark}@review.example
Subject: Out of office
Auto-Submitted: auto-replied
Content-Type: text/plain

I am away until 5.1.2013.
"""


def postfix(
    status: str, diagnostic: str = "550 no", *, action: str = "failed", mark: str = MARK
) -> bytes:
    return POSTFIX.format(
        mark=mark, status=status, diagnostic=diagnostic, action=action
    ).encode()


@pytest.mark.parametrize(
    ("status", "diagnostic", "state"),
    [
        ("5.1.1", "550 5.1.1 unknown user", Delivery.NO_ADDRESS),
        ("5.1.2", "550 no such domain", Delivery.NO_ADDRESS),
        ("5.1.10", "550 5.1.10 recipient not found", Delivery.NO_ADDRESS),
        ("5.2.1", "550 disabled", Delivery.MAILBOX),
        ("5.2.2", "552 full", Delivery.MAILBOX),
        ("4.4.7", "delivery time expired", Delivery.MAILBOX),
        ("5.4.4", "no route", Delivery.FAILED),
        ("5.7.1", "550 5.7.1 blocked by policy", Delivery.FAILED),
        ("5.1.8", "sender refused", Delivery.FAILED),
        ("5.0.0", "550 5.1.1 User unknown", Delivery.NO_ADDRESS),
        ("5.0.0", "554 no reason", Delivery.FAILED),
    ],
)
def test_what_a_report_says_is_one_of_three_states(
    status: str, diagnostic: str, state: Delivery
) -> None:
    found = bounces.read(postfix(status, diagnostic))

    assert found == bounces.Returned(MARK, state)


@pytest.mark.parametrize(
    ("raw", "state"),
    [
        (EXCHANGE, Delivery.MAILBOX),
        (PLAIN, Delivery.NO_ADDRESS),
        # Neither a delay nor somebody's holiday is a failure.
        (postfix("4.4.1", action="delayed").decode(), None),
        (ON_HOLIDAY, None),
    ],
    ids=["exchange", "plain", "delayed", "holiday"],
)
def test_reports_of_other_servers_are_read(raw: str, state: Delivery | None) -> None:
    found = bounces.read(raw.format(mark=MARK).encode())

    assert found == bounces.Returned(MARK, state)


@pytest.mark.parametrize(
    ("kinds", "state"),
    [
        (("html", "plain"), Delivery.NO_ADDRESS),
        (("html",), None),
    ],
)
def test_an_older_server_s_words_are_read_where_they_stand_as_plain_text(
    kinds: tuple[str, ...], state: Delivery | None
) -> None:
    parts = "".join(
        f"--b3\nContent-Type: text/{kind}\n\nNo mailbox here. (#5.1.1)\n\n"
        for kind in kinds
    )
    raw = (
        f"From: MAILER-DAEMON@old.example\nTo: bounces+{MARK}@review.example\n"
        'Content-Type: multipart/alternative; boundary="b3"\nMIME-Version: 1.0\n\n'
        f"{parts}--b3--\n"
    )

    assert bounces.read(raw.encode()) == bounces.Returned(MARK, state)


def test_mail_without_a_mark_of_ours_is_not_ours() -> None:
    assert bounces.read(PLAIN.format(mark="x").encode()) is None
    assert bounces.read(b"\xff\xfe not mail at all") is None


def test_the_server_may_say_itself_whose_it_is() -> None:
    raw = PLAIN.replace("bounces+{mark}", "bounces").encode()

    found = bounces.read(raw, recipient=f"bounces+{MARK}@review.example")

    assert found == bounces.Returned(MARK, Delivery.NO_ADDRESS)


# From the mark to the list


@pytest.fixture
def sent(review: Review, manager: User) -> Questionnaire:
    questionnaire = make_open(review, by=manager)
    send_all(questionnaire, by=manager)
    return questionnaire


def mark_of(invitation: Invitation) -> str:
    key = keystore.read(invitation.questionnaire.key("link"))
    return links.envelope_mark(key, invitation.pk)


def test_whoever_a_letter_did_not_reach_is_shown_with_the_reason(
    sent: Questionnaire,
) -> None:
    gone, full = sent.invitations.all()[:2]

    bouncing.take(postfix("5.1.1", mark=mark_of(gone)))
    bouncing.take(postfix("5.2.2", mark=mark_of(full)))
    number = bouncing.resolve()

    found = dict(sent.invitations.values_list("pk", "delivery_state"))
    assert number == 2
    assert found.pop(gone.pk) == Delivery.NO_ADDRESS
    assert found.pop(full.pk) == Delivery.MAILBOX
    assert set(found.values()) == {Delivery.SENT}
    assert Bounce.objects.count() == 0


def test_until_then_only_a_mark_and_a_state_are_kept(sent: Questionnaire) -> None:
    someone = sent.invitations.all()[0]

    bouncing.take(postfix("5.1.1", mark=mark_of(someone)))

    assert list(Bounce.objects.values()) == [
        {"mark": mark_of(someone), "delivery_state": Delivery.NO_ADDRESS}
    ]
    assert b"canary" not in capture.dump()
    assert str(someone.pk) not in repr(list(Bounce.objects.values()))


def test_a_mark_that_is_nobodys_changes_nothing_and_does_not_stay(
    sent: Questionnaire,
) -> None:
    bouncing.take(postfix("5.1.1"))

    assert bouncing.resolve() == 0
    assert Bounce.objects.count() == 0
    assert set(sent.invitations.values_list("delivery_state", flat=True)) == {
        Delivery.SENT
    }


def test_whoever_was_never_written_to_cannot_come_back(
    review: Review, manager: User
) -> None:
    questionnaire = make_open(review, by=manager)
    someone = questionnaire.invitations.all()[0]

    bouncing.take(postfix("5.1.1", mark=mark_of(someone)))
    bouncing.resolve()

    someone.refresh_from_db()
    assert someone.delivery_state == Delivery.NEW


def test_a_questionnaire_whose_key_was_lost_holds_up_no_others_letters(
    sent: Questionnaire, other_review: Review, other_manager: User
) -> None:
    lost = make_open(other_review, by=other_manager)
    keystore.destroy(lost.key("link"))
    someone = sent.invitations.all()[0]

    bouncing.take(postfix("5.1.1", mark=mark_of(someone)))

    assert bouncing.resolve() == 1
    someone.refresh_from_db()
    assert someone.delivery_state == Delivery.NO_ADDRESS


def test_a_report_that_is_piped_in_is_taken(
    sent: Questionnaire, monkeypatch: pytest.MonkeyPatch
) -> None:
    someone = sent.invitations.all()[0]
    raw = postfix("5.1.1", mark=mark_of(someone))
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=BytesIO(raw)))

    call_command("take_bounce")

    assert Bounce.objects.get().mark == mark_of(someone)


# The mailbox


@dataclass
class Mailbox:
    """What a small IMAP server holds: new messages by number, and which were deleted."""

    messages: dict[int, bytes]
    said: list[str] = field(default_factory=list)
    deleted: set[int] = field(default_factory=set)
    port: int = 0

    def answer(self, tag: str, words: str) -> bytes:
        """Just enough of IMAP to sign in, look for new mail, fetch and delete."""
        verb, _, rest = words.partition(" ")
        self.said.append(words)
        done = f"{tag} OK done\r\n".encode()
        match verb.upper():
            case "CAPABILITY":
                return b"* CAPABILITY IMAP4rev1\r\n" + done
            case "LOGIN":
                right = rest == 'review "secret word"'
                return done if right else f"{tag} NO wrong\r\n".encode()
            case "SELECT":
                return b"* 1 EXISTS\r\n" + done
            case "SEARCH":
                numbers = " ".join(map(str, self.messages))
                return f"* SEARCH {numbers}\r\n".encode() + done
            case "FETCH":
                number = int(rest.split()[0])
                raw = self.messages[number].replace(b"\n", b"\r\n")
                head = f"* {number} FETCH (RFC822 {{{len(raw)}}}\r\n".encode()
                return head + raw + b")\r\n" + done
            case "STORE":
                self.deleted.add(int(rest.split()[0]))
        return done


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    held = Mailbox({})

    class Session(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            self.wfile.write(b"* OK ready\r\n")
            for line in self.rfile:
                tag, _, words = line.decode().strip().partition(" ")
                self.wfile.write(held.answer(tag, words))
                if words.upper().startswith("LOGOUT"):
                    return

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Session) as server:
        held.port = server.server_address[1]
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield held
        server.shutdown()


def address(mailbox: Mailbox, word: str = "secret%20word") -> str:
    return f"imap://review:{word}@127.0.0.1:{mailbox.port}/Returned"


def test_each_minute_the_mailbox_is_emptied_of_what_came_back(
    sent: Questionnaire, mailbox: Mailbox, settings: Any
) -> None:
    someone = sent.invitations.all()[0]
    mailbox.messages = {
        1: postfix("5.1.1", mark=mark_of(someone)),
        2: b"From: a@b.example\nSubject: A question\n\nSomebody wrote here by mistake.\n",
        3: ON_HOLIDAY.format(mark=mark_of(someone)).encode(),
    }
    settings.BOUNCE_ADDRESS = "bounces@review.example"
    settings.BOUNCE_URL = address(mailbox)

    tasks.each_minute(at=timezone.now())

    someone.refresh_from_db()
    assert someone.delivery_state == Delivery.NO_ADDRESS
    assert mailbox.deleted == {1, 3}  # what is not ours is left for its reader
    assert 'SELECT "Returned"' in mailbox.said


def test_a_mailbox_that_is_away_is_noted_and_stops_nothing(
    mailbox: Mailbox, caplog: pytest.LogCaptureFixture
) -> None:
    mailbox.messages = {1: postfix("5.1.1")}

    taken: list[bytes] = []

    def take(raw: bytes) -> bool:
        taken.append(raw)
        return True

    for url in (
        address(mailbox, "wrong"),
        "imap://review:word@127.0.0.1:1/INBOX",
    ):
        assert postbox.empty(url, take) == 0

    assert taken == []
    assert [record.code for record in caplog.records] == ["MAILBOX_DOWN"] * 2  # type: ignore[attr-defined]
    assert "wrong" not in caplog.text
