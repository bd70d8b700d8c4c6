"""The life of an upload: states and events as one table, and where a chunk must begin. No I/O.

https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#pushing-a-blob-in-chunks
"""

from __future__ import annotations

import enum
import re
from dataclasses import dataclass

from homeport.registry import errors


class State(enum.Enum):
    """What an upload is doing."""

    IDLE = "idle"
    """Waits for the next request; all it holds is acknowledged."""
    WRITING = "writing"
    """One request is adding to it."""
    DOOMED = "doomed"
    """Was cancelled while a request is adding to it: ends with that request."""
    ENDED = "ended"


class Event(enum.Enum):
    """What happens to an upload."""

    BEGIN = "begin"
    """A PATCH or PUT begins."""
    KEEP = "keep"
    """What that request added stays; there may be more to come."""
    REVERT = "revert"
    """What that request added is given up."""
    FINISH = "finish"
    """The blob is there, or the whole upload has failed."""
    CANCEL = "cancel"
    """The client gives it up."""
    EXPIRE = "expire"
    """Nothing was added for too long."""


TRANSITIONS = {
    (State.IDLE, Event.BEGIN): State.WRITING,
    (State.IDLE, Event.CANCEL): State.ENDED,
    (State.IDLE, Event.EXPIRE): State.ENDED,
    (State.WRITING, Event.KEEP): State.IDLE,
    (State.WRITING, Event.REVERT): State.IDLE,
    (State.WRITING, Event.FINISH): State.ENDED,
    (State.WRITING, Event.CANCEL): State.DOOMED,
    (State.WRITING, Event.EXPIRE): State.WRITING,
    (State.DOOMED, Event.KEEP): State.ENDED,
    (State.DOOMED, Event.REVERT): State.ENDED,
    (State.DOOMED, Event.FINISH): State.ENDED,
    (State.DOOMED, Event.CANCEL): State.DOOMED,
    (State.DOOMED, Event.EXPIRE): State.DOOMED,
}
"""Where there is no entry, the event is refused and the state stays."""


class Chunk:
    """The bytes that a request says it brings: `Content-Range: START-END`, both included."""

    __slots__ = ("length", "start")

    def __init__(self, start: int, end: int) -> None:
        self.start = start
        self.length = end - start + 1


# <start>-<end>, which the spec writes without a unit: https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#pushing-a-blob-in-chunks
# Some clients send RFC 9110's form all the same: https://github.com/distribution/distribution/pull/4457
_RANGE = re.compile(r"(?:bytes[ =])?([0-9]{1,18})-([0-9]{1,18})(?:/(?:[0-9]{1,18}|\*))?")


def parse_chunk(header: str) -> Chunk:
    """Reads Content-Range; raises BLOB_UPLOAD_INVALID for what is none."""
    match = _RANGE.fullmatch(header.strip())
    if match is None or int(match[2]) < int(match[1]):
        raise errors.Failure("BLOB_UPLOAD_INVALID", f"invalid Content-Range: {header[:100]!r}")
    return Chunk(int(match[1]), int(match[2]))


@dataclass(slots=True)
class Session:
    """One upload."""

    id: str
    repository: str
    algorithm: str
    size: int = 0
    """Bytes that are acknowledged."""
    state: State = State.IDLE

    def step(self, event: Event) -> State:
        """Goes on to the next state. Raises the error for the client where the event may not happen now."""
        following = TRANSITIONS.get((self.state, event))
        if following is None:
            raise self._refusal()
        self.state = following
        return following

    def _refusal(self) -> errors.Failure:
        if self.state is State.WRITING:
            return errors.Failure(
                "BLOB_UPLOAD_INVALID",
                "another request is writing to this upload",
                status=409,
                headers=self.headers(),
            )
        return errors.Failure("BLOB_UPLOAD_UNKNOWN")

    def is_open_for(self, repository: str) -> bool:
        """Whether requests of that repository may still go on with it."""
        return self.repository == repository and self.state in {State.IDLE, State.WRITING}

    def check_start(self, chunk: Chunk | None) -> None:
        """Raises RANGE_INVALID (416) where the chunk does not go on where the upload stands."""
        if chunk is not None and chunk.start != self.size:
            raise errors.Failure(
                "RANGE_INVALID",
                f"the upload stands at {self.size}, the chunk starts at {chunk.start}",
                headers=self.headers(),
            )

    @property
    def location(self) -> str:
        """Where the next request goes; relative, so that it holds behind any proxy."""
        return f"/v2/{self.repository}/blobs/uploads/{self.id}"

    def headers(self) -> list[tuple[str, str]]:
        """What each answer about the upload says of it. `0-0` stands for empty too, as in Distribution."""
        return [
            ("Location", self.location),
            ("Range", f"0-{max(0, self.size - 1)}"),
            ("Docker-Upload-UUID", self.id),
        ]
