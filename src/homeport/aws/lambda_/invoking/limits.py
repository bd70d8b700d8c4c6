"""Limits of invocations, each with its page.

https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html#function-configuration-deployment-and-execution
"""

from __future__ import annotations

KIB = 1024
MIB = 1024 * KIB

REQUEST_BYTES = 6 * MIB
"""Of a synchronous invocation."""
EVENT_BYTES = MIB
"""Of an asynchronous one: https://aws.amazon.com/about-aws/whats-new/2025/10/aws-lambda-payload-size-256-kb-1-mb-invocations/"""
RESPONSE_BYTES = 6 * MIB + 100
"""What the recorded refusal names: `test_lambda_too_large_response` in
https://github.com/localstack/localstack/blob/main/tests/aws/services/lambda_/test_lambda.snapshot.json"""
STREAM_BYTES = 200 * MIB
"""Of a streamed response: https://docs.aws.amazon.com/lambda/latest/dg/configuration-response-streaming.html"""
CLIENT_CONTEXT_BYTES = 3583
"""In base64: https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html#API_Invoke_RequestSyntax"""
TAIL_BYTES = 4 * KIB
"""Of the log with `LogType=Tail`, same page."""
INIT_S = 10.0
"""https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html#runtimes-lifecycle-ib"""
ACCOUNT_CONCURRENCY = 1000
"""Of an account in a region: https://docs.aws.amazon.com/lambda/latest/dg/lambda-concurrency.html#concurrency-quotas"""
LOG_LINE_BYTES = MIB - 26
"""An event of CloudWatch Logs, less what each costs beside its text:
https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutLogEvents.html"""

# Asynchronous events: https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html

RETRY_AFTER_S = (60, 120)
"""After the first failure of the function, and after each later one."""
FIRST_BACK_OFF_S = 1.0
LAST_BACK_OFF_S = 300.0
"""After throttling and errors of the system: doubling from the first to the last."""
DEAD_LETTER_MESSAGE_CHARACTERS = 1024
"""Of `ErrorMessage`: https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html#invocation-dlq"""

# Our own, so that neither a client nor a function can make the process grow

API_HEAD_BYTES = 64 * KIB
"""Of a request to the Runtime API; the head of a trailing error body is in it."""
API_CONNECTIONS = 16
"""To the Runtime API of one environment at the same time."""
STREAM_BUFFER_BYTES = 256 * KIB
"""Held of a streamed response while its client does not read; the function is slowed down beyond it."""
CHECKED_AT_ONCE_BYTES = 128 * KIB
"""Payloads up to here are checked to be JSON on the event loop, larger ones in a thread."""
LOG_BURST_BYTES = 4 * MIB
LOG_BYTES_A_SECOND = MIB
"""What of an environment's output is logged; what is beyond is dropped, and a line tells how much."""
OUTPUT_BURST_BYTES = 128 * MIB
OUTPUT_BYTES_A_SECOND = 16 * MIB
"""What of an environment's output is read at all; a function that writes more is slowed down."""
LOG_BATCH_BYTES = 256 * KIB
"""Held of an environment's output before it is handed on to be logged."""
LOG_HELD_S = 0.2
"""How long output is held at most."""
LANE_TASKS = 16
"""Asynchronous events of one function that run at the same time."""
LANE_READ = 64
"""Asynchronous events of one function whose identifiers are read at once; their payloads are read one by one."""
DELIVERY_AGE_S = 21_600
"""A record whose destination does not take it is given up after this long, as an event is."""
