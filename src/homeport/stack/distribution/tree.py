"""A configuration as a tree of texts, each with where it stands. The YAML of config.yml and of variables, as Distribution reads it.

Scalars stay as they are written, since it is the key that says what they mean. https://yaml.org/spec/1.1/
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import yaml

TEXT_BYTES = 1024 * 1024
ENTRIES = 10_000
DEPTH = 20
"""Real files have tens of lines. Without a limit a few aliases of aliases would fill the memory:
https://en.wikipedia.org/wiki/Billion_laughs_attack"""

_NULL = "tag:yaml.org,2002:null"
_MERGE = "tag:yaml.org,2002:merge"


class Unreadable(ValueError):
    """The text is no configuration; says why, without what stands there: it may be a secret."""


@dataclass(slots=True)
class Entry:
    """One node."""

    value: str | dict[str, Entry] | list[Entry] | None
    origin: str
    """What a message about it begins with: `config.yml:3: http.addr`, `REGISTRY_HTTP_ADDR`."""

    @property
    def text(self) -> str:
        """The text of a scalar; empty for what is not given."""
        return self.value if isinstance(self.value, str) else ""

    @property
    def table(self) -> dict[str, Entry]:
        """The keys of a mapping; none where it is no mapping."""
        return self.value if isinstance(self.value, dict) else {}

    @property
    def is_given(self) -> bool:
        """Whether anything is said: an empty text, list or mapping says nothing, as in Distribution."""
        return bool(self.value)


@dataclass(slots=True)
class Source:
    """What a text is read from."""

    name: str
    has_lines: bool
    """Whether a message says the line: of a file, not of a variable."""
    entries: int = 0
    doubles: list[str] = field(default_factory=list)
    """Keys that are written twice; the last one holds."""

    def origin(self, node: yaml.Node, path: str) -> str:
        """Where a node stands."""
        if not self.has_lines:
            return self.name
        return f"{self.name}:{node.start_mark.line + 1}" + (f": {path}" if path else "")


def parse(text: str, source: Source) -> Entry:
    """The tree of a text. Raises `Unreadable`."""
    if len(text.encode("utf-8", "replace")) > TEXT_BYTES:
        raise Unreadable(f"{source.name}: it has more than {TEXT_BYTES} bytes.")
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        line = f":{error.problem_mark.line + 1}" if error.problem_mark and source.has_lines else ""
        raise Unreadable(f"{source.name}{line}: it is not YAML: {error.problem}.") from error
    except (yaml.YAMLError, RecursionError) as error:
        raise Unreadable(f"{source.name}: it is not YAML.") from error
    if node is None:
        return Entry(None, source.name)
    return _entry(node, source, "", 0)


def _entry(node: yaml.Node, source: Source, path: str, depth: int) -> Entry:
    source.entries += 1
    if source.entries > ENTRIES or depth > DEPTH:
        raise Unreadable(f"{source.name}: it has more than {ENTRIES} entries, or {DEPTH} levels.")
    origin = source.origin(node, path)
    if isinstance(node, yaml.MappingNode):
        return Entry(_mapping(node, source, path, depth), origin)
    if isinstance(node, yaml.SequenceNode):
        items = [
            _entry(item, source, f"{path}[{number}]", depth + 1)
            for number, item in enumerate(node.value)
        ]
        return Entry(items, origin)
    return Entry(None if node.tag == _NULL else str(node.value), origin)


def _mapping(node: yaml.MappingNode, source: Source, path: str, depth: int) -> dict[str, Entry]:
    found: dict[str, Entry] = {}
    merged: dict[str, Entry] = {}
    for key, value in node.value:
        if key.tag == _MERGE:
            for table in _merged(_entry(value, source, path, depth + 1)):
                merged = table | merged
            continue
        name = str(key.value) if isinstance(key, yaml.ScalarNode) else ""
        inner = f"{path}.{name}" if path else name
        if name in found:
            source.doubles.append(source.origin(key, inner))
        found[name] = _entry(value, source, inner, depth + 1)
        found[name].origin = source.origin(key, inner)
    return merged | found


def _merged(entry: Entry) -> Iterator[dict[str, Entry]]:
    """https://yaml.org/type/merge.html: one mapping or several, of which the first holds."""
    several = entry.value if isinstance(entry.value, list) else [entry]
    for each in several:
        yield each.table
