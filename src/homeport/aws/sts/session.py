"""A session: temporary credentials, and whom they stand for."""

from __future__ import annotations

import base64
import secrets
from typing import NamedTuple

from homeport.aws.protocol.call import Params
from homeport.aws.signing import access_keys

ROLE = "role"
CALLER = "caller"
"""Of GetSessionToken: the caller as before."""
FEDERATED = "federated"

_TOKEN_START = "FwoGZXIvYXdzE"  # noqa: S105 - how AWS's tokens begin
_TOKEN_BYTES = 240


class Identity(NamedTuple):
    """Whom credentials stand for."""

    account: str
    arn: str
    user_id: str


class Session(NamedTuple):
    """Temporary credentials."""

    access_key: str
    secret: str
    token: str
    kind: str
    account: str
    arn: str
    user_id: str
    expires_at: float
    source_identity: str | None = None
    transitive_tags: dict[str, str] = {}  # noqa: RUF012 - never changed
    """Session tags that go over to the next role, by their keys."""

    @property
    def identity(self) -> Identity:
        """Whom it stands for."""
        return Identity(self.account, self.arn, self.user_id)

    @property
    def credentials(self) -> Params:
        """The credentials as answers have them."""
        return {
            "AccessKeyId": self.access_key,
            "SecretAccessKey": self.secret,
            "SessionToken": self.token,
            "Expiration": self.expires_at,
        }


def new(kind: str, identity: Identity, expires_at: float) -> Session:
    """A session with credentials that nobody can guess."""
    token = _TOKEN_START + base64.b64encode(secrets.token_bytes(_TOKEN_BYTES)).decode()
    key = access_keys.new(access_keys.TEMPORARY, identity.account)
    return Session(key, access_keys.secret(), token, kind, *identity, expires_at)
