"""Filters of DescribeParameters and GetParametersByPath.

https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_ParameterStringFilter.html
Texts as in https://github.com/getmoto/moto/blob/master/tests/test_ssm/test_ssm.py
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from homeport.aws.protocol.call import Params
from homeport.aws.ssm import errors
from homeport.aws.ssm.engine import names
from homeport.aws.ssm.store.parameters import Found

Filter = dict[str, Any]
Match = Callable[[Found], bool]

_DESCRIPTION_KEYS = ("Path", "Name", "Type", "KeyId", "Tier", "DataType")
_SHOWN_DESCRIPTION_KEYS = "Path, Name, Type, KeyId, Tier"
_VALUES = {
    "Type": ("String", "StringList", "SecureString"),
    "Tier": ("Standard", "Advanced", "Intelligent-Tiering"),
}
_UNFIT_PATH = (
    'Filters for common parameters can\'t be prefixed with "aws" or "ssm" (case-insensitive). '
    "When using global parameters, please specify within a global namespace."
)


class ByPath(NamedTuple):
    """What GetParametersByPath looks for below its path."""

    labels: frozenset[str] | None
    """Labels of which a version has one; None for the newest version."""
    match: Match


def is_below(path: str, level: str, *, is_deep: bool) -> bool:
    """Whether a path is below a level that ends with a slash: right below it, or anywhere."""
    return path.startswith(level) and (is_deep or "/" not in path[len(level) :])


def by_path(filters: list[Filter]) -> ByPath:
    """The filters of a GetParametersByPath. Raises where one is not for it."""
    labels: frozenset[str] | None = None
    matches: list[Match] = []
    for each in filters:
        key = each["Key"]
        if key not in ("Type", "KeyId", "Label"):
            raise errors.INVALID_FILTER_KEY(
                f"The following filter key is not valid: {key}. Valid filter keys include: [Type, KeyId]."
            )
        if key == "Label":
            _check_option(each, ("Equals",), "Equals")
            labels = frozenset(_values(each))
        else:
            matches.append(_match(each))
    return ByPath(labels, lambda found: all(match(found) for match in matches))


def of_description(params: Params) -> Match:
    """What DescribeParameters looks for, by the filters of today or by those that they came after."""
    old: list[Filter] = params.get("Filters") or []
    new: list[Filter] = params.get("ParameterFilters") or []
    if old and new:
        raise errors.VALIDATION(
            "You can use either Filters or ParameterFilters in a single request."
        )
    for each in new:
        if each["Key"] not in _DESCRIPTION_KEYS and not each["Key"].startswith("tag:"):
            raise errors.INVALID_FILTER_KEY(
                f"The following filter key is not valid: {each['Key']}. "
                f"Valid filter keys include: [{_SHOWN_DESCRIPTION_KEYS}]"
            )
    _check_distinct(each["Key"] for each in new)
    matches = [_match(each) for each in old or new]
    return lambda found: all(match(found) for match in matches)


def _check_distinct(keys: Iterable[str]) -> None:
    seen: set[str] = set()
    for key in keys:
        if key in seen:
            raise errors.INVALID_FILTER_KEY(
                f"The following filter is duplicated in the request: {key}. "
                "A request can contain only one occurrence of a specific filter."
            )
        seen.add(key)


def _values(each: Filter) -> list[str]:
    values: list[str] = each.get("Values") or []
    if not values:
        raise errors.INVALID_FILTER_VALUE(
            f"The following filter values are missing : null for filter key {each['Key']}."
        )
    for value in values:
        if value not in _VALUES.get(each["Key"], (value,)):
            raise errors.INVALID_FILTER_VALUE(
                f"The following filter value is not valid: {value}. "
                f"Valid values include: [{', '.join(_VALUES[each['Key']])}]."
            )
    return values


def _check_option(each: Filter, allowed: tuple[str, ...], shown: str) -> None:
    if each.get("Option") not in (None, *allowed):
        raise errors.INVALID_FILTER_OPTION(
            f"The following filter option is not valid: {each['Option']}. Valid options include: [{shown}]."
        )


def _match(each: Filter) -> Match:
    key: str = each["Key"]
    if key == "Path":
        return _match_path(each)
    if key.startswith("tag:"):
        return _match_tag(each)
    allowed = ("Equals", "BeginsWith", "Contains") if key == "Name" else ("Equals", "BeginsWith")
    _check_option(each, allowed, "BeginsWith, Equals")
    values, option = _values(each), each.get("Option") or "Equals"
    if key == "Name":
        return _match_name(values, option)
    return lambda found: _has(_attribute(found, key), values, option)


def _attribute(found: Found, key: str) -> str:
    return found.version.type if key == "Type" else found.version.settings.get(key, "")


def _has(text: str, values: Iterable[str], option: str) -> bool:
    if option == "BeginsWith":
        return text.startswith(tuple(values))
    if option == "Contains":
        return any(value in text for value in values)
    return text in values


def _match_name(values: list[str], option: str) -> Match:
    if option == "Contains":
        return lambda found: _has(found.parameter.path, values, option)
    paths = [names.path(value) for value in values]
    return lambda found: _has(found.parameter.path, paths, option)


def _match_tag(each: Filter) -> Match:
    _check_option(each, ("Equals", "BeginsWith"), "BeginsWith, Equals")
    key, option = each["Key"].removeprefix("tag:"), each.get("Option") or "Equals"
    values: list[str] | None = each.get("Values")

    def match(found: Found) -> bool:
        value = found.parameter.tags.get(key)
        return value is not None and (not values or _has(value, values, option))

    return match


def _match_path(each: Filter) -> Match:
    values = _values(each)
    _check_option(each, ("Recursive", "OneLevel"), "Recursive, OneLevel")
    for value in values:
        if re.match(r"/(aws|ssm)", value, re.IGNORECASE):
            raise errors.VALIDATION(_UNFIT_PATH)
        names.check_path(value)
    levels = [value if value.endswith("/") else f"{value}/" for value in values]
    is_deep = each.get("Option") == "Recursive"
    return lambda found: any(
        is_below(found.parameter.path, level, is_deep=is_deep) for level in levels
    )
