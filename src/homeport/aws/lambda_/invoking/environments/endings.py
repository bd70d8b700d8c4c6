"""What a client gets where not the function but what runs it came to an end.

`TestLambdaErrors` and `test_lambda_invoke_with_timeout` in
https://github.com/localstack/localstack/blob/main/tests/aws/services/lambda_/test_lambda.snapshot.json
"""

from __future__ import annotations

import json
import signal
from typing import NamedTuple

from homeport.aws.lambda_.executors.base import Exit
from homeport.aws.lambda_.invoking.invocation import UNHANDLED, Answer

EXIT = "Runtime.ExitError"
OUT_OF_MEMORY = "Runtime.OutOfMemory"
"""Since 2024 AWS tells it from other signals."""
TIMED_OUT = "Sandbox.Timedout"

_SIGNALS: dict[int, str] = {
    signal.SIGABRT: "aborted",
    signal.SIGBUS: "bus error",
    signal.SIGFPE: "floating point exception",
    signal.SIGHUP: "hangup",
    signal.SIGILL: "illegal instruction",
    signal.SIGINT: "interrupt",
    signal.SIGKILL: "killed",
    signal.SIGPIPE: "broken pipe",
    signal.SIGQUIT: "quit",
    signal.SIGSEGV: "segmentation fault",
    signal.SIGTERM: "terminated",
}
"""As Go names them, in which AWS's supervisor is written: https://pkg.go.dev/syscall#Signal.String"""


class Ending(NamedTuple):
    """Why a run was cut."""

    error_type: str
    text: str

    def answer(self, request_id: str) -> Answer:
        """What the client gets."""
        message = f"RequestId: {request_id} Error: {self.text}"
        body = {"errorType": self.error_type, "errorMessage": message}
        payload = json.dumps(body, separators=(",", ":")).encode()
        return Answer(payload, UNHANDLED, self.error_type)


def of_exit(ended: Exit) -> Ending:
    """The runtime has ended by itself, or was killed."""
    if ended.error_type:
        return Ending(ended.error_type, ended.message)
    if ended.is_out_of_memory:
        return Ending(OUT_OF_MEMORY, "Runtime exited with error: signal: killed")
    if ended.signal is not None:
        name = _SIGNALS.get(ended.signal, f"signal {ended.signal}")
        return Ending(EXIT, f"Runtime exited with error: signal: {name}")
    if not ended.status:
        return Ending(EXIT, "Runtime exited without providing a reason")
    return Ending(EXIT, f"Runtime exited with error: exit status {ended.status}")


def of_timeout(timeout_s: float) -> Ending:
    """The run took too long."""
    return Ending(TIMED_OUT, f"Task timed out after {timeout_s:.2f} seconds")
