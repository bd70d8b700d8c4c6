import pytest

from homeport.targets.kubernetes.planning import owners


def managed(**managers):
    return [{"manager": name, "fieldsV1": fields} for name, fields in managers.items()]


@pytest.mark.parametrize(
    ("metadata", "words"),
    [
        (
            {
                "labels": {
                    "app.kubernetes.io/managed-by": "homeport",
                    "app.kubernetes.io/instance": "b",
                }
            },
            "the stack 'b' of Homeport",
        ),
        ({"annotations": {"meta.helm.sh/release-name": "tools"}}, "Helm (release tools)"),
        ({"annotations": {"argocd.argoproj.io/tracking-id": "dev:v1/x"}}, "Argo CD (dev)"),
        ({"labels": {"app.kubernetes.io/managed-by": "flux"}}, "flux"),
        ({"managedFields": managed(kubectl={}, k3s={})}, "kubectl"),
        ({}, "nobody who left a name"),
    ],
)
def test_who_manages_an_object(metadata, words):
    assert owners.of({"metadata": metadata}) == words


FIELDS = {
    "f:metadata": {"f:labels": {"f:app.kubernetes.io/name": {}}},
    "f:spec": {
        "f:replicas": {},
        "f:routes": {},
        "f:template": {"f:containers": {'k:{"name":"registry"}': {".": {}, "f:image": {}}}},
        "f:ports": {'k:{"port":5000,"protocol":"TCP"}': {"f:targetPort": {}}},
    },
}


@pytest.mark.parametrize(
    ("path", "manager"),
    [
        ("spec.replicas", "kubectl-edit"),
        ("spec.template.containers[registry].image", "kubectl-edit"),
        ("spec.template.containers[other].image", ""),
        ("spec.ports[5000].targetPort", "kubectl-edit"),
        ("spec.routes[0].match", "kubectl-edit"),
        ("metadata.labels[app.kubernetes.io/name]", "kubectl-edit"),
        ("spec.paused", ""),
    ],
)
def test_who_set_a_field(path, manager):
    live = {"metadata": {"managedFields": managed(**{"kubectl-edit": FIELDS})}}
    assert owners.of_field(live, path) == manager
