"""The picture that an authenticator app reads: a page of its own, since our content policy
allows no picture inside an address."""

import io

import segno
from allauth.mfa.adapter import get_adapter
from allauth.mfa.totp.internal.auth import SECRET_SESSION_KEY
from django.http import Http404, HttpRequest, HttpResponse


def second_step_picture(request: HttpRequest) -> HttpResponse:
    """The secret of this session's set-up page as a QR code, in SVG."""
    secret = request.session.get(SECRET_SESSION_KEY)
    if not secret:
        raise Http404
    address = get_adapter().build_totp_url(request.user, secret)
    picture = io.BytesIO()
    segno.make(address).save(picture, kind="svg", scale=6, border=2)
    return HttpResponse(picture.getvalue(), content_type="image/svg+xml")


second_step_picture.access = "second step"  # type: ignore[attr-defined]
