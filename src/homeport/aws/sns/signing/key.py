"""Signatures of messages, and the certificate to verify them with.

https://docs.aws.amazon.com/sns/latest/dg/sns-verify-signature-of-message.html. The key is made when it is first needed. AWS's own C library
signs, as it is in the process for checksums too; both it and `cryptography` take long to load and are loaded in a thread.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import importlib
from typing import Any

from homeport.aws.sns.engine.envelope import Signed
from homeport.aws.sns.store import secrets
from homeport.clock import Clock
from homeport.storage.db import Database

PATH = "/_aws/sns/SimpleNotificationService-"
"""Of the certificate, where LocalStack has it: https://docs.localstack.cloud/aws/services/sns/"""
RECENT = 1_000
"""Signatures that are held: a message for many functions or endpoints, or one that is tried again, is signed once."""
_CERTIFICATE = "homeport.aws.sns.signing.certificate"


class Signing:
    """The key of all topics."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock
        self._key: Any = None
        self._algorithms: dict[str, tuple[Any, Any]] = {}
        self._recent: dict[bytes, str] = {}
        self._opening: asyncio.Task[None] | None = None
        self.path = ""
        """Where the certificate is; empty until the key is there."""

    async def open(self) -> None:
        """Makes or reads the key, unless that was done."""
        if self._key is not None:
            return
        if self._opening is None or self._opening.done():
            self._opening = asyncio.ensure_future(self._open())
        await asyncio.shield(self._opening)

    async def _open(self) -> None:
        if secrets.find(self._db.query, "key") is None:
            key, certificate = await asyncio.to_thread(_make, self._clock.now())
            values = {"key": key, "certificate": certificate}
            await self._db.write(lambda connection: secrets.keep(connection, values))
        crypto = await asyncio.to_thread(importlib.import_module, "awscrt.crypto")
        kinds = crypto.RSASignatureAlgorithm
        self._algorithms = {
            "1": (hashlib.sha1, kinds.PKCS1_5_SHA1),
            "2": (hashlib.sha256, kinds.PKCS1_5_SHA256),
        }
        pem = secrets.find(self._db.query, "key")
        self.path = f"{PATH}{hashlib.sha256(self.certificate()).hexdigest()[:32]}.pem"
        self._key = crypto.RSA.new_private_key_from_pem_data(pem)

    async def close(self) -> None:
        """Lets the making of the key end."""
        if self._opening is not None:
            await asyncio.wait([self._opening])

    def certificate(self) -> bytes:
        """The certificate as PEM; empty where nothing was signed yet."""
        return secrets.find(self._db.query, "certificate") or b""

    def signed(self, text: str, version: str) -> Signed:
        """The signature of a text. To be called after `open`."""
        kind, algorithm = self._algorithms[version]
        digest = kind(text.encode()).digest()
        signature = self._recent.get(digest)
        if signature is None:
            if len(self._recent) >= RECENT:
                self._recent.clear()
            signature = base64.b64encode(self._key.sign(algorithm, digest)).decode()
            self._recent[digest] = signature
        return Signed(version, signature, self.path)


def _make(now: float) -> tuple[bytes, bytes]:
    made: tuple[bytes, bytes] = importlib.import_module(_CERTIFICATE).make(now)
    return made
