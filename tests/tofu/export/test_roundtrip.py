"""Whatever is rendered is in the files: read back, it is the same."""

import dataclasses
import os

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.targets.kubernetes.objects import stacks as rendering
from tests.tofu.export import inverse, stacks

from homeport.targets.kubernetes.objects import kinds, render
from homeport.tofu.export import export
from homeport.tofu.export.wanted import Form

FILES = sorted(
    path
    for path in (stacks.GOLDEN / "kubernetes").glob("*.golden")
    if not path.stem.startswith("error-")
)
PARTS = ["${", "%{", "$${", "%%{", "$", "%", "{", "}", '"', "\\", "\n", "$("]
TEXTS = st.lists(
    st.one_of(st.sampled_from(PARTS), st.characters(codec="utf-8", exclude_characters="\0"))
).map("".join)


def same(objects, form):
    texts = export.files(stacks.wanted(objects, form))
    back = inverse.objects(texts, stacks.values(objects))
    found = {kinds.ref(obj): plain(obj) for obj in back}
    assert len(found) == len(back)
    assert found == {kinds.ref(obj): plain(obj) for obj in objects}


def plain(obj):
    return inverse.without_checksum(inverse.without_repetition(obj))


@pytest.mark.parametrize("form", Form)
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_option(path, form, tmp_path):
    config = tmp_path / "homeport.toml"
    config.write_text(path.read_text().partition(stacks.LINE)[0])
    same(stacks.rendered(config=config), form)


def with_environment(chosen, environment):
    cloud = dataclasses.replace(chosen.cloud, environment=tuple(environment.items()))
    return dataclasses.replace(chosen, cloud=cloud)


@given(
    environment=st.dictionaries(st.from_regex("[A-Z_]{1,12}", fullmatch=True), TEXTS),
    form=st.sampled_from(Form),
)
@settings(max_examples=60, deadline=None)
def test_any_text(environment, form):
    chosen = with_environment(rendering.chosen(config=os.devnull), environment)
    same(render.objects(chosen, rendering.MATERIAL), form)


FRAGMENTS = {
    "registry.engine": ("upstream", "builtin"),
    "registry.auth": ("true", "false"),
    "registry.namespace": ("registry", "tools", "localstack"),
    "cloud.engine": ("upstream", "builtin"),
    "cloud.edge": ("off", "open"),
    "cloud.docker_socket": ("none", "/run/docker.sock"),
    "ui.enabled": ("true", "false"),
    "kubernetes.network_policies": ("true", "false"),
    "kubernetes.publish": ("true", "false"),
    "kubernetes.issuer": ("", "letsencrypt"),
    "kubernetes.issuer_kind": ("issuer", "clusterissuer"),
    "kubernetes.plain_entry_point": ("web", "none"),
    "kubernetes.pull_policy": ("auto", "always"),
    "kubernetes.name": ("homeport", "1st"),
}


@given(
    chosen=st.fixed_dictionaries(
        {}, optional={key: st.sampled_from(each) for key, each in FRAGMENTS.items()}
    ),
    form=st.sampled_from(Form),
)
@settings(max_examples=60, deadline=None)
def test_any_combination(chosen, form):
    same(stacks.rendered(chosen), form)
