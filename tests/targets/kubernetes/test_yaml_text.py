"""YAML that people read, and that Go's reader takes as it was meant."""

import json
import shutil
import subprocess

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from homeport.targets.kubernetes import yaml_text

TEXTS = st.text() | st.sampled_from(
    ["y", "no", "1e3", "0o17", "0x1f", "1_000", "~", "null", "12:30"]
)
VALUES = st.recursive(
    TEXTS | st.integers() | st.booleans() | st.none(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(min_size=1), inner),
    max_leaves=10,
)


@given(st.lists(VALUES, min_size=1, max_size=3))
def test_what_is_written_is_read(values):
    assert list(yaml.safe_load_all(yaml_text.documents(values))) == values


AMBIGUOUS = ["y", "N", "yes", "off", "1e3", "1E-5", "0o17", "0x1f", "017", "1_000", "1.5", "+1"]
AMBIGUOUS += [".5", ".inf", "-.inf", ".NaN", "~", "null", "2026-11-29", "12:30:45", "=", "<<", ""]


@pytest.mark.parametrize("text", AMBIGUOUS)
def test_what_may_be_no_text_is_quoted(text):
    assert yaml_text.document({"a": text}) == f"a: '{text}'\n"


@pytest.mark.parametrize("text", ["registry:2", "30Gi", "500m", "https://a/b?c=d", "a b", "v1"])
def test_other_texts_are_not(text):
    assert yaml_text.document({"a": text}) == f"a: {text}\n"


def test_lines_are_lines():
    text = "version: 0.1\nlog:\n  level: info\n"
    assert yaml_text.document({"config.yml": text}) == (
        "config.yml: |\n  version: 0.1\n  log:\n    level: info\n"
    )


def test_keys_stay_in_their_order_and_twice_is_twice():
    same = {"b": "1 2", "a": [1]}
    assert yaml_text.document({"z": same, "a": same}) == (
        "z:\n  b: 1 2\n  a:\n  - 1\na:\n  b: 1 2\n  a:\n  - 1\n"
    )


@pytest.mark.skipif(shutil.which("kubectl") is None, reason="kubectl is not here")
def test_kubectl_reads_the_same(tmp_path):
    """Go's reader, in `kubectl kustomize`, which asks no cluster."""
    # Python does not read what Go writes for these two.
    texts = [text for text in AMBIGUOUS if text not in {"=", "<<"}]
    data = {f"key{number}": text for number, text in enumerate([*texts, "a\n b\n", "é", "\t"])}
    obj = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a"}, "data": data}
    (tmp_path / "a.yaml").write_text(yaml_text.documents([obj]))
    (tmp_path / "kustomization.yaml").write_text(json.dumps({"resources": ["a.yaml"]}))
    read = subprocess.run(
        ["kubectl", "kustomize", str(tmp_path)], capture_output=True, text=True, check=True
    )
    assert yaml.safe_load(read.stdout) == obj
