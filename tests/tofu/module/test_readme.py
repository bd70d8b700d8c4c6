"""README.md of the module and its files say the same."""

import re
from pathlib import Path

import pytest

from homeport.stack import names
from homeport.tofu import installing

MODULE = Path(__file__).parents[3] / "deploy/tofu"
README = (MODULE / "README.md").read_text()


def blocks(file, kind):
    text = (MODULE / file).read_text()
    found = re.findall(rf'^{kind} "(\w+)" {{\n(.*?)^}}', text, re.DOTALL | re.MULTILINE)
    return {
        name: dict(re.findall(r"^  (\w+) += (.+)$", body, re.MULTILINE)) for name, body in found
    }


def rows(heading):
    part = README.partition(f"## {heading}\n")[2].partition("\n## ")[0]
    table = [line for line in part.splitlines() if line.startswith("| `")]
    return [[cell.strip().strip("`") for cell in line.strip("|").split(" | ")] for line in table]


def test_inputs():
    expected = [
        [name, its["type"], its["default"], its["description"].strip('"')]
        for name, its in blocks("variables.tf", "variable").items()
    ]
    assert rows("Inputs") == expected


def test_outputs():
    expected = [
        [name, its["description"].strip('"')]
        for name, its in blocks("outputs.tf", "output").items()
    ]
    assert rows("Outputs") == expected


def test_every_input_is_used():
    text = (MODULE / "main.tf").read_text()
    assert [name for name in blocks("variables.tf", "variable") if f"var.{name}" not in text] == []


def test_the_inputs_are_settings():
    text = (MODULE / "main.tf").read_text().partition("inputs = {")[2].partition("# Texts")[0]
    tables = re.findall(r"^    (\w+) = \{\n(.*?)^    \}", text, re.DOTALL | re.MULTILINE)
    keys = {f"{table}.{key}" for table, rows in tables for key in re.findall(r"(\w+) +=", rows)}
    assert len(keys) == 14
    assert keys <= set(names.BY_KEY)


def test_the_provider_is_the_one_that_is_installed():
    assert f'source = "{installing.ADDRESS}"' in (MODULE / "versions.tf").read_text()


@pytest.mark.parametrize("path", sorted(MODULE.glob("examples/*")), ids=lambda path: path.name)
def test_every_example_is_named(path):
    assert f"[examples/{path.name}](examples/{path.name}/main.tf)" in README
