"""Other languages, by what this machine has: Go and Rust bring their own runtime, as a shell script does; Ruby and Java have one."""

from __future__ import annotations

import json
import os
from pathlib import Path

import harness
import pytest
import test_javascript
from tests.e2e.functions import deployed

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(400)]
SOURCES = Path(__file__).with_name("bootstraps")
CUSTOM = {"Runtime": "provided.al2023", "Handler": "any"}


def compiler(name, *asked):
    """The path of a compiler; the test is skipped, visibly, where the machine lacks it, or has it for another home folder only."""
    homes = (Path("/usr/local/go/bin"), Path.home() / ".cargo/bin")
    found = next((home / name for home in homes if (home / name).exists()), None)
    path = str(found or harness.tool(name))
    said = harness.run(path, *asked, check=False)
    if said.returncode != 0:
        pytest.skip(f"{path} does not run here: {said.stderr.splitlines()[0]}")
    return path


def of_go(folder):
    # The library is compiled once for a machine, which takes longer than all the rest.
    cache = test_javascript.cache_folder().with_name("go")
    build = (compiler("go", "version"), "build", "-ldflags=-s -w", "-o", folder / "bootstrap")
    own = {"GOCACHE": cache, "GOPATH": folder / "path", "CGO_ENABLED": "0", "GO111MODULE": "off"}
    environment = {**os.environ, **{name: str(value) for name, value in own.items()}}
    harness.run(*build, SOURCES / "main.go", env=environment)


def of_rust(folder):
    harness.run(
        compiler("rustc", "--version"), "-O", "-o", folder / "bootstrap", SOURCES / "main.rs"
    )


@pytest.mark.parametrize("build", [of_go, of_rust])
def test_a_compiled_bootstrap(shared_stack, tmp_path, build):
    build(tmp_path)
    name = build.__name__.replace("_", "-")
    files = {"bootstrap": (tmp_path / "bootstrap").read_bytes()}
    deployed.deploy(shared_stack, name, files, **CUSTOM)
    for count in (1, 2):
        told = deployed.invoke(shared_stack, name, {"n": count})
        assert told == {"event": {"n": count}, "count": count, "folder": "/var/task"}
    answer = deployed.invoked(shared_stack, name, {"fail": True})
    told = json.loads(answer["Payload"].read())
    assert answer["FunctionError"] == "Unhandled"
    assert told == {"errorType": "Event.Unwanted", "errorMessage": "asked to fail"}
    assert deployed.log(shared_stack, name, "event") == 'event {"n": 1}\n'


# As in AWS's own tutorial: https://docs.aws.amazon.com/lambda/latest/dg/runtimes-walkthrough.html
SHELL = """\
#!/bin/sh
set -eu
. "$LAMBDA_TASK_ROOT/$(echo "$_HANDLER" | cut -d. -f1).sh"
api="http://$AWS_LAMBDA_RUNTIME_API/2018-06-01/runtime/invocation"
while true; do
    headers="$(mktemp)"
    event="$(curl -sS -LD "$headers" "$api/next")"
    id="$(grep -Fi Lambda-Runtime-Aws-Request-Id "$headers" | tr -d '[:space:]' | cut -d: -f2)"
    answer="$("$(echo "$_HANDLER" | cut -d. -f2)" "$event")"
    curl -sS -X POST "$api/$id/response" -d "$answer" >/dev/null
done
"""
FUNCTION = """\
handler() {
    echo "Echoing request: '$1'"
}
"""


def test_a_bootstrap_of_a_shell(shared_stack):
    harness.tool("curl")
    settings = {**CUSTOM, "Handler": "function.handler"}
    deployed.deploy(
        shared_stack, "of-shell", {"bootstrap": SHELL, "function.sh": FUNCTION}, **settings
    )
    answer = deployed.invoked(shared_stack, "of-shell", {"text": "Hello"})
    assert answer["Payload"].read() == b"""Echoing request: '{"text": "Hello"}'"""


def test_a_bootstrap_that_is_not_there_is_named(shared_stack):
    deployed.deploy(shared_stack, "of-nothing", {"other": "x"}, **CUSTOM)
    answer = deployed.invoked(shared_stack, "of-nothing", {})
    told = json.loads(answer["Payload"].read())
    assert told["errorType"] == "Runtime.InvalidEntrypoint"


RUBY = """
    require "json"

    def handler(event:, context:)
      puts "called by #{context.function_name}"
      { sum: event["numbers"].sum, name: context.function_name }
    end
    """


def test_ruby(shared_stack):
    harness.tool("ruby")
    settings = {"Runtime": "ruby3.4", "Handler": "app.handler"}
    deployed.deploy(shared_stack, "of-ruby", {"app.rb": RUBY}, **settings)
    told = deployed.invoke(shared_stack, "of-ruby", {"numbers": [1, 2]})
    assert told == {"sum": 3, "name": "of-ruby"}
    assert deployed.log(shared_stack, "of-ruby", "called")


JAVA = """
    package example;

    import java.util.Map;

    public class App {
        public Map<String, Object> handle(Map<String, String> event) {
            System.out.println("called with " + event);
            String text = event.get("text");
            return Map.of("length", text.length(), "text", text.toUpperCase());
        }
    }
    """


def test_java(shared_stack, tmp_path):
    (tmp_path / "App.java").write_text(JAVA)
    harness.run(harness.tool("javac"), "-d", tmp_path, tmp_path / "App.java")
    files = {
        str(path.relative_to(tmp_path)): path.read_bytes() for path in tmp_path.rglob("*.class")
    }
    settings = {"Runtime": "java17", "Handler": "example.App::handle", "MemorySize": 512}
    deployed.deploy(shared_stack, "of-java", files, **settings)
    told = deployed.invoke(shared_stack, "of-java", {"text": "word"})
    assert told == {"length": 4, "text": "WORD"}
    assert deployed.log(shared_stack, "of-java", "called") == "called with {text=word}\n"
