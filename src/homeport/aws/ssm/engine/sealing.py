"""What a SecureString shows to those who ask for it without decryption."""

from __future__ import annotations

import base64
import hashlib
import hmac


class Sealing:
    """Makes a text that stays the same for a version and tells nothing of its value."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def seal(self, parameter: int, number: int) -> str:
        """In the form of a ciphertext of AWS KMS, which nothing here can open."""
        digest = hmac.digest(self._key, f"{parameter}:{number}".encode(), hashlib.sha512)
        return base64.b64encode(b"\x01\x02\x02\x00x" + digest * 2).decode()
