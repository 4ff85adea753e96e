"""The apps above this one, found by the name of a module that they may have.

An app that stands above speaks for itself in such a module; nothing here imports one by name, so
an installation can leave an app out.
"""

from collections.abc import Iterator
from importlib import import_module
from types import ModuleType

from django.apps import apps
from django.utils.module_loading import module_has_submodule


def modules(name: str) -> Iterator[ModuleType]:
    """The modules ``<app>.<name>`` of every app but this one, in the order of the settings."""
    for config in apps.get_app_configs():
        if config.name != "reviews" and module_has_submodule(
            config.module,
            name,
        ):
            yield import_module(f"{config.name}.{name}")
