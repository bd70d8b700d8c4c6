"""Filters of ListSecrets and BatchGetSecretValue.

https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_Filter.html, and what AWS answered to
https://github.com/localstack/localstack/blob/main/tests/aws/services/secretsmanager/test_secretsmanager.py
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any

from homeport.aws.secretsmanager.store.secrets import Secret

_WORD = re.compile(r"[^\s/_+=.@!-]+")


def matches(secret: Secret, filters: Iterable[dict[str, Any]]) -> bool:
    """Whether a secret has, for each filter, one of its values; one that begins with `!` must not be there."""
    return all(_matches(secret, each["Key"], each.get("Values") or [""]) for each in filters)


def _matches(secret: Secret, key: str, values: Iterable[str]) -> bool:
    test = _TESTS[key]
    return any(test(secret, value.removeprefix("!")) != value.startswith("!") for value in values)


def _any_starts(texts: Iterable[str], value: str) -> bool:
    return any(text.startswith(value) for text in texts)


def _has_words(texts: Iterable[str], value: str) -> bool:
    """Whether each word of the value is the beginning of a word of the texts, in capitals or not."""
    there = [
        word for text in texts for word in [*text.lower().split(), *_WORD.findall(text.lower())]
    ]
    return all(_any_starts(there, word) for word in value.lower().split())


def _description(secret: Secret) -> str:
    return str(secret.settings.get("Description", ""))


def _everything(secret: Secret) -> list[str]:
    tags = secret.tags or {}
    return [secret.name, _description(secret), *tags, *tags.values(), secret.region]


_TESTS: dict[str, Callable[[Secret, str], bool]] = {
    "name": lambda secret, value: secret.name.startswith(value),
    "description": lambda secret, value: _has_words([_description(secret)], value),
    "tag-key": lambda secret, value: _any_starts(secret.tags or (), value),
    "tag-value": lambda secret, value: _any_starts((secret.tags or {}).values(), value),
    # Neither replicas nor secrets of other services are there.
    "primary-region": lambda _, __: False,
    "owning-service": lambda _, __: False,
    "all": lambda secret, value: _has_words(_everything(secret), value),
}
