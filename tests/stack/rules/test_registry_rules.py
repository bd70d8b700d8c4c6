"""The rules of the registry on the plan and on the cluster: one thing broken at a time, and each is found."""

import base64
import re

import pytest
from tests.stack.rules import examples
from tests.stack.rules.examples import made, obj

from homeport.stack.rules.checking import Outcome

ENTRY = "admin:$2y$05$" + "a" * 53
SLOW = ENTRY.replace("$05$", "$12$")


def secret(*lines, key="htpasswd"):
    text = base64.b64encode("\n".join(lines).encode()).decode()
    return made("v1", "Secret", "registry-auth", "registry", data={key: text})


def last(stack):
    """Puts the Secret behind all else."""
    its = obj(stack, "Secret", "registry-auth")
    return stack._replace(objects=[*(o for o in stack.objects if o is not its), its])


def without(kind, name):
    return lambda stack: stack._replace(
        objects=[o for o in stack.objects if (o["kind"], o["metadata"]["name"]) != (kind, name)]
    )


def change(kind, name, *path, value):
    """Sets one field; a path that ends in None appends."""

    def changed(stack):
        place = obj(stack, kind, name)
        for part in path[:-1]:
            place = place[part]
        if path[-1] is None:
            place.append(value)
        elif value is None:
            del place[path[-1]]
        else:
            place[path[-1]] = value
        return stack

    return changed


def deployment(*path, value):
    return change("Deployment", "registry", "spec", *path, value=value)


POD = ("template", "spec")
ROUTE = ("IngressRoute", "registry", "spec")

BAD = {
    "two keys": (
        "registry-htpasswd-secret",
        change("Secret", "registry-auth", "data", "users", value="YQ=="),
        "exactly one",
    ),
    "after the Deployment": ("registry-htpasswd-secret", last, "comes after"),
    "not mounted": (
        "registry-htpasswd-secret",
        deployment(*POD, "volumes", value=[]),
        "starts without the Secret",
    ),
    "not claimed": (
        "registry-volume-bound",
        deployment(*POD, "volumes", value=[]),
        "does not mount the claim",
    ),
    "not mounted in the container": (
        "registry-volume-bound",
        deployment(*POD, "containers", 0, "volumeMounts", value=[]),
        "does not mount the claim",
    ),
    "two pods at a time": ("registry-volume-bound", deployment("strategy", value=None), "two pods"),
    "no claim": (
        "registry-volume-bound",
        without("PersistentVolumeClaim", "registry-storage"),
        "no PersistentVolumeClaim registry-storage",
    ),
    "no tls": ("registry-https-only", change(*ROUTE, "tls", value=None), "without TLS"),
    "at the plain entry point too": (
        "registry-https-only",
        change(*ROUTE, "entryPoints", None, value="web"),
        "serves registry.homelab.local at websecure, web",
    ),
    "at every entry point": (
        "registry-https-only",
        change(*ROUTE, "entryPoints", value=None),
        "every entry point",
    ),
    "no route": ("registry-https-only", without("IngressRoute", "registry"), "No IngressRoute"),
    "the plain route serves": (
        "registry-https-only",
        change("IngressRoute", "registry-http", "spec", "routes", 0, "middlewares", value=[]),
        "serves registry.homelab.local at web without TLS",
    ),
    "a node port": (
        "registry-https-only",
        change("Service", "registry", "spec", "type", value="NodePort"),
        "is a NodePort",
    ),
    "a load balancer": (
        "registry-https-only",
        change("Service", "registry", "spec", "type", value="LoadBalancer"),
        "is a LoadBalancer",
    ),
    "a host port": (
        "registry-https-only",
        deployment(*POD, "containers", 0, "ports", 0, "hostPort", value=5000),
        "open on its node",
    ),
    "no policy": (
        "registry-https-only",
        without("NetworkPolicy", "registry"),
        "No NetworkPolicy",
    ),
    "a policy for everyone": (
        "registry-https-only",
        change("NetworkPolicy", "registry", "spec", "ingress", value=[{}]),
        "lets everyone in",
    ),
    "no middleware": (
        "registry-basic-auth",
        change(*ROUTE, "routes", 0, "middlewares", value=None),
        "asks for no password",
    ),
    "a middleware that is not there": (
        "registry-basic-auth",
        without("Middleware", "basic-auth"),
        "asks for no password",
    ),
    "other users": (
        "registry-basic-auth",
        change("Middleware", "basic-auth", "spec", "basicAuth", "secret", value="other"),
        "takes its users from other",
    ),
    "no auth in config.yml": (
        "registry-basic-auth",
        change("ConfigMap", "registry-config", "data", "config.yml", value="version: 0.1\n"),
        "no auth.htpasswd",
    ),
}


@pytest.mark.parametrize("name", BAD)
def test_what_is_broken_is_found(name):
    rule, breaks, text = BAD[name]
    good = examples.on_plan(rule, examples.planned())
    assert (good.outcome, good.findings) == (Outcome.PASSED, ())
    checked = examples.on_plan(rule, breaks(examples.planned()))
    assert checked.outcome is Outcome.FAILED
    assert text in examples.said(checked)


USERS = {
    "no users": ("", "no users"),
    "md5": ("admin:$apr1$x$y", "not of bcrypt: admin"),
    "one of two in the clear": (f"{ENTRY}\nada:secret", "not of bcrypt: ada"),
    "a costly hash": (SLOW, "cost of 12"),
    "a comment and an empty line": (f"# users\n\n{ENTRY}\n", ""),
}


@pytest.mark.parametrize("name", USERS)
def test_users(name):
    text, finding = USERS[name]
    checked = examples.on_plan("registry-htpasswd-secret", examples.planned(text))
    assert finding in examples.said(checked)
    assert bool(checked.findings) == bool(finding)
    assert "secret" not in examples.said(checked).replace("Secret", "")


KEPT = {
    "is there": ([secret(ENTRY)], ""),
    "is missing": ([], "There is no Secret registry/registry-auth to keep"),
    "has another form": ([secret("admin:plain")], "not of bcrypt"),
    "has two keys": (
        [made("v1", "Secret", "registry-auth", "registry", data={"a": "", "b": ""})],
        "exactly one",
    ),
    "is no base64": (
        [made("v1", "Secret", "registry-auth", "registry", data={"a": "%"})],
        "not base64",
    ),
}


@pytest.mark.parametrize("name", KEPT)
def test_the_secret_that_is_kept(name):
    objects, text = KEPT[name]
    stack = examples.planned(None, **examples.GOOD)
    cluster = examples.good()
    cluster.objects += objects
    checked = examples.on_cluster("registry-htpasswd-secret", stack, cluster)
    assert text in examples.said(checked)
    assert (checked.outcome is Outcome.FAILED) == bool(text)


def claim(phase, **metadata):
    kind = "PersistentVolumeClaim"
    made_ = made("v1", kind, "registry-storage", "registry", status={"phase": phase})
    made_["metadata"] |= metadata
    return made_


CLAIMS = {
    "none yet": ([], ""),
    "bound": ([claim("Bound")], ""),
    "lost": ([claim("Lost")], "is Lost"),
    "on its way out": ([claim("Bound", deletionTimestamp="2026-11-29T12:00:00Z")], "being deleted"),
}


@pytest.mark.parametrize("name", CLAIMS)
def test_the_claim_that_is_there(name):
    objects, text = CLAIMS[name]
    cluster = examples.good()
    cluster.objects += objects
    checked = examples.on_cluster(
        "registry-volume-bound", examples.planned(**examples.GOOD), cluster
    )
    assert text in examples.said(checked)
    assert (checked.outcome is Outcome.FAILED) == bool(text)


def test_a_class_that_is_missing():
    checked = examples.on_cluster("registry-volume-bound", examples.planned(), examples.good())
    assert re.search("no storage class local-path.*It has longhorn", examples.said(checked))


def test_homeports_own_registry_asks_for_passwords_itself():
    stack = examples.planned(HOMEPORT_REGISTRY_ENGINE="builtin")
    assert examples.on_plan("registry-basic-auth", stack).outcome is Outcome.PASSED
    for engine in ("builtin", "upstream"):
        stack = examples.planned(HOMEPORT_REGISTRY_ENGINE=engine, HOMEPORT_REGISTRY_AUTH="false")
        checked = examples.on_plan("registry-basic-auth", stack)
        assert "registry.auth is off" in examples.said(checked)


def test_without_network_policies_there_is_a_warning():
    stack = examples.planned(HOMEPORT_KUBERNETES_NETWORK_POLICIES="false")
    checked = examples.on_plan("registry-https-only", stack)
    assert checked.outcome is Outcome.WARNED
