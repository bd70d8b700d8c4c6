"""Without any settings the stack is that of the data model, box by box and row by row."""

import pytest
from tests.targets.kubernetes.objects.stacks import Rendered

DEFAULT = Rendered()

BOXES = [
    ("Namespace", "", "registry"),
    ("Secret", "registry", "registry-auth"),
    ("ConfigMap", "registry", "registry-config"),
    ("PersistentVolumeClaim", "registry", "registry-storage"),
    ("Deployment", "registry", "registry"),
    ("Service", "registry", "registry"),
    ("IngressRoute", "registry", "registry"),
    ("Middleware", "registry", "basic-auth"),
    ("Certificate", "registry", "registry"),
    ("Namespace", "", "localstack"),
    ("PersistentVolumeClaim", "localstack", "localstack-storage"),
    ("Deployment", "localstack", "localstack"),
    ("Service", "localstack", "localstack"),
    ("Service", "localstack", "localstack-edge"),
    ("IngressRoute", "localstack", "localstack"),
    ("Deployment", "registry", "registry-ui"),
    ("Service", "registry", "registry-ui"),
    ("IngressRoute", "registry", "registry-ui"),
]


@pytest.mark.parametrize(("kind", "namespace", "name"), BOXES)
def test_every_box(kind, namespace, name):
    assert DEFAULT(kind, name)["metadata"].get("namespace", "") == namespace


def test_the_secret_has_one_key():
    secret = DEFAULT("Secret", "registry-auth")
    assert (secret["type"], list(secret["data"])) == ("Opaque", ["htpasswd"])
    assert DEFAULT.secret("registry-auth")["htpasswd"].startswith("admin:$2b$")


def test_the_config_map_has_config_yml():
    assert list(DEFAULT("ConfigMap", "registry-config")["data"]) == ["config.yml"]


@pytest.mark.parametrize(
    ("name", "size"), [("registry-storage", "30Gi"), ("localstack-storage", "20Gi")]
)
def test_the_claims(name, size):
    assert DEFAULT("PersistentVolumeClaim", name)["spec"] == {
        "accessModes": ["ReadWriteOnce"],
        "storageClassName": "local-path",
        "resources": {"requests": {"storage": size}},
    }


@pytest.mark.parametrize(
    ("name", "image", "port", "limits"),
    [
        ("registry", "registry:2", 5000, {"memory": "512Mi", "cpu": "500m"}),
        ("localstack", "localstack/localstack:latest", 4566, {"memory": "2Gi", "cpu": "1000m"}),
    ],
)
def test_the_deployments(name, image, port, limits):
    container = DEFAULT.container(name)
    assert DEFAULT("Deployment", name)["spec"]["replicas"] == 1
    assert container["image"] == image
    assert [each["containerPort"] for each in container["ports"]] == [port]
    assert container["resources"]["limits"] == limits


def test_the_web_ui():
    assert DEFAULT("Deployment", "registry-ui")["spec"]["replicas"] == 1
    assert DEFAULT.container("registry-ui")["image"] == "joxit/docker-registry-ui"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SERVICES", "s3,sqs,sns,dynamodb,lambda"),
        ("PERSISTENCE", "1"),
        ("DATA_DIR", "/var/lib/localstack"),
    ],
)
def test_the_environment_of_the_cloud(name, value):
    assert DEFAULT.env("localstack")[name] == value


def test_the_data_folder_is_the_volume():
    pod = DEFAULT.pod("localstack")
    mounts = {each["mountPath"]: each["name"] for each in pod["containers"][0]["volumeMounts"]}
    volumes = {each["name"]: each for each in pod["volumes"]}
    claim = volumes[mounts["/var/lib/localstack"]]["persistentVolumeClaim"]
    assert claim == {"claimName": "localstack-storage"}


def test_the_docker_socket():
    volumes = DEFAULT.pod("localstack")["volumes"]
    socket = {"path": "/var/run/docker.sock", "type": "Socket"}
    assert {"name": "docker", "hostPath": socket} in volumes


@pytest.mark.parametrize(
    ("name", "kind", "port"),
    [
        ("registry", "ClusterIP", 5000),
        ("registry-ui", "ClusterIP", 80),
        ("localstack", "ClusterIP", 4566),
        ("localstack-edge", "LoadBalancer", 4566),
    ],
)
def test_the_services(name, kind, port):
    spec = DEFAULT("Service", name)["spec"]
    assert (spec["type"], [each["port"] for each in spec["ports"]]) == (kind, [port])


@pytest.mark.parametrize(
    ("name", "host", "middlewares"),
    [
        ("registry", "registry.homelab.local", ["basic-auth"]),
        ("registry-ui", "registry-ui.homelab.local", ["basic-auth"]),
        ("localstack", "localstack.homelab.local", []),
    ],
)
def test_the_routes(name, host, middlewares):
    spec = DEFAULT("IngressRoute", name)["spec"]
    route = spec["routes"][0]
    assert spec["entryPoints"] == ["websecure"]
    assert route["match"] == f"Host(`{host}`)"
    assert route["services"][0]["name"] == name
    assert [each["name"] for each in route.get("middlewares", [])] == middlewares
    assert spec["tls"]["secretName"] == DEFAULT("Certificate", name)["spec"]["secretName"]
    assert host in DEFAULT("Certificate", name)["spec"]["dnsNames"]


def test_the_users_must_be_there_before_the_pod_starts():
    """A kubelet starts no container before each Secret that is not optional is there.

    https://kubernetes.io/docs/concepts/configuration/secret/#restriction-secret-must-exist
    """
    (auth,) = [each for each in DEFAULT.pod("registry")["volumes"] if each["name"] == "auth"]
    assert "optional" not in auth["secret"]


def test_the_optional_secret_is_optional():
    (token,) = [e for e in DEFAULT.container("localstack")["env"] if "valueFrom" in e]
    assert ("Secret", "localstack-config") not in DEFAULT
    assert token["valueFrom"]["secretKeyRef"] == {
        "name": "localstack-config",
        "key": "LOCALSTACK_AUTH_TOKEN",
        "optional": True,
    }
