"""Whatever the settings are, a process of the stack reads the same from its environment."""

import dataclasses
import re
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from homeport.stack import checks, load, names, settings, values
from homeport.stack.kinds import durations, http, lists, networks, ports, tables

texts = st.text(st.characters(exclude_categories=("C",)), min_size=1, max_size=9)
users = texts.map(lambda text: f"a{text}é".replace(":", ",").replace("\u00a0", '"')).filter(
    str.isprintable
)
OF_KIND = {
    values.Text: texts,
    values.UserName: users,
    values.Flag: st.booleans(),
    values.Size: st.none() | st.integers(1, 2**40),
    values.Folder: st.sampled_from([Path("/a b"), Path("/c,d")]),
    values.Address: st.sampled_from(["127.0.0.1", "::", "example.com"]),
    values.HostNames: st.sampled_from([(), ("a.b", "*.c")]),
    http.Url: st.sampled_from(["http://[::1]:5", "https://registry.test"]),
    http.OptionalUrl: st.sampled_from(["none", "", "https://aws.test"]),
    http.Listen: st.sampled_from([None, http.Listening("::1", 99), http.Listening("h", 98)]),
    http.Headers: st.dictionaries(st.sampled_from(["X-A", "b"]), texts).map(lambda table: (*table.items(),)),
    networks.Network: st.sampled_from(["10.0.0.0/8", "::1/128"]),
    networks.Address: st.sampled_from(["192.0.2.1", "::1"]),
    ports.AutoPort: st.none() | st.integers(1, 65535),
}  # fmt: skip


def of_kind(kind):
    """Values that a kind may have."""
    if isinstance(kind, values.Number):
        return st.integers(kind._least, kind._most)
    if isinstance(kind, durations.Duration):
        least, most = (durations.milliseconds(text) for text in (kind._least, kind._most))
        return st.integers(least, most).map(lambda count: count / 1000)
    if isinstance(kind, values.Choice):
        return st.sampled_from(kind._words)
    if isinstance(kind, lists.Matching):
        words = ["docker.io", "v1", "a-b", "cloudflare", "a@b.c"]
        return st.sampled_from([word for word in words if re.fullmatch(kind._form, word)])
    if isinstance(kind, lists.Listed):
        return st.lists(of_kind(kind._entry), min_size=1, max_size=3, unique=True).map(tuple)
    if isinstance(kind, tables.Tables):
        return rows_of(kind)
    if type(kind) is values.Words:
        return st.lists(st.sampled_from(kind._choices), unique=True).map(tuple)
    return OF_KIND[type(kind)]


def rows_of(kind):
    made = st.builds(kind.made, **{column.field: of_kind(column.kind) for column in kind.columns})
    fitting = made.filter(lambda row: not kind._check(row))
    key = {column.name: column.field for column in kind.columns}.get(kind._unique)
    by = (lambda row: getattr(row, key)) if key else None
    return st.lists(fitting, max_size=2, unique_by=by).map(tuple)


@st.composite
def chosen_settings(draw):
    """Settings of which some are not as by default."""
    left = {"registry.auth", "registry.tls"}
    its = [setting for setting in names.ALL if setting.is_handed_on and setting.key not in left]
    chosen = settings.Settings(data=Path("/d"))
    for setting in draw(st.lists(st.sampled_from(its), unique=True, max_size=6)):
        part = {setting.name: draw(of_kind(setting.kind))}
        if setting.group:
            part = {setting.group: dataclasses.replace(getattr(chosen, setting.group), **part)}
        chosen = dataclasses.replace(chosen, **part)
    return chosen


@given(chosen_settings())
def test_any_settings(chosen):
    assume(not checks.conflicts(chosen))
    again = load.load({}, load.environment(chosen)).settings
    for setting in names.ALL:
        if setting.is_handed_on:
            assert setting.of(again) == setting.of(chosen), setting.key


@pytest.mark.parametrize(
    "name", ["rules", "retention", "upstreams", "webhooks", "headers", "admins"]
)
@given(data=st.data())
def test_any_tables(name, data):
    kind = names.BY_KEY[f"registry.{name}"].kind
    value = data.draw(of_kind(kind))
    assert kind.read(kind.show(value)) == value


SECRET = settings.Settings(
    registry=settings.Registry(
        upstreams=names.BY_KEY["registry.upstreams"].kind.read(
            [{"prefix": "", "url": "http://h", "user": "u", "password": "hidden"}]
        )
    )
)


def test_a_component_has_no_secret_of_another():
    environ = {"PATH": "/bin", "REGISTRY_HTTP_ADDR": ":1", "REGISTRY_AUTH_FILE": "/x"}
    assert "hidden" in str(load.process_environment(SECRET, environ, "registry"))
    assert "hidden" in str(load.process_environment(SECRET, environ))
    assert "hidden" not in str(load.process_environment(SECRET, environ, "cloud"))


def test_names_of_registry_v2_are_not_handed_on():
    environ = {"PATH": "/bin", "REGISTRY_HTTP_ADDR": ":1", "REGISTRY_AUTH_FILE": "/x"}
    given = load.process_environment(SECRET, environ)
    assert (given["PATH"], given["REGISTRY_AUTH_FILE"]) == ("/bin", "/x")
    assert "REGISTRY_HTTP_ADDR" not in given
