"""What is sent along with a request so that the API server knows us.

https://kubernetes.io/docs/reference/access-authn-authz/authentication/#authentication-strategies
"""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass, field
from typing import Protocol

from homeport.targets.kubernetes.cluster import errors

# Anything else would end the header, or show up in the error of whoever refuses to send it.
_TOKEN = re.compile(r"[\x21-\x7e]+")


@dataclass(frozen=True, slots=True)
class Pair:
    """A client certificate and its key, as PEM."""

    certificate: bytes = field(repr=False)
    key: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Presented:
    """A header, a certificate, both or nothing. Its text tells none of them."""

    authorization: str = field(default="", repr=False)
    pair: Pair | None = None

    @property
    def is_anonymous(self) -> bool:
        """Whether nothing is sent at all."""
        return not self.authorization and self.pair is None


class Credentials(Protocol):
    """Where what is presented comes from. May be asked from several threads."""

    def present(self, now: float) -> Presented:
        """What to send now. Raises `ClusterError` where it cannot be had."""

    def renew(self, refused: Presented, now: float) -> bool:
        """Whether there is something else to present than what was refused."""

    def advice(self, now: float) -> str:
        """What to do when it is refused."""


def bearer(token: str, whose: str) -> str:
    """The header of a token. https://www.rfc-editor.org/rfc/rfc6750#section-2.1"""
    token = token.strip()
    if not token:
        raise errors.Unconfigured(f"The token of {whose} is empty.")
    if _TOKEN.fullmatch(token) is None:
        raise errors.Unconfigured(f"The token of {whose} has spaces or other signs that none has.")
    return f"Bearer {token}"


def basic(name: str, password: str) -> str:
    """The header of a user name and a password. https://www.rfc-editor.org/rfc/rfc7617#section-2"""
    return f"Basic {base64.b64encode(f'{name}:{password}'.encode()).decode()}"
