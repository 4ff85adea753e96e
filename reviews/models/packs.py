"""Frameworks that people of this installation keep beside the shipped ones, by version."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.db import models

from reviews import packs

if TYPE_CHECKING:
    from django_stubs_ext.db.models.manager import RelatedManager


class FrameworkPack(models.Model):
    """A framework of one's own. What it says is in its versions."""

    code = models.SlugField(max_length=100, unique=True)
    # Of the newest version, for lists.
    title = models.CharField(max_length=200)
    # Code and version of the framework that it was copied from.
    source_code = models.CharField(max_length=100, blank=True)
    source_version = models.CharField(max_length=40, blank=True)

    if TYPE_CHECKING:
        versions: RelatedManager[PackVersion]

    class Meta:
        ordering: ClassVar[list[str]] = ["title", "code"]

    def __str__(self) -> str:
        return self.title

    @property
    def newest(self) -> PackVersion:
        found = self.versions.last()
        if found is None:
            raise PackVersion.DoesNotExist
        return found


class PackVersion(models.Model):
    """One state of a framework, as the file that somebody would export. Never changed."""

    pack = models.ForeignKey(
        FrameworkPack, on_delete=models.CASCADE, related_name="versions"
    )
    number = models.PositiveIntegerField()
    # What the file itself calls its version.
    label = models.CharField(max_length=40)
    text = models.TextField()
    reason = models.CharField(max_length=200, blank=True)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    made_by_name = models.CharField(max_length=200)

    class Meta:
        ordering: ClassVar[list[str]] = ["pack", "number"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["pack", "number"], name="pack_version_number_once"
            ),
            models.UniqueConstraint(
                fields=["pack", "label"], name="pack_version_label_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pack}, version {self.label}"

    def content(self) -> packs.Pack:
        return packs.read_kept(self.text)
