"""The texts are those of a Kubernetes 1.35 that was asked."""

import pytest

from homeport.targets.kubernetes.cluster import errors
from homeport.targets.kubernetes.objects.kinds import CLAIM, DEPLOYMENT, INGRESS_ROUTE, Ref
from homeport.targets.kubernetes.planning import refusals

STORAGE = Ref(CLAIM, "registry", "registry-storage")
REGISTRY = Ref(DEPLOYMENT, "registry", "registry")


def invalid(field, message):
    return errors.Invalid("is invalid", causes=(errors.Cause(field, "FieldValueInvalid", message),))


@pytest.mark.parametrize(
    ("ref", "error", "what", "hint"),
    [
        (
            STORAGE,
            invalid(
                "spec.resources.requests.storage",
                "Forbidden: field can not be less than status.capacity",
            ),
            "can not be less",
            "Set registry.volume to what the volume has",
        ),
        (
            STORAGE,
            errors.Forbidden(
                "only dynamically provisioned pvc can be resized and the storageclass"
            ),
            "dynamically",
            "Set registry.volume to what the volume has",
        ),
        (
            STORAGE,
            invalid(
                "spec", "Forbidden: spec is immutable after creation except resources.requests"
            ),
            "immutable",
            "kubernetes.storage_class",
        ),
        (REGISTRY, invalid("spec.selector", "field is immutable"), "spec.selector", "--replace"),
        (REGISTRY, errors.Forbidden("exceeded quota: small"), "exceeded", "quota -n registry"),
        (
            REGISTRY,
            errors.Forbidden('admission webhook "a.b" denied the request: no'),
            "a.b",
            "policy",
        ),
        (
            REGISTRY,
            errors.Forbidden('User "x" cannot patch resource'),
            "User",
            "kubernetes.context",
        ),
        (REGISTRY, errors.Invalid("odd", hint="the hint"), "odd", "the hint"),
        (REGISTRY, errors.Invalid("odd"), "odd", "homeport render"),
        (
            REGISTRY,
            errors.Conflict("c", causes=(errors.Cause(".spec.replicas", "", 'conflict with "k"'),)),
            '.spec.replicas: conflict with "k"',
            "--force-conflicts",
        ),
    ],
)
def test_a_refusal_says_what_to_do(ref, error, what, hint):
    found = refusals.problem(ref, error)
    assert what in found.what
    assert hint in found.hint


@pytest.mark.parametrize(
    ("error", "what"),
    [
        (
            invalid("spec", "Forbidden: spec is immutable\n@@ -10,7 @@\n-a\n"),
            "spec: Forbidden: spec is immutable",
        ),
        (
            errors.Forbidden("Could not try Deployment registry/registry: exceeded quota: small"),
            "exceeded quota: small",
        ),
    ],
)
def test_a_refusal_is_told_in_one_line_that_says_nothing_twice(error, what):
    assert refusals.problem(REGISTRY, error).what == what


@pytest.mark.parametrize(
    "kind", [errors.Unreachable, errors.Unauthorized, errors.Busy, errors.Gone]
)
def test_what_is_none_of_the_objects_is_raised(kind):
    with pytest.raises(kind):
        refusals.problem(REGISTRY, kind("x"))


def test_a_missing_kind_says_where_it_comes_from():
    found = refusals.missing(Ref(INGRESS_ROUTE, "registry", "registry"))
    assert "IngressRoute (traefik.io/v1alpha1)" in found.what
    assert "doc.traefik.io" in found.hint
