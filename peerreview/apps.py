"""The site itself: commands and system checks."""

from django.apps import AppConfig


class SiteConfig(AppConfig):
    name = "peerreview"

    def ready(self) -> None:
        from peerreview import checks  # noqa: F401, PLC0415 - app ready
