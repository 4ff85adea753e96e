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
_WHOLE_NUMBER = re.compile(r"-?(0|[1-9][0-9]{0,8})")
_TRUTH = {"true": True, "false": False}


class Unreadable(Exception):
    """``faults`` are sentences, each with its line where it has one."""

    def __init__(self, faults: Sequence[str]) -> None:
        self.faults = tuple(faults)
        super().__init__(" ".join(faults))


class _Composer(yaml.SafeLoader):
    """Composes nodes and refuses what would let one place of the file stand for another."""

    def compose_node(self, parent: Any, index: Any) -> Any:
        event = self.peek_event()  # type: ignore[no-untyped-call]
        if getattr(event, "anchor", None) is not None:
            line = event.start_mark.line + 1
            raise Unreadable([f"Line {line}: a pack may not use anchors or aliases."])
        return super().compose_node(parent, index)


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
        raise Unreadable(["The file is nested too deeply."]) from error
    if values.faults:
        raise Unreadable(values.faults)
    return value, values.lines


def _composed(text: str) -> yaml.Node | None:
    loader = _Composer(text)
    try:
        return loader.get_single_node()
    finally:
        loader.dispose()


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
