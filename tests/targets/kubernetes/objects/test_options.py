"""Any settings at all give objects that each release takes, that are labelled, and that do not meet; or an error."""

import json
import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.targets.kubernetes.objects import stacks, strict

from homeport import errors
from homeport.targets.kubernetes.objects import kinds, labels, render

FLAG = ("true", "false")
NAMES = ("registry", "localstack", "dev-tools", "a", "x" * 63)
OPTIONS = {
    "domain": ("homelab.local", "a", "x" * 60 + "." + "y" * 60),
    "registry.engine": ("auto", "builtin", "upstream"),
    "registry.image": ("registry:2", "hub.lan:5000/a/b@sha256:" + "0" * 64),
    "registry.namespace": NAMES,
    "registry.cpu": ("500m", "1m", "0.5", "64"),
    "registry.memory": ("512MiB", "none", "1", "1000001"),
    "registry.quota": ("30GiB", "none", "1"),
    "registry.volume": ("1GiB", "1TB"),
    "registry.port": ("5000", "80", "65535"),
    "registry.auth": FLAG,
    "registry.tokens": FLAG,
    "registry.delete": FLAG,
    "registry.realm": ("homeport", "a: {b} # c", "yes"),
    "registry.page": ("1", "100000"),
    "registry.headers": ('{"X-A": ["1e3", "y"], "X-B": ["a: b"]}',),
    "registry.upload_age": ("1m", "3650d", "61s"),
    "registry.webhooks": ('[{"name": "a", "url": "https://h.lan/x?y=$(Z)"}]',),
    "registry.upstreams": (
        '[{"prefix": "", "url": "https://h.lan", "password": "p", "user": "u"}]',
    ),
    "cloud.engine": ("auto", "builtin", "upstream"),
    "cloud.namespace": NAMES,
    "cloud.hostname": ("aws.lan", "a." * 126 + "b"),
    "cloud.memory": ("2GiB", "none"),
    "cloud.cpu": ("1000m", "0.001"),
    "cloud.services": ("s3", "s3,lambda", ","),
    "cloud.edge": ("ask", "open", "off"),
    "cloud.edge_networks": ("10.0.0.0/8", "10.0.0.0/8,fd00::/8"),
    "cloud.docker_socket": ("none", "/run/docker.sock"),
    "cloud.auth_token": ("1e3", "t" * 500),
    "cloud.environment": ('{"A": "1", "B_": "", "SERVICES": "s3", "C": "a\\nb $$ $(A)"}',),
    "ui.enabled": FLAG,
    "ui.engine": ("auto", "builtin"),
    "ui.memory": ("none", "16MiB"),
    "kubernetes.name": ("homeport", "0", "x" * 63),
    "kubernetes.pull_policy": ("auto", "always", "ifnotpresent", "never"),
    "kubernetes.storage_class": ("local-path", "1e3", "a.b"),
    "kubernetes.access_mode": ("readwriteonce", "readwriteoncepod", "readwritemany"),
    "kubernetes.plain_entry_point": ("web", "none"),
    "kubernetes.ingress_namespace": ("kube-system", "registry"),
    "kubernetes.issuer": ("letsencrypt", "a.b"),
    "kubernetes.issuer_kind": ("clusterissuer", "issuer"),
    "kubernetes.network_policies": FLAG,
    "kubernetes.publish": FLAG,
    "log.level": ("debug", "info", "warning", "error"),
    "log.format": ("text", "json"),
    "up.stop_timeout_s": ("1", "3600"),
    "functions.executor": ("process", "docker"),
}
CHOICES = st.fixed_dictionaries(
    {}, optional={key: st.sampled_from(texts) for key, texts in OPTIONS.items()}
)
MATERIALS = st.sampled_from([render.Material(None), stacks.MATERIAL])
LABEL = re.compile(r"[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?")
"""https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#syntax-and-character-set"""
ANY = settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def rendered(given, material):
    """None where it is refused."""
    try:
        return render.objects(stacks.chosen(given), material)
    except errors.SettingsError:
        return None


@ANY
@given(CHOICES, MATERIALS, st.sampled_from(strict.RELEASES))
def test_valid_in_each_release(given, material, release):
    for obj in rendered(given, material) or ():
        assert strict.faults(obj, release) == [], kinds.ref(obj)


@ANY
@given(CHOICES, MATERIALS)
def test_each_is_there_once_and_in_order(given, material):
    objects = rendered(given, material) or ()
    refs = [kinds.ref(obj) for obj in objects]
    assert len(set(refs)) == len(refs)
    places = [kinds.APPLIED.index(ref.kind) for ref in refs]
    assert places == sorted(places)


@ANY
@given(CHOICES, MATERIALS)
def test_each_is_of_the_stack(given, material):
    name = given.get("kubernetes.name", "homeport")
    for obj in rendered(given, material) or ():
        assert labels.is_of(obj, name)
        assert all(LABEL.fullmatch(text) for text in obj["metadata"]["labels"].values())


@ANY
@given(CHOICES, MATERIALS)
def test_pods_are_found_by_what_selects_them(given, material):
    objects = rendered(given, material) or ()
    pods = [
        (obj["metadata"]["namespace"], obj["spec"]["template"]["metadata"]["labels"].items())
        for obj in objects
        if obj["kind"] == "Deployment"
    ]
    for obj in objects:
        wanted = selected(obj)
        if wanted is not None:
            where = obj["metadata"]["namespace"]
            assert [wanted.items() <= has for place, has in pods if place == where].count(True) == 1


def selected(obj):
    spec = obj.get("spec", {})
    return {
        "Service": lambda: spec["selector"],
        "Deployment": lambda: spec["selector"]["matchLabels"],
        "NetworkPolicy": lambda: spec["podSelector"]["matchLabels"],
    }.get(obj["kind"], lambda: None)()


@ANY
@given(CHOICES, MATERIALS)
def test_what_is_named_is_there(given, material):
    objects = rendered(given, material) or ()
    there = {(kinds.ref(obj).kind.name, *kinds.ref(obj)[1:]) for obj in objects}
    for obj in objects:
        for kind, name in needed(obj):
            assert (kind, obj["metadata"].get("namespace", ""), name) in there, (obj, name)


def needed(obj):
    """What an object cannot do without, and is not made by others."""
    if obj["kind"] == "Deployment":
        for volume in obj["spec"]["template"]["spec"].get("volumes", ()):
            if "configMap" in volume:
                yield "ConfigMap", volume["configMap"]["name"]
            if "persistentVolumeClaim" in volume:
                yield "PersistentVolumeClaim", volume["persistentVolumeClaim"]["claimName"]
    if obj["kind"] == "IngressRoute":
        for route in obj["spec"]["routes"]:
            yield from (("Middleware", each["name"]) for each in route.get("middlewares", ()))
            yield from (
                ("Service", each["name"]) for each in route["services"] if each["kind"] == "Service"
            )


@ANY
@given(CHOICES, MATERIALS)
def test_no_secret_is_outside_of_secrets(given, material):
    given = {**given, "cloud.auth_token": "s3cret-token"}
    for obj in rendered(given, material) or ():
        if obj["kind"] != "Secret":
            assert "s3cret-token" not in json.dumps(obj)
            assert "$2b$" not in json.dumps(obj)


@ANY
@given(CHOICES, MATERIALS)
def test_the_same_gives_the_same(given, material):
    texts = [json.dumps(rendered(given, material)) for _ in range(2)]
    assert texts[0] == texts[1]


def all_refs(given):
    return {kinds.ref(obj) for obj in render.objects(stacks.chosen(given), stacks.MATERIAL)}


@pytest.mark.parametrize("more", [{}, {"registry.engine": "builtin", "cloud.engine": "builtin"}])
def test_two_stacks_do_not_meet(more):
    second = {
        "kubernetes.name": "second",
        "registry.namespace": "registry-2",
        "cloud.namespace": "localstack-2",
        "kubernetes.publish": "false",
    }
    assert all_refs(more) & all_refs(more | second) == set()


def test_registry_and_cloud_in_one_namespace():
    one = {"registry.namespace": "tools", "cloud.namespace": "tools"}
    apart = {(ref.kind.name, ref.name) for ref in all_refs({})}
    together = {(ref.kind.name, ref.name) for ref in all_refs(one)}
    gone = {("Namespace", "registry"), ("Namespace", "localstack")}
    assert together == apart - gone | {("Namespace", "tools")}
