"""The values of a statement: its literals and parameters, as a table stores them.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ql-reference.data-types.html
"""

from __future__ import annotations

import re
from collections.abc import Sequence as Sequenced
from typing import Any

from homeport.aws.dynamodb.partiql import errors
from homeport.aws.dynamodb.partiql.errors import Refused
from homeport.aws.dynamodb.partiql.language.syntax import (
    Call,
    Expression,
    Is,
    Literal,
    Name,
    Operation,
    Other,
    Parameter,
    Path,
    Sequence,
    Struct,
)
from homeport.aws.dynamodb.values import attribute, limits, numbers
from homeport.aws.dynamodb.values.attribute import Value
from homeport.aws.dynamodb.values.invalid import Invalid

ROOT = "root"
_DEPTH = limits.NESTING
_ION_TYPES = (
    (re.compile(r"-?(0|[1-9][0-9_]*|0[xX][0-9a-fA-F_]+|0[bB][01_]+)"), "INT"),
    (re.compile(r"-?[0-9][0-9_]*(\.[0-9_]*)?([dD][-+]?[0-9]+)?"), "DECIMAL"),
    (re.compile(r"-?[0-9][0-9_]*(\.[0-9_]*)?[eE][-+]?[0-9]+"), "FLOAT"),
    (re.compile(r"[0-9]{4}-.*|[0-9]{4}T"), "TIMESTAMP"),
    (re.compile(r"true|false"), "BOOL"),
    (re.compile(r"null(\..*)?"), "NULL"),
    (re.compile(r'".*"|\'\'\'.*', re.DOTALL), "STRING"),
    (re.compile(r"\{\{\s*\".*", re.DOTALL), "CLOB"),
    (re.compile(r"\{\{.*", re.DOTALL), "BLOB"),
    (re.compile(r"\{.*", re.DOTALL), "STRUCT"),
    (re.compile(r"\[.*", re.DOTALL), "LIST"),
    (re.compile(r"\(.*", re.DOTALL), "SEXP"),
)
"""https://amazon-ion.github.io/ion-docs/docs/spec.html; anything else is a symbol."""
_EXPONENT = re.compile(r"[eE]([-+]?[0-9]+)$")
_INT = range(-(2**31) + 1, 2**31)


def parameters(wire: Sequenced[Any] | None) -> list[Value]:
    """The parameters of a statement, which are looked at before it (recorded). Raises Refused and ValidationException."""
    found = []
    for member in wire or ():
        _check_exponents(member)
        found.append(attribute.value(member))
    return found


def _check_exponents(member: Any) -> None:
    """A number whose exponent has more than 32 bits is no number here, while the other operations have 64.

    https://github.com/paritysuite/dynamodb-conformance/blob/main/tests/tier3/error-messages/partiqlParameterNumbers.test.ts
    """
    waiting = [member]
    while waiting:
        current = waiting.pop()
        if isinstance(current, dict):
            for kind, content in current.items():
                texts = [content] if kind == "N" else content if kind == "NS" else ()
                for text in texts if isinstance(texts, list) else ():
                    _check_exponent(text)
            waiting.extend(current.values())
        elif isinstance(current, list):
            waiting.extend(current)


def _check_exponent(text: Any) -> None:
    match = _EXPONENT.search(text) if isinstance(text, str) else None
    if match is not None and (len(match[1]) > 11 or int(match[1]) not in _INT):
        raise Refused(f"{errors.NOT_NUMERIC}: {text}")


def value(expression: Expression, given: Sequenced[Value]) -> Value:
    """The value of a literal, of a list, map or set of literals, or of a parameter. Raises Refused for all else."""
    if isinstance(expression, Parameter):
        return given[expression.number]
    return _value(expression, ROOT, 0)


def is_value(expression: Expression) -> bool:
    """Whether this is something that `value` is for."""
    return isinstance(expression, Literal | Sequence | Struct | Parameter)


def _value(expression: Expression, path: str, depth: int) -> Value:
    if depth >= _DEPTH:
        raise Refused(errors.TOO_DEEP.format(path))
    if isinstance(expression, Literal):
        return _literal(expression, path)
    if isinstance(expression, Struct):
        return {"M": struct(expression, path, depth + 1)}
    if isinstance(expression, Sequence):
        members = expression.members
        if expression.is_bag:
            return _set(members, path)
        inner = enumerate(members)
        return {"L": [_value(member, f"{path}[{at}]", depth + 1) for at, member in inner]}
    shown = _shown(expression) if path == ROOT else _class(expression)
    raise Refused(errors.DATA_TYPE.format(shown, path), expression.place)


def struct(expression: Struct, path: str = "", depth: int = 0) -> dict[str, Value]:
    """The members of a map. Without a path it is an item, in which every attribute is a root of its own."""
    found: dict[str, Value] = {}
    for key, member in expression.members:
        if not isinstance(key, Literal) or key.kind != "string":
            raise Refused(errors.STRUCT_KEY.format(_class(key), path or ROOT), key.place)
        name = key.text
        if name in found:
            # Of an item the second name is pointed at, of a map the map (tool).
            place = expression.place if path else key.place
            raise Refused(errors.DUPLICATE_KEYS.format(name, path or ROOT), place)
        if not name:
            raise Refused(errors.EMPTY_COMPONENT)
        found[name] = _value(member, f"{path}.{name}" if path else ROOT, depth)
    return found


def item(expression: Struct, given: Sequenced[Value]) -> dict[str, Value]:
    """The item of an INSERT: parameters stand for whole attributes only."""
    plain = Struct(expression.place, tuple(map(_bound, expression.members)))
    found = struct(plain)
    for key, member in expression.members:
        if isinstance(member, Parameter) and isinstance(key, Literal):
            found[key.text] = given[member.number]
    return found


def _bound(member: tuple[Expression, Expression]) -> tuple[Expression, Expression]:
    """A member whose value is no parameter; a parameter's value is put in later."""
    key, content = member
    return (key, Literal(content.place, "null", "")) if isinstance(content, Parameter) else member


def _literal(literal: Literal, path: str) -> Value:
    kind, text = literal.kind, literal.text
    if kind == "string":
        return {"S": text}
    if kind == "number":
        return {"N": number(text, path)}
    if kind == "bool":
        return {"BOOL": text == "true"}
    if kind == "null":
        return {"NULL": True}
    if kind == "ion":
        raise Refused(errors.ION.format(_ion_type(text), path), literal.place)
    raise Refused(errors.DATA_TYPE.format("MISSING", path), literal.place)


def number(text: str, path: str = ROOT) -> str:
    """The canonical text of a number literal."""
    try:
        return numbers.canonical(text)
    except Invalid as error:
        raise Refused(f"{error.message} under {path}") from None


def _set(members: tuple[Expression, ...], path: str) -> Value:
    if not members:
        raise Refused(errors.EMPTY_BAG)
    kinds = set()
    for member in members:
        kind = member.kind if isinstance(member, Literal) else ""
        if kind not in ("string", "number"):
            raise Refused(errors.BAG_MEMBER, member.place)
        kinds.add(kind)
    if len(kinds) > 1:
        raise Refused(errors.BAG_MEMBER)
    texts = [member.text for member in members if isinstance(member, Literal)]
    if kinds == {"string"}:
        return attribute.value({"SS": texts})
    canonical = [number(text, path) for text in texts]
    if len(set(canonical)) != len(canonical):
        raise Refused(errors.DUPLICATE_NUMBERS.format(", ".join(texts), path))
    return attribute.value({"NS": canonical})


def _ion_type(text: str) -> str:
    plain = text.strip()
    return next((name for form, name in _ION_TYPES if form.fullmatch(plain)), "SYMBOL")


def _shown(expression: Expression) -> str:
    """What an expression is called where a value should stand."""
    if isinstance(expression, Operation):
        return expression.operator
    if isinstance(expression, Call):
        return expression.function
    if isinstance(expression, Name):
        return expression.text
    return _class(expression)


def _class(expression: Expression) -> str:
    """What AWS calls an expression of this class."""
    if isinstance(expression, Literal):
        return _LITERALS.get(expression.kind) or ("DECIMAL" if "." in expression.text else "INT")
    if isinstance(expression, Other):
        return expression.word
    return CLASSES.get(type(expression), "SELECT")


_LITERALS = {"string": "STRING", "bool": "BOOL", "null": "NULL", "missing": "MISSING", "ion": "ION"}
CLASSES: dict[type, str] = {
    Name: "VariableReference",
    Path: "Path",
    Operation: "NAry",
    Call: "NAry",
    Is: "Typed",
    Sequence: "Seq",
    Struct: "Struct",
    Parameter: "Parameter",
}
