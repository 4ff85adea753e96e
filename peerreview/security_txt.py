"""Whom to tell of a weakness, where programs and people look for it (RFC 9116)."""

import datetime as dt
import re
from urllib.parse import quote

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone

from reviews.access import open_view
from reviews.secrets import signing

# The file is made anew for whoever asks. A copy of it is not to be trusted for longer than this.
FRESH = dt.timedelta(days=90)
LANGUAGES = "en"
_COUNTRY = "+44"
# tel:+ and the fifteen digits that a number has at most; more are two numbers side by side.
_LONGEST = 20

_PAGE = re.compile(r"https://[^\s,;<>()\"]+[^\s,;<>()\".]")
_MAIL = re.compile(r"[A-Za-z0-9._+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")
_TELEPHONE = re.compile(r"(?<![\w+])(?:\+|0)[\d ()-]{7,}\d(?!\w)")


def contacts(words: str) -> list[str]:
    """The ways to reach somebody in a few words, as addresses: pages, then mail, then telephones."""
    pages = _PAGE.findall(words)
    rest = _PAGE.sub(" ", words)
    mail = [f"mailto:{quote(each, safe='@+')}" for each in _MAIL.findall(rest)]
    rest = _MAIL.sub(" ", rest)
    dialled = [_dialled(each) for each in _TELEPHONE.findall(rest)]
    return [*pages, *mail, *(each for each in dialled if len(each) <= _LONGEST)]


def _dialled(number: str) -> str:
    """A number as it is dialled from anywhere; one without a country is of this one."""
    # As in +44 (0)1632 960000.
    digits = re.sub(r"[ ()-]", "", number.replace("(0)", ""))
    return f"tel:{digits if digits.startswith('+') else _COUNTRY + digits[1:]}"


def text(*, at: dt.datetime) -> str:
    """The file, or "" where it could name nobody."""
    found = contacts(settings.SUPPORT_CONTACT)
    # Addresses of pages in it have to be of the kind that nobody can change on its way.
    safe = settings.SITE_ADDRESS.startswith("https://")
    if safe and settings.SUPPORT_CONTACT:
        found.append(f"{settings.SITE_ADDRESS}{reverse('pages:help')}")
    if not found:
        return ""
    expires = at.astimezone(dt.UTC).replace(hour=0, minute=0, second=0) + FRESH
    lines = [
        *(f"Contact: {each}" for each in found),
        f"Expires: {expires:%Y-%m-%dT%H:%M:%SZ}",
        f"Preferred-Languages: {LANGUAGES}",
    ]
    if safe:
        where = reverse("pages:security-txt")
        lines.append(f"Canonical: {settings.SITE_ADDRESS}{where}")
    return "\n".join([*lines, *_of_the_key()]) + "\n"


def _of_the_key() -> list[str]:
    """The fingerprint by which certificates of closed reviews are checked, once there is one."""
    try:
        fingerprint = signing.fingerprint()
    except signing.NoKeyYet:
        return []
    return [
        "",
        f"# Fingerprint of the key that signs certificates of closed reviews: {fingerprint}",
    ]


@open_view("whom to tell of a weakness; holds nothing about anybody")
def security_txt(request: HttpRequest) -> HttpResponse:
    found = text(at=timezone.now())
    if not found:
        raise Http404
    return HttpResponse(found, content_type="text/plain; charset=utf-8")
