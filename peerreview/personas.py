"""The demonstration: sign in as a named persona with one press, and read the mail that was sent.

Everything here answers 404 unless the installation is a demonstration (DEMO=1), which a system
check allows on loopback names only.
"""

import email
import email.policy
import re
from collections.abc import Callable
from dataclasses import dataclass
from email.parser import BytesHeaderParser
from functools import wraps
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth import login
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from reviews.access import open_view
from reviews.mail.mailer import demonstration_folder
from reviews.models import Membership, User

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
PER_PAGE = 50
_NAME = re.compile(r"[0-9a-f-]+")


@dataclass(frozen=True)
class Persona:
    """Somebody to sign in as."""

    key: int
    name: str
    job: str
    review: str


def personas() -> list[Persona]:
    """Everybody on a demonstration review, each once, in the order of the pack's roles."""
    members = Membership.objects.filter(review__demonstration=True).select_related(
        "user", "review", "agency"
    )
    found: dict[int, Persona] = {}
    for member in members.order_by("review_id", "pk"):
        job = member.role_title
        if member.agency:
            job = f"{job}, {member.agency.name}"
        found.setdefault(
            member.user_id,
            Persona(member.user_id, member.user.full_name, job, member.review.council),
        )
    return list(found.values())


def context(request: HttpRequest) -> dict[str, Any]:
    """The banner on every page, and the personas on the sign-in page."""
    if not settings.DEMO:
        return {"demonstration": False}
    return {"demonstration": True, "demonstration_personas": personas}


def _demonstration_only(
    view: Callable[..., HttpResponse],
) -> Callable[..., HttpResponse]:
    @wraps(view)
    def checked(request: HttpRequest, **kwargs: Any) -> HttpResponse:
        if not settings.DEMO:
            raise Http404
        return view(request, **kwargs)

    return checked


@open_view("demonstration only: signing in is what it does")
@_demonstration_only
@require_POST
def sign_in(request: HttpRequest) -> HttpResponse:
    people = User.objects.filter(memberships__review__demonstration=True).distinct()
    key = request.POST.get("persona", "")
    user = get_object_or_404(people, pk=key if key.isdecimal() else 0)
    login(request, user, backend=BACKEND)
    return redirect("reviews:work")


@dataclass(frozen=True)
class Heading:
    """What a list says of one message, which the demonstration wrote to a file."""

    name: str
    to: str
    subject: str


@dataclass(frozen=True)
class Letter(Heading):
    """With all that it says."""

    text: str
    files: list[tuple[str, str]]


def _heading(path: Path) -> Heading:
    with path.open("rb") as file:
        message = BytesHeaderParser(policy=email.policy.default).parse(file)
    return Heading(path.stem, str(message["To"]), str(message["Subject"]))


def _letter(path: Path) -> Letter:
    message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
    body = message.get_body(("plain",))
    return Letter(
        name=path.stem,
        to=str(message["To"]),
        subject=str(message["Subject"]),
        text=str(body.get_content()) if body else "",
        files=[
            (part.get_filename() or "", str(part.get_content()))
            for part in message.iter_attachments()
            if part.get_content_maintype() == "text" and part.get_filename()
        ],
    )


@open_view("demonstration only: the mail of invented people")
@_demonstration_only
def mail(request: HttpRequest) -> HttpResponse:
    files = sorted(demonstration_folder().glob("*.eml"), reverse=True)
    page = Paginator(files, PER_PAGE).get_page(request.GET.get("page"))
    letters = [_heading(path) for path in page]
    return render(
        request, "reviews/demonstration_mail.html", {"page": page, "letters": letters}
    )


@open_view("demonstration only: the mail of invented people")
@_demonstration_only
def mail_message(request: HttpRequest, name: str) -> HttpResponse:
    path = demonstration_folder() / f"{name}.eml"
    if not _NAME.fullmatch(name) or not path.is_file():
        raise Http404
    return render(
        request, "reviews/demonstration_message.html", {"letter": _letter(path)}
    )
