"""Cross-origin rules of a bucket: checking them, and finding the one that allows a request.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/ManageCorsUsing.html
https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketCors.html
"""

from __future__ import annotations

import json
from typing import Any, NamedTuple

from homeport.aws.s3 import errors, limits

METHODS = frozenset({"GET", "PUT", "POST", "DELETE", "HEAD"})
"""https://docs.aws.amazon.com/AmazonS3/latest/API/API_CORSRule.html"""


class Pattern(NamedTuple):
    """A text with at most one `*`."""

    head: str
    tail: str
    is_wild: bool

    def matches(self, text: str) -> bool:
        """Whether the text is what the pattern says."""
        if not self.is_wild:
            return text == self.head
        return (
            len(text) >= len(self.head) + len(self.tail)
            and text.startswith(self.head)
            and text.endswith(self.tail)
        )


class Rule(NamedTuple):
    """One rule, ready to be matched."""

    origins: tuple[Pattern, ...]
    is_any_origin: bool
    methods: tuple[str, ...]
    headers: tuple[Pattern, ...]
    exposed: tuple[str, ...]
    max_age_s: int | None


def pattern(text: str) -> Pattern:
    """Takes a pattern apart."""
    head, star, tail = text.partition("*")
    return Pattern(head, tail, bool(star))


def compile_rules(stored: str | None) -> tuple[Rule, ...]:
    """The rules of a bucket out of what is kept of it."""
    if stored is None:
        return ()
    return tuple(_compile(rule) for rule in json.loads(stored))


def _compile(rule: dict[str, Any]) -> Rule:
    return Rule(
        origins=tuple(pattern(origin) for origin in rule["AllowedOrigins"]),
        is_any_origin="*" in rule["AllowedOrigins"],
        methods=tuple(rule["AllowedMethods"]),
        headers=tuple(pattern(header.lower()) for header in rule.get("AllowedHeaders", ())),
        exposed=tuple(rule.get("ExposeHeaders", ())),
        max_age_s=rule.get("MaxAgeSeconds"),
    )


def find(
    rules: tuple[Rule, ...], origin: str, method: str, headers: tuple[str, ...] = ()
) -> Rule | None:
    """The first rule that allows a request of this origin, method and (in lower case) these headers."""
    for rule in rules:
        if (
            method in rule.methods
            and any(allowed.matches(origin) for allowed in rule.origins)
            and all(any(allowed.matches(name) for allowed in rule.headers) for name in headers)
        ):
            return rule
    return None


def check(rules: list[dict[str, Any]]) -> None:
    """Raises `InvalidRequest` or `MalformedXML` for rules that S3 refuses."""
    if not rules or len(rules) > limits.CORS_RULES:
        raise errors.MALFORMED_XML()
    if len(json.dumps(rules)) > limits.CORS_SIZE:
        raise errors.INVALID_REQUEST("The CORS configuration is larger than 64 KB.")
    for rule in rules:
        _check_rule(rule)


def _check_rule(rule: dict[str, Any]) -> None:
    if not rule.get("AllowedMethods") or not rule.get("AllowedOrigins"):
        raise errors.MALFORMED_XML()
    if len(rule.get("ID", "")) > limits.CORS_ID:
        raise errors.MALFORMED_XML()
    for method in rule["AllowedMethods"]:
        if method not in METHODS:
            raise errors.INVALID_REQUEST(
                f"Found unsupported HTTP method in CORS config. Unsupported method is {method}"
            )
    for origin in rule["AllowedOrigins"]:
        _check_wildcard("AllowedOrigin", origin)
    for header in rule.get("AllowedHeaders", ()):
        _check_wildcard("AllowedHeader", header)
    for header in rule.get("ExposeHeaders", ()):
        if "*" in header:
            raise errors.INVALID_REQUEST(
                f'ExposeHeader "{header}" contains wildcard. We currently do not support wildcard for ExposeHeader.'
            )


def _check_wildcard(name: str, value: str) -> None:
    if value.count("*") > 1:
        raise errors.INVALID_REQUEST(f'{name} "{value}" can not have more than one wildcard.')
