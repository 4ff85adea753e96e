"""What a load leaves outside the database, where no transaction takes it back: keys, files, mail.

What was there before is written down first. So a load that failed is taken back at once, and one
that was killed when the next begins.
"""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.apps import apps
from django.conf import settings

from reviews.domain import documents
from reviews.files import store
from reviews.mail.mailer import demonstration_folder
from reviews.secrets import keystore

_OF_A_ROW = re.compile(r"(review|questionnaire)-(\d+)-")
_MODELS = {"review": "reviews.Review", "questionnaire": "questionnaires.Questionnaire"}


def _note() -> Path:
    return Path(settings.VAR_DIR) / "demonstration-begun.json"


@contextmanager
def taken_back_unless_whole() -> Iterator[None]:
    """Around the transaction: by the time it fails, no row of it is left."""
    there = [*keystore.names(), *(path.name for path in store.stored())]
    _note().parent.mkdir(parents=True, exist_ok=True)
    _note().write_text(json.dumps(there))
    try:
        yield
    except BaseException:
        take_back()
        raise
    _note().unlink()


def take_back() -> None:
    """Remove what a load that did not come to its end has made; without one, nothing."""
    if not _note().exists():
        return
    there = set(json.loads(_note().read_text()))
    for name in set(keystore.names()) - there:
        if _has_no_row(name):
            keystore.destroy(name)
    store.remove(
        {path.name for path in store.stored()} - there - documents.known_files()
    )
    remove_mail()
    _note().unlink()


def remove_mail() -> None:
    # Under DEMO=1 every message is the demonstration's.
    for path in demonstration_folder().glob("*.eml"):
        path.unlink()


def _has_no_row(name: str) -> bool:
    """Somebody may have made a review since: its keys are not ours to take."""
    found = _OF_A_ROW.match(name)
    if found is None:
        return False
    model = apps.get_model(_MODELS[found[1]])
    return not model._base_manager.filter(pk=found[2]).exists()
