"""All addresses of the site."""

from django.conf import settings
from django.urls import include, path

from peerreview import design, personas

urlpatterns = [
    path("account/", include("peerreview.account_urls")),
    path("demonstration/sign-in/", personas.sign_in, name="demonstration-sign-in"),
    path("demonstration/mail/", personas.mail, name="demonstration-mail"),
    path(
        "demonstration/mail/<str:name>/",
        personas.mail_message,
        name="demonstration-message",
    ),
    path("", include("peerreview.pages")),
    path("", include("peerreview.home_urls")),
    path("q/briefing/", include("reviews.public_urls")),
    path("q/meeting/", include("scheduling.public_urls")),
    path("q/", include("questionnaires.public_urls")),
    path("", include("questionnaires.urls")),
    path("", include("casemapping.urls")),
    path("", include("scheduling.urls")),
    path("", include("feedback.urls")),
    path("", include("reviews.urls")),
]
if settings.DEBUG:
    urlpatterns += [path("design/", design.gallery, name="design")]
