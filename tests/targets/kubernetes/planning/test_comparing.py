import pytest

from homeport.targets.kubernetes.planning import comparing


def deployment(**container):
    return {
        "kind": "Deployment",
        "metadata": {"name": "registry", "uid": "1", "resourceVersion": "7", "generation": 1},
        "spec": {"template": {"spec": {"containers": [{"name": "registry", **container}]}}},
        "status": {"replicas": 1},
    }


def rows(before, after):
    return [tuple(each) for each in comparing.differences(before, after)]


CONTAINER = "spec.template.spec.containers[registry]"


def test_a_field_is_named_by_the_key_of_its_element():
    found = rows(deployment(image="registry:2"), deployment(image="registry:3"))
    assert found == [(f"{CONTAINER}.image", "registry:2", "registry:3")]


def test_what_the_api_server_writes_is_no_difference():
    before, after = deployment(), deployment()
    after["metadata"] |= {
        "uid": "2",
        "resourceVersion": "8",
        "managedFields": [{}],
        "generation": 2,
    }
    after["status"] = {}
    assert rows(before, after) == []


@pytest.mark.parametrize(
    ("before", "after", "path"),
    [
        (
            {"resources": {"limits": {"cpu": "0.5"}}},
            {"resources": {"limits": {"cpu": "500m"}}},
            None,
        ),
        (
            {"resources": {"limits": {"cpu": "1"}}},
            {"resources": {"limits": {"cpu": "500m"}}},
            ".resources.limits.cpu",
        ),
        ({"ports": [{"containerPort": 1}]}, {"ports": [{"containerPort": 2}]}, ".ports[2]"),
        (
            {"volumeMounts": [{"mountPath": "/a", "name": "x"}]},
            {"volumeMounts": [{"mountPath": "/a", "name": "y"}]},
            ".volumeMounts[/a].name",
        ),
        ({"args": ["a"]}, {"args": ["a", "b"]}, ".args"),
        ({"args": []}, {"args": []}, None),
    ],
)
def test_parts_of_a_container(before, after, path):
    found = [each[0] for each in rows(deployment(**before), deployment(**after))]
    assert found[:1] == ([CONTAINER + path] if path else [])


def test_elements_that_come_and_go():
    one, other = {"name": "A", "value": "1"}, {"name": "B", "value": "2"}
    found = rows(deployment(env=[one]), deployment(env=[other]))
    assert found == [(f"{CONTAINER}.env[B]", None, other), (f"{CONTAINER}.env[A]", one, None)]


def test_a_list_without_keys_is_compared_by_place():
    def routes(*matches):
        return {"kind": "IngressRoute", "spec": {"routes": [{"match": each} for each in matches]}}

    assert rows(routes("a", "b"), routes("a", "c")) == [("spec.routes[1].match", "b", "c")]
    assert rows(routes("a"), routes("a", "b")) == [("spec.routes[1]", None, {"match": "b"})]


def test_elements_of_one_name_are_compared_by_place():
    before = deployment(ports=[{"containerPort": 53}, {"containerPort": 53}])
    after = deployment(ports=[{"containerPort": 53}, {"containerPort": 54}])
    assert rows(before, after) == [(f"{CONTAINER}.ports[1].containerPort", 53, 54)]


def test_a_key_with_dots_stands_in_brackets():
    before = {"metadata": {"labels": {"app.kubernetes.io/name": "a"}}}
    after = {"metadata": {"labels": {"app.kubernetes.io/name": "b"}}}
    assert rows(before, after) == [("metadata.labels[app.kubernetes.io/name]", "a", "b")]


@pytest.mark.parametrize(
    ("before", "after", "wanted"),
    [
        ({"data": {"a.b": "x"}}, {"data": {"a.b": "y"}}, ("data[a.b]", "***", "***")),
        ({"data": {}}, {"data": {"a": "y"}}, ("data.a", None, "***")),
        ({"data": {"a": "y"}}, {"data": {}}, ("data.a", "***", None)),
        ({"data": {"a": "y"}}, {}, ("data", {"a": "***"}, None)),
        ({}, {"stringData": {"a": "y"}}, ("stringData", None, {"a": "***"})),
        ({"type": "a"}, {"type": "b"}, ("type", "a", "b")),
    ],
)
def test_values_of_secrets_are_hidden(before, after, wanted):
    assert rows({"kind": "Secret", **before}, {"kind": "Secret", **after}) == [wanted]


LAST = "kubectl.kubernetes.io/last-applied-configuration"


@pytest.mark.parametrize("others", [{}, {"a": "1"}])
def test_a_secret_in_an_annotation_is_hidden(others):
    holder = {"kind": "Secret", "metadata": {"annotations": {LAST: "hush", **others}}}
    found = rows(holder, {"kind": "Secret", "metadata": {}}) + rows(
        holder, {"kind": "Secret", "metadata": {"annotations": {"a": "1"}}}
    )
    assert found
    assert "hush" not in repr(found)


def test_an_object_is_shown_without_secrets():
    secret = {"kind": "Secret", "data": {"htpasswd": "hush"}}
    assert comparing.shown(secret) == {"kind": "Secret", "data": {"htpasswd": "***"}}
    config = {"kind": "ConfigMap", "data": {"a": "b"}}
    assert comparing.shown(config) == config
