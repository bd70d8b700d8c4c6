"""Changes one entry of a YAML document by its lines; the rest stays as it is, comments and all."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import yaml

INDENT = 2


class Cut(NamedTuple):
    """Lines that go, and what comes instead."""

    start: int
    end: int
    lines: list[str]


def doubled(text: str) -> str:
    """A key that stands twice in one mapping, of which a parser would lose one; empty where there is none."""
    root = yaml.compose(text, yaml.SafeLoader)
    waiting = [root] if root is not None else []
    while waiting:
        node = waiting.pop()
        if isinstance(node, yaml.MappingNode):
            keys = [key.value for key, _ in node.value if isinstance(key, yaml.ScalarNode)]
            again = next((key for key in keys if keys.count(key) > 1), "")
            if again:
                return str(again)
            waiting += [value for _, value in node.value]
        elif isinstance(node, yaml.SequenceNode):
            waiting += node.value
    return ""


def spliced(text: str, goal: dict[str, Any], sections: Sequence[str], key: str) -> str | None:
    """The text with the entry `key` of each section as it is in `goal`, or without it; None where its form does not allow it."""
    root = yaml.compose(text, yaml.SafeLoader)
    lines = text.splitlines()
    if root is None:
        return _joined([*lines, *_appended(goal, sections, key)])
    if not isinstance(root, yaml.MappingNode) or root.flow_style:
        return None
    cuts: list[Cut] = []
    for section in sections:
        cut = _cut(root, goal, section, key, len(lines))
        if cut is None:
            return None
        cuts.append(cut)
    for cut in sorted(cuts, key=lambda each: each.start, reverse=True):
        lines[cut.start : cut.end] = cut.lines
    return _joined(lines)


def _joined(lines: list[str]) -> str:
    return "".join(f"{line}\n" for line in lines)


def _appended(goal: dict[str, Any], sections: Sequence[str], key: str) -> list[str]:
    return [line for name in sections if name in goal for line in _block(name, goal, key)]


def _block(section: str, goal: dict[str, Any], key: str) -> list[str]:
    return [f"{section}:", *_rendered(key, goal[section][key], INDENT)]


def _rendered(key: str, entry: Any, column: int) -> list[str]:
    dumped = yaml.safe_dump({key: entry}, sort_keys=False, indent=INDENT)
    return [f"{' ' * column}{line}" for line in dumped.splitlines()]


def _cut(
    root: yaml.MappingNode, goal: dict[str, Any], section: str, key: str, end: int
) -> Cut | None:
    """What changes in one section."""
    entry = (goal.get(section) or {}).get(key)
    found = next(((k, v) for k, v in root.value if k.value == section), None)
    if found is None:
        return Cut(end, end, _block(section, goal, key) if entry is not None else [])
    name, node = found
    if not isinstance(node, yaml.MappingNode) or node.flow_style or not node.value:
        return None
    if section not in goal:
        return Cut(name.start_mark.line, _last(node) + 1, [])
    column = node.value[0][0].start_mark.column
    new = _rendered(key, entry, column) if entry is not None else []
    for child, value in node.value:
        if child.value == key:
            return Cut(child.start_mark.line, _last(value) + 1, new)
    first = node.value[0][0].start_mark.line
    return Cut(first, first, new)


def _last(node: yaml.Node) -> int:
    """Its last line. The end of a block is where the next thing begins, so it is asked of what is innermost."""
    if not getattr(node, "flow_style", False):
        if isinstance(node, yaml.MappingNode) and node.value:
            return _last(node.value[-1][1])
        if isinstance(node, yaml.SequenceNode) and node.value:
            return _last(node.value[-1])
    is_before = node.end_mark.column == 0 and node.end_mark.line > node.start_mark.line
    return int(node.end_mark.line) - (1 if is_before else 0)
