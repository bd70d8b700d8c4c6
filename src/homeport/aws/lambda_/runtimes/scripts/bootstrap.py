"""Python's side of the Runtime API, inside of an environment: Python 3.8 to 3.14, the standard library alone, few imports.

Texts, names and forms are those that functions see on AWS: https://github.com/aws/aws-lambda-python-runtime-interface-client
"""

from __future__ import annotations

import _sitebuiltins
import _socket
import builtins
import importlib
import io
import json
import logging
import os
import sys
import time
import traceback

TYPE_CHECKING = False  # the module that defines it takes longer to load than all of this
if TYPE_CHECKING:
    from collections.abc import Callable
    from decimal import Decimal
    from types import TracebackType
    from typing import Any, NoReturn

_API = "/2018-06-01/runtime"
_INDENT = "\u00a0"
"""AWS writes no-break spaces where a traceback is indented, so that its log keeps them."""
_TIME = "%Y-%m-%dT%H:%M:%S"
_UNTIL_ASCII = 12
"""Since Python 3.12, answers hold characters as they are: https://docs.aws.amazon.com/lambda/latest/dg/python-handler.html"""


class Fault(Exception):
    """What is wrong with the function before any of its code can say so."""

    def __init__(self, kind: str, text: str, trace: list[str] | None = None) -> None:
        super().__init__(text)
        self.kind = kind
        self.text = text
        self.trace = trace or []


class Api:
    """The Runtime API over one kept connection. https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html"""

    def __init__(self, address: str) -> None:
        self._address = address
        host, _, port = address.rpartition(":")
        self._peer = (host, int(port))
        self._socket: _socket.socket | None = None
        self._data = b""

    def next(self) -> tuple[dict[str, str], bytes]:
        """Waits for the next invocation: its headers and its event."""
        return self._ask("GET", "/invocation/next", b"")

    def respond(self, request_id: str, body: bytes, content_type: str) -> None:
        """Gives the function's answer."""
        path = f"/invocation/{request_id}/response"
        self._ask("POST", path, body, f"Content-Type: {content_type}\r\n")

    def fail(self, path: str, error: dict[str, Any]) -> None:
        """Tells an error, of an invocation or of the start."""
        headers = (
            "Content-Type: application/vnd.aws.lambda.error+json\r\n"
            f"Lambda-Runtime-Function-Error-Type: {error['errorType']}\r\n"
        )
        self._ask("POST", path, encode(error), headers)

    def _ask(
        self, method: str, path: str, body: bytes, headers: str = ""
    ) -> tuple[dict[str, str], bytes]:
        head = f"{method} {_API}{path} HTTP/1.1\r\nHost: {self._address}\r\n{headers}"
        if method == "POST":
            head += f"Content-Length: {len(body)}\r\n"
        request = (head + "\r\n").encode("latin-1", "replace") + body
        if self._socket is not None:
            try:
                return self._exchange(self._socket, request)
            except OSError:
                self._drop()  # it was ended while nobody spoke, or by the function; once more on a new one
        self._socket = _socket.socket(_socket.AF_INET, _socket.SOCK_STREAM)
        self._socket.setsockopt(_socket.IPPROTO_TCP, _socket.TCP_NODELAY, 1)
        self._socket.connect(self._peer)
        return self._exchange(self._socket, request)

    def _exchange(self, connection: _socket.socket, request: bytes) -> tuple[dict[str, str], bytes]:
        self._data = b""
        connection.sendall(request)
        while b"\r\n\r\n" not in self._data:
            self._receive(connection)
        head, _, rest = self._data.partition(b"\r\n\r\n")
        headers = {}
        for line in head.decode("utf-8", "replace").split("\r\n")[1:]:
            name, _, value = line.partition(":")
            headers[name.lower()] = value.strip()
        size = int(headers.get("content-length", "0"))
        pieces, got = [rest], len(rest)
        while got < size:
            self._data = b""
            self._receive(connection)
            pieces.append(self._data)
            got += len(self._data)
        return headers, b"".join(pieces)

    def _drop(self) -> None:
        try:
            if self._socket is not None:
                self._socket.close()
        except OSError:
            pass  # the function has closed its descriptor

    def _receive(self, connection: _socket.socket) -> None:
        piece = connection.recv(262_144)
        if not piece:
            raise ConnectionResetError("the Runtime API closed the connection")
        self._data += piece


class CognitoIdentity:
    """Who calls, where the caller has a Cognito identity."""

    __slots__ = ("cognito_identity_id", "cognito_identity_pool_id")

    def __init__(self, told: dict[str, str]) -> None:
        self.cognito_identity_id = told.get("cognitoIdentityId")
        self.cognito_identity_pool_id = told.get("cognitoIdentityPoolId")

    def __repr__(self) -> str:
        return _shown(self, self.__slots__)


class Client:
    """The application that calls, by its mobile SDK."""

    __slots__ = (
        "app_package_name",
        "app_title",
        "app_version_code",
        "app_version_name",
        "installation_id",
    )

    def __init__(self, told: dict[str, str]) -> None:
        for name in self.__slots__:
            setattr(self, name, told.get(name))

    def __repr__(self) -> str:
        return _shown(self, self.__slots__)


class ClientContext:
    """What the caller gave as its context."""

    __slots__ = ("client", "custom", "env")

    def __init__(self, told: dict[str, Any]) -> None:
        self.custom = told.get("custom")
        self.env = told.get("env")
        client = told.get("client")
        self.client = None if client is None else Client(client)

    def __repr__(self) -> str:
        return _shown(self, self.__slots__)


class LambdaContext:
    """What a handler gets beside its event. https://docs.aws.amazon.com/lambda/latest/dg/python-context.html"""

    def __init__(self, headers: dict[str, str]) -> None:
        self.aws_request_id = headers.get("lambda-runtime-aws-request-id", "")
        self.log_group_name = os.environ.get("AWS_LAMBDA_LOG_GROUP_NAME")
        self.log_stream_name = os.environ.get("AWS_LAMBDA_LOG_STREAM_NAME")
        self.function_name = os.environ.get("AWS_LAMBDA_FUNCTION_NAME")
        self.memory_limit_in_mb = os.environ.get("AWS_LAMBDA_FUNCTION_MEMORY_SIZE")
        self.function_version = os.environ.get("AWS_LAMBDA_FUNCTION_VERSION")
        self.invoked_function_arn = headers.get("lambda-runtime-invoked-function-arn")
        self.tenant_id = headers.get("lambda-runtime-aws-tenant-id")
        told = _parsed(headers, "lambda-runtime-client-context", "Client Context")
        self.client_context = None if told is None else ClientContext(told)
        identity = _parsed(headers, "lambda-runtime-cognito-identity", "Cognito Identity")
        self.identity = CognitoIdentity(identity or {})
        self._epoch_deadline_time_in_ms = int(headers.get("lambda-runtime-deadline-ms", "0"))

    def get_remaining_time_in_millis(self) -> int:
        """How long the invocation may still take."""
        return max(0, self._epoch_deadline_time_in_ms - int(_now() * 1000))

    def log(self, msg: object) -> None:
        """Writes to the log as it is."""
        sys.stdout.write(str(msg))

    def __repr__(self) -> str:
        return _shown(
            self,
            (
                "aws_request_id",
                "log_group_name",
                "log_stream_name",
                "function_name",
                "memory_limit_in_mb",
                "function_version",
                "invoked_function_arn",
                "client_context",
                "identity",
                "tenant_id",
            ),
        )


def _shown(thing: object, names: tuple[str, ...]) -> str:
    fields = ",".join(f"{name}={getattr(thing, name)}" for name in names)
    return f"{type(thing).__name__}([{fields}])"


def _parsed(headers: dict[str, str], name: str, what: str) -> dict[str, Any] | None:
    header = headers.get(name)
    if not header:
        return None
    try:
        told: dict[str, Any] = json.loads(header)
        return told
    except ValueError as error:
        raise Fault(
            "Runtime.LambdaContextUnmarshalError", f"Unable to parse {what} JSON: {error}"
        ) from error


def _now() -> float:
    """The environment has the clock of the machine and no other."""
    return time.clock_gettime(time.CLOCK_REALTIME)


# JSON


class Encoder(json.JSONEncoder):
    """As AWS's: decimal numbers are numbers, with all their digits."""

    def __init__(self) -> None:
        super().__init__(ensure_ascii=sys.version_info < (3, _UNTIL_ASCII))
        self.numbers: dict[str, str] = {}

    def default(self, o: object) -> object:
        """Stands something in for a decimal number."""
        if "decimal" in sys.modules and isinstance(o, sys.modules["decimal"].Decimal):
            return self._kept(o)
        return super().default(o)

    def _kept(self, number: Decimal) -> object:
        if number.is_nan():
            return float("nan")
        mark = f"\x00{id(self)}.{len(self.numbers)}\x00"
        self.numbers[self.encode(mark)] = str(number)
        return mark


def encode(value: object) -> bytes:
    """The JSON of a value."""
    encoder = Encoder()
    text = encoder.encode(value)
    for mark, number in encoder.numbers.items():
        text = text.replace(mark, number, 1)
    return text.encode("utf-8", "surrogatepass")


def _encoded_answer(answer: object) -> tuple[bytes, str]:
    if isinstance(answer, bytes):
        return answer, "application/unknown"
    try:
        return encode(answer), "application/json"
    except Exception as error:
        raise Fault("Runtime.MarshalError", f"Unable to marshal response: {error}") from error


def _decoded_event(body: bytes) -> object:
    try:
        return json.loads(body)
    except ValueError as error:
        raise Fault("Runtime.UnmarshalError", f"Unable to unmarshal input: {error}") from error


# Logging

_request_id = ""
"""Of the invocation that runs."""


class RequestFilter(logging.Filter):
    """Gives each record the id of its request."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Takes all."""
        record.aws_request_id = _request_id
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
        failed = record.exc_info if record.exc_info and record.exc_info[0] else None
        fields: dict[str, object] = {
            "timestamp": f"{time.strftime(_TIME, time.gmtime(record.created))}.{int(record.msecs):03d}Z",
            "level": record.levelname,
            "message": record.getMessage(),
            "logger": record.name,
            "stackTrace": traceback.format_tb(failed[2]) if failed else None,
            "errorType": failed[0].__name__ if failed and failed[0] else None,
            "errorMessage": str(failed[1]) if failed else None,
            "requestId": _request_id,
            "location": f"{record.pathname}:{record.funcName}:{record.lineno}" if failed else None,
        }
        for name, value in record.__dict__.items():
            if name not in _STANDARD and name not in fields:
                fields[name] = value
        told = {name: value for name, value in fields.items() if value is not None}
        return json.dumps(told, ensure_ascii=False) + "\n"


def _logs_json() -> bool:
    return os.environ.get("AWS_LAMBDA_LOG_FORMAT", "").upper() == "JSON"


def _set_up_logging() -> None:
    logging.Formatter.converter = time.gmtime
    handler = LambdaLoggerHandler()
    if _logs_json():
        handler.setFormatter(JsonFormatter())
        level = os.environ.get("AWS_LAMBDA_LOG_LEVEL", "").upper()
        level = "CRITICAL" if level == "FATAL" else "DEBUG" if level == "TRACE" else level
        if isinstance(logging.getLevelName(level), int):
            logging.getLogger().setLevel(level)
    else:
        form = "[%(levelname)s]\t%(asctime)s.%(msecs)dZ\t%(aws_request_id)s\t%(message)s\n"
        handler.setFormatter(logging.Formatter(form, _TIME))
    handler.addFilter(RequestFilter())
    logging.getLogger().addHandler(handler)


def _log_error(error: dict[str, Any]) -> None:
    if _logs_json():
        at = time.strftime(_TIME, time.gmtime()) + "Z"
        sys.stdout.write(json.dumps({"timestamp": at, "log_level": "ERROR", **error}) + "\n")
        return
    text = f"[ERROR] {error['errorType']}"
    if error["errorMessage"]:
        text += f": {error['errorMessage']}"
    lines = [text, "Traceback (most recent call last):"]
    for line in "\n".join(error["stackTrace"]).splitlines():
        inner = line.lstrip(" ")
        lines.append(_INDENT * (len(line) - len(inner)) + inner)
    sys.stdout.write("\n".join(lines) + "\n")


# Errors


def _error_of(error: BaseException, request_id: str = "") -> dict[str, Any]:
    """An error as AWS posts it: https://docs.aws.amazon.com/lambda/latest/dg/python-exceptions.html"""
    if isinstance(error, Fault):
        kind, text, trace = error.kind, error.text, error.trace
    else:
        kind, text, trace = type(error).__name__, str(error), _trace(error.__traceback__)
    told: dict[str, Any] = {"errorMessage": text, "errorType": kind}
    if request_id:
        told["requestId"] = request_id
    told["stackTrace"] = trace
    return told


def _trace(begin: TracebackType | None) -> list[str]:
    """The lines of a traceback, from the function's own first frame on."""
    frames = traceback.extract_tb(begin)
    own = next((i for i, frame in enumerate(frames) if "/bootstrap.py" not in frame.filename), 0)
    plain = [(frame.filename, frame.lineno or 0, frame.name, frame.line) for frame in frames[own:]]
    return traceback.format_list(plain)


# The life of an environment


def _handler(name: str) -> Callable[[object, LambdaContext], object]:
    """The function's handler. https://docs.aws.amazon.com/lambda/latest/dg/python-handler.html"""
    module, dot, function = name.rpartition(".")
    if not dot:
        text = "not enough values to unpack (expected 2, got 1)"
        raise Fault("Runtime.MalformedHandlerName", f"Bad handler '{name}': {text}")
    if module.split(".")[0] in sys.builtin_module_names:
        text = f"Cannot use built-in module {module} as a handler module"
        raise Fault("Runtime.BuiltInModuleConflict", text)
    try:
        loaded = importlib.import_module(module.replace("/", "."))
    except ImportError as error:
        text = f"Unable to import module '{module}': {error}"
        raise Fault("Runtime.ImportModuleError", text) from error
    except SyntaxError as error:
        trace = [f'  File "{error.filename}" Line {error.lineno}\n    {error.text}']
        text = f"Syntax error in module '{module}': {error}"
        raise Fault("Runtime.UserCodeSyntaxError", text, trace) from error
    try:
        found: Callable[[object, LambdaContext], object] = getattr(loaded, function)
    except AttributeError as error:
        text = f"Handler '{function}' missing on module '{module}'"
        raise Fault("Runtime.HandlerNotFound", text) from error
    return found


def _set_up_interpreter(layers: str) -> None:
    """What `site` would do, without the packages of this machine: functions see their own, their layers' and AWS's SDK."""
    builtins.exit = _sitebuiltins.Quitter("exit", "Ctrl-D (i.e. EOF)")
    builtins.quit = _sitebuiltins.Quitter("quit", "Ctrl-D (i.e. EOF)")
    builtins.help = _sitebuiltins._Helper()  # noqa: SLF001 - as site does
    here = os.path.dirname(__file__)  # noqa: PTH120 - pathlib takes longer to load than all of this
    version = f"python{sys.version_info[0]}.{sys.version_info[1]}"
    first = [os.environ["LAMBDA_TASK_ROOT"], f"{layers}/python/lib/{version}/site-packages"]
    sys.path[:1] = [*first, f"{layers}/python"]
    sys.path.append(f"{here}/packages")
    sys.argv[1:] = []
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")


def _run_one(api: Api, handler: Callable[[object, LambdaContext], object]) -> None:
    global _request_id  # noqa: PLW0603 - one runs at a time
    headers, body = api.next()
    _request_id = request_id = headers.get("lambda-runtime-aws-request-id", "")
    if headers.get("lambda-runtime-trace-id"):
        os.environ["_X_AMZN_TRACE_ID"] = headers["lambda-runtime-trace-id"]
    else:
        os.environ.pop("_X_AMZN_TRACE_ID", None)
    try:
        context = LambdaContext(headers)
        answer, content_type = _encoded_answer(handler(_decoded_event(body), context))
    except Exception as error:  # noqa: BLE001 - whatever a function raises is its answer
        told = _error_of(error, request_id)
        _log_error(told)
        api.fail(f"/invocation/{request_id}/error", told)
    else:
        api.respond(request_id, answer, content_type)


def main() -> NoReturn:
    """Serves invocations until it is ended."""
    _set_up_interpreter(sys.argv[1])
    api = Api(os.environ["AWS_LAMBDA_RUNTIME_API"])
    _set_up_logging()
    try:
        handler = _handler(os.environ["_HANDLER"])
    except Exception as error:  # noqa: BLE001 - whatever its module raises
        told = _error_of(error)
        _log_error(told)
        api.fail("/init/error", told)
        sys.exit(1)
    while True:
        _run_one(api, handler)


if __name__ == "__main__":
    main()
