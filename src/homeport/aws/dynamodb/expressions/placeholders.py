"""What stands for the placeholders of a request's expressions: names for `#name`, values for `:value`.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.ExpressionAttributeNames.html
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.ExpressionAttributeValues.html
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from homeport.aws.dynamodb import errors
from homeport.aws.dynamodb.expressions.language import limits
from homeport.aws.dynamodb.values import attribute
from homeport.aws.dynamodb.values.attribute import Value
from homeport.aws.dynamodb.values.invalid import Invalid
from homeport.aws.protocol.call import AwsError

NAMES, VALUES = "ExpressionAttributeNames", "ExpressionAttributeValues"
EMPTY = "{} must not be empty"
INVALID_KEY = '{} contains invalid key: Syntax error; key: "{}"'
"""All three: https://github.com/architect/dynalite/blob/main/test/scan.js, "should return ValidationException for empty ..." """
EMPTY_KEY = "{} contains invalid key: The expression attribute map contains an empty key;"
LONG_NAME_KEY = (
    "{} contains invalid key: The expression attribute map contains a key that is too long; "
    "size of key: {}"
)
LONG_VALUE_KEY = (
    "{} contains invalid key: The expression attribute map contains a key that is too long;"
)
EMPTY_NAME = "{} contains invalid value: Empty attribute name for key {}"
LONG_NAME = (
    "{} contains invalid value: Attribute name is too large, must be less than 65536 bytes "
    "for key {}"
)
"""https://github.com/ExtendDB/extenddb/issues/365"""
INVALID_VALUE = "{} contains invalid value: {} for key {}"
UNUSED = "Value provided in {} unused in expressions: keys: {{{}}}"
"""https://github.com/architect/dynalite/blob/main/test/updateItem.js, "should return ValidationException for extra ..." """

_FALSE_NULL = "Null attribute value types must have the value of true"
"""Comes as it is, recorded: https://github.com/nubo-db/dynoxide/blob/main/tests/expressions.rs"""
_NAME_KEY = re.compile(r"#[A-Za-z0-9_]+").fullmatch
_VALUE_KEY = re.compile(r":[A-Za-z0-9_]+").fullmatch


class Placeholders:
    """The names and values that a request has for its placeholders.

    Raises AWS's ValidationException for keys and contents that cannot be. In operations of the older framework (transactions and Scan)
    values may have one level more.
    https://github.com/paritysuite/dynamodb-conformance/blob/main/tests/tier3/limits/nestingDepth.test.ts
    """

    __slots__ = ("_unused_names", "_unused_values", "names", "values")

    def __init__(
        self,
        names: Mapping[str, str] | None,
        values: Mapping[str, Any] | None,
        *,
        is_older: bool = False,
    ) -> None:
        if names is not None:
            _check_names(names)
        if values is not None:
            _check_keys(values)
        if names is not None:
            _check_named(names)
        self.names: Mapping[str, str] = names or {}
        self.values: dict[str, Value] = {} if values is None else _values(values, is_older=is_older)
        self._unused_names = set(self.names)
        self._unused_values = set(self.values)

    def use(self, names: Iterable[str], values: Iterable[str]) -> None:
        """An expression has these placeholders."""
        if self._unused_names:
            self._unused_names.difference_update(names)
        if self._unused_values:
            self._unused_values.difference_update(values)

    def check_unused(self) -> None:
        """Raises AWS's error if a placeholder is in none of the expressions, which were all bound before."""
        if self._unused_names:
            raise Invalid(UNUSED.format(NAMES, ", ".join(sorted(self._unused_names))))
        if self._unused_values:
            raise Invalid(UNUSED.format(VALUES, ", ".join(sorted(self._unused_values))))


NONE = Placeholders(None, None)
"""For expressions without placeholders."""


def _check_names(names: Mapping[str, str]) -> None:
    if not names:
        raise Invalid(EMPTY.format(NAMES))
    for key in names:
        if not _NAME_KEY(key):
            raise Invalid(INVALID_KEY.format(NAMES, key) if key else EMPTY_KEY.format(NAMES))
        if len(key) > limits.PLACEHOLDER_SIZE:
            raise Invalid(LONG_NAME_KEY.format(NAMES, len(key)))


def _check_named(names: Mapping[str, str]) -> None:
    for key, name in names.items():
        if not name:
            raise Invalid(EMPTY_NAME.format(NAMES, key))
        if attribute.is_too_long(name):
            raise Invalid(LONG_NAME.format(NAMES, key))


def _check_keys(values: Mapping[str, Any]) -> None:
    if not values:
        raise Invalid(EMPTY.format(VALUES))
    for key in values:
        if not _VALUE_KEY(key):
            raise Invalid(INVALID_KEY.format(VALUES, key) if key else EMPTY_KEY.format(VALUES))
        if len(key) > limits.PLACEHOLDER_SIZE:
            raise Invalid(LONG_VALUE_KEY.format(VALUES))


def _values(values: Mapping[str, Any], *, is_older: bool) -> dict[str, Value]:
    found = {}
    for key, wire in values.items():
        try:
            found[key] = attribute.value(wire, depth=0 if is_older else 1)
        except AwsError as error:
            if error.message == attribute.TOO_DEEP:
                raise Invalid(
                    INVALID_VALUE.format(VALUES, error.message, key), error.message
                ) from None
            if error.code == errors.VALIDATION.code and not error.message.endswith(_FALSE_NULL):
                # The class stays: it has the words of the operations that do not tell of the key.
                error.message = INVALID_VALUE.format(VALUES, error.message, key)
            raise
    return found
