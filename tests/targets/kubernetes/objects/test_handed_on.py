"""What a pod of Homeport's own image is told is what was chosen: its settings are loaded as the process loads them."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.targets.kubernetes.objects import stacks

from homeport.serve import registry_ui
from homeport.stack import folders, load, names
from homeport.targets.kubernetes.objects.workloads import builtin, config_yml

TEXTS = {
    "registry.admins": ("ada,bob",),
    "registry.realm": ("a: {b} # c", "yes", "007"),
    "registry.tokens": ("true",),
    "registry.token_life": ("10m",),
    "registry.rules": ('[{"repositories": ["a/*"], "users": ["$(B)"], "allow": ["pull"]}]',),
    "registry.quota": ("1GiB",),
    "registry.delete": ("true", "false"),
    "registry.readonly": ("true", "false"),
    "registry.page": ("1", "77"),
    "registry.headers": ('{"X-A": ["1e3", "y"], "X-B": ["a: b"]}',),
    "registry.upload_age": ("1m", "61s", "3650d"),
    "registry.upload_interval": ("90s",),
    "registry.url": ("https://hub.example.org",),
    "registry.gc_interval": ("none", "1h"),
    "registry.gc_untagged": ("30d",),
    "registry.retention": ('[{"repositories": ["**"], "keep_last": 3}]',),
    "registry.upstreams": (
        '[{"prefix": "", "url": "https://h.lan", "user": "u", "password": "$(P)"}]',
    ),
    "registry.webhooks": ('[{"name": "a", "url": "https://h.lan", "headers": {"A": ["s3cret"]}}]',),
    "registry.audit": ("false",),
    "registry.metrics": ("anyone",),
    "log.level": ("debug", "warning", "error"),
    "log.format": ("json",),
    "log.access": ("false",),
    "up.stop_timeout_s": ("1", "45"),
    "admin.user": ("root",),
    "domain": ("apps.example.org",),
    "cloud.quota": ("1GiB",),
    "cloud.volume": ("2GiB",),
    "cloud.services": ("s3,sqs",),
    "cloud.verify_signatures": ("true",),
    "cloud.hostname": ("aws.lan",),
    "functions.environments": ("3",),
    "functions.idle_s": ("60",),
    "functions.isolated": ("false",),
    "tls.hostnames": ("a.example.org",),
    "ui.title": ("Our images", "$(A) {{ b }} é"),
    "ui.theme": ("dark",),
    "ui.page": ("10",),
    "ui.tag_sort": ("bytes",),
    "ui.tag_order": ("asc",),
    "ui.session_idle": ("90s",),
    "ui.session": ("1d",),
    "ui.cloud_writers": ("admins",),
    "ui.memory": ("none", "1GiB"),
    "ui.hostname": ("images.lan",),
    "ui.port": ("5099",),
    "registry.namespace": ("hub", "tools"),
    "cloud.namespace": ("aws", "tools"),
    "registry.hostname": ("hub.lan",),
}
BOTH = {"registry.engine": "builtin", "cloud.engine": "builtin", "ui.engine": "builtin"}
CHOICES = st.fixed_dictionaries(
    {}, optional={key: st.sampled_from(texts) for key, texts in TEXTS.items()}
)
OTHERS = {
    "registry.host",
    "registry.tls",
    "registry.headers",
    "registry.htpasswd",
    "registry.folder",
    "registry.config",
    "registry.trusted_proxies",
    "cloud.host",
    "cloud.folder",
    "ui.host",
    "ui.port",
    "ui.tls",
    "ui.registry_url",
    "ui.cloud_url",
}
"""What is another in a pod."""
NO_SNIFFING = ("X-Content-Type-Options", "nosniff")


def loaded(rendered, name, tmp_path):
    """The settings of the process in a pod."""
    made = {
        e["name"]: e.get("value", "").replace("$$", "$") for e in rendered.container(name)["env"]
    }
    if ("Secret", "registry-settings") in rendered and name == "registry":
        made |= rendered.secret("registry-settings")
    if "REGISTRY_CONFIGURATION_PATH" in made:
        path = tmp_path / "config.yml"
        path.write_text(rendered("ConfigMap", "registry-config")["data"]["config.yml"])
        made["REGISTRY_CONFIGURATION_PATH"] = str(path)
    return load.load({}, made, has_registry=name == "registry")


def differing(chosen, there, groups):
    keys = {setting.key for setting in names.ALL if setting.group in groups} - OTHERS
    return {
        key
        for key in keys
        if names.BY_KEY[key].is_handed_on
        and names.BY_KEY[key].of(chosen) != names.BY_KEY[key].of(there)
    }


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("pod")


@settings(max_examples=80, deadline=None)
@given(CHOICES)
def test_the_registry(folder, given):
    rendered = stacks.Rendered(BOTH | given)
    chosen, there = stacks.chosen(BOTH | given), loaded(rendered, "registry", folder).settings
    assert differing(chosen, there, {"registry"}) == set()
    assert (there.log, there.up.stop_timeout_s, there.admin.user) == (
        chosen.log,
        chosen.up.stop_timeout_s,
        chosen.admin.user,
    )
    assert there.hosts == chosen.hosts
    assert set(there.registry.headers) - set(chosen.registry.headers) == {NO_SNIFFING}


@settings(max_examples=80, deadline=None)
@given(CHOICES)
def test_the_cloud(folder, given):
    rendered = stacks.Rendered(BOTH | given)
    chosen, there = stacks.chosen(BOTH | given), loaded(rendered, "localstack", folder).settings
    assert differing(chosen, there, {"cloud", "functions"}) == set()
    assert (there.log, there.up.stop_timeout_s) == (chosen.log, chosen.up.stop_timeout_s)
    assert there.hosts == chosen.hosts
    assert set(chosen.hostnames) <= set(there.hostnames)


@settings(max_examples=80, deadline=None)
@given(CHOICES)
def test_the_console(folder, given):
    rendered = stacks.Rendered(BOTH | given)
    chosen, there = stacks.chosen(BOTH | given), loaded(rendered, "registry-ui", folder).settings
    assert differing(chosen, there, {"ui"}) == set()
    assert (there.log, there.up.stop_timeout_s) == (chosen.log, chosen.up.stop_timeout_s)
    made = registry_ui.options(there, folders.of(there))
    service = f"http://registry.{chosen.registry.namespace}.svc"
    assert made.registry.url == f"{service}:{chosen.registry.port}"
    assert made.cloud.url.startswith(f"http://localstack.{chosen.cloud.namespace}.svc:")
    assert made.registry_host == chosen.hosts.registry
    assert made.cloud_url == f"https://{chosen.hosts.cloud}"
    assert "10.42.0.0/16" in made.trusted_proxies


@pytest.mark.parametrize("engine", ["builtin", "upstream"])
@pytest.mark.parametrize("other", ["builtin", "upstream"])
def test_the_console_is_the_same_before_any_engine(engine, other):
    alike = {"ui.engine": "builtin"}
    given = {"registry.engine": engine, "cloud.engine": other}
    pods = [stacks.Rendered(alike | more).pod("registry-ui") for more in ({}, given)]
    assert pods[0] == pods[1]


def test_other_places_that_the_console_is_told_of(folder):
    given = {"ui.registry_url": "https://hub.lan:5001", "ui.cloud_url": "https://aws.lan"}
    there = loaded(stacks.Rendered(BOTH | given), "registry-ui", folder).settings
    made = registry_ui.options(there, folders.of(there))
    assert (made.registry.url, made.registry_host) == ("https://hub.lan:5001", "hub.lan:5001")
    assert (made.cloud.url, made.cloud_url) == ("https://aws.lan", "https://aws.lan")


def test_no_passwords_where_none_are_wanted(folder):
    rendered = stacks.Rendered(BOTH | {"registry.auth": "false"})
    assert not loaded(rendered, "registry", folder).settings.registry.auth


def test_where_a_pod_listens_and_keeps_its_data(folder):
    rendered = stacks.Rendered(BOTH)
    registry = loaded(rendered, "registry", folder).settings
    cloud = loaded(rendered, "localstack", folder).settings
    assert (registry.registry.host, registry.registry.port) == ("0.0.0.0", 5000)
    assert (cloud.cloud.host, cloud.cloud.port) == ("0.0.0.0", 4566)
    assert not registry.registry.tls
    console = loaded(rendered, "registry-ui", folder).settings
    assert (console.ui.host, console.ui.port, console.ui.tls) == ("0.0.0.0", 8080, False)
    assert str(console.ui.certificates) == "/certificates"
    assert str(registry.registry.folder) == "/var/lib/registry"
    assert str(cloud.cloud.folder) == "/var/lib/localstack"
    assert str(cloud.data) == "/var/lib/localstack/homeport"


def test_the_ports_of_this_machine_stay_here(folder):
    given = BOTH | {"registry.port": "8443", "cloud.port": "14566", "registry.debug": "127.0.0.1:1"}
    rendered = stacks.Rendered(given)
    assert loaded(rendered, "registry", folder).settings.registry.port == 5000
    assert loaded(rendered, "registry", folder).settings.registry.debug is None
    assert loaded(rendered, "localstack", folder).settings.cloud.port == 4566


def test_traefik_is_believed_who_asks(folder):
    there = loaded(stacks.Rendered(BOTH), "registry", folder).settings
    assert "10.42.0.0/16" in there.registry.trusted_proxies


def test_registry_v2_gets_webhooks_without_showing_them():
    given = {
        "registry.webhooks": '[{"name": "a", "url": "https://h.lan", "headers": {"A": ["s3cret"]}}]'
    }
    rendered = stacks.Rendered(given)
    assert "s3cret" in rendered.secret("registry-settings")[config_yml.ENDPOINTS]
    assert "s3cret" not in rendered("ConfigMap", "registry-config")["data"]["config.yml"]


def test_what_is_in_config_yml_is_in_no_variable():
    assert set(names.BY_KEY) >= builtin.IN_CONFIG


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(1, "1s"), (60, "1m"), (3600, "1h"), (86400, "24h"), (61, "61s"), (0.01, "10ms"), (0, "0ms")],
)
def test_durations_of_go(seconds, text):
    assert config_yml.duration(seconds) == text
