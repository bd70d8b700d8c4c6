"""Functions that bring their runtime along."""

import os
import shutil
import subprocess

import pytest
from tests.aws.lambda_.executors.functions import version

from homeport.aws.lambda_.executors.base import Exit, MissingRuntime
from homeport.aws.lambda_.runtimes.managed import Runtimes

BASH = r"""#!/bin/bash
set -e
api=http://$AWS_LAMBDA_RUNTIME_API/2018-06-01/runtime
while true; do
    event=$(curl -sS -D /tmp/headers $api/invocation/next)
    id=$(tr -d '\r' < /tmp/headers | awk -F': ' 'tolower($1) == "lambda-runtime-aws-request-id" { print $2 }')
    curl -sS -o /dev/null -X POST $api/invocation/$id/response -d "{\"by\":\"$0\",\"event\":$event,\"handler\":\"$_HANDLER\"}"
done
"""

GO = """
package main

import (
    "bytes"
    "io"
    "net/http"
    "os"
)

func main() {
    api := "http://" + os.Getenv("AWS_LAMBDA_RUNTIME_API") + "/2018-06-01/runtime/invocation/"
    for {
        next, err := http.Get(api + "next")
        if err != nil { os.Exit(1) }
        event, _ := io.ReadAll(next.Body)
        http.Post(api+next.Header.Get("Lambda-Runtime-Aws-Request-Id")+"/response", "", bytes.NewReader(event))
    }
}
"""


@pytest.mark.parametrize("runtime", ["provided", "provided.al2", "provided.al2023"])
async def test_a_script(start, runtime):
    function = await start({"bootstrap": BASH}, "any.thing", runtime=runtime)
    for _ in range(2):
        told = await function.invoke({"a": 1})
        assert told.json == {"by": "/var/task/bootstrap", "event": {"a": 1}, "handler": "any.thing"}


async def test_that_of_a_layer(start):
    function = await start({"other": ""}, runtime="provided.al2023", layers=[{"bootstrap": BASH}])
    assert (await function.invoke(1)).json["by"] == "/opt/bootstrap"


async def test_the_functions_own_comes_first(start):
    function = await start(
        {"bootstrap": BASH}, runtime="provided.al2023", layers=[{"bootstrap": "x"}]
    )
    assert (await function.invoke(1)).json["by"] == "/var/task/bootstrap"


@pytest.fixture
def go_program(tmp_path):
    (tmp_path / "main.go").write_text(GO)
    command = ["go", "build", "-o", "bootstrap", "main.go"]
    environment = {**os.environ, "CGO_ENABLED": "0", "GOFLAGS": "-mod=mod", "GO111MODULE": "off"}
    subprocess.run(command, cwd=tmp_path, check=True, env=environment)
    return (tmp_path / "bootstrap").read_bytes()


@pytest.mark.skipif(shutil.which("go") is None, reason="no Go here")
async def test_a_program(start, go_program):
    function = await start({"bootstrap": go_program}, runtime="provided.al2023")
    assert (await function.invoke("x")).json == "x"


ENTRY_FAILURES = {
    "none": (
        {"other": ""},
        "Couldn't find valid bootstrap(s): [/var/task/bootstrap /opt/bootstrap]",
    ),
    "no program": ({"bootstrap": b"\x00\x01"}, "fork/exec /var/task/bootstrap: exec format error"),
    "no interpreter": (
        {"bootstrap": "#!/no/such\n"},
        "fork/exec /var/task/bootstrap: no such file or directory",
    ),
    "a folder": ({"bootstrap/x": ""}, "fork/exec /var/task/bootstrap: permission denied"),
}


@pytest.mark.parametrize("case", ENTRY_FAILURES)
async def test_a_bootstrap_that_cannot_be_started(start, case):
    files, text = ENTRY_FAILURES[case]
    function = await start(files, runtime="provided.al2023")
    assert await function.ended() == Exit(1, error_type="Runtime.InvalidEntrypoint", message=text)


async def test_a_bootstrap_without_the_right_to_run(start):
    folder = start.tree({"bootstrap": "#!/bin/sh\n"})
    (folder / "bootstrap").chmod(0o644)
    start.tree = lambda _: folder
    function = await start({}, runtime="provided.al2023")
    assert (await function.ended()).message == "fork/exec /var/task/bootstrap: permission denied"


async def test_one_that_ends_at_once(start):
    function = await start(
        {"bootstrap": "#!/bin/sh\necho leaving\nexit 9\n"}, runtime="provided.al2023"
    )
    assert await function.ended() == Exit(9)
    assert function.log == "leaving\n"


@pytest.mark.parametrize("runtime", ["dotnet8", "dotnet6", "dotnetcore3.1"])
def test_dotnet_says_what_to_do(runtime):
    with pytest.raises(MissingRuntime, match=f"managed runtime {runtime}.*") as raised:
        Runtimes().check(version(runtime))
    assert "provided.al2023" in raised.value.hint


def test_an_image_says_what_to_do():
    with pytest.raises(MissingRuntime, match="container image"):
        Runtimes().check(version("", "", package_type="Image"))


def test_one_that_is_brought_along_needs_nothing():
    Runtimes().check(version("provided.al2023"))
