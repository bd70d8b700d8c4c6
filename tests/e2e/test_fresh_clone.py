"""What a new user sees: a fresh clone, an empty home, an ordinary account, Debian's own Python, and `make up`."""

from __future__ import annotations

import os
import pwd
import shutil
import ssl
import subprocess
import tempfile
import urllib.request
from pathlib import Path

import boto3
import harness
import pytest
from tests.serve import standing

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(600)]
ROOT = Path(__file__).parents[2]
SYSTEM = "/usr/local/sbin:/usr/sbin:/usr/bin:/sbin:/bin"


def unprivileged() -> list[str]:
    """What stands before a command so that it runs without root's rights."""
    if os.geteuid() != 0:
        return []
    nobody = pwd.getpwnam("nobody")
    return [
        harness.tool("setpriv"),
        f"--reuid={nobody.pw_uid}",
        f"--regid={nobody.pw_gid}",
        "--clear-groups",
    ]


@pytest.fixture
def clone():
    """A clone of what is committed, and an empty home, both the ordinary user's own."""
    python = shutil.which("python3", path=SYSTEM)
    if (
        python is None
        or subprocess.run([python, "-c", "import ensurepip"], check=False).returncode != 0
    ):
        pytest.skip("the system has no python3 with venv")
    # Not below pytest's own folder, which only the user of the tests may enter.
    top = Path(tempfile.mkdtemp(prefix="homeport-"))
    harness.run("git", "clone", "--quiet", "--no-hardlinks", ROOT, top / "homeport")
    (top / "home").mkdir()
    top.chmod(0o755)
    if os.geteuid() == 0:
        nobody = pwd.getpwnam("nobody")
        harness.run("chown", "-R", f"{nobody.pw_uid}:{nobody.pw_gid}", top)
    yield top
    shutil.rmtree(top)


def test_make_up_from_a_fresh_clone_as_an_ordinary_user(clone):
    stack = harness.Stack(clone / "home" / "data")
    console = harness.free_port()
    stack.extra = {
        "HOME": str(clone / "home"),
        "PATH": SYSTEM,
        "HOMEPORT_UI_ENABLED": "true",
        "HOMEPORT_UI_PORT": str(console),
    }
    stack.command = [*unprivileged(), "make", "-s", "-C", str(clone / "homeport"), "up"]
    stack.ready_limit_s = 400
    with stack.running():
        s3 = boto3.client(
            "s3",
            endpoint_url=stack.endpoint,
            region_name="us-east-1",
            aws_access_key_id="test",
            aws_secret_access_key="test",
        )
        s3.create_bucket(Bucket="mine")
        s3.put_object(Bucket="mine", Key="key", Body=b"data")
        assert (stack.data / "auth" / "htpasswd").stat().st_mode & 0o777 == 0o600
        assert stack.data.stat().st_uid == (clone / "home").stat().st_uid
        opened = f"Open in a browser: https://localhost:{console}"
        standing.until(lambda: opened in stack.said, "the console")
        assert "docker login" in stack.said
        assert "homeport env" in stack.said
        trusting = ssl.create_default_context(cafile=stack.ca)
        url = f"https://localhost:{console}/login"
        with urllib.request.urlopen(url, context=trusting, timeout=30) as page:
            assert b"<form" in page.read()
