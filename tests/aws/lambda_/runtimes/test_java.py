"""Java functions see and say what they do on AWS. The interfaces of AWS's own library are written down here in their shape."""

import asyncio
import shutil
import subprocess
import textwrap

import pytest
from tests.aws.lambda_.executors.functions import version

from homeport.aws.lambda_.executors.base import Exit, MissingRuntime, StartFailed
from homeport.aws.lambda_.runtimes import java
from homeport.aws.lambda_.runtimes.base import Places

needs_java = pytest.mark.skipif(
    shutil.which("javac") is None, reason="no Java Development Kit here"
)

AWS = {
    "Context": "String getAwsRequestId(); int getRemainingTimeInMillis(); String getFunctionName(); int getMemoryLimitInMB();"
    " LambdaLogger getLogger(); ClientContext getClientContext(); CognitoIdentity getIdentity();",
    "LambdaLogger": "void log(String message); void log(byte[] message);",
    "ClientContext": "Client getClient(); java.util.Map<String, String> getCustom();",
    "Client": "String getAppTitle();",
    "CognitoIdentity": "String getIdentityId();",
    "RequestHandler<I, O>": "O handleRequest(I input, Context context);",
    "RequestStreamHandler": "void handleRequest(java.io.InputStream in, java.io.OutputStream out, Context context)"
    " throws java.io.IOException;",
}

FUNCTION = """
package example;

import com.amazonaws.services.lambda.runtime.*;
import java.io.*;
import java.math.BigDecimal;
import java.util.*;

public class App implements RequestHandler<Map<String, Object>, Map<String, Object>> {
    public static class Order {
        private String id;
        private List<Line> lines;
        public String getId() { return id; }
        public void setId(String id) { this.id = id; }
        public List<Line> getLines() { return lines; }
        public void setLines(List<Line> lines) { this.lines = lines; }
    }
    public static class Line {
        public int count;
        public BigDecimal price;
        public Kind kind;
    }
    public enum Kind { SMALL, LARGE }
    public static class Stream implements RequestStreamHandler {
        public void handleRequest(InputStream in, OutputStream out, Context context) throws IOException {
            out.write("<".getBytes()); in.transferTo(out); out.write(">".getBytes());
        }
    }
    public static class NoWay {
        public NoWay() { throw new IllegalStateException("not today"); }
        public String handleRequest(String in) { return in; }
    }

    public Map<String, Object> handleRequest(Map<String, Object> event, Context context) { return event; }
    public Order order(Order order) {
        order.lines.get(0).count += 1;
        return order;
    }
    public String upper(String in) { return in.toUpperCase(); }
    public int sum(List<Integer> numbers) { int sum = 0; for (int n : numbers) sum += n; return sum; }
    public Object same(Object event) { return event; }
    public static void nothing() {}
    public List<Object> context(Object event, Context context) {
        context.getLogger().log("logged\\n");
        System.out.println("printed");
        return Arrays.asList(context.getAwsRequestId(), context.getFunctionName(), context.getMemoryLimitInMB(),
            context.getRemainingTimeInMillis() > 0, context.getClientContext().getClient().getAppTitle(),
            context.getClientContext().getCustom(), context.getIdentity().getIdentityId());
    }
    public String boom(Object event) {
        throw new IllegalArgumentException("outer", new RuntimeException("inner"));
    }
    public String exit(Object event) { System.exit(6); return ""; }
}
"""


@pytest.fixture(scope="session")
def classes(tmp_path_factory):
    folder = tmp_path_factory.mktemp("java")
    package = folder / "com/amazonaws/services/lambda/runtime"
    package.mkdir(parents=True)
    sources = []
    for name, body in AWS.items():
        sources.append(package / f"{name.partition('<')[0]}.java")
        sources[-1].write_text(
            f"package com.amazonaws.services.lambda.runtime; public interface {name} {{ {body} }}"
        )
    sources.append(folder / "App.java")
    sources[-1].write_text(textwrap.dedent(FUNCTION))
    subprocess.run(["javac", "-d", folder / "out", *sources], check=True)
    return {
        str(path.relative_to(folder / "out")): path.read_bytes()
        for path in (folder / "out").rglob("*.class")
    }


@pytest.fixture(scope="session")
def bootstrap(tmp_path_factory):
    """Compiled once for all tests but the one that looks at that."""
    folder = tmp_path_factory.mktemp("bootstrap")
    folder.chmod(0o755)  # functions have another user
    sources = (java.SCRIPTS / "java").glob("*.java")
    subprocess.run(["javac", "--release", "11", "-d", folder, *sources], check=True)
    return folder


@pytest.fixture
def run(start, classes, bootstrap, monkeypatch):
    async def compiled(compiler, folder):
        return bootstrap

    monkeypatch.setattr(java, "_compiled", compiled)

    async def run(handler, **more):
        return await start(classes, f"example.{handler}", runtime="java11", **more)

    return run


CALLS = {
    "a handler by its interface": (
        "App",
        {"a": [1, 2.5, None, True], "ü": {"b": "\n\U0001f600"}},
        None,
    ),
    "its method by name": ("App::handleRequest", {"a": 1}, None),
    "any method": ("App::upper", "text", "TEXT"),
    "numbers": ("App::sum", [1, 2, 3], 6),
    "anything": ("App::same", [[], {}, "", -1e300, 12345678901], None),
    "a static one": ("App::nothing", 1, None),
    "streams": ("App$Stream", {"a": 1}, None),
    "own classes": (
        "App::order",
        {"id": "x", "Lines": [{"count": 1, "price": 1.5, "kind": "LARGE"}], "unknown": 1},
        {"id": "x", "lines": [{"count": 2, "price": 1.5, "kind": "LARGE"}]},
    ),
}


@needs_java
@pytest.mark.parametrize("case", CALLS)
async def test_forms_of_handlers(run, case):
    handler, event, expected = CALLS[case]
    function = await run(handler)
    told = await function.invoke(event)
    assert told.kind == "response", told.body
    if case == "streams":
        assert told.body == b'<{"a": 1}>'
    elif case == "a static one":
        assert told.json is None
    else:
        assert told.json == (event if expected is None else expected)


@needs_java
async def test_the_bootstrap_is_compiled_once(start, classes):
    functions = await asyncio.gather(
        *(start(classes, "example.App::same", runtime=f"java{n}") for n in (11, 17))
    )
    for function in functions:
        assert (await function.invoke(1)).json == 1
    assert len(list(start.executor._folder.glob("java-bootstrap/*.class"))) > 3


@needs_java
async def test_a_bootstrap_that_is_not_compiled(start, classes, monkeypatch):
    monkeypatch.setattr(java, "_OLDEST", 5)
    for _ in range(2):
        with pytest.raises(StartFailed, match="was not compiled"):
            await start(classes, "example.App::same", runtime="java11")


@needs_java
async def test_the_context_and_the_log(run):
    function = await run("App::context", variables={"AWS_LAMBDA_FUNCTION_NAME": "f"})
    told = await function.invoke(
        Lambda_Runtime_Client_Context='{"client": {"app_title": "t"}, "custom": {"a": "b"}}',
        Lambda_Runtime_Cognito_Identity='{"cognitoIdentityId": "i"}',
    )
    assert told.json == ["request-1", "f", 128, True, "t", {"a": "b"}, "i"]
    assert function.log == "logged\nprinted\n"


@needs_java
async def test_an_error_of_the_function(run):
    function = await run("App::boom")
    for _ in range(2):
        told = await function.invoke()
        assert told.path == "/invocation/request-1/error"
        assert (
            told.headers["lambda-runtime-function-error-type"]
            == "java.lang.IllegalArgumentException"
        )
    error = told.json
    assert (error["errorMessage"], error["errorType"]) == (
        "outer",
        "java.lang.IllegalArgumentException",
    )
    assert error["stackTrace"][0].startswith("example.App.boom(App.java:")
    assert error["cause"]["errorMessage"] == "inner"


@needs_java
async def test_an_event_that_does_not_fit(run):
    told = await (await run("App::sum")).invoke({"a": 1})
    assert told.json["errorType"] == "java.lang.IllegalArgumentException"


START_FAILURES = {
    "no class": ("Gone", "java.lang.ClassNotFoundException", "Class not found: example.Gone"),
    "no method": (
        "App::gone",
        "java.lang.NoSuchMethodException",
        "No public method named gone with appropriate method signature found on class example.App",
    ),
    "raises": ("App$NoWay", "java.lang.IllegalStateException", "not today"),
}


@needs_java
@pytest.mark.parametrize("case", START_FAILURES)
async def test_a_start_that_fails(run, case):
    handler, kind, text = START_FAILURES[case]
    function = await run(handler)
    told = await function.failed_start()
    assert told.path == "/init/error"
    assert (told.json["errorType"], told.json["errorMessage"]) == (kind, text)
    assert await function.ended() == Exit(1)


@needs_java
async def test_an_exit_ends_the_runtime(run):
    function = await run("App::exit")
    await function.api.give(None, {})
    assert await function.ended() == Exit(6)


@needs_java
async def test_six_megabytes_in_and_out(run):
    function = await run("App::same", memory_mb=512)
    event = "x" * 6_000_000
    assert (await function.invoke(event)).json == event


def installations(monkeypatch, **majors):
    homes = {java.Path(f"/{name}"): major for name, major in majors.items()}
    monkeypatch.setattr(java, "_homes", lambda: iter(homes))
    monkeypatch.setattr(java, "_major", homes.get)


@pytest.mark.parametrize(
    ("runtime", "chosen"), [("java8.al2", "b"), ("java11", "b"), ("java17", "c"), ("java21", "c")]
)
def test_the_oldest_one_that_is_new_enough_is_chosen(monkeypatch, runtime, chosen):
    installations(monkeypatch, a=8, b=11, c=21)
    assert java.Java().run(version(runtime), Places()).command[0] == f"/{chosen}/bin/java"


def test_none_that_is_new_enough(monkeypatch):
    installations(monkeypatch, a=8)
    with pytest.raises(
        MissingRuntime, match="needs a Java Development Kit 17 or newer, which was not found"
    ):
        java.Java().run(version("java17"), Places())
