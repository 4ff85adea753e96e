"""Email addresses as people type them into lists: what is wrong, and what they probably meant.

Nothing is mended in silence: what stands around an address is taken off and said, anything
inside it is a fault with a suggestion. Pure.
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

LONGEST, LONGEST_NAME = 254, 64
# A domain of so many addresses of a list is taken to be spelled as it should be.
FREQUENT = 3
# Where people at work have their mail besides their employer's own domain.
USUAL_DOMAINS = (
    "gmail.com",
    "googlemail.com",
    "hotmail.co.uk",
    "hotmail.com",
    "icloud.com",
    "live.co.uk",
    "live.com",
    "mail.com",
    "nhs.net",
    "nhs.uk",
    "outlook.com",
    "outlook.co.uk",
    "yahoo.co.uk",
    "yahoo.com",
    "ymail.com",
)
_ENDINGS = {
    ".con": ".com",
    ".cmo": ".com",
    ".comm": ".com",
    ".co.ku": ".co.uk",
    ".co.u": ".co.uk",
    ".gov.ku": ".gov.uk",
    ".gov.u": ".gov.uk",
    ".ogv.uk": ".gov.uk",
    ".ne": ".net",
    ".ogr": ".org",
    ".org.ku": ".org.uk",
}
_SHARED = {
    "admin",
    "contact",
    "duty",
    "enquiries",
    "info",
    "mail",
    "office",
    "reception",
    "staff",
    "team",
}
_AROUND = re.compile(r"^[<\s]+|[>\s;,.]+$")
_SPACE = re.compile(r"\s")


@dataclass(frozen=True)
class Address:
    """``email`` is empty where ``fault`` says why; ``taken_off`` stood around it."""

    email: str = ""
    fault: str = ""
    taken_off: tuple[str, ...] = ()


def read(cell: str) -> Address:
    """The address of a cell, or what is wrong with it."""
    taken_off = []
    bare = cell.strip()
    if bare != cell:
        taken_off.append("spaces")
    if bare.lower().startswith("mailto:"):
        taken_off.append("“mailto:”")
        bare = bare[len("mailto:") :].strip()
    ends = [match[0] for match in _AROUND.finditer(bare) if match[0].strip()]
    if ends and len(bare) > sum(map(len, ends)):
        bare = _AROUND.sub("", bare)
        taken_off += [f"“{each.strip()}”" for each in ends]
    fault = _fault(bare, bare[:80])
    return Address("" if fault else bare, fault, tuple(taken_off))


def _fault(bare: str, shown: str) -> str:
    if not bare:
        return "There is no email address"
    if bare.count("@") > 1 and re.search(r"[\s;,/]", bare):
        return f"“{shown}” holds more than one address. Give each person a row"
    if "@" not in bare:
        return f"“{shown}” is not an email address: it has no @"
    if bare.count("@") > 1:
        return f"“{shown}” is not an email address: it has more than one @"
    for wrong, words, mended in (
        (_SPACE.search(bare), "a space in it", _SPACE.sub("", bare)),
        (_unseen(bare), "a character in it that cannot be seen", _seen(bare)),
        ("," in bare, "a comma in it", bare.replace(",", ".")),
        (not bare.isascii(), "a letter with an accent in it", _plain(bare)),
        (".." in bare, "two dots in a row", re.sub(r"\.{2,}", ".", bare)),
        (
            re.search(r"^\.|\.@|@\.", bare),
            "a dot too many",
            re.sub(r"^\.|\.(?=@)|(?<=@)\.", "", bare),
        ),
    ):
        if wrong:
            meant = f". Did you mean “{mended[:80]}”?" if is_one(mended) else ""
            return f"“{shown}” has {words}{meant}"
    name, _, domain = bare.rpartition("@")
    if len(bare) > LONGEST:
        return f"The email address is longer than {LONGEST} characters"
    if len(name) > LONGEST_NAME:
        return f"“{shown}” has more than {LONGEST_NAME} characters before the @"
    if name and domain and "." not in domain:
        return f"“{shown}” has no ending such as .gov.uk"
    return "" if is_one(bare) else f"“{shown}” is not an email address"


def is_one(words: str) -> bool:
    try:
        validate_email(words)
    except ValidationError:
        return False
    return len(words) <= LONGEST and "." in words.rpartition("@")[2]


def _unseen(words: str) -> bool:
    return any(unicodedata.category(each) in ("Cf", "Cc") for each in words)


def _seen(words: str) -> str:
    return "".join(w for w in words if unicodedata.category(w) not in ("Cf", "Cc"))


def _plain(words: str) -> str:
    """Without accents, where the letter has a plain one."""
    parts = unicodedata.normalize("NFKD", words)
    return "".join(each for each in parts if not unicodedata.combining(each))


def domain_of(email: str) -> str:
    return email.rpartition("@")[2].lower()


def suspicion(email: str, frequent: Collection[str]) -> str:
    """Why the address may not be what was meant, or "". ``frequent`` domains are surely right."""
    if email.partition("@")[0].lower() in _SHARED:
        return f"{email} looks like a mailbox of several people, and a link takes one answer"
    if domain_of(email) in frequent:
        return ""
    meant = _likelier(domain_of(email), tuple(sorted(frequent)))
    return (
        f"{email}: is this misspelled? Most addresses end in @{meant}" if meant else ""
    )


@lru_cache(maxsize=2_000)
def _likelier(domain: str, frequent: tuple[str, ...]) -> str:
    if domain in USUAL_DOMAINS:
        return ""
    for wrong, right in _ENDINGS.items():
        if domain.endswith(wrong):
            return domain.removesuffix(wrong) + right
    near = difflib.get_close_matches(domain, [*frequent, *USUAL_DOMAINS], 1, 0.85)
    return near[0] if near else ""
