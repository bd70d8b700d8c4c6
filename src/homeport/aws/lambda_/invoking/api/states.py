"""The states of a runtime, by the names that AWS's emulator gives them.

https://github.com/aws/aws-lambda-runtime-interface-emulator/blob/develop/internal/lambda/core/runtime_state_names.go
"""

from __future__ import annotations

from typing import Final

STARTED: Final = "Started"
INIT_ERROR: Final = "InitError"
READY: Final = "Ready"
RUNNING: Final = "Running"
RESPONSE: Final = "InvocationResponse"
ERROR: Final = "InvocationErrorResponse"
SENT: Final = "RuntimeResponseSentState"

TRANSITIONS: Final = frozenset(
    {
        (STARTED, READY),
        (STARTED, INIT_ERROR),
        (READY, RUNNING),
        (RUNNING, RESPONSE),
        (RUNNING, ERROR),
        (RESPONSE, SENT),
        (ERROR, SENT),
        (SENT, READY),
    }
)
"""All that may follow each other. A second request for the next invocation while one waits is not among them: two who wait would
share the events of one environment."""
