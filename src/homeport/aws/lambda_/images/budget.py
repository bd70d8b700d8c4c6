"""What an image may take on disk, counted while it is unpacked."""

from __future__ import annotations

from collections.abc import Iterator

from homeport.aws.lambda_.images import limits
from homeport.aws.lambda_.images.errors import BadImage, Unreachable
from homeport.errors import StorageFull
from homeport.storage.quota import Quota

_STEP = 16 * limits.MIB


class Budget:
    """The bytes and entries of one image. Used by one thread, and stopped by another."""

    def __init__(self, quota: Quota | None) -> None:
        self._quota = quota
        self._entries = 0
        self._reserved = 0
        self.size = 0
        self.is_stopped = False

    def watched(self, pieces: Iterator[bytes]) -> Iterator[bytes]:
        """The pieces of a layer, until this is stopped. Raises `Unreachable` then."""
        for piece in pieces:
            if self.is_stopped:
                raise Unreachable("The stack is being stopped.")
            yield piece

    def take(self, size: int = 0) -> None:
        """One more entry. Raises `BadImage` over the limits, `StorageFull` where the quota has no room."""
        self._entries += 1
        self.size += limits.BLOCK * max(1, -(-size // limits.BLOCK))
        if self._entries > limits.ENTRIES:
            raise BadImage(f"The image has more than {limits.ENTRIES:,} files.")
        if self.size > limits.IMAGE_BYTES:
            raise BadImage(f"The image unpacks to more than {limits.IMAGE_BYTES:,} bytes.")
        if self.size > self._reserved:
            self._reserve_for(self.size - self._reserved)

    def settle(self) -> None:
        """Keeps what was taken and gives back the rest."""
        self._release(self._reserved - self.size)
        self._reserved = self.size

    def undo(self) -> None:
        """Gives all back."""
        self._release(self._reserved)
        self._reserved = 0

    def _reserve_for(self, size: int) -> None:
        """In steps, as each asks the quota; what is just needed where there is no more."""
        try:
            self._reserve(max(_STEP, size))
        except StorageFull:
            self._reserve(size)

    def _reserve(self, size: int) -> None:
        if self._quota is not None:
            self._quota.reserve(size)
        self._reserved += size

    def _release(self, size: int) -> None:
        if self._quota is not None:
            self._quota.release(size)
