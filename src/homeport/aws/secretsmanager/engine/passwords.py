"""Random passwords.

https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetRandomPassword.html
"""

from __future__ import annotations

import random
import string

from homeport.aws.protocol.call import Params
from homeport.aws.secretsmanager import errors, limits

_KINDS = (
    ("ExcludeLowercase", string.ascii_lowercase),
    ("ExcludeUppercase", string.ascii_uppercase),
    ("ExcludeNumbers", string.digits),
    ("ExcludePunctuation", string.punctuation),
)


def password(params: Params, source: random.Random) -> str:
    """A password as it is asked for, with one character of each kind at least where that is not waived."""
    excluded = set(params.get("ExcludeCharacters") or "")
    kinds = [characters for name, characters in _KINDS if not params.get(name)]
    if params.get("IncludeSpace"):
        kinds.append(" ")
    left = ["".join(each for each in kind if each not in excluded) for kind in kinds]
    left = [kind for kind in left if kind]
    if not left:
        # The text is not recorded.
        raise errors.INVALID_PARAMETER("No characters are left to make a password of.")
    length: int = params.get("PasswordLength") or limits.PASSWORD_CHARACTERS
    required = left if params.get("RequireEachIncludedType") is not False else []
    if length < len(required):
        # https://github.com/getmoto/moto/blob/master/moto/secretsmanager/models.py
        raise errors.INVALID_PARAMETER("Password length is too short based on the required types.")
    every = "".join(left)
    chosen = [source.choice(kind) for kind in required]
    chosen += [source.choice(every) for _ in range(length - len(chosen))]
    source.shuffle(chosen)
    return "".join(chosen)
