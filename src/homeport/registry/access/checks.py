"""Whether the options of access can work, told when the registry is opened and not with the first request."""

from __future__ import annotations

import re

from homeport import errors
from homeport.registry.access import authorization, rules
from homeport.registry.options import Options

TOKEN_S = 60
"""The shortest life of a token: https://distribution.github.io/distribution/spec/auth/token/#token-response-fields (expires_in)"""

_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
"""https://www.rfc-editor.org/rfc/rfc9110#name-tokens"""

_VALUE = re.compile(r"(?:[!-~\x80-\xff](?:[\t -~\x80-\xff]*[!-~\x80-\xff])?)?")
"""https://www.rfc-editor.org/rfc/rfc9110#name-field-values"""

_OF_THE_SERVER = frozenset({"connection", "content-length", "date", "server", "transfer-encoding"})
"""https://www.rfc-editor.org/rfc/rfc9112#name-message-body-length: two of these would cut messages in two ways"""


def check(options: Options) -> None:
    """Raises `SettingsError` for what can not work."""
    if options.rules and options.htpasswd is None:
        raise errors.SettingsError(
            "There are rules of access, but no file of users, without which everybody may do everything.",
            hint="Name an htpasswd file; it may be empty where there is only anonymous access.",
        )
    _check_rules(options)
    if options.token_s < TOKEN_S:
        raise errors.SettingsError(
            f"A token can not hold for {options.token_s:g} s.", hint=f"{TOKEN_S} s are the least."
        )
    if options.metrics not in authorization.METRICS:
        raise errors.SettingsError(
            f"Metrics can not be read by {options.metrics!r}.",
            hint=f"Choose one of {', '.join(authorization.METRICS)}.",
        )
    for what, text in (("realm", options.realm), ("address", options.url)):
        if not text.isascii() or not text.isprintable():
            raise errors.SettingsError(
                f"{text!r} can not be the registry's {what}: clients are told it in a header.",
                hint="Take printable characters of ASCII.",
            )
    if options.url and not options.url.startswith(("http://", "https://")):
        raise errors.SettingsError(
            f"{options.url!r} is not where clients can reach the registry.",
            hint="Such as https://registry.example.com.",
        )
    _check_headers(options)


def _check_rules(options: Options) -> None:
    for number, rule in enumerate(options.rules, 1):
        unknown = set(rule.allow) - rules.ACTIONS
        if unknown or not rule.allow or not rule.repositories:
            what = ", ".join(sorted(unknown)) or "nothing"
            raise errors.SettingsError(
                f"Rule {number} of access lets {what}, or has no repositories.",
                hint="It allows one or more of pull, push and delete in one or more patterns.",
            )
        if rule.anonymous and "pull" not in rule.allow:
            raise errors.SettingsError(
                f"Rule {number} of access is for anonymous callers too, but does not allow pull.",
                hint="They may do nothing else: allow pull, or leave them out.",
            )


def _check_headers(options: Options) -> None:
    for name, value in options.headers:
        if not _NAME.fullmatch(name) or not _VALUE.fullmatch(value):
            raise errors.SettingsError(
                f"{name!r} can not be a field of responses with the value that it was given.",
                hint="https://www.rfc-editor.org/rfc/rfc9110#name-fields",
            )
        if name.lower() in _OF_THE_SERVER:
            raise errors.SettingsError(
                f"{name} is the server's own to write.", hint="Leave it out of the headers."
            )
