"""The grammar of policies: which elements there are, and what stands in them.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
"""

from __future__ import annotations

import re
from typing import Any

from homeport.aws.iam.engine import resources

_TOP = {"Version", "Id", "Statement"}
_VERSIONS = {"2008-10-17", "2012-10-17"}
_ELEMENTS = {
    "Sid",
    "Effect",
    "Principal",
    "NotPrincipal",
    "Action",
    "NotAction",
    "Resource",
    "NotResource",
    "Condition",
}
_EXCLUSIVE = (("Action", "NotAction"), ("Resource", "NotResource"), ("Principal", "NotPrincipal"))
_STRINGS = [f"String{end}" for end in ("Equals", "NotEquals", "Like", "NotLike")]
_CASELESS = ["StringEqualsIgnoreCase", "StringNotEqualsIgnoreCase"]
_COMPARISONS = (
    "Equals",
    "NotEquals",
    "LessThan",
    "LessThanEquals",
    "GreaterThan",
    "GreaterThanEquals",
)
_ORDERED = [f"{kind}{end}" for kind in ("Numeric", "Date") for end in _COMPARISONS]
_ARNS = ["ArnEquals", "ArnLike", "ArnNotEquals", "ArnNotLike"]
_OTHERS = ["Bool", "BinaryEquals", "IpAddress", "NotIpAddress", "Null"]
OPERATORS = {name.lower() for name in [*_STRINGS, *_CASELESS, *_ORDERED, *_ARNS, *_OTHERS]}
"""https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html"""
_OPERATOR = re.compile(r"(?:For(?:Any|All)Values?:)?([A-Za-z]+?)(?:IfExists)?", re.IGNORECASE)
_DATE = re.compile(
    r"-?[0-9]+(-(0?[1-9]|1[0-2])(-[0-9]{1,2})?)?"
    r"([Tt]([0-9]{1,2}(:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,9})?)?)?([Zz]|[+-][0-9]{2}(:[0-9]{2})?)?)?)?"
)
_LARGEST_TIME = 2**63 - 1
_ACCOUNT = re.compile(r"[0-9]{12}")
_ACCOUNT_ARN = re.compile(r"arn:aws[a-z-]*:(iam|sts)::[0-9]{12}:[^ ]+")
_PRINCIPAL_ID = re.compile(r"A[A-Z]{3}[A-Z0-9]{12,}")
"""What becomes of a principal that was deleted."""


def statements(policy: dict[str, Any]) -> list[dict[str, Any]]:
    """The statements, where a single one needs no list."""
    found = policy["Statement"]
    return found if isinstance(found, list) else [found]


def values(statement: dict[str, Any], name: str) -> list[str]:
    """What an element of a statement names, where a single text needs no list."""
    found = statement.get(name, [])
    return [found] if isinstance(found, str) else [text for text in found if text is not None]


def is_policy(policy: dict[str, Any]) -> bool:
    """Whether all elements are known and hold what they can hold."""
    return (
        policy.keys() <= _TOP
        and policy.get("Version", VERSION_DEFAULT) in _VERSIONS
        and isinstance(policy.get("Id", ""), str)
        and isinstance(policy.get("Statement"), dict | list)
        and policy["Statement"] != []
        and all(_is_statement(statement) for statement in statements(policy))
    )


VERSION_DEFAULT = "2008-10-17"
"""https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_version.html"""


def _is_statement(statement: Any) -> bool:
    return (
        isinstance(statement, dict)
        and statement.keys() <= _ELEMENTS
        and not any(one in statement and other in statement for one, other in _EXCLUSIVE)
        and isinstance(statement.get("Sid", ""), str)
        and str(statement.get("Effect")).lower() in ("allow", "deny")
        and all(_is_texts(statement.get(name, "")) for name in ("Action", "NotAction"))
        and all(_is_resources(statement.get(name, "")) for name in ("Resource", "NotResource"))
        and all(_is_principals(statement.get(name, "*")) for name in _EXCLUSIVE[2])
        and _is_condition(statement.get("Condition", {}))
    )


def _is_texts(value: Any) -> bool:
    return isinstance(value, str) or (
        isinstance(value, list) and all(isinstance(item, str) for item in value)
    )


def _is_resources(value: Any) -> bool:
    """As texts, but AWS takes a null among them."""
    return _is_texts(
        [item for item in value if item is not None] if isinstance(value, list) else value
    )


def _is_principals(value: Any) -> bool:
    return isinstance(value, str) or (
        isinstance(value, dict) and all(_is_texts(names) for names in value.values())
    )


def _is_condition(value: Any) -> bool:
    # An operator without keys may have any name, on AWS too.
    return isinstance(value, dict) and all(
        isinstance(keys, dict)
        and (not keys or _is_operator(operator))
        and all(map(_is_scalars, keys.values()))
        for operator, keys in value.items()
    )


def _is_operator(name: str) -> bool:
    found = _OPERATOR.fullmatch(name)
    return found is not None and found[1].lower() in OPERATORS


def _is_scalars(value: Any) -> bool:
    return isinstance(value, str | int | float) or (
        isinstance(value, list) and all(isinstance(item, str | int | float) for item in value)
    )


def is_legacy(statement: dict[str, Any]) -> bool:
    """Whether the older parser of AWS takes a statement too: `Effect` in its own case, dates that are dates, whole ARNs."""
    texts = [text for name in ("Resource", "NotResource") for text in values(statement, name)]
    return (
        statement["Effect"] in ("Allow", "Deny")
        and all(map(resources.is_legacy, texts))
        and all(map(_has_dates, statement.get("Condition", {}).items()))
    )


def _has_dates(condition: tuple[str, dict[str, Any]]) -> bool:
    operator, keys = condition
    found = _OPERATOR.fullmatch(operator)
    if found is None or not found[1].lower().startswith("date"):
        return True
    dates = [
        each for value in keys.values() for each in (value if isinstance(value, list) else [value])
    ]
    return all(map(_is_date, map(str, dates)))


def _is_date(text: str) -> bool:
    """Whether this is a time as ISO 8601 has it, or seconds since the epoch."""
    digits = text.removeprefix("-")
    if digits.isdecimal():
        return len(digits) < 20 and int(digits) <= _LARGEST_TIME
    return _DATE.fullmatch(text) is not None


def is_principal(kind: str, name: str) -> bool:
    """Whether there can be such a principal: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html"""
    if kind == "AWS":
        return name == "*" or any(
            form.fullmatch(name) for form in (_ACCOUNT, _ACCOUNT_ARN, _PRINCIPAL_ID)
        )
    if kind == "Service":
        return "." in name and " " not in name
    return kind in ("Federated", "CanonicalUser") and bool(name)
