"""Names and ARNs of secrets.

https://docs.aws.amazon.com/secretsmanager/latest/userguide/getting-started.html#term_secret
"""

from __future__ import annotations

import re
from typing import NamedTuple

from homeport.aws.secretsmanager import errors

_NAME = re.compile(r"[A-Za-z0-9/_+=.@!-]+")
_ARN = re.compile(r"arn:aws[a-z-]*:secretsmanager:([a-z0-9-]+):(\d{12}):secret:(.+)")
_SUFFIX = re.compile(r"(.+)-([A-Za-z0-9]{6})")
SUFFIX_CHARACTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"


class Address(NamedTuple):
    """A secret of someone, as a `SecretId` says it."""

    account: str
    region: str
    name: str
    suffix: str
    """The six characters of a whole ARN; nothing where it is a name, or an ARN without them."""


def arn(account: str, region: str, name: str, suffix: str) -> str:
    """The ARN of a secret."""
    return f"arn:aws:secretsmanager:{region}:{account}:secret:{name}-{suffix}"


def check(name: str) -> None:
    """Raises where this can be no secret's name."""
    if not _NAME.fullmatch(name):
        raise errors.INVALID_NAME()


def address(secret_id: str, account: str, region: str) -> Address:
    """What a name, an ARN, or an ARN without its last six characters leads to.

    An ARN of the short form whose name itself ends with a hyphen and six characters is taken for a whole one, as AWS does:
    https://docs.aws.amazon.com/secretsmanager/latest/userguide/troubleshoot.html#ARN_secretnamehyphen
    """
    found = _ARN.fullmatch(secret_id)
    if found is None:
        check(secret_id)
        return Address(account, region, secret_id, "")
    check(found[3])
    whole = _SUFFIX.fullmatch(found[3])
    if whole is None:
        return Address(found[2], found[1], found[3], "")
    return Address(found[2], found[1], whole[1], whole[2])
