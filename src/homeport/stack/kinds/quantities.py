"""Quantities of Kubernetes by their value: `0.5` and `500m` are the same.

https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

_SHAPE = re.compile(r"([+-]?[0-9]*\.?[0-9]+)([eE][+-]?[0-9]+)?(m|k|M|G|T|P|E|[KMGTPE]i)?")
_UNITS = {
    "": Decimal(1),
    "m": Decimal("0.001"),
    **{unit: Decimal(1000) ** power for power, unit in enumerate("kMGTPE", start=1)},
    **{f"{unit}i": Decimal(1024) ** power for power, unit in enumerate("KMGTPE", start=1)},
}


def value(quantity: Any) -> Decimal | None:
    """Its value; None where it is no quantity."""
    found = _SHAPE.fullmatch(str(quantity))
    if found is None or isinstance(quantity, bool):
        return None
    number, exponent, unit = found.groups()
    return Decimal(number + (exponent or "")) * _UNITS[unit or ""]


def is_same(one: Any, other: Any) -> bool:
    """Whether two quantities are of the same value; what is no quantity is the same as nothing."""
    known = value(one)
    return known is not None and known == value(other)


def read(quantity: Any) -> Decimal:
    """Its value. Raises `ValueError` for what is no quantity."""
    known = value(quantity)
    if known is None:
        raise ValueError(quantity)
    return known
