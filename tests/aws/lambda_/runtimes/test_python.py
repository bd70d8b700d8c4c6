"""Python functions see and say what they do on AWS."""

import json
import re
import sys

import pytest
from tests.aws.lambda_.executors.functions import version

from homeport.aws.lambda_.executors.base import Exit, MissingRuntime
from homeport.aws.lambda_.runtimes.base import Places
from homeport.aws.lambda_.runtimes.managed import Runtimes
from homeport.aws.lambda_.runtimes.python import MINORS, Python

HERE = [minor for minor in MINORS if Python()._interpreter(minor)]


@pytest.fixture
def run(start):
    async def run(code, handler="app.handler", **more):
        return await start({"app.py": code}, handler, **more)

    return run


def error_of(told):
    assert told.kind == "error"
    return told.json


@pytest.mark.parametrize("minor", MINORS)
async def test_each_version_runs_that_is_here(start, minor):
    if minor not in HERE:
        pytest.skip(f"no Python 3.{minor} here")
    code = """
        import logging, sys
        def handler(event, context):
            logging.warning("seen")
            return [list(sys.version_info[:2]), event, context.get_remaining_time_in_millis() > 0]
        """
    function = await start({"app.py": code}, runtime=f"python3.{minor}")
    assert (await function.invoke("x")).json == [[3, minor], "x", True]
    assert function.log.startswith("[WARNING]\t")
    assert error_of(await function.invoke(b"{"))["errorType"] == "Runtime.UnmarshalError"


async def test_the_context(run):
    code = """
        def handler(event, context):
            identity, client = context.identity, context.client_context
            return {
                "id": context.aws_request_id, "arn": context.invoked_function_arn, "name": context.function_name,
                "version": context.function_version, "memory": context.memory_limit_in_mb,
                "group": context.log_group_name, "stream": context.log_stream_name, "tenant": context.tenant_id,
                "identity": [identity.cognito_identity_id, identity.cognito_identity_pool_id],
                "client": [client.custom, client.env, client.client.app_title, client.client.installation_id],
                "left": context.get_remaining_time_in_millis(),
                "text": str(context),
            }
        """
    variables = {
        "AWS_LAMBDA_FUNCTION_NAME": "f",
        "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "256",
        "AWS_LAMBDA_LOG_GROUP_NAME": "/aws/lambda/f",
        "AWS_LAMBDA_LOG_STREAM_NAME": "s",
    }
    function = await run(code, variables=variables)
    told = await function.invoke(
        Lambda_Runtime_Client_Context='{"custom": {"a": "ü"}, "env": {"b": 1}, "client": {"app_title": "t"}}',
        Lambda_Runtime_Cognito_Identity='{"cognitoIdentityId": "i", "cognitoIdentityPoolId": "p"}',
    )
    answer = told.json
    assert 0 < answer.pop("left") <= 3000
    assert answer.pop("text").startswith(
        "LambdaContext([aws_request_id=request-1,log_group_name=/aws/lambda/f,"
    )
    assert answer == {
        "id": "request-1",
        "arn": "arn:aws:lambda:us-east-1:000000000000:function:f",
        "name": "f",
        "version": "$LATEST",
        "memory": "256",
        "group": "/aws/lambda/f",
        "stream": "s",
        "tenant": None,
        "identity": ["i", "p"],
        "client": [{"a": "ü"}, {"b": 1}, "t", None],
    }


async def test_without_a_caller_of_its_own(run):
    function = await run(
        "def handler(e, c): return [c.client_context, c.identity.cognito_identity_id]"
    )
    assert (await function.invoke()).json == [None, None]


async def test_a_client_context_that_is_no_json(run):
    function = await run("def handler(e, c): return 1")
    told = error_of(await function.invoke(Lambda_Runtime_Client_Context="{"))
    assert told["errorType"] == "Runtime.LambdaContextUnmarshalError"
    assert told["errorMessage"].startswith("Unable to parse Client Context JSON: ")


async def test_the_trace_header_of_each_invocation(run):
    function = await run("import os\ndef handler(e, c): return os.environ.get('_X_AMZN_TRACE_ID')")
    assert (await function.invoke(Lambda_Runtime_Trace_Id="Root=1")).json == "Root=1"
    assert (await function.invoke()).json is None


# Errors


async def test_an_exception_of_the_function(run):
    code = "class Own(ValueError): pass\n\ndef inner(): raise Own('boom')\n\ndef handler(e, c):\n    inner()\n"
    told = await (await run(code)).invoke()
    assert error_of(told) == {
        "errorMessage": "boom",
        "errorType": "Own",
        "requestId": "request-1",
        "stackTrace": [
            '  File "/var/task/app.py", line 6, in handler\n    inner()\n',
            "  File \"/var/task/app.py\", line 3, in inner\n    def inner(): raise Own('boom')\n",
        ],
    }
    assert told.headers["lambda-runtime-function-error-type"] == "Own"


async def test_an_exception_is_logged(run):
    function = await run("def handler(e, c):\n    raise ValueError('bad\\nvalue')\n")
    await function.invoke()
    assert function.log == (
        "[ERROR] ValueError: bad\nvalue\nTraceback (most recent call last):\n"
        "\xa0\xa0File \"/var/task/app.py\", line 2, in handler\n\xa0\xa0\xa0\xa0raise ValueError('bad\\nvalue')\n"
    )


async def test_it_goes_on_after_an_exception(run):
    function = await run("def handler(e, c):\n    return 1 / e\n")
    assert error_of(await function.invoke(0))["errorType"] == "ZeroDivisionError"
    assert (await function.invoke(1)).json == 1.0


START_FAILURES = {
    "no module": (
        {},
        "gone.handler",
        "Runtime.ImportModuleError",
        "Unable to import module 'gone': No module named 'gone'",
    ),
    "no dependency": (
        {"app.py": "import numpie"},
        "app.handler",
        "Runtime.ImportModuleError",
        "Unable to import module 'app': No module named 'numpie'",
    ),
    "no function": (
        {"app.py": ""},
        "app.gone",
        "Runtime.HandlerNotFound",
        "Handler 'gone' missing on module 'app'",
    ),
    "no dot": (
        {"app.py": ""},
        "app",
        "Runtime.MalformedHandlerName",
        "Bad handler 'app': not enough values to unpack (expected 2, got 1)",
    ),
    "built-in": (
        {},
        "time.time",
        "Runtime.BuiltInModuleConflict",
        "Cannot use built-in module time as a handler module",
    ),
    "raises": ({"app.py": "x = {}['k']"}, "app.handler", "KeyError", "'k'"),
}


@pytest.mark.parametrize("case", START_FAILURES)
async def test_a_start_that_fails(start, case):
    files, handler, kind, text = START_FAILURES[case]
    function = await start({"other.txt": "", **files}, handler)
    told = await function.failed_start()
    assert told.path == "/init/error"
    assert (told.json["errorType"], told.json["errorMessage"]) == (kind, text)
    assert told.headers["lambda-runtime-function-error-type"] == kind
    assert await function.ended() == Exit(1)
    assert (told.json["requestId"], list(told.json)[2]) == ("", "requestId")
    warning, error = function.log.split("\r\n", 1)
    assert "\tLAMBDA_WARNING: Unhandled exception. The most likely cause" in warning
    assert error.startswith(f"[ERROR] {kind}: {text}\n")


async def test_a_syntax_error(start):
    function = await start({"app.py": "def handler(e, c)\n    pass\n"})
    told = (await function.failed_start()).json
    assert told["errorType"] == "Runtime.UserCodeSyntaxError"
    assert told["errorMessage"] == "Syntax error in module 'app': expected ':' (app.py, line 1)"
    assert told["stackTrace"] == ['  File "/var/task/app.py" Line 1\n    def handler(e, c)\n']


@pytest.mark.parametrize(
    ("body", "status"), [("sys.exit(3)", 3), ("sys.exit()", 0), ("os._exit(4)", 4), ("exit(5)", 5)]
)
@pytest.mark.parametrize("when", ["start", "invocation"])
async def test_an_exit_ends_the_runtime(run, when, body, status):
    here = body if when == "start" else "pass"
    function = await run(f"import os, sys\n{here}\ndef handler(e, c):\n    {body}\n")
    if when == "invocation":
        await function.api.give(None, {})
    assert await function.ended() == Exit(status)


# Answers


@pytest.mark.parametrize(
    ("expression", "body"),
    [
        ("None", b"null"),
        ("'ü'", b'"\\u00fc"'),
        ("(1, 2)", b"[1, 2]"),
        ("{1: 2.5}", b'{"1": 2.5}'),
        ("Decimal('1.10')", b"1.10"),
        ("[Decimal('1E+3'), {'a': Decimal('0.1')}]", b'[1E+3, {"a": 0.1}]'),
        ("Decimal('NaN')", b"NaN"),
        ("float('inf')", b"Infinity"),
        ("{'a': b'x'}", b'{"a": "x"}'),
        ("P(1, [P(2, 3)])", b'{"a": 1, "b": [{"a": 2, "b": 3}]}'),
    ],
)
async def test_answers_in_json(run, expression, body):
    function = await run(
        "from collections import namedtuple\nfrom decimal import Decimal\nP = namedtuple('P', 'a b')\n"
        f"def handler(e, c):\n    return {expression}\n"
    )
    told = await function.invoke()
    assert told.body == body
    assert told.headers["content-type"] == "application/json"


async def test_answers_since_python_3_12_hold_characters_as_they_are(start):
    if 12 not in HERE:
        pytest.skip("no Python 3.12 here")
    function = await start({"app.py": "def handler(e, c): return 'ü'"}, runtime="python3.12")
    assert (await function.invoke()).body == '"ü"'.encode()


async def test_bytes_are_the_answer_as_they_are(run):
    told = await (await run("def handler(e, c): return b'\\x00\\xff'")).invoke()
    assert (told.body, told.headers["content-type"]) == (b"\x00\xff", "application/unknown")


@pytest.mark.parametrize(
    ("expression", "text"),
    [
        ("{1, 2}", "Object of type set is not JSON serializable"),
        ("[b'\\xff']", "'utf-8' codec can't decode byte 0xff in position 0: invalid start byte"),
        ("(lambda a: a.append(a) or a)([])", "Circular reference detected"),
        ("(lambda a: a.append((a, object)) or a)([])", "Circular reference detected"),
        ("object", "Object of type type is not JSON serializable"),
    ],
)
async def test_an_answer_that_is_no_json(run, expression, text):
    told = error_of(await (await run(f"def handler(e, c): return {expression}")).invoke())
    assert told == {
        "errorMessage": f"Unable to marshal response: {text}",
        "errorType": "Runtime.MarshalError",
        "requestId": "request-1",
        "stackTrace": [],
    }


async def test_six_megabytes_in_and_out(run):
    function = await run("def handler(e, c): return e")
    event = "x" * 6_000_000
    assert (await function.invoke(event)).json == event


# Logging

STAMP = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d"


async def test_log_lines_in_text(run):
    code = """
        import logging
        logging.getLogger().setLevel(logging.INFO)
        logging.info("at the start")
        def handler(event, context):
            logging.getLogger("own").info("value %d", 5)
            logging.debug("not shown")
        """
    function = await run(code)
    await function.invoke()
    first, second = function.log.splitlines()
    assert re.fullmatch(rf"\[INFO\]\t{STAMP}\.\d{{3}}Z\t\tat the start", first)
    assert re.fullmatch(rf"\[INFO\]\t{STAMP}\.\d{{3}}Z\trequest-1\tvalue 5", second)


async def test_log_lines_in_json(run):
    code = """
        import logging
        def handler(event, context):
            logging.debug("low", extra={"more": 1})
            try:
                1 / 0
            except ZeroDivisionError:
                logging.exception("failed")
        """
    variables = {"AWS_LAMBDA_LOG_FORMAT": "JSON", "AWS_LAMBDA_LOG_LEVEL": "DEBUG"}
    function = await run(code, variables=variables)
    await function.invoke()
    low, failed = map(json.loads, function.log.splitlines())
    assert re.fullmatch(rf"{STAMP}Z", low.pop("timestamp"))
    assert low == {
        "level": "DEBUG",
        "message": "low",
        "logger": "root",
        "requestId": "request-1",
        "more": 1,
    }
    assert (failed["errorType"], failed["errorMessage"]) == (
        "ZeroDivisionError",
        "division by zero",
    )
    assert failed["location"].startswith("/var/task/app.py:handler:")


async def test_levels_of_ones_own_are_the_one_below_in_json(run):
    code = "import logging\ndef handler(e, c): logging.log(45, 'x')\n"
    function = await run(code, variables={"AWS_LAMBDA_LOG_FORMAT": "JSON"})
    await function.invoke()
    assert json.loads(function.log)["level"] == "ERROR"


async def test_errors_are_logged_in_json_too(run):
    function = await run("def handler(e, c): 1 / 0", variables={"AWS_LAMBDA_LOG_FORMAT": "JSON"})
    await function.invoke()
    line = json.loads(function.log)
    assert (line["log_level"], line["errorType"], line["requestId"]) == (
        "ERROR",
        "ZeroDivisionError",
        "request-1",
    )


# Modules


async def test_a_module_in_a_folder(start):
    files = {"src/deep/app.py": "def handler(e, c): return __file__"}
    for handler in ("src/deep/app.handler", "src.deep.app.handler"):
        assert (await (await start(files, handler)).invoke()).json == "/var/task/src/deep/app.py"


async def test_the_search_path(start):
    code = "import sys\ndef handler(e, c): return sys.path\n"
    function = await start({"app.py": code}, layers=[{"python/lib/x": ""}])
    path = (await function.invoke()).json
    assert path[:3] == ["/var/task", "/opt/python/lib/python3.11/site-packages", "/opt/python"]
    assert path[-1] == "/var/runtime/packages"
    assert not any("site-packages" in place or "dist-packages" in place for place in path[3:])


@pytest.mark.parametrize("name", ["PYTHONSAFEPATH", "PYTHONPATH", "PYTHONWARNINGS"])
async def test_variables_of_the_function_do_not_keep_the_runtime_from_its_own_modules(run, name):
    function = await run("def handler(e, c): return 1", variables={name: "error"})
    assert (await function.invoke()).json == 1


async def test_modules_of_the_function_are_not_those_of_the_runtime(start):
    names = ("api", "context", "encoding", "errors", "life", "logs")
    files = {f"{name}.py": f"NAME = {name!r}\n" for name in names}
    code = "def handler(e, c): return [__import__(name).NAME for name in e]\n"
    function = await start({"app.py": code, **files})
    assert (await function.invoke(names)).json == list(names)


async def test_the_sdk_is_there_and_a_functions_own_comes_first(start):
    code = "import boto3, botocore\ndef handler(e, c): return [boto3.__file__, botocore.__file__]\n"
    first = await start({"app.py": code})
    assert (await first.invoke()).json == [
        f"/var/runtime/packages/{n}/__init__.py" for n in ("boto3", "botocore")
    ]
    second = await start({"app.py": code, "boto3.py": ""})
    assert (await second.invoke()).json[0] == "/var/task/boto3.py"


async def test_other_packages_of_this_machine_are_not_there(run):
    function = await run(
        "import importlib.util as u\ndef handler(e, c): return [u.find_spec(n) is None for n in e]"
    )
    assert (await function.invoke(["pytest", "homeport", "rich", "pip"])).json == [True] * 4


async def test_the_command_line_is_that_of_a_script(run):
    function = await run("import sys\ndef handler(e, c): return sys.argv")
    assert (await function.invoke()).json == ["/var/runtime/bootstrap.py"]


async def test_a_wrapper_starts_the_runtime(start):
    files = {
        "app.py": "import os\ndef handler(e, c): return os.environ['ADDED']\n",
        "wrap": '#!/bin/sh\nexport ADDED="by $0"\nexec "$@"\n',
    }
    variables = {"AWS_LAMBDA_EXEC_WRAPPER": "/var/task/wrap"}
    function = await start(files, variables=variables)
    assert (await function.invoke()).json == "by /var/task/wrap"


# The interpreter


def test_a_version_that_is_not_here(monkeypatch):
    monkeypatch.setattr(Python, "_interpreter", lambda self, minor: minor == 11 or None)
    with pytest.raises(MissingRuntime) as raised:
        Python().run(version("python3.12"), Places())
    assert raised.value.what == "Function f needs Python 3.12, which was not found."
    assert raised.value.hint == (
        "Install it (apt-get install python3.12, or pyenv install 3.12) or choose runtime python3.11, which is here."
    )


def test_none_at_all(monkeypatch):
    monkeypatch.setattr(Python, "_interpreter", lambda self, minor: None)
    with pytest.raises(MissingRuntime) as raised:
        Python().run(version("python3.12"), Places())
    assert raised.value.hint == "Install it (apt-get install python3.12, or pyenv install 3.12)."


def test_the_interpreter_that_runs_this_is_found_without_a_search_path(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", "")
    monkeypatch.setenv("HOME", str(tmp_path))
    found = Python()._interpreter(sys.version_info[1])
    assert found is not None
    assert found.name == "python{}.{}".format(*sys.version_info)


def test_scripts_that_stand_for_an_interpreter_are_passed_over(monkeypatch, tmp_path):
    shim = tmp_path / "python3.9"
    shim.write_text('#!/bin/sh\nexec pyenv exec python3.9 "$@"\n')
    shim.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path / "none"))
    assert Python()._interpreter(9) is None


@pytest.mark.parametrize("runtime", ["python2.7", "nodejs", "go1.x", "cobol", "python3", ""])
def test_runtimes_that_are_not_there(runtime):
    with pytest.raises(MissingRuntime, match="Function f needs"):
        Runtimes().check(version(runtime))
