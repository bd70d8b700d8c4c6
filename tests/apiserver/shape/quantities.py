"""Amounts of memory, storage and processor time.

https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/
"""

from __future__ import annotations

import re
from decimal import Decimal

ERROR = (
    "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"
)
"""https://github.com/kubernetes/kubernetes/blob/v1.35.0/staging/src/k8s.io/apimachinery/pkg/api/resource/quantity.go"""
_FORM = re.compile(
    r"([+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+))([KMGTPE]i|[numkMGTPE]|[eE][+-]?[0-9]+)?"
)
_BINARY = {name: 1024**power for power, name in enumerate(("Ki", "Mi", "Gi", "Ti", "Pi", "Ei"), 1)}
_DECIMAL = {
    name: Decimal(10) ** power
    for name, power in (
        *(("n", -9), ("u", -6), ("m", -3), ("", 0), ("k", 3)),
        *(("M", 6), ("G", 9), ("T", 12), ("P", 15), ("E", 18)),
    )
}


def is_quantity(text: str) -> bool:
    """Whether it can be read."""
    return _FORM.fullmatch(text) is not None


def amount(quantity: object) -> Decimal:
    """The number that it stands for."""
    found = _FORM.fullmatch(str(quantity))
    if found is None:
        raise ValueError(ERROR)
    number, suffix = Decimal(found[1]), found[2] or ""
    if suffix in _BINARY:
        return number * _BINARY[suffix]
    if suffix in _DECIMAL:
        return number * _DECIMAL[suffix]
    return number.scaleb(int(suffix[1:]))


def canonical(quantity: object) -> str:
    """As the server gives it back: the largest suffix with which no fraction is left; `1024Mi` is `1Gi`, `0.5` is `500m`."""
    text = str(quantity)
    found = _FORM.fullmatch(text)
    if found is None or (found[2] or "")[:1] == "e" or (found[2] or "")[1:].isdigit():
        return text
    value = amount(text)
    if (found[2] or "") in _BINARY and value == value.to_integral_value():
        return _with(value, {"": 1} | _BINARY) if abs(value) >= 1024 else str(int(value))
    return _with(value, _DECIMAL)


def _with(value: Decimal, suffixes: dict) -> str:
    if not value:
        return "0"
    for suffix, unit in sorted(suffixes.items(), key=lambda row: row[1], reverse=True):
        count = value / unit
        if count == count.to_integral_value():
            return f"{int(count)}{suffix}"
    return f"{value / suffixes['n']:.0f}n"
