"""The official OCI conformance suite, against our registry over TLS, or any other that OCI_REGISTRY names.

https://github.com/opencontainers/distribution-spec/tree/main/conformance
"""

import asyncio
import contextlib
import datetime
import os
import re
import shutil
import subprocess
import uuid
from pathlib import Path

import pytest

from homeport.clock import SystemClock
from homeport.edge import config
from homeport.edge.server import Server
from homeport.net import ca
from homeport.registry.access import htpasswd
from homeport.registry.options import Options
from homeport.registry.registry import Registry

MODULE = "github.com/opencontainers/distribution-spec/conformance"
VERSION = "v0.0.0-20260831232431-97274622c111"
BUILD_TIMEOUT_S = 240
GO = shutil.which("go")

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.skipif(GO is None, reason="Go, which builds the suite, is not installed"),
]


@pytest.fixture(scope="module")
def suite():
    """The suite's program; built once for each version and kept in the user's cache."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    folder = cache / "homeport" / f"oci-conformance-{VERSION}"
    program = folder / "conformance"
    if not program.exists():
        built = subprocess.run(
            [GO, "install", f"{MODULE}@{VERSION}"],
            env={**os.environ, "GOBIN": str(folder)},
            capture_output=True,
            text=True,
            timeout=BUILD_TIMEOUT_S,
            check=False,
        )
        if built.returncode != 0:
            pytest.skip(f"the suite could not be built: {built.stderr.strip()[-300:]}")
    return program


@contextlib.asynccontextmanager
async def _our_registry(folder, login):
    """Settings that lead the suite to a registry of ours, which asks for a password each time or gives tokens."""
    users = folder / "htpasswd"
    htpasswd.add(users, "ann", "secret", cost=4)
    ca.ensure(folder, ["localhost", "127.0.0.1"], datetime.datetime.now(datetime.UTC))
    clock = SystemClock()
    registry = Registry.open(
        folder / "registry",
        options=Options(htpasswd=users, has_tokens=login == "tokens"),
        clock=clock,
        ids=lambda: uuid.uuid4().hex,
    )
    tls_files = config.TlsFiles(folder / "server.crt", folder / "server.key")
    server = Server(registry, config.EdgeConfig(tls="only", tls_files=tls_files), clock=clock)
    await server.start()
    try:
        yield {
            "OCI_REGISTRY": f"localhost:{server.ports[0]}",
            "OCI_TLS": "enabled",
            "SSL_CERT_FILE": str(folder / "ca.crt"),
            "OCI_USERNAME": "ann",
            "OCI_PASSWORD": "secret",
        }
    finally:
        await server.stop(1.0)
        await registry.close()


@contextlib.asynccontextmanager
async def _registry(folder, login):
    if "OCI_REGISTRY" in os.environ:
        yield {
            name: value for name, value in os.environ.items() if name.startswith(("OCI_", "SSL_"))
        }
        return
    async with _our_registry(folder, login) as settings:
        yield settings


@pytest.mark.parametrize("login", ["basic", "tokens"])
@pytest.mark.parametrize(("version", "least_passed"), [("1.1", 850), ("dev", 970)])
async def test_nothing_fails(suite, tmp_path, version, least_passed, login):
    async with _registry(tmp_path, login) as settings:
        process = await asyncio.create_subprocess_exec(
            suite,
            env={
                "PATH": os.environ["PATH"],
                "HOME": str(tmp_path),
                "OCI_REPO1": "conformance/a",
                "OCI_REPO2": "conformance/b",
                **settings,
                "OCI_VERSION": version,
                "OCI_RESULTS_DIR": str(tmp_path),
            },
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        output, _ = await process.communicate()
    counts = _counts(output.decode())
    assert (counts["FAIL"], counts["Error"]) == (0, 0), output.decode()[-6000:]
    assert counts["Pass"] >= least_passed
    assert process.returncode == 0


def _counts(output):
    """The numbers of the suite's own summary."""
    return {
        name: int(number)
        for name, number in re.findall(r"^ *(\w+)\.+: +(\d+)$", output, re.MULTILINE)
    }
