"""Takes every sentence that is marked for translation into the catalogues of ``locale/``."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polib
from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils.translation.template import templatize

_MODULE = "django.utils.translation"
_MARKS = {"gettext", "gettext_lazy"}
# Of the same module, but no marks.
_OTHERS = {"override", "activate", "deactivate", "get_language", "get_language_bidi"}
# As Django writes a template out for an extractor: text is blanked, each mark is a call.
_CALL = re.compile(
    r"""\b(?P<mark>\w*gettext|_)\((?P<first>u?(?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"))\s*(?P<end>[,)])"""
)


class NotUnderstood(Exception):
    """A mark in a form that this command does not know: it would be left out in silence."""


def catalogues() -> list[Path]:
    return sorted(Path(settings.LOCALE_PATHS[0]).glob("*/LC_MESSAGES/django.po"))


def marked() -> dict[str, list[str]]:
    """Each sentence, with the files that it stands in."""
    root = Path(settings.BASE_DIR)
    found: dict[str, list[str]] = {}
    folders = sorted(
        {path.parent for path in root.glob("*/__init__.py")} - {root / "tests"}
    )
    sources = [path for folder in folders for path in sorted(folder.rglob("*.py"))]
    for path in [*sorted((root / "templates").rglob("*.html")), *sources]:
        where = str(path.relative_to(root))
        read = in_python if path.suffix == ".py" else in_template
        for sentence in read(path.read_text(), where):
            places = found.setdefault(sentence, [])
            if where not in places:
                places.append(where)
    return found


def in_template(text: str, where: str) -> Iterator[str]:
    for call in _CALL.finditer(templatize(text, origin=where)):
        if call["mark"] not in ("gettext", "_") or call["end"] != ")":
            raise NotUnderstood(f"{where}: {call[0]}")
        yield ast.literal_eval(call["first"])


def in_python(text: str, where: str) -> Iterator[str]:
    if _MODULE not in text and "import translation" not in text:
        return
    tree = ast.parse(text)
    names = {
        name.asname or name.name: name.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == _MODULE
        for name in node.names
    }
    if unknown := set(names.values()) - _MARKS - _OTHERS:
        raise NotUnderstood(f"{where}: {unknown}")
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        function = node.func
        name = function.attr if isinstance(function, ast.Attribute) else None
        if isinstance(function, ast.Name):
            name = names.get(function.id)
        if name not in _MARKS:
            continue
        match node.args:
            case [ast.Constant(value=str(sentence))]:
                yield sentence
            case _:
                raise NotUnderstood(f"{where}, line {node.lineno}")


def take_in(
    catalogue: polib.POFile, sentences: dict[str, list[str]]
) -> tuple[int, int]:
    """Add what is new, set aside what nothing says any more; how many of each."""
    known = {entry.msgid: entry for entry in catalogue}
    gone = [
        entry
        for entry in known.values()
        if entry.msgid not in sentences and not entry.obsolete
    ]
    for entry in gone:
        entry.obsolete = 1
    new = 0
    for sentence in sentences:
        if sentence in known:
            known[sentence].obsolete = 0
            continue
        flags = ["python-format"] if "%(" in sentence else []
        catalogue.append(polib.POEntry(msgid=sentence, msgstr="", flags=flags))
        new += 1
    return new, len(gone)


class Command(BaseCommand):
    help = "Takes every sentence that is marked for translation into locale/."

    def handle(self, *args: Any, **options: Any) -> None:
        sentences = marked()
        for path in catalogues():
            catalogue = polib.pofile(str(path), wrapwidth=0)
            new, gone = take_in(catalogue, sentences)
            catalogue.save()
            empty = len(catalogue.untranslated_entries())
            self.stdout.write(
                f"{path.parent.parent.name}: {len(sentences)} sentences, {new} new, "
                f"{gone} no longer said, {empty} without a translation"
            )
