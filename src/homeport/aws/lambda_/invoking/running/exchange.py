"""One run of a function between who asked for it and the runtime."""

from __future__ import annotations

import asyncio

from homeport.aws.lambda_.invoking.invocation import Answer
from homeport.aws.lambda_.invoking.streams import ResponseStream


class Exchange:
    """What a runtime gets, and where its answer goes."""

    __slots__ = ("answer", "finished", "headers", "payload", "request_id", "stream", "wants_log")

    def __init__(
        self,
        request_id: str,
        payload: bytes,
        headers: list[tuple[str, str]],
        *,
        stream: ResponseStream | None = None,
        wants_log: bool = False,
    ) -> None:
        loop = asyncio.get_running_loop()
        self.request_id = request_id
        self.payload = payload
        self.headers = headers
        self.stream = stream
        self.wants_log = wants_log
        self.answer: asyncio.Future[Answer] = loop.create_future()
        """Done with the response, or with what stands for it."""
        self.finished: asyncio.Future[bytes] = loop.create_future()
        """Done when the runtime is ready again or has ended, with the last of the log."""
        if stream is not None and wants_log:
            stream.logged = self.finished

    def resolve(self, answer: Answer) -> None:
        """The run has come to its answer; only the first one counts."""
        if self.answer.done():
            return
        self.answer.set_result(answer)
        if self.stream is None:
            return
        if answer.function_error:
            code = answer.error_type or answer.function_error
            self.stream.fail(code, answer.payload.decode("utf-8", "replace"))
        else:
            self.stream.put(answer.payload)
            self.stream.end()

    def finish(self, log: bytes) -> None:
        """Nothing more comes of this run."""
        if not self.finished.done():
            self.finished.set_result(log)
