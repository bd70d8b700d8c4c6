"""The documents speak of what is there: modules, paths, commands, tests, layers, dependencies."""

from __future__ import annotations

import ast
import re
import subprocess
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
CODE = re.compile(r"`([^`\n]+)`")
HOSTS = [
    "pypi" + ".org",
    "python" + "hosted.org",
    "npm" + "js.org",
    "npm" + "js.com",
    "deb.debian" + ".org",
    "golang" + ".org",
]
HOSTS += ["crates" + ".io", "repo1.maven" + ".org", "/work" + "/main"]


def tracked():
    listed = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return [ROOT / name for name in listed.stdout.splitlines() if (ROOT / name).is_file()]


def module_exists(name):
    """Whether `homeport.a.b`, or an attribute of it, is there."""
    parts = name.split(".")
    for end in (len(parts), len(parts) - 1):
        base = ROOT / "src" / Path(*parts[:end])
        rest = parts[end:]
        for file in (base.with_suffix(".py"), base / "__init__.py"):
            if file.exists() and (not rest or re.search(rf"\b{rest[0]}\b", file.read_text())):
                return True
    return False


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_named_modules_and_paths_exist(path):
    for text in CODE.findall(path.read_text()):
        if re.fullmatch(r"homeport(\.\w+)+", text) and not text.endswith(".toml"):
            assert module_exists(text), text
        elif re.fullmatch(
            r"(src|tests|docs|bench|scripts|examples|deploy|changelog\.d)/[\w./-]*", text
        ):
            assert (ROOT / text).exists(), text


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_named_commands_exist(path):
    commands = set(
        re.findall(
            r'^    "([\w-]+)":', (ROOT / "src/homeport/cli/main.py").read_text(), re.MULTILINE
        )
    )
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    for text in CODE.findall(path.read_text()):
        if match := re.match(r"homeport ([a-z-]+)\b", text):
            assert match[1] in commands, text
        if match := re.match(r"make ([a-z-]+)\b", text):
            assert match[1] in targets, text


def test_every_invariant_names_a_test_that_exists():
    rows = re.findall(
        r"^\| .+ \| `(tests/[\w/]+\.py)::(\w+)` \|$",
        (ROOT / "ARCHITECTURE.md").read_text(),
        re.MULTILINE,
    )
    assert len(rows) >= 10
    for file, name in rows:
        names = {
            node.name
            for node in ast.walk(ast.parse((ROOT / file).read_text()))
            if hasattr(node, "name")
        }
        assert name in names, f"{file}::{name}"


def test_the_layers_are_the_import_contracts():
    layers = re.findall(
        r"```\n(homeport\..*?)```", (ROOT / "ARCHITECTURE.md").read_text(), re.DOTALL
    )
    contracts = re.findall(r"layers =\n((?:    .+\n)+)", (ROOT / ".importlinter").read_text())
    assert [block.split() for block in layers] == [block.split() for block in contracts]


def test_every_dependency_is_accounted_for():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    optional = project["optional-dependencies"]
    chosen = [*project["dependencies"], *optional["ingress"], *optional["tofu"]]
    wanted = {re.split(r"[<>=]", text)[0] for text in chosen}
    table = (ROOT / "ARCHITECTURE.md").read_text().split("## Dependencies")[1]
    assert set(re.findall(r"^\| ([a-z0-9-]+) \|", table, re.MULTILINE)) - {"package"} == wanted


def test_no_registry_host_and_no_machine_path_in_the_tree():
    found = [
        f"{path.relative_to(ROOT)}: {host}"
        for path in tracked()
        if path.suffix not in {".png", ".gz"}
        for host in HOSTS
        if host in path.read_text(errors="replace")
    ]
    assert found == []


def test_every_locked_file_has_a_hash_and_no_address():
    for name in ("requirements.lock", "requirements-up.lock", "requirements-dev.lock"):
        text = (ROOT / name).read_text()
        pins = re.findall(
            r"^[\w.-]+==\S+.*(?:\n    --hash=sha256:[0-9a-f]{64}.*)+", text, re.MULTILINE
        )
        assert len(pins) == len(re.findall(r"^[\w.-]+==", text, re.MULTILINE))
        assert "://" not in text
