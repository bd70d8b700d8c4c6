"""The log. https://docs.aws.amazon.com/lambda/latest/dg/python-logging.html"""

from __future__ import annotations

import json
import logging
import os
import sys
import time
import traceback

from .encoding import encode

TYPE_CHECKING = False  # the module that defines it takes longer to load than all of this
if TYPE_CHECKING:
    from typing import Any

_INDENT = "\u00a0"
"""AWS writes no-break spaces where a traceback is indented, so that its log keeps them."""
_TIME = "%Y-%m-%dT%H:%M:%S"

request_id = ""
"""Of the invocation that runs."""


class RequestFilter(logging.Filter):
    """Gives each record the id of its request."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Takes all."""
        record.aws_request_id = request_id
        return True


class LambdaLoggerHandler(logging.Handler):
    """Writes records to standard output."""

    def emit(self, record: logging.LogRecord) -> None:
        """The formatter ends the line."""
        sys.stdout.write(self.format(record))


_STANDARD = {*logging.makeLogRecord({}).__dict__, "aws_request_id", "message", "taskName"}


class JsonFormatter(logging.Formatter):
    """https://docs.aws.amazon.com/lambda/latest/dg/python-logging.html#python-logging-advanced-JSON"""

    def format(self, record: logging.LogRecord) -> str:
        """One line of JSON."""
        record.levelno = min(logging.CRITICAL, max(0, record.levelno)) // 10 * 10
        record.levelname = logging.getLevelName(record.levelno)
        failed = record.exc_info if record.exc_info and record.exc_info[0] else None
        fields: dict[str, object] = {
            "timestamp": self.formatTime(record, f"{_TIME}Z"),
            "level": record.levelname,
            "message": record.getMessage(),
            "logger": record.name,
            "stackTrace": traceback.format_tb(failed[2]) if failed else None,
            "errorType": failed[0].__name__ if failed and failed[0] else None,
            "errorMessage": str(failed[1]) if failed else None,
            "requestId": request_id,
            "location": f"{record.pathname}:{record.funcName}:{record.lineno}" if failed else None,
        }
        for name, value in record.__dict__.items():
            if name not in _STANDARD and name not in fields:
                fields[name] = value
        told = {name: value for name, value in fields.items() if value is not None}
        return json.dumps(told, ensure_ascii=False) + "\n"


def _logs_json() -> bool:
    return os.environ.get("AWS_LAMBDA_LOG_FORMAT", "").upper() == "JSON"


def set_up() -> None:
    """Gives the root logger its handler, form and level."""
    logging.Formatter.converter = time.gmtime
    handler = LambdaLoggerHandler()
    if _logs_json():
        handler.setFormatter(JsonFormatter())
    else:
        form = "[%(levelname)s]\t%(asctime)s.%(msecs)03dZ\t%(aws_request_id)s\t%(message)s\n"
        handler.setFormatter(logging.Formatter(form, _TIME))
    level = os.environ.get("AWS_LAMBDA_LOG_LEVEL", "").upper()
    level = {"FATAL": "CRITICAL", "TRACE": "DEBUG"}.get(level, level)
    if isinstance(logging.getLevelName(level), int):
        logging.getLogger().setLevel(level)
    handler.addFilter(RequestFilter())
    logging.getLogger().addHandler(handler)


def tell(error: dict[str, Any]) -> None:
    """Writes an error as AWS does."""
    if _logs_json():
        at = time.strftime(_TIME, time.gmtime()) + "Z"
        told = {"timestamp": at, "log_level": "ERROR", **error}
        sys.stdout.write(encode(told).decode("utf-8", "surrogatepass") + "\n")
        return
    text = f"[ERROR] {error['errorType']}"
    if error["errorMessage"]:
        text += f": {error['errorMessage']}"
    lines = [text, "Traceback (most recent call last):"]
    for line in "\n".join(error["stackTrace"]).splitlines():
        inner = line.lstrip(" ")
        lines.append(_INDENT * (len(line) - len(inner)) + inner)
    sys.stdout.write("\n".join(lines) + "\n")
