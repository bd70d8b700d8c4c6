"""Images that can be run: a static busybox, and a runtime of a few lines of shell."""

import shutil
from pathlib import Path

import pytest
from tests.aws.lambda_.images.pushed import file, folder, link, packed

BOOTSTRAP = """\
#!/bin/sh
api=http://$AWS_LAMBDA_RUNTIME_API/2018-06-01/runtime
while true; do
  wget -S -q -O /tmp/event "$api/invocation/next" 2>/tmp/headers || exit 1
  id=$(sed -n 's/^ *Lambda-Runtime-Aws-Request-Id: *//Ip' /tmp/headers | tr -d '\\r')
  event=$(cat /tmp/event)
  wget -q -O /tmp/answer --post-data "$(handle "$@")" "$api/invocation/$id/response"
done
"""
"""Answers each event with what the program `handle` prints."""

ECHO = '#!/bin/sh\ncat /tmp/event\necho "ran $1" >&2\n'


def busybox():
    """The path of a static busybox; the test is skipped, visibly, where the machine lacks it."""
    found = shutil.which("busybox", path="/bin:/usr/bin")
    if found is None:
        pytest.skip("busybox-static is not installed here")
    return Path(found)


def base():
    """A layer with a shell and its tools."""
    tools = ("sh", "cat", "wget", "sed", "tr", "id", "ls", "env", "pwd", "touch", "sleep", "head")
    return packed(
        folder("bin"),
        file("bin/busybox", busybox().read_bytes(), mode=0o755),
        *(link(f"bin/{name}", "busybox") for name in tools),
    )


def function(handle=ECHO, *more):
    """A layer with the runtime and a function."""
    return packed(
        file("bin/handle", handle, mode=0o755), file("bootstrap", BOOTSTRAP, mode=0o755), *more
    )
