"""The lines that Lambda itself writes into a function's log, as text and as JSON.

https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-advanced.html
Texts as recorded in `test_invocation_type_event_error`,
https://github.com/localstack/localstack/blob/main/tests/aws/services/lambda_/test_lambda.snapshot.json
"""

from __future__ import annotations

import hashlib
import json
import math
import re
from datetime import UTC, datetime
from typing import Any, NamedTuple

SUCCESS, ERROR, TIMEOUT = "success", "error", "timeout"

_RUNTIME = re.compile(r"([a-z]+)\.?(.+?)(?:\.x)?")
_LEVELS = ("DEBUG", "INFO", "WARN")


class Runtime(NamedTuple):
    """What runs the function, as AWS names its builds. Ours has no builds: what it says stands for the runtime itself."""

    version: str
    arn: str

    @classmethod
    def of(cls, name: str, region: str) -> Runtime:
        """Of a name as functions have it: `python3.12` is `python:3.12.v1`."""
        found = _RUNTIME.fullmatch(name)
        parts = ("", name) if found is None else (found[1], found[2])
        digest = hashlib.sha256(name.encode()).hexdigest()
        return cls(f"{parts[0]}:{parts[1]}.v1", f"arn:aws:lambda:{region}::runtime:{digest}")


class Report(NamedTuple):
    """What is measured of one run. Durations are in milliseconds."""

    request_id: str
    duration_ms: float
    memory_mb: int
    peak_mb: int
    init_ms: float | None = None
    """Of a cold start."""
    status: str = SUCCESS
    error_type: str = ""

    @property
    def billed_ms(self) -> int:
        """With the start: https://aws.amazon.com/blogs/compute/aws-lambda-standardizes-billing-for-init-phase/"""
        return math.ceil(self.duration_ms + (self.init_ms or 0.0))


class Text:
    """Plain text."""

    def init_start(self, runtime: Runtime, now: float) -> str:  # noqa: ARG002 - JSON needs the time
        """An environment is started."""
        return (
            f"INIT_START Runtime Version: {runtime.version}\tRuntime Version ARN: {runtime.arn}\n"
        )

    def start(self, request_id: str, version: str, now: float) -> str:  # noqa: ARG002 - JSON needs the time
        """A run begins."""
        return f"START RequestId: {request_id} Version: {version}\n"

    def failure(self, request_id: str, text: str, error_type: str, now: float) -> str:  # noqa: ARG002 - JSON needs the time
        """The runtime ended in the middle of a run."""
        return f"RequestId: {request_id} Error: {text}\n{error_type}\n"

    def timed_out(self, request_id: str, timeout_s: float, now: float) -> str:
        """A run took too long."""
        return f"{stamp(now)} {request_id} Task timed out after {timeout_s:.2f} seconds\n\n"

    def init_report(
        self,
        init_ms: float,
        phase: str,
        status: str,
        error_type: str,
        now: float,  # noqa: ARG002
    ) -> str:
        """A start that failed: https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html#runtimes-lifecycle-ib"""
        kind = f"\tError Type: {error_type}" if error_type else ""
        return (
            f"INIT_REPORT Init Duration: {init_ms:.2f} ms\tPhase: {phase}\tStatus: {status}{kind}\n"
        )

    def end(self, report: Report, now: float) -> str:  # noqa: ARG002 - JSON needs the time
        """A run has ended."""
        return f"END RequestId: {report.request_id}\n"

    def report(self, report: Report, now: float) -> str:  # noqa: ARG002 - JSON needs the time
        """What was measured."""
        parts = [
            f"REPORT RequestId: {report.request_id}",
            f"Duration: {report.duration_ms:.2f} ms",
            f"Billed Duration: {report.billed_ms} ms",
            f"Memory Size: {report.memory_mb} MB",
            f"Max Memory Used: {report.peak_mb} MB",
        ]
        if report.init_ms is not None:
            parts.append(f"Init Duration: {report.init_ms:.2f} ms")
        if report.status != SUCCESS:
            parts.append(f"Status: {report.status}")
            if report.error_type and report.status == ERROR:
                parts.append(f"Error Type: {report.error_type}")
            return "\t".join(parts) + "\n"
        return "\t".join(parts) + "\t\n"


class Json:
    """JSON objects, each with a level below which it is left out.

    https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-advanced.html#monitoring-cloudwatchlogs-log-level-mapping
    """

    def __init__(self, level: str) -> None:
        self._level = _LEVELS.index(level) if level in _LEVELS else _LEVELS.index("INFO")

    def _line(self, level: str, kind: str, record: dict[str, Any], now: float) -> str:
        if _LEVELS.index(level) < self._level:
            return ""
        line = {"time": stamp(now), "type": f"platform.{kind}", "record": record}
        return json.dumps(line, separators=(",", ":")) + "\n"

    def init_start(self, runtime: Runtime, now: float) -> str:
        """An environment is started."""
        record = {
            "initializationType": "on-demand",
            "phase": "init",
            "runtimeVersion": runtime.version,
            "runtimeVersionArn": runtime.arn,
        }
        return self._line("INFO", "initStart", record, now)

    def start(self, request_id: str, version: str, now: float) -> str:
        """A run begins."""
        return self._line("INFO", "start", {"requestId": request_id, "version": version}, now)

    def failure(self, request_id: str, text: str, error_type: str, now: float) -> str:  # noqa: ARG002
        """The type stands in the report."""
        return ""

    def timed_out(self, request_id: str, timeout_s: float, now: float) -> str:  # noqa: ARG002
        """The status stands in the report."""
        return ""

    def init_report(
        self, init_ms: float, phase: str, status: str, error_type: str, now: float
    ) -> str:
        """A start that failed."""
        record: dict[str, Any] = {
            "initializationType": "on-demand",
            "phase": phase,
            "status": status,
            "metrics": {"durationMs": round(init_ms, 3)},
        }
        if error_type:
            record["errorType"] = error_type
        return self._line("INFO", "initReport", record, now)

    def end(self, report: Report, now: float) -> str:
        """A run has ended."""
        record = {"requestId": report.request_id, "status": report.status}
        if report.error_type:
            record["errorType"] = report.error_type
        return self._line(_level(report), "runtimeDone", record, now)

    def report(self, report: Report, now: float) -> str:
        """What was measured."""
        metrics: dict[str, Any] = {
            "durationMs": round(report.duration_ms, 3),
            "billedDurationMs": report.billed_ms,
            "memorySizeMB": report.memory_mb,
            "maxMemoryUsedMB": report.peak_mb,
        }
        if report.init_ms is not None:
            metrics["initDurationMs"] = round(report.init_ms, 3)
        record: dict[str, Any] = {
            "requestId": report.request_id,
            "metrics": metrics,
            "status": report.status,
        }
        if report.error_type:
            record["errorType"] = report.error_type
        level = "INFO" if report.status == SUCCESS else "WARN"
        return self._line(level, "report", record, now)


Format = Text | Json


def of(log_format: str, system_level: str) -> Format:
    """The form that a function's logging configuration asks for."""
    return Json(system_level) if log_format == "JSON" else Text()


def stamp(now: float) -> str:
    """A time to the millisecond, as Lambda writes it."""
    text = datetime.fromtimestamp(now, UTC).isoformat(timespec="milliseconds")
    return text.replace("+00:00", "Z")


def _level(report: Report) -> str:
    return "DEBUG" if report.status == SUCCESS else "WARN"
