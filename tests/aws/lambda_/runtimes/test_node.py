"""Node functions see and say what they do on AWS."""

import base64
import json
import re

import pytest
from tests.aws.lambda_.executors.functions import version

from homeport.aws.lambda_.executors.base import Exit, MissingRuntime
from homeport.aws.lambda_.runtimes import node
from homeport.aws.lambda_.runtimes.base import Places

if node.Node()._interpreter(18) is None:
    pytest.skip("no Node 18 or newer here", allow_module_level=True)


@pytest.fixture
def run(start):
    async def run(code, name="app.mjs", handler="app.handler", **more):
        files = {name: code, **more.pop("files", {})}
        return await start(files, handler, runtime="nodejs18.x", **more)

    return run


FORMS = {
    "ESM": {"app.mjs": "export const handler = async (event) => event;"},
    "top-level await": {
        "app.mjs": "const x = await Promise.resolve(0); export const handler = async (event) => event;"
    },
    "CommonJS": {"app.js": "exports.handler = async (event) => event;"},
    "CommonJS by name": {"app.cjs": "exports.handler = async (event) => event;"},
    "a module by its package": {
        "package.json": '{"type": "module"}',
        "app.js": "import fs from 'node:fs'; export async function handler(event) { return event; }",
    },
    "in a package": {
        "package.json": '{"type": "commonjs"}',
        "app.js": "module.exports = { handler: async (event) => event };",
    },
    "a callback": {
        "app.js": "exports.handler = (event, context, callback) => callback(null, event);"
    },
    "a late callback": {
        "app.js": "exports.handler = (event, context, callback) => { setTimeout(() => callback(null, event), 10); };"
    },
    "context.succeed": {"app.js": "exports.handler = (event, context) => context.succeed(event);"},
    "context.done": {"app.js": "exports.handler = (event, context) => context.done(null, event);"},
    "a promise": {"app.js": "exports.handler = (event) => Promise.resolve(event);"},
    "a folder of its name": {"app/index.js": "exports.handler = async (event) => event;"},
    "a thenable": {"app.js": "exports.handler = (event) => ({ then: (done) => done(event) });"},
}


@pytest.mark.parametrize("form", FORMS)
async def test_forms_of_handlers(start, form):
    function = await start(FORMS[form], runtime="nodejs18.x")
    for event in ({"a": ["ü"]}, 1, None):
        told = await function.invoke(event)
        assert (told.kind, told.json) == ("response", event)


@pytest.mark.parametrize("handler", ["src/app.handler", "src/app.inner.handler"])
async def test_a_module_in_a_folder_and_a_handler_in_an_object(start, handler):
    files = {"src/app.js": "exports.handler = async () => 1; exports.inner = exports;"}
    assert (await (await start(files, handler, runtime="nodejs18.x")).invoke()).json == 1


async def test_the_context(run):
    function = await run(
        "export const handler = async (e, context) => ({...context, left: context.getRemainingTimeInMillis()});",
        variables={"AWS_LAMBDA_FUNCTION_NAME": "f", "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "256"},
    )
    told = (await function.invoke(Lambda_Runtime_Client_Context='{"custom": 1}')).json
    assert 0 < told.pop("left") <= 3000
    assert told == {
        "callbackWaitsForEmptyEventLoop": True,
        "functionName": "f",
        "memoryLimitInMB": "256",
        "clientContext": {"custom": 1},
        "invokedFunctionArn": "arn:aws:lambda:us-east-1:000000000000:function:f",
        "awsRequestId": "request-1",
    }


# The end of an invocation


async def test_a_callback_waits_for_all_that_is_still_to_do(run):
    code = """
        let done = false;
        exports.handler = (event, context, callback) => {
            setTimeout(() => { done = true; }, 100);
            callback(null, { get done() { return done; } });
        };
        """
    assert (await (await run(code, "app.js")).invoke()).json == {"done": True}


async def test_a_callback_need_not_wait(run):
    code = """
        let done = false;
        exports.handler = (event, context, callback) => {
            context.callbackWaitsForEmptyEventLoop = false;
            setTimeout(() => { done = true; }, 100);
            callback(null, { get done() { return done; } });
        };
        """
    assert (await (await run(code, "app.js")).invoke()).json == {"done": False}


@pytest.mark.parametrize("body", ["", "return undefined", "return new Promise(() => {})"])
async def test_nothing_more_to_do_is_an_answer(run, body):
    function = await run(f"exports.handler = (event) => {{ {body} }};", "app.js")
    for _ in range(2):
        assert (await function.invoke()).json is None


async def test_an_async_handler_that_never_settles(run):
    function = await run(
        "exports.handler = async () => { await new Promise(() => {}); };", "app.js"
    )
    for _ in range(2):
        told = await error_of(function)
        assert told["errorType"] == "Runtime.NodeJsExit"
        assert told["errorMessage"].startswith("The Lambda runtime client detected an unexpected")


@pytest.mark.parametrize(
    ("answer", "kind"),
    [("context.succeed({ done })", False), ("context.done(null, { done })", False)],
)
async def test_what_the_context_gives_is_the_answer_at_once(run, answer, kind):
    code = f"exports.handler = (e, context) => {{ let done = false; setTimeout(() => {{ done = true; }}, 300); {answer}; }};"
    assert (await (await run(code, "app.js")).invoke()).json == {"done": kind}


async def test_an_error_of_a_callback_does_not_wait(run):
    code = "exports.handler = (e, c, callback) => { setTimeout(() => {}, 60_000); callback(new Error('now')); };"
    assert (await error_of(await run(code, "app.js")))["errorMessage"] == "now"


async def test_time_that_is_left_may_be_less_than_none(run):
    code = "export const handler = async (e, context) => context.getRemainingTimeInMillis();"
    assert (await (await run(code)).invoke(Lambda_Runtime_Deadline_Ms="1")).json < 0


async def test_a_client_context_that_is_no_json(run):
    function = await run("export const handler = async () => 1;")
    told = (await function.invoke(Lambda_Runtime_Client_Context="{")).json
    assert told["errorMessage"].startswith("Cannot parse ClientContext as json: SyntaxError")


# Errors


async def error_of(function):
    told = await function.invoke()
    assert told.path == "/invocation/request-1/error"
    return told.json


@pytest.mark.parametrize(
    "body",
    [
        "throw new RangeError('boom');",
        "return Promise.reject(new RangeError('boom'));",
        "callback(new RangeError('boom'));",
        "context.fail(new RangeError('boom'));",
    ],
)
async def test_an_error_of_the_function(run, body):
    function = await run(f"exports.handler = (event, context, callback) => {{ {body} }};", "app.js")
    told = await error_of(function)
    assert (told["errorType"], told["errorMessage"]) == ("RangeError", "boom")
    assert told["trace"][0] == "RangeError: boom"
    assert re.match(r"    at .*/var/task/app\.js:1:\d+", told["trace"][1])
    assert list(told) == ["errorType", "errorMessage", "trace"]


async def test_an_error_is_logged(run):
    function = await run(
        "export const handler = async () => { throw Object.assign(new Error('x'), {code: 'E1'}); };"
    )
    await function.invoke()
    _, request, level, text, told = function.log.split("\t")
    assert (request, level, text) == ("request-1", "ERROR", "Invoke Error ")
    shown = json.loads(told)
    assert (shown["errorType"], shown["errorMessage"], shown["code"]) == ("Error", "x", "E1")
    assert shown["stack"][0] == "Error: x"


@pytest.mark.parametrize(
    ("thrown", "kind", "text"),
    [
        ("'text'", "string", "text"),
        ("7", "number", "7"),
        ("null", "string", "handled"),
        ("{}", "object", "[object Object]"),
    ],
)
async def test_what_is_thrown_and_is_no_error(run, thrown, kind, text):
    function = await run(f"export const handler = async () => {{ throw {thrown}; }};")
    assert await error_of(function) == {"errorType": kind, "errorMessage": text, "trace": []}


async def test_an_answer_that_is_no_json(run):
    function = await run("export const handler = async () => { const a = {}; a.a = a; return a; };")
    assert (await error_of(function))["errorMessage"] == "Unable to stringify response body"


async def test_what_tells_nothing_of_itself(run):
    function = await run(
        "export const handler = async () => { const e = new Error(); Object.defineProperty(e, 'stack', { get() { throw 1; } }); throw e; };"
    )
    told = await error_of(function)
    assert told["errorType"] == "handled"
    assert told["errorMessage"].startswith("callback called with Error argument, but")


async def test_what_only_looks_like_an_error(run):
    code = "export const handler = async () => { throw {name: 'Own', message: 'a\\x7Fb', stack: 's1\\ns2'}; };"
    assert await error_of(await run(code)) == {
        "errorType": "Own",
        "errorMessage": "a%7Fb",
        "trace": ["s1", "s2"],
    }


async def test_an_error_that_nobody_catches(run):
    function = await run(
        "export const handler = () => new Promise(() => { setTimeout(() => { throw new Error('late'); }, 1); });"
    )
    told = await error_of(function)
    assert (told["errorType"], told["errorMessage"]) == ("Error", "late")
    assert await function.ended() == Exit(129)
    assert "\tERROR\tUncaught Exception \t{" in function.log


async def test_a_rejection_that_nobody_catches(run):
    code = "export const handler = () => new Promise(() => { Promise.reject(new TypeError('late')); setTimeout(() => {}, 999); });"
    function = await run(code)
    told = await error_of(function)
    assert (told["errorType"], told["errorMessage"]) == (
        "Runtime.UnhandledPromiseRejection",
        "TypeError: late",
    )
    assert told["trace"][0] == "Runtime.UnhandledPromiseRejection: TypeError: late"
    assert await function.ended() == Exit(128)
    shown = json.loads(function.log.split("\t")[-1])
    assert list(shown) == ["errorType", "errorMessage", "reason", "promise", "stack"]
    assert shown["reason"]["errorType"] == "TypeError"


START_FAILURES = {
    "no module": (
        {},
        "app.handler",
        "Runtime.ImportModuleError",
        "Error: Cannot find module 'app'\n",
    ),
    "no dependency": (
        {"app.js": "require('gone');"},
        "app.handler",
        "Runtime.ImportModuleError",
        "Error: Cannot find module 'gone'\nRequire stack:\n- /var/task/app.js",
    ),
    "no function": (
        {"app.js": "exports.other = 1;"},
        "app.handler",
        "Runtime.HandlerNotFound",
        "app.handler is undefined or not exported",
    ),
    "no such object": (
        {"app.js": ""},
        "app.a.b",
        "Runtime.HandlerNotFound",
        "app.a.b is undefined or not exported",
    ),
    "not a function": (
        {"app.js": "exports.handler = 1;"},
        "app.handler",
        "Runtime.HandlerNotFound",
        "app.handler is not a function",
    ),
    "no dot": ({"app.js": ""}, "app", "Runtime.MalformedHandlerName", "Bad handler"),
    "upwards": (
        {},
        "../app.handler",
        "Runtime.MalformedHandlerName",
        "'../app.handler' is not a valid handler name.",
    ),
    "syntax": (
        {"app.js": "exports.handler = ("},
        "app.handler",
        "Runtime.UserCodeSyntaxError",
        "SyntaxError: ",
    ),
    "raises": ({"app.mjs": "throw new EvalError('no');"}, "app.handler", "EvalError", "no"),
}


@pytest.mark.parametrize("case", START_FAILURES)
async def test_a_start_that_fails(start, case):
    files, handler, kind, text = START_FAILURES[case]
    function = await start({"other.txt": "", **files}, handler, runtime="nodejs18.x")
    told = await function.failed_start()
    assert told.path == "/init/error"
    assert told.json["errorType"] == kind
    assert told.json["errorMessage"].startswith(text)
    assert await function.ended() == Exit(129)
    assert function.log.split("\t")[1:4] == ["undefined", "ERROR", "Uncaught Exception "]


@pytest.mark.parametrize("status", [0, 3])
async def test_an_exit_ends_the_runtime(run, status):
    function = await run(f"export const handler = async () => process.exit({status});")
    await function.api.give(None, {})
    assert await function.ended() == Exit(status)


# The log


async def test_log_lines_in_text(run):
    code = """
        console.log("at the start");
        export const handler = async () => {
            console.info("value %d", 5, { a: 1 }); console.warn("w"); console.error("e"); console.debug("d"); console.trace("t");
        };
        """
    function = await run(code)
    await function.invoke()
    lines = [line.split("\t") for line in function.log.splitlines()]
    assert all(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", line[0]) for line in lines)
    assert [line[1:] for line in lines] == [
        ["undefined", "INFO", "at the start"],
        ["request-1", "INFO", "value 5 { a: 1 }"],
        ["request-1", "WARN", "w"],
        ["request-1", "ERROR", "e"],
        ["request-1", "DEBUG", "d"],
        ["request-1", "TRACE", "t"],
    ]


async def test_log_lines_in_json_from_a_level_on(run):
    code = """
        export const handler = async () => {
            console.info("not shown"); console.warn({ a: 1 }); console.error("failed", new TypeError("x"));
        };
        """
    variables = {"AWS_LAMBDA_LOG_FORMAT": "JSON", "AWS_LAMBDA_LOG_LEVEL": "WARN"}
    function = await run(code, variables=variables)
    await function.invoke()
    warned, failed = map(json.loads, function.log.splitlines())
    assert (warned["level"], warned["requestId"], warned["message"]) == (
        "WARN",
        "request-1",
        {"a": 1},
    )
    assert (failed["level"], failed["errorType"], failed["errorMessage"]) == (
        "ERROR",
        "TypeError",
        "x",
    )


LOGGED = {
    "an error by itself": (
        "console.error(new TypeError('x'))",
        {"message": {"errorType": "TypeError", "errorMessage": "x"}},
    ),
    "an error within": (
        "console.info({ held: new TypeError('x') })",
        {"message": {"held": {"errorType": "TypeError", "errorMessage": "x"}}},
    ),
    "what JSON has not": ("console.info({ n: 1n })", {"message": "{ n: 1n }"}),
    "several": ("console.info('a', 1, { b: 2 })", {"message": "a 1 { b: 2 }"}),
}


@pytest.mark.parametrize("case", LOGGED)
async def test_messages_in_json(run, case):
    code, wanted = LOGGED[case]
    variables = {"AWS_LAMBDA_LOG_FORMAT": "JSON"}
    function = await run(f"export const handler = async () => {{ {code}; }};", variables=variables)
    await function.invoke()
    assert without_stacks(json.loads(function.log)["message"]) == wanted["message"]


def without_stacks(value):
    if not isinstance(value, dict):
        return value
    return {k: without_stacks(v) for k, v in value.items() if k != "stackTrace"}


async def test_errors_are_logged_in_json_too(run):
    code = "export const handler = async () => { throw 'text'; };"
    function = await run(code, variables={"AWS_LAMBDA_LOG_FORMAT": "JSON"})
    await function.invoke()
    line = json.loads(function.log)
    assert (line["level"], line["message"]["errorMessage"]) == ("ERROR", "text")


# Streamed answers


async def test_a_streamed_answer(run):
    code = """
        export const handler = awslambda.streamifyResponse(async (event, stream, context) => {
            stream.setContentType("text/plain");
            stream.write("one ");
            await new Promise((done) => setTimeout(done, 5));
            stream.write(Buffer.from("two"));
            stream.end();
        });
        """
    function = await run(code)
    for _ in range(2):
        told = await function.invoke()
        assert told.body == b"one two"
        assert told.headers["lambda-runtime-function-response-mode"] == "streaming"
        assert told.headers["content-type"] == "text/plain"
        assert "lambda-runtime-function-error-type" not in told.headers


async def test_a_streamed_answer_with_status_and_headers(run):
    code = """
        export const handler = awslambda.streamifyResponse(async (event, stream) => {
            stream = awslambda.HttpResponseStream.from(stream, { statusCode: 201, headers: { a: "b" } });
            stream.end("body");
        });
        """
    told = await (await run(code)).invoke()
    assert told.headers["content-type"] == "application/vnd.awslambda.http-integration-response"
    assert told.body == b'{"statusCode":201,"headers":{"a":"b"}}' + bytes(8) + b"body"


async def test_a_streamed_answer_that_fails_in_its_middle(run):
    code = """
        export const handler = awslambda.streamifyResponse(async (event, stream) => {
            stream.write("begun");
            throw new RangeError("boom");
        });
        """
    function = await run(code)
    for _ in range(2):
        told = await function.invoke()
        assert told.body == b"begun"
        assert told.headers["lambda-runtime-function-error-type"] == "RangeError"
        error = json.loads(base64.b64decode(told.headers["lambda-runtime-function-error-body"]))
        assert error["errorMessage"] == "boom"


async def test_a_streamed_answer_that_fails_before_it_begins(run):
    code = "export const handler = awslambda.streamifyResponse(async () => { throw new Error('boom'); });"
    assert (await error_of(await run(code)))["errorMessage"] == "boom"


REFUSED = {
    "(event, stream) => { stream.end('x'); }": "Streaming does not support non-async handlers.",
    "async (e, stream) => { stream.write('x'); stream.setContentType('a/b'); }": "Cannot set content-type, too late.",
}


@pytest.mark.parametrize("code", REFUSED)
async def test_what_a_streaming_handler_may_not_do(run, code):
    function = await run(f"export const handler = awslambda.streamifyResponse({code});")
    await function.invoke()
    assert REFUSED[code] in function.log


async def test_objects_are_streamed_as_json(run):
    code = "export const handler = awslambda.streamifyResponse(async (e, s) => { s.write({ a: 1 }); s.end(); return 1; });"
    function = await run(code)
    assert (await function.invoke()).body == b'{"a":1}'
    assert "\tWARN\tStreaming handlers ignore return values.\n" in function.log


async def test_a_streamed_answer_in_a_pipeline(run):
    code = """
        import { pipeline } from "node:stream/promises";
        import { Readable } from "node:stream";
        export const handler = awslambda.streamifyResponse(async (event, stream) => {
            await pipeline(Readable.from(Array.from({ length: 50 }, () => "x".repeat(100_000))), stream);
        });
        """
    assert (await (await run(code)).invoke()).body == b"x" * 5_000_000


# What is around it


async def test_modules_of_a_layer_and_of_the_function(run):
    function = await run(
        "exports.handler = async () => [require('of-layer'), require('own')];",
        "app.js",
        files={"node_modules/own/index.js": "module.exports = 1;"},
        layers=[{"nodejs/node_modules/of-layer/index.js": "module.exports = 2;"}],
    )
    assert (await function.invoke()).json == [2, 1]


async def test_six_megabytes_in_and_out(run):
    function = await run("export const handler = async (event) => event;")
    event = "x" * 6_000_000
    assert (await function.invoke(event)).json == event


async def test_the_connection_is_made_again_when_it_was_lost(run):
    function = await run("export const handler = async (event) => event;")
    await function.invoke()
    await function.ready()
    function.api.is_ready.clear()
    function.api.writer.close()
    assert (await function.invoke(2)).json == 2


def interpreters(monkeypatch, **majors):
    paths = {node.Path(f"/{name}/bin/node"): major for name, major in majors.items()}
    monkeypatch.setattr(node.interpreters, "real", lambda _: iter(paths))
    monkeypatch.setattr(node, "_major_of", paths.get)


@pytest.mark.parametrize(
    ("runtime", "chosen"), [("nodejs18.x", "b"), ("nodejs20.x", "b"), ("nodejs22.x", "c")]
)
def test_the_oldest_one_that_is_new_enough_is_chosen(monkeypatch, runtime, chosen):
    interpreters(monkeypatch, a=16, b=20, c=24)
    assert node.Node().run(version(runtime), Places()).command[0] == f"/{chosen}/bin/node"


def test_none_that_is_new_enough(monkeypatch):
    interpreters(monkeypatch, a=16, b=20)
    with pytest.raises(MissingRuntime, match=r"needs Node\.js 22 or newer, which was not found"):
        node.Node().run(version("nodejs22.x"), Places())
