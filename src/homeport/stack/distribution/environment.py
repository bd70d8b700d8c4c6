"""Lays variables over what config.yml says: `REGISTRY_HTTP_ADDR` is `addr` of `http`, and its value is YAML.

https://distribution.github.io/distribution/about/configuration/#override-specific-configuration-options
"""

from __future__ import annotations

from collections.abc import Mapping

from homeport.stack.distribution import tree

_PREFIX = "REGISTRY_"
_NAMED = ("storage", "auth")
"""Sections that may be written as the one word of what they use: `auth: none`."""


def overlay(root: tree.Entry, variables: Mapping[str, str]) -> list[str]:
    """Changes the tree. Returns what is wrong.

    In the order of their names, so that a section comes before its parts.
    """
    problems = []
    for name in sorted(variables):
        words = name.removeprefix(_PREFIX).lower().split("_")
        try:
            _set(root, words, tree.parse(variables[name], tree.Source(name, has_lines=False)), name)
        except tree.Unreadable as error:
            problems.append(str(error))
    return problems


def expand(root: tree.Entry) -> None:
    """Gives sections that are one word the form of all others."""
    for name in _NAMED:
        section = root.table.get(name)
        if section is not None and isinstance(section.value, str) and section.value:
            section.value = {section.value: tree.Entry({}, section.origin)}


def _set(root: tree.Entry, words: list[str], value: tree.Entry, name: str) -> None:
    expand(root)
    at = root
    for word in words:
        items = at.value
        at = _item(items, word, name) if isinstance(items, list) else _child(at, word, name)
    at.value, at.origin = value.value, name


def _child(at: tree.Entry, word: str, name: str) -> tree.Entry:
    if not isinstance(at.value, dict):
        at.value, at.origin = {}, name
    for key, entry in at.value.items():
        if key.lower() == word:
            return entry
    return at.value.setdefault(word, tree.Entry(None, name))


def _item(items: list[tree.Entry], word: str, name: str) -> tree.Entry:
    """An item of a list, or a new one at its end."""
    if word not in map(str, range(len(items) + 1)):
        raise tree.Unreadable(f"{name}: its list has {len(items)} items; {word} is none of them.")
    if int(word) == len(items):
        items.append(tree.Entry(None, name))
    return items[int(word)]
