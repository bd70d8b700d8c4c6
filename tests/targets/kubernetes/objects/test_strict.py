"""The checker of the tests beside this refuses what a server would refuse or drop."""

import pytest
from tests.targets.kubernetes.objects import stacks, strict

DEFAULT = stacks.Rendered()


def set_at(obj, path, value):
    made = {**obj}
    head, _, rest = path.partition(".")
    made[head] = set_at(made.get(head, {}), rest, value) if rest else value
    return made


@pytest.mark.parametrize("release", strict.RELEASES)
@pytest.mark.parametrize(
    ("kind", "name", "path", "value"),
    [
        ("Deployment", "registry", "spec.replica", 1),
        ("Deployment", "registry", "spec.replicas", "1"),
        ("Deployment", "registry", "spec.template.spec.container", []),
        ("ConfigMap", "registry-config", "data.x", 1),
        ("Service", "registry", "spec.type", 5),
        ("IngressRoute", "registry", "spec.entrypoints", []),
        ("IngressRoute", "registry", "spec.tls.secret", "x"),
        ("Middleware", "basic-auth", "spec.basicAuth.users", []),
        ("Certificate", "registry", "spec.dnsName", "x"),
        ("Certificate", "registry", "spec.privateKey.rotationPolicy", "Sometimes"),
        ("ClusterIssuer", "homeport-ca", "spec.ca.secret", "x"),
    ],
)
def test_a_wrong_field_is_refused(release, kind, name, path, value):
    obj = DEFAULT(kind, name)
    assert strict.faults(obj, release) == []
    assert strict.faults(set_at(obj, path, value), release) != []
