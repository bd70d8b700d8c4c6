"""Each file of tests/golden/tofu: a homeport.toml, a line of dashes, and the files that come of it.

HOMEPORT_TEST_UPDATE_GOLDEN=1 writes them anew.
"""

import os

import pytest
from tests.targets.kubernetes.objects import stacks as rendering
from tests.tofu.export import stacks

from homeport.cli.tofu import export as command
from homeport.tofu.export import export
from homeport.tofu.export.wanted import Form

FILES = sorted((stacks.GOLDEN / "tofu").glob("*.golden"))


def texts(path, tmp_path):
    toml = path.read_text().partition(stacks.LINE)[0]
    file = tmp_path / "homeport.toml"
    file.write_text(toml)
    form = Form.MANIFEST if "manifest" in path.stem else Form.RESOURCES
    return toml, export.files(command.wanted(rendering.chosen(config=str(file)), form))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_golden(path, tmp_path):
    toml, made = texts(path, tmp_path)
    got = "".join(f"==> {name} <==\n{text}" for name, text in made.items())
    if "HOMEPORT_TEST_UPDATE_GOLDEN" in os.environ:
        path.write_text(f"{toml}{stacks.LINE}{got}")
    else:
        assert got == path.read_text().partition(stacks.LINE)[2]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_the_same_stack_gives_the_same_files(path, tmp_path):
    assert texts(path, tmp_path) == texts(path, tmp_path)


def test_secrets_are_in_no_file(tmp_path):
    toml, made = texts(stacks.GOLDEN / "tofu/secrets.golden", tmp_path)
    assert toml.count("not-in-the-files") == 5
    assert not any("not-in-the-files" in text for text in made.values())
