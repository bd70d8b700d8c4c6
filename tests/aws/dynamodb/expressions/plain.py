"""Conditions and updates carried out directly on Python values: text, Decimal, bytes, bool, None, list, dict and `Set`.

A condition is a tuple: its kind, then its parts. `text_of` writes it as an expression with as few parentheses as there can be.
"""

from __future__ import annotations

import base64
from decimal import Decimal
from typing import NamedTuple


class Set(NamedTuple):
    kind: str
    members: frozenset


ABSENT = object()
TYPES = {str: "S", Decimal: "N", bytes: "B", bool: "BOOL", type(None): "NULL", list: "L", dict: "M"}


def kind_of(value):
    return value.kind if isinstance(value, Set) else TYPES[type(value)]


def wire(value):
    kind = kind_of(value)
    if kind == "M":
        return {"M": {name: wire(member) for name, member in value.items()}}
    if kind == "L":
        return {"L": [wire(member) for member in value]}
    if kind == "NULL":
        return {"NULL": True}
    if isinstance(value, Set):
        return {kind: [wire(member)[kind[0]] for member in value.members]}
    return {
        kind: {"N": str, "B": lambda b: base64.b64encode(b).decode()}.get(kind, lambda v: v)(value)
    }


def of(value):
    ((kind, content),) = value.items()
    if kind == "M":
        return {name: of(member) for name, member in content.items()}
    if kind == "L":
        return [of(member) for member in content]
    if len(kind) == 2:
        return Set(kind, frozenset(of({kind[0]: member}) for member in content))
    read = {"N": Decimal, "B": base64.b64decode, "NULL": lambda _: None}
    return read.get(kind, lambda same: same)(content)


def same(a, b):
    if a is ABSENT or b is ABSENT or kind_of(a) != kind_of(b):
        return False
    if isinstance(a, list):
        return len(a) == len(b) and all(map(same, a, b))
    if isinstance(a, dict):
        return a.keys() == b.keys() and all(same(a[name], b[name]) for name in a)
    return a == b


def find(item, path):
    value = item
    for part in path:
        wanted = dict if isinstance(part, str) else list
        if not isinstance(value, wanted):
            return ABSENT
        if (wanted is dict and part not in value) or (wanted is list and part >= len(value)):
            return ABSENT
        value = value[part]
    return value


def value_of(operand, item):
    kind, content = operand
    if kind == "path":
        return find(item, content)
    if kind == "value":
        return content
    value = find(item, content)
    if isinstance(value, Set):
        return Decimal(len(value.members))
    if isinstance(value, str):
        return Decimal(len(value.encode("utf-16-le")) // 2)
    return Decimal(len(value)) if isinstance(value, bytes | list | dict) else ABSENT


def ordered(operator, a, b):
    if ABSENT in (a, b) or kind_of(a) != kind_of(b) or kind_of(a) not in "SNB":
        return False
    if isinstance(a, str):
        a, b = a.encode(), b.encode()
    return {"<": a < b, "<=": a <= b, ">": a > b, ">=": a >= b}[operator]


def contains(a, b):
    if isinstance(a, Set):
        return any(same(member, b) for member in a.members)
    if isinstance(a, list):
        return any(same(member, b) for member in a)
    return isinstance(a, str | bytes) and type(a) is type(b) and b in a


def begins(a, b):
    return isinstance(a, str | bytes) and type(a) is type(b) and a.startswith(b)


def holds(condition, item):
    kind, *parts = condition
    if kind == "and":
        return all(holds(part, item) for part in parts)
    if kind == "or":
        return any(holds(part, item) for part in parts)
    if kind == "not":
        return not holds(parts[0], item)
    if kind in ("exists", "not exists"):
        return (find(item, parts[0]) is not ABSENT) == (kind == "exists")
    if kind == "type":
        value = find(item, parts[0])
        return value is not ABSENT and kind_of(value) == parts[1]
    values = [value_of(part, item) for part in parts if isinstance(part, tuple)]
    return holds_of(kind, parts, values)


def holds_of(kind, parts, values):
    if kind == "compare":
        if parts[0] in ("=", "<>"):
            return same(*values) == (parts[0] == "=")
        return ordered(parts[0], *values)
    if kind == "between":
        return ordered(">=", values[0], values[1]) and ordered("<=", values[0], values[2])
    if kind == "in":
        return any(same(values[0], other) for other in values[1:])
    if ABSENT in values:
        return False
    return {"begins": begins, "contains": contains}[kind](*values)


class Writer:
    """Writes a condition, and collects the values that it needs."""

    def __init__(self):
        self.values = {}

    def reference(self, value):
        name = f":v{len(self.values)}"
        self.values[name] = wire(value)
        return name

    def path(self, path):
        return "".join(f"[{p}]" if isinstance(p, int) else f".{p}" for p in path).lstrip(".")

    def operand(self, operand):
        kind, content = operand
        if kind == "value":
            return self.reference(content)
        return self.path(content) if kind == "path" else f"size({self.path(content)})"

    def condition(self, condition, binding=0):
        kind, *parts = condition
        if kind in ("and", "or"):
            inner = 2 if kind == "and" else 1
            text = f" {kind.upper()} ".join(self.condition(part, inner) for part in parts)
            return f"({text})" if binding > inner - 1 and binding != 0 else text
        if kind == "not":
            return f"NOT {self.condition(parts[0], 3)}"
        return self.test(kind, parts)

    def test(self, kind, parts):
        if kind in ("exists", "not exists"):
            return f"attribute_{kind.replace(' ', '_')}({self.path(parts[0])})"
        if kind == "type":
            return f"attribute_type({self.path(parts[0])}, {self.reference(parts[1])})"
        operands = [self.operand(part) for part in parts if isinstance(part, tuple)]
        if kind == "compare":
            return f"{operands[0]} {parts[0]} {operands[1]}"
        if kind == "between":
            return f"{operands[0]} BETWEEN {operands[1]} AND {operands[2]}"
        if kind == "in":
            return f"{operands[0]} IN ({', '.join(operands[1:])})"
        name = {"begins": "begins_with", "contains": "contains"}[kind]
        return f"{name}({operands[0]}, {operands[1]})"


def place(item, changes):
    """The item with values placed at paths (ABSENT removes), all at once; indexes are those before."""
    root = copied(item)
    removed = []
    for path, value in sorted(changes, key=lambda change: str(len(change[0])) + repr(change[0])):
        parent, last = find(root, path[:-1]), path[-1]
        if value is ABSENT:
            removed.append((parent, last))
        elif isinstance(parent, list) and last >= len(parent):
            removed.append((parent, (last, value)))
        else:
            parent[last] = value
    appended = [(parent, last) for parent, last in removed if isinstance(last, tuple)]
    dropped = [(parent, last) for parent, last in removed if not isinstance(last, tuple)]
    lengths = {id(parent): len(parent) for parent, _ in removed}
    for parent, (_, value) in sorted(appended, key=lambda change: change[1][0]):
        parent.append(value)
    for parent, last in sorted(dropped, key=lambda change: str(change[1]).zfill(9), reverse=True):
        if isinstance(parent, dict):
            parent.pop(last, None)
        elif last < lengths[id(parent)]:
            del parent[last]
    return root


def copied(value):
    if isinstance(value, dict):
        return {name: copied(member) for name, member in value.items()}
    return [copied(member) for member in value] if isinstance(value, list) else value
