"""Access key ids in AWS's form that tell their account, as AWS's own do.

Sixteen characters of base32 stand behind the prefix. As on AWS the first bit of them is set and the account follows in the next
forty; then come 24 random bits, and 15 bits that tell a key of ours from one of AWS: a real key in a developer's environment
stands for no account here.
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-prefixes
https://docs.aws.amazon.com/STS/latest/APIReference/API_GetAccessKeyInfo.html
"""

from __future__ import annotations

import base64
import re
import secrets
import zlib

LONG_TERM = "AKIA"
TEMPORARY = "ASIA"

_FORM = re.compile(r"(AKIA|ASIA)([A-Z2-7]{13})([A-Z2-7]{3})")
_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
_RANDOM_BITS = 24
_SIGN = 1 << 64
_ACCOUNTS = 10**12


def new(prefix: str, account: str, random: int | None = None) -> str:
    """An access key id of an account. `random` has 24 bits, and is chosen where it is not given."""
    chosen = secrets.randbits(_RANDOM_BITS) if random is None else random
    number = _SIGN | int(account) << _RANDOM_BITS | chosen
    body = prefix + _base32(number, 13)
    return body + _check(body)


def account_of(access_key: str) -> str | None:
    """The account of an access key that was made here; None for any other."""
    found = _FORM.fullmatch(access_key)
    if found is None or _check(found[1] + found[2]) != found[3]:
        return None
    account = (_number(found[2]) & ~_SIGN) >> _RANDOM_BITS
    return f"{account:012d}" if account < _ACCOUNTS else None


def secret() -> str:
    """A new secret access key, in AWS's form of forty characters."""
    return base64.b64encode(secrets.token_bytes(30)).decode()


def _check(body: str) -> str:
    return _base32(zlib.crc32(body.encode()) & 0x7FFF, 3)


def _base32(number: int, characters: int) -> str:
    return "".join(_ALPHABET[number >> 5 * place & 31] for place in range(characters - 1, -1, -1))


def _number(text: str) -> int:
    number = 0
    for character in text:
        number = number << 5 | _ALPHABET.index(character)
    return number
