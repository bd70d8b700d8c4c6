"""Pages of the local AWS stand below the account and region that they show: `/in/123456789012/eu-west-1/sqs`.

So an address says all that there is to say, and two tabs may stand in two regions. The pages themselves know nothing of it: a row's path and
a link begin at the root, and are led below the scope here, as a proxy does for an application in a folder. Without a scope in front an address
is about `Scope()`.
"""

from __future__ import annotations

import re

from homeport.console.asking import scope as scopes
from homeport.console.asking.scope import Scope

SECTIONS = ("cloud", "s3", "sqs", "sns", "dynamodb", "lambda")
"""First segments of the paths that stand below a scope."""

_BELOW = re.compile(rf"/in/([^/]*)/([^/]*)(/(?:{'|'.join(SECTIONS)})(?:/.*)?)")
_PATH = rf"/(?:{'|'.join(SECTIONS)})(?![^/?#\"])"
_OWN = re.compile(_PATH)
_NAMED = r'(?<=\s)((?:href|src|action|formaction|hx-get|hx-post|hx-put|data-upload)=")'
"""Attributes that are addresses. Others hold what somebody wrote, which stays as it is even where it looks like an address."""
_LINK = re.compile(rf"{_NAMED}(?={_PATH})")
"""A value that is written into a page has its quotes escaped, so what looks like an attribute here is one."""
_HOME = re.compile(rf"{_NAMED}{re.escape(Scope().path)}(?={_PATH})")
"""A link that names the scope which needs no name."""


def split(path: str) -> tuple[Scope | None, str]:
    """Whose part of the local AWS an address is about, and the path as the rows have it; None where it is about something else."""
    if is_below(path):
        return Scope(), path
    found = _BELOW.fullmatch(path)
    scope = scopes.read(found[1], found[2]) if found is not None else None
    return (None, path) if found is None or scope is None else (scope, found[3])


def is_below(path: str) -> bool:
    """Whether a path, without a scope, is one of the local AWS."""
    return _OWN.match(path) is not None


def path(location: str, scope: Scope) -> str:
    """A location of this console, below the scope where it is one of the local AWS."""
    return _before(scope) + location if is_below(location) else location


def page(text: str, scope: Scope) -> str:
    """A page, or a part of one, all of whose links to the local AWS lead below the scope, if they name no other."""
    if scope == Scope():
        return _HOME.sub(r"\g<1>", text)
    return _LINK.sub(rf"\g<1>{_before(scope)}", text)


def _before(scope: Scope) -> str:
    return "" if scope == Scope() else scope.path
