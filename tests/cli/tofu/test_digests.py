"""Digests change with what we have set in an object, and with nothing else; nobody learns a secret from one."""

import copy

import pytest

from homeport.cli.tofu import digests
from homeport.targets.kubernetes.objects import kinds

CONTAINER = {"name": "a", "image": "one", "ports": [{"containerPort": 80}], "args": ["x"]}
FIELDS = {
    "f:metadata": {"f:labels": {"f:ours": {}}},
    "f:spec": {
        "f:replicas": {},
        "f:template": {
            "f:metadata": {"f:annotations": {"f:checksum/config": {}, "f:plain": {}}},
            "f:spec": {
                "f:containers": {
                    'k:{"name":"a"}': {
                        ".": {},
                        "f:name": {},
                        "f:image": {},
                        "f:args": {},
                        "f:ports": {
                            'k:{"containerPort":80,"protocol":"TCP"}': {"f:containerPort": {}}
                        },
                    }
                }
            },
        },
    },
}


def deployment():
    pod = {"containers": [copy.deepcopy(CONTAINER)], "restartPolicy": "Always"}
    annotations = {"checksum/config": "1", "plain": "1"}
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {
            "name": "d",
            "namespace": "n",
            "uid": "u",
            "resourceVersion": "1",
            "labels": {"ours": "1"},
            "managedFields": [
                {"manager": "homeport", "operation": "Apply", "fieldsV1": FIELDS},
                {"manager": "kubectl", "operation": "Update", "fieldsV1": {"f:spec": {}}},
            ],
        },
        "spec": {
            "replicas": 1,
            "template": {"metadata": {"annotations": annotations}, "spec": pod},
        },
        "status": {"replicas": 1},
    }


def changed(change):
    obj = deployment()
    change(obj)
    return digests.of(obj) != digests.of(deployment())


@pytest.mark.parametrize(
    "change",
    [
        lambda obj: obj["spec"].update(replicas=2),
        lambda obj: obj["spec"].pop("replicas"),
        lambda obj: obj["metadata"]["labels"].update(ours="2"),
        lambda obj: obj["spec"]["template"]["spec"]["containers"][0].update(image="two"),
        lambda obj: obj["spec"]["template"]["spec"]["containers"][0]["args"].append("y"),
        lambda obj: obj["spec"]["template"]["spec"]["containers"].clear(),
        lambda obj: obj["spec"]["template"]["spec"]["containers"][0]["ports"].clear(),
        lambda obj: obj["spec"]["template"]["metadata"]["annotations"].update(plain="2"),
    ],
)
def test_what_we_have_set_counts(change):
    assert changed(change)


@pytest.mark.parametrize(
    "change",
    [
        lambda obj: obj["metadata"].update(resourceVersion="2", generation=7),
        lambda obj: obj["metadata"]["labels"].update(theirs="1"),
        lambda obj: obj["status"].update(replicas=7),
        lambda obj: obj["spec"].update(progressDeadlineSeconds=600),
        lambda obj: obj["spec"]["template"]["spec"]["containers"].append({"name": "b"}),
        lambda obj: obj["spec"]["template"]["metadata"]["annotations"].update(
            {"checksum/config": "2"}
        ),
    ],
)
def test_what_others_have_set_and_checksums_of_secrets_do_not(change):
    assert not changed(change)


def test_a_field_that_somebody_else_has_taken_over_is_a_change():
    def take(obj):
        fields = copy.deepcopy(FIELDS)
        del fields["f:spec"]["f:replicas"]
        obj["metadata"]["managedFields"][0]["fieldsV1"] = fields

    assert changed(take)


def secret(version, data):
    fields = {"f:data": {"f:password": {}}}
    entry = {"manager": "homeport", "operation": "Apply", "fieldsV1": fields}
    metadata = {"name": "s", "uid": "u", "resourceVersion": version, "managedFields": [entry]}
    return {"apiVersion": "v1", "kind": "Secret", "metadata": metadata, "data": data}


def test_of_a_secret_its_version_counts_and_nothing_that_is_in_it():
    one = secret("1", {"password": "a"})
    assert digests.of(one) == digests.of(secret("1", {"password": "b"}))
    assert digests.of(one) != digests.of(secret("2", {"password": "a"}))


def test_what_others_have_applied_and_what_is_going_is_left_out():
    theirs, going = deployment(), deployment()
    theirs["metadata"] |= {"name": "theirs", "managedFields": []}
    going["metadata"] |= {"name": "going", "deletionTimestamp": "now"}
    live = {kinds.ref(obj): obj for obj in (theirs, going, deployment())}
    assert list(digests.of_all(live)) == ["Deployment/n/d"]


def test_a_set_of_values_and_a_place_in_a_list():
    value = {"finalizers": ["a", "b"], "list": ["x", "y"]}
    fields = {"f:finalizers": {'v:"a"': {}}, "f:list": {"i:1": {}}}
    assert digests._part(value, fields) == [
        ["f:finalizers", [['v:"a"', "a"]]],
        ["f:list", [["i:1", "y"]]],
    ]
    assert digests._part({"list": []}, fields)[1] == ["f:list", [["i:1", None]]]
