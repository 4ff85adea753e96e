"""Statements of certificates, as the closing of a review hands them over."""

from typing import Any

from reviews.rules.certificates import DATABASE_BACKUP, KEYS_BACKUP, Statement


def _hex(number: int) -> str:
    return f"{number:x}" * (64 // len(f"{number:x}"))


def make_statement(**changes: Any) -> Statement:
    """An interim certificate of Trafford's review; ``changes`` are parts of it."""
    statement: dict[str, Any] = {
        "kind": "interim",
        "number": "5f0c7a52-8d0e-4b6c-9d55-0c1d9b1d7e11",
        "stated_by": {
            "organisation": "Peer programme, 1 Example Street",
            "address": "https://review.example.org",
            "contact": "Programme office, 01632 960000",
        },
        "review": 12,
        "council": "Trafford Council",
        "programme": "Safeguarding Children Peer Review",
        "visit": "4 to 8 February 2013",
        "asked_by": {
            "name": "Morgan Vale",
            "role": "review manager",
            "at": "2013-05-20T10:02:11+01:00",
        },
        "confirmed_by": {
            "name": "Leila Okafor",
            "role": "team leader",
            "at": "2013-05-21T23:40:00+00:00",
        },
        "finished_at": "2013-05-22T02:11:45+00:00",
        "made_at": "2013-05-22T02:12:00+00:00",
        "destroyed": [
            {
                "title": "Notes",
                "about": "What the team heard, without author.",
                "count": "about 1150",
            },
            {"title": "Comments", "count": "about 212"},
            {"title": "Single answers", "count": "about 190"},
            {"title": "Case maps and their sheets", "count": "about 6"},
            {"title": "Excerpts and evidence cards", "count": "about 88"},
            {"title": "Uploaded documents", "count": "about 43"},
            {"title": "Names and addresses", "count": "about 410"},
        ],
        "kept": [
            {
                "title": "Report, with its findings",
                "count": "about 1",
                "until": "2019-05-22",
            },
            {
                "title": "Audit trail",
                "about": "Who changed what, and when.",
                "count": "about 1873",
                "until": "2019-05-22",
            },
            {
                "title": "Alerts that a child may be at risk",
                "count": "about 1",
                "until": "2019-05-22",
            },
        ],
        "keys": [
            {
                "title": title,
                "fingerprint": _hex(number),
                "destroyed_at": "2013-05-22T02:05:00+00:00",
            }
            for number, title in enumerate(
                ("speech", "people", "work", "files", "questionnaire 1"), start=10
            )
        ],
        "archive": {
            "sha256": _hex(255),
            "bytes": 18_350_112,
            "holds": ["The findings", "The audit trail"],
            "never": "Never in it: notes.",
        },
        "samples": {"taken": 60, "found": 0},
        "audit_head": _hex(171),
        "backups": [
            {"title": KEYS_BACKUP, "lapse_on": "2013-05-29"},
            {"title": DATABASE_BACKUP, "lapse_on": "2013-06-05"},
        ],
        "interim": None,
        "cannot_reach": [
            "Paper notes, and what people remember.",
            "Letters and messages in mailboxes outside this system.",
            "Copies that the council or anybody else made of what they were given.",
            "What a disk may still hold of files that were overwritten.",
        ],
    }
    return Statement(**{**statement, **changes})  # type: ignore[typeddict-item]


# What the first certificates of this version did not state yet.
LATER = ("stated_by", "review")


def make_first(**changes: Any) -> dict[str, Any]:
    """One as it was before they said who states it, what each class is and what the archive holds."""
    said: dict[str, Any] = {
        name: each
        for name, each in make_statement(**changes).items()
        if name not in LATER
    }
    for part in ("destroyed", "kept"):
        said[part] = [
            {name: value for name, value in row.items() if name != "about"}
            for row in said[part]
        ]
    said["archive"] = {name: said["archive"][name] for name in ("sha256", "bytes")}
    return said


def make_final(**changes: Any) -> Statement:
    """The final certificate that completes ``make_statement``'s."""
    first = make_statement()
    return make_statement(
        **{
            "kind": "final",
            "number": "0d9a1c3e-51f7-4f4e-a1d4-7e0c0a7b6a22",
            "made_at": "2013-05-30T02:12:00+00:00",
            "interim": {"number": first["number"], "sha256": _hex(190)},
            **changes,
        }
    )
