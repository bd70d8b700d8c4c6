"""Each file of tests/golden/kubernetes: a homeport.toml, a line of dashes, and what comes of it.

`default.golden` has all objects, every other one those that differ from them, and the names of those that are gone; or an error.
HOMEPORT_TEST_UPDATE_GOLDEN=1 writes them anew.
"""

import os
from pathlib import Path

import pytest
from tests.targets.kubernetes.objects import stacks, strict

from homeport import errors
from homeport.stack import names
from homeport.targets.kubernetes import yaml_text
from homeport.targets.kubernetes.objects import kinds, render

GOLDEN = Path(__file__).parents[3] / "golden/kubernetes"
FILES = sorted(GOLDEN.glob("*.golden"))
LINE = "-" * 40 + "\n"
UPDATES = "HOMEPORT_TEST_UPDATE_GOLDEN" in os.environ

NO_OBJECT = {
    "target",
    "kubernetes.kubeconfig",
    "kubernetes.context",
    "kubernetes.node_trust",
    "kubernetes.node_ca",
    "kubernetes.accept",
    "kubernetes.timeout_s",
}
"""Settings of the cluster that change no object."""


def rendered(path, tmp_path):
    toml = path.read_text().partition(LINE)[0]
    file = tmp_path / "homeport.toml"
    file.write_text(toml)
    return toml, render.objects(stacks.chosen(config=str(file)), stacks.MATERIAL)


def result(objects, base):
    """What an expectation is of."""
    there = {kinds.ref(obj) for obj in objects}
    changed = [obj for obj in objects if obj not in base]
    gone = [f"# gone: {kinds.ref(obj)}\n" for obj in base if kinds.ref(obj) not in there]
    return "".join(gone) + (yaml_text.documents(changed) if changed else "# nothing changes\n")


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_golden(path, tmp_path):
    base = () if path.stem == "default" else render.objects(stacks.chosen(), stacks.MATERIAL)
    try:
        got = result(rendered(path, tmp_path)[1], base)
    except errors.HomeportError as error:
        got = str(error).replace(str(tmp_path), "") + "\n"
    toml, _, expected = path.read_text().partition(LINE)
    if UPDATES:
        path.write_text(toml + LINE + got)
    else:
        assert got == expected


@pytest.mark.parametrize("release", strict.RELEASES)
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_valid(path, release, tmp_path):
    if path.stem.startswith("error-"):
        return
    for obj in rendered(path, tmp_path)[1]:
        assert strict.faults(obj, release) == [], kinds.ref(obj)


def test_every_setting_of_the_cluster_has_one():
    texts = "".join(path.read_text().partition(LINE)[0] for path in FILES)
    said = {
        f"{table}.{line.partition(' =')[0]}"
        for block in texts.split("[")
        for table, _, rest in [block.partition("]\n")]
        for line in rest.splitlines()
    }
    wanted = {setting.key for setting in names.ALL if setting.is_for_cluster}
    assert wanted - NO_OBJECT - said == set()
