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
_PLURALS = {"ngettext", "ngettext_lazy"}
# Of the same module, but no marks.
_OTHERS = {"override", "activate", "deactivate", "get_language", "get_language_bidi"}
# As Django writes a template out for an extractor: text is blanked, each mark is a call.
_TEXT = r"""u?(?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")"""
_CALL = re.compile(
    rf"\b(?P<mark>\w*gettext|_)\((?P<first>{_TEXT})\s*(?:,\s*(?P<second>{_TEXT})\s*)?(?P<end>[,)])"
)
# What is said of one and of several, or of any number alike.
Sentence = str | tuple[str, str]


class NotUnderstood(Exception):
    """A mark in a form that this command does not know: it would be left out in silence."""


def catalogues() -> list[Path]:
    return sorted(Path(settings.LOCALE_PATHS[0]).glob("*/LC_MESSAGES/django.po"))


def marked() -> dict[Sentence, list[str]]:
    """Each sentence, with the files that it stands in."""
    root = Path(settings.BASE_DIR)
    found: dict[Sentence, list[str]] = {}
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


def in_template(text: str, where: str) -> Iterator[Sentence]:
    for call in _CALL.finditer(templatize(text, origin=where)):
        first, second = call["first"], call["second"]
        if call["mark"] in ("gettext", "_") and call["end"] == ")" and not second:
            yield ast.literal_eval(first)
        elif call["mark"] == "ngettext" and second:
            yield ast.literal_eval(first), ast.literal_eval(second)
        else:
            raise NotUnderstood(f"{where}: {call[0]}")


def in_python(text: str, where: str) -> Iterator[Sentence]:
    if _MODULE not in text and "import translation" not in text:
        return
    tree = ast.parse(text)
    names = {
        name.asname or name.name: name.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == _MODULE
        for name in node.names
    }
    if unknown := set(names.values()) - _MARKS - _PLURALS - _OTHERS:
        raise NotUnderstood(f"{where}: {unknown}")
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        function = node.func
        name = function.attr if isinstance(function, ast.Attribute) else None
        if isinstance(function, ast.Name):
            name = names.get(function.id)
        match node.args:
            case _ if name not in _MARKS | _PLURALS:
                continue
            case [ast.Constant(value=str(sentence))] if name in _MARKS:
                yield sentence
            case [ast.Constant(value=str(one)), ast.Constant(value=str(many)), _]:
                yield one, many
            case _:
                raise NotUnderstood(f"{where}, line {node.lineno}")


def sentence_of(entry: polib.POEntry) -> Sentence:
    """The sentence that an entry of a catalogue translates."""
    return (entry.msgid, entry.msgid_plural) if entry.msgid_plural else entry.msgid


def _entry(sentence: Sentence) -> polib.POEntry:
    one, many = sentence if isinstance(sentence, tuple) else (sentence, "")
    flags = ["python-format"] if "%(" in one + many else []
    if not many:
        return polib.POEntry(msgid=one, msgstr="", flags=flags)
    empty = {0: "", 1: ""}
    return polib.POEntry(msgid=one, msgid_plural=many, msgstr_plural=empty, flags=flags)


def take_in(
    catalogue: polib.POFile, sentences: dict[Sentence, list[str]]
) -> tuple[int, int]:
    """Add what is new, set aside what nothing says any more; how many of each."""
    known = {sentence_of(entry): entry for entry in catalogue}
    gone = [
        entry
        for sentence, entry in known.items()
        if sentence not in sentences and not entry.obsolete
    ]
    for entry in gone:
        entry.obsolete = 1
    new = 0
    for sentence in sentences:
        if sentence in known:
            known[sentence].obsolete = 0
            continue
        catalogue.append(_entry(sentence))
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
