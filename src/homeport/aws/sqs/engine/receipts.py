"""Receipt handles: what a receiver shows to delete a message, or to keep it longer.

https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-queue-message-identifiers.html
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import struct
from typing import NamedTuple

from homeport.aws.sqs import errors

_CONTENT = struct.Struct(">QQI")
_MAC_BYTES = 12
_TEXT_LENGTH = (_CONTENT.size + _MAC_BYTES) * 4 // 3 + 2


class Receipt(NamedTuple):
    """Which delivery of which message a handle stands for."""

    row: int
    """Row of the message; never used again for another one."""
    receives: int
    """How often it had been received from this queue, this time included."""


class Receipts:
    """Makes handles and reads them back; only our own are read, whatever a client sends."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def issue(self, queue_id: int, message: int, count: int) -> str:
        """The handle of one delivery."""
        content = _CONTENT.pack(queue_id, message, count)
        return base64.b64encode(content + self._mac(content)).decode()

    def read(self, handle: str, queue_id: int) -> Receipt:
        """The delivery that a handle of this queue stands for; raises `ReceiptHandleIsInvalid`."""
        content = self._verified(handle)
        if content is not None:
            queue, message, count = _CONTENT.unpack(content)
            if queue == queue_id:
                return Receipt(message, count)
        raise errors.INVALID_HANDLE(
            f'The input receipt handle "{handle[:1024]}" is not a valid receipt handle.'
        )

    def _verified(self, handle: str) -> bytes | None:
        if len(handle) > _TEXT_LENGTH:
            return None
        try:
            raw = base64.b64decode(handle, validate=True)
        except (binascii.Error, ValueError):
            return None
        content, mac = raw[: _CONTENT.size], raw[_CONTENT.size :]
        return content if mac == self._mac(content) else None

    def _mac(self, content: bytes) -> bytes:
        return hashlib.blake2b(content, digest_size=_MAC_BYTES, key=self._key).digest()
