"""The log of one environment: what its function writes, line by line, between the lines that Lambda writes about it."""

from __future__ import annotations

from datetime import UTC, datetime

from homeport.aws.lambda_.invoking import limits
from homeport.aws.lambda_.invoking.logs import lines
from homeport.aws.lambda_.invoking.logs.bucket import Bucket
from homeport.aws.lambda_.invoking.logs.writer import LogWriter
from homeport.aws.lambda_.model import Version
from homeport.clock import Clock, Timer


def stream_name(version: Version, number: str, now: float) -> str:
    """The log stream of an environment; `number` has 32 hexadecimal digits.

    https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-loggroups.html
    """
    day = datetime.fromtimestamp(now, UTC).strftime("%Y/%m/%d")
    name = version.function.name
    own = version.logging.group == f"/aws/lambda/{name}"
    return f"{day}/{'' if own else name}[{version.version}]{number}"


class Journal:
    """Holds little: lines are handed on in batches, and what is too much is dropped with a line that tells how much."""

    def __init__(self, writer: LogWriter, version: Version, stream: str, clock: Clock) -> None:
        self.stream = stream
        self.format = lines.of(version.logging.format, version.logging.system_level)
        self._writer = writer
        self._version = version
        self._clock = clock
        self._batch: list[tuple[int, str]] = []
        self._batch_bytes = 0
        self._timer: Timer | None = None
        self._partial = b""
        self._dropped = 0
        now = clock.now()
        self._logged = Bucket(limits.LOG_BURST_BYTES, limits.LOG_BYTES_A_SECOND, now)
        self._read = Bucket(limits.OUTPUT_BURST_BYTES, limits.OUTPUT_BYTES_A_SECOND, now)
        self._tail: bytearray | None = None

    # What the function writes

    def feed(self, data: bytes) -> None:
        """Takes output as it comes."""
        now = self._clock.now()
        self._read.spend(len(data), now)
        if not self._logged.take(len(data), now):
            self._drop(data)
            return
        if self._dropped:
            self._tell_dropped()
        data = self._partial + data
        end = data.rfind(b"\n") + 1
        self._partial = data[end:]
        for line in data[: end - 1].split(b"\n") if end else ():
            self._add_line(line + b"\n")
        while len(self._partial) > limits.LOG_LINE_BYTES:
            self._add_line(self._partial[: limits.LOG_LINE_BYTES])
            self._partial = self._partial[limits.LOG_LINE_BYTES :]

    def is_full(self) -> bool:
        """Whether the function must wait before it writes on: only where it writes more than reading may cost this process."""
        return self._read.is_empty(self._clock.now())

    def _drop(self, data: bytes) -> None:
        if self._partial:
            self._add_line(self._partial)
            self._partial = b""
        self._dropped += len(data)

    def _tell_dropped(self) -> None:
        dropped, self._dropped = self._dropped, 0
        self.add(
            f"[Homeport] {dropped} bytes of output were dropped here: more than the log takes.\n"
        )

    def _add_line(self, line: bytes) -> None:
        for start in range(0, len(line), limits.LOG_LINE_BYTES):
            self.add(line[start : start + limits.LOG_LINE_BYTES].decode("utf-8", "replace"))

    # What Lambda writes

    def add(self, text: str) -> None:
        """Adds one event; nothing for an empty text."""
        if not text:
            return
        self._batch.append((int(self._clock.now() * 1000), text))
        self._batch_bytes += len(text)
        if self._tail is not None:
            self._extend_tail(self._tail, text)
        if self._batch_bytes >= limits.LOG_BATCH_BYTES:
            self.flush()
        elif self._timer is None:
            self._timer = self._clock.call_at(self._clock.now() + limits.LOG_HELD_S, self.flush)

    def _extend_tail(self, tail: bytearray, text: str) -> None:
        tail += text.encode("utf-8", "replace")
        if len(tail) > 2 * limits.TAIL_BYTES:
            del tail[: -limits.TAIL_BYTES]

    def begin_tail(self) -> None:
        """Keeps the last of what is logged from now on."""
        self._tail = bytearray()

    def end_tail(self) -> bytes:
        """What was kept."""
        tail, self._tail = self._tail, None
        return b"" if tail is None else bytes(tail[-limits.TAIL_BYTES :])

    def complete_lines(self) -> None:
        """Adds what stands without a line break at the end: the run it belongs to has ended."""
        if self._partial:
            partial, self._partial = self._partial, b""
            self._add_line(partial)
        if self._dropped:
            self._tell_dropped()

    def flush(self) -> None:
        """Hands on what is held."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._batch:
            batch, self._batch, self._batch_bytes = self._batch, [], 0
            function = self._version.function
            group = self._version.logging.group
            self._writer.write(function.account, function.region, group, self.stream, batch)
