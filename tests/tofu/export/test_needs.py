"""What comes before what."""

import pytest
from tests.tofu.export import stacks

from homeport.tofu.export import export, needs, shapes
from homeport.tofu.export.wanted import Form


def before(objects, kind, name):
    obj = next(each for each in objects if needs.ref(each)[::2] == (kind, name))
    return {f"{ref[0]}/{ref[2]}" for ref in needs.of(obj, objects)}


@pytest.mark.parametrize(
    ("kind", "name", "expected"),
    [
        ("Namespace", "registry", set()),
        ("PersistentVolumeClaim", "registry-storage", {"Namespace/registry"}),
        (
            "Deployment",
            "registry",
            {
                "Namespace/registry",
                "Secret/registry-auth",
                "ConfigMap/registry-config",
                "PersistentVolumeClaim/registry-storage",
                "NetworkPolicy/registry",
            },
        ),
        (
            "IngressRoute",
            "registry",
            {
                "Namespace/registry",
                "Middleware/basic-auth",
                "Service/registry",
                "Certificate/registry",
            },
        ),
        ("Middleware", "basic-auth", {"Namespace/registry", "Secret/registry-auth"}),
        ("Certificate", "registry", {"Namespace/registry", "ClusterIssuer/homeport-ca"}),
        ("Certificate", "homeport-ca", {"ClusterIssuer/homeport-selfsigned"}),
    ],
)
def test_what_it_needs(kind, name, expected):
    assert before(stacks.rendered(), kind, name) == expected


@pytest.mark.parametrize("form", Form)
def test_nothing_waits_in_a_circle(form):
    texts = export.files(stacks.wanted(stacks.rendered(), form))
    kinds = {*(typed.resource for typed in shapes.TYPED.values()), "kubernetes_manifest"}
    waits = {
        f"{kind}.{name}": body.get("depends_on", [])
        for kind in kinds
        for name, body in stacks.resources(texts, kind).items()
    }
    assert len(waits) == len(stacks.rendered())
    for _ in waits:
        free = {each for each, on in waits.items() if not set(on) & set(waits)}
        waits = {each: on for each, on in waits.items() if each not in free}
    assert waits == {}
