"""A pack as a YAML file: plain values with the line of each, and back again.

Only text, whole numbers, true and false are read; no tag is obeyed and nothing is run.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import yaml

Path = tuple[Any, ...]
Lines = dict[Path, int]

MOST_BYTES = 300_000
DEEPEST = 50
NESTED = "The file is nested too deeply."
_WHOLE_NUMBER = re.compile(r"-?(0|[1-9][0-9]{0,8})")
_TRUTH = {"true": True, "false": False}


class Unreadable(Exception):
    """``faults`` are sentences, each with its line where it has one."""

    def __init__(self, faults: Sequence[str]) -> None:
        self.faults = tuple(faults)
        super().__init__(" ".join(faults))


def read(content: bytes) -> tuple[Any, Lines]:
    """Plain values of a YAML file and the line of each of them. Raises Unreadable."""
    if len(content) > MOST_BYTES:
        raise Unreadable([f"The file must be smaller than {MOST_BYTES // 1000}kB."])
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise Unreadable([f"Line {line}: the file is not text in UTF-8."]) from error
    try:
        node = _composed(text)
        values = _Values()
        value = values.of(node, ())
    except yaml.reader.ReaderError as error:
        line = text[: error.position].count("\n") + 1
        fault = f"Line {line}: there is a character that cannot stand in a file."
        raise Unreadable([fault]) from error
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f"Line {mark.line + 1}: " if mark else ""
        problem = getattr(error, "problem", None) or "cannot be read"
        raise Unreadable([f"{where}this is not YAML: {problem}."]) from error
    except RecursionError as error:
        raise Unreadable([NESTED]) from error
    if values.faults:
        raise Unreadable(values.faults)
    return value, values.lines


def _composed(text: str) -> yaml.Node | None:
    """By the parser in C, ten times as fast; its reasons differ, so the other one is asked for them."""
    try:
        return _composed_by(yaml.CSafeLoader, text)
    except yaml.YAMLError:
        return _composed_by(yaml.SafeLoader, text)


def _composed_by(loader: Any, text: str) -> yaml.Node | None:
    _refuse_copies_and_depths(text, loader)
    return yaml.compose(text, Loader=loader)


def _refuse_copies_and_depths(text: str, loader: Any) -> None:
    """Nothing stands for another place of the file, and the parser in C is not nested too deeply."""
    depth = 0
    for event in yaml.parse(text, Loader=loader):
        if getattr(event, "anchor", None) is not None:
            line = event.start_mark.line + 1  # type: ignore[union-attr]
            raise Unreadable([f"Line {line}: a pack may not use anchors or aliases."])
        depth += isinstance(event, yaml.CollectionStartEvent)
        depth -= isinstance(event, yaml.CollectionEndEvent)
        if depth > DEEPEST:
            raise Unreadable([NESTED])


class _Values:
    """Turns nodes into plain values by hand, so that a date stays a fault and never a date."""

    def __init__(self) -> None:
        self.lines: Lines = {}
        self.faults: list[str] = []

    def of(self, node: yaml.Node | None, path: Path) -> Any:
        if node is None:
            return None
        self.lines[path] = node.start_mark.line + 1
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, path)
        if isinstance(node, yaml.SequenceNode):
            return [self.of(each, (*path, n)) for n, each in enumerate(node.value)]
        return self._scalar(node)

    def _mapping(self, node: yaml.MappingNode, path: Path) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key, value in node.value:
            if not isinstance(key, yaml.ScalarNode):
                self._fault(key, "a name must be a word")
                continue
            if key.value in found:
                self._fault(key, f"“{key.value}” is there twice")
            found[key.value] = self.of(value, (*path, key.value))
            # The line of a name, not of what begins below it, is where a person looks.
            self.lines[(*path, key.value)] = key.start_mark.line + 1
        return found

    def _scalar(self, node: yaml.Node) -> Any:
        kind = str(node.tag).removeprefix("tag:yaml.org,2002:")
        word: str = node.value
        if kind == "str":
            return word
        if kind == "null":
            return None
        if kind == "bool" and word.lower() in _TRUTH:
            return _TRUTH[word.lower()]
        if kind == "int" and _WHOLE_NUMBER.fullmatch(word):
            return int(word)
        self._fault(
            node,
            f"“{word[:40]}” must be in quotes, or be a whole number, true or false",
        )
        return ""

    def _fault(self, node: yaml.Node, sentence: str) -> None:
        self.faults.append(f"Line {node.start_mark.line + 1}: {sentence}.")


class _Writer(yaml.SafeDumper):
    """One line for each item of a list, as a person would write and compare it."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> Any:
        return super().increase_indent(flow, False)

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _is_flat(value: Any) -> bool:
    if isinstance(value, list):
        return all(not isinstance(each, list | dict) for each in value)
    return not isinstance(value, dict)


def _write_mapping(writer: _Writer, value: dict[str, Any]) -> yaml.Node:
    flat = all(_is_flat(each) for each in value.values())
    return writer.represent_mapping(
        "tag:yaml.org,2002:map", value.items(), flow_style=flat
    )


def _write_list(writer: _Writer, value: list[Any]) -> yaml.Node:
    return writer.represent_sequence(
        "tag:yaml.org,2002:seq", value, flow_style=not value
    )


_Writer.add_representer(dict, _write_mapping)
_Writer.add_representer(list, _write_list)


def write(value: Any) -> str:
    """The file of plain values. Reading it gives the same values; writing those, the same file."""
    text: str = yaml.dump(
        value,
        Dumper=_Writer,
        sort_keys=False,
        allow_unicode=True,
        width=1_000_000,
        default_flow_style=False,
    )
    return text.removesuffix("...\n")
