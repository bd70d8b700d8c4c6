"""The life of an environment: its handler is loaded, and serves one invocation after another."""

from __future__ import annotations

import importlib
import logging
import os
import sys

from . import logs
from .api import Api
from .context import LambdaContext
from .encoding import decoded_event, encoded_answer
from .errors import Fault, described

TYPE_CHECKING = False  # the module that defines it takes longer to load than all of this
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import NoReturn

_UNHANDLED = (
    "LAMBDA_WARNING: Unhandled exception. The most likely cause is an issue in the function code. However, in rare cases, a "
    "Lambda runtime update can cause unexpected function behavior. For functions using managed runtimes, runtime updates can be "
    "triggered by a function change, or can be applied automatically. To determine if the runtime has been updated, check the "
    "runtime version in the INIT_START log entry. If this error correlates with a change in the runtime version, you may be able "
    "to mitigate this error by temporarily rolling back to the previous runtime version. For more information, see "
    "https://docs.aws.amazon.com/lambda/latest/dg/runtimes-update.html\r"
)


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


def _run_one(api: Api, handler: Callable[[object, LambdaContext], object]) -> None:
    headers, body = api.next()
    logs.request_id = request_id = headers.get("lambda-runtime-aws-request-id", "")
    if headers.get("lambda-runtime-trace-id"):
        os.environ["_X_AMZN_TRACE_ID"] = headers["lambda-runtime-trace-id"]
    else:
        os.environ.pop("_X_AMZN_TRACE_ID", None)
    try:
        context = LambdaContext(headers)
        answer, content_type = encoded_answer(handler(decoded_event(body), context))
    except Exception as error:  # noqa: BLE001 - whatever a function raises is its answer
        told = described(error, request_id)
        logs.tell(told)
        api.fail(f"/invocation/{request_id}/error", told)
    else:
        api.respond(request_id, answer, content_type)


def main() -> NoReturn:
    """Serves invocations until it is ended."""
    api = Api(os.environ["AWS_LAMBDA_RUNTIME_API"])
    logs.set_up()
    try:
        handler = _handler(os.environ["_HANDLER"])
    except Exception as error:  # noqa: BLE001 - whatever its module raises
        told = described(error)
        logging.getLogger().warning(_UNHANDLED)
        logs.tell(told)
        api.fail("/init/error", told)
        sys.exit(1)
    while True:
        _run_one(api, handler)
