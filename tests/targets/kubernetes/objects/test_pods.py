"""How the pods are locked down, asked, and started anew."""

import pytest
from tests.targets.kubernetes.objects.stacks import Rendered

DEFAULT = Rendered()
BUILTIN = Rendered(
    {"registry.engine": "builtin", "cloud.engine": "builtin", "ui.engine": "builtin"}
)
PODS = [(DEFAULT, "registry"), (DEFAULT, "registry-ui"), (DEFAULT, "localstack")]
PODS += [(BUILTIN, "registry"), (BUILTIN, "localstack"), (BUILTIN, "registry-ui")]
UNPRIVILEGED = [(r, name) for r, name in PODS if (r, name) != (DEFAULT, "localstack")]


@pytest.mark.parametrize(("rendered", "name"), PODS)
def test_all(rendered, name):
    spec, pod = rendered("Deployment", name)["spec"], rendered.pod(name)
    assert (spec["replicas"], spec["strategy"]) == (1, {"type": "Recreate"})
    assert pod["automountServiceAccountToken"] is False
    assert pod["enableServiceLinks"] is False
    assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    assert rendered.container(name)["securityContext"]["allowPrivilegeEscalation"] is False
    assert set(rendered.container(name)["resources"]) == {"requests", "limits"}


@pytest.mark.parametrize(("rendered", "name"), UNPRIVILEGED)
def test_without_root(rendered, name):
    """https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted"""
    assert rendered.pod(name)["securityContext"]["runAsNonRoot"] is True
    assert rendered.container(name)["securityContext"]["capabilities"] == {"drop": ["ALL"]}
    kinds = {key for each in rendered.pod(name).get("volumes", ()) for key in each} - {"name"}
    assert kinds <= {"configMap", "secret", "emptyDir", "persistentVolumeClaim", "projected"}


@pytest.mark.parametrize(
    ("given", "levels"),
    [
        ({}, {"registry": "restricted", "localstack": "privileged"}),
        (
            {"cloud.docker_socket": "none"},
            {"registry": "restricted", "localstack": "baseline"},
        ),
        (
            {"cloud.engine": "builtin"},
            {"registry": "restricted", "localstack": "restricted"},
        ),
        ({"cloud.namespace": "registry"}, {"registry": "privileged"}),
        ({"registry.namespace": "localstack"}, {"localstack": "privileged"}),
    ],
)
def test_what_a_namespace_allows(given, levels):
    found = {
        obj["metadata"]["name"]: obj["metadata"]["labels"]["pod-security.kubernetes.io/enforce"]
        for obj in Rendered(given).all
        if obj["kind"] == "Namespace"
    }
    assert found == levels


@pytest.mark.parametrize(
    ("rendered", "name", "ready", "alive"),
    [
        (DEFAULT, "registry", "/", "/"),
        (BUILTIN, "registry", "/readyz", "/livez"),
        (DEFAULT, "localstack", "/_localstack/health", "/_localstack/health"),
        (BUILTIN, "localstack", "/_localstack/health", "/_localstack/health"),
        (DEFAULT, "registry-ui", "/", "/"),
        (BUILTIN, "registry-ui", "/readyz", "/livez"),
    ],
)
def test_what_is_asked(rendered, name, ready, alive):
    container = rendered.container(name)
    paths = [
        container[probe]["httpGet"]["path"]
        for probe in ("startupProbe", "readinessProbe", "livenessProbe")
    ]
    assert paths == [ready, ready, alive]


def checksum(given, name="registry"):
    template = Rendered(given)("Deployment", name)["spec"]["template"]
    return template["metadata"].get("annotations", {}).get("checksum/config")


def hook(secret):
    return f'[{{"name": "a", "url": "https://h.lan", "headers": {{"A": ["{secret}"]}}}}]'


def test_another_configuration_starts_the_registry_anew():
    texts = [
        checksum({}),
        checksum({"registry.page": "7"}),
        checksum({"registry.webhooks": hook("x")}),
        checksum({"registry.webhooks": hook("y")}),
    ]
    assert len(set(texts)) == 4


def test_another_token_starts_the_cloud_anew():
    tokens = [{}, {"cloud.auth_token": "a"}, {"cloud.auth_token": "b"}]
    assert len({checksum(given, "localstack") for given in tokens}) == 3


def test_another_user_does_not():
    given = {"registry.auth": "true"}
    assert checksum(given) == checksum({})


@pytest.mark.parametrize(
    ("given", "name", "grace_s"),
    [
        ({}, "registry", 30),
        ({}, "localstack", 60),
        ({"up.stop_timeout_s": "100"}, "registry", 120),
        ({"up.stop_timeout_s": "100"}, "localstack", 120),
        ({"up.stop_timeout_s": "100", "ui.engine": "builtin"}, "registry-ui", 120),
    ],
)
def test_time_to_end(given, name, grace_s):
    assert Rendered(given).pod(name)["terminationGracePeriodSeconds"] == grace_s


def test_config_and_users_are_mounted_as_folders():
    """https://kubernetes.io/docs/concepts/configuration/secret/#using-secrets-as-files-from-a-pod"""
    mounts = {m["mountPath"]: m for m in DEFAULT.container("registry")["volumeMounts"]}
    assert {"/etc/docker/registry", "/auth", "/var/lib/registry"} <= set(mounts)
    assert all("subPath" not in mount for mount in mounts.values())


def test_users_variables_come_last_and_stay_as_they_are():
    given = {"cloud.environment": '{"SQS_ENDPOINT_STRATEGY": "path", "PRICE": "$(X) $$"}'}
    env = Rendered(given).env("localstack")
    assert (env["SQS_ENDPOINT_STRATEGY"], env["PRICE"]) == ("path", "$$(X) $$$$")


def test_a_token_of_the_user_is_no_reference_too():
    given = {"cloud.environment": '{"LOCALSTACK_AUTH_TOKEN": "x"}'}
    named = [each["name"] for each in Rendered(given).container("localstack")["env"]]
    assert named.count("LOCALSTACK_AUTH_TOKEN") == 1


@pytest.mark.parametrize(
    ("policy", "said"),
    [("auto", None), ("always", "Always"), ("ifnotpresent", "IfNotPresent"), ("never", "Never")],
)
def test_when_images_are_pulled(policy, said):
    rendered = Rendered({"kubernetes.pull_policy": policy})
    for name in ("registry", "registry-ui", "localstack"):
        assert rendered.container(name).get("imagePullPolicy") == said


# The console


def certificates(given):
    """The Secrets of which the console sees something, and the keys that it sees of each."""
    volumes = {each["name"]: each for each in Rendered(given).pod("registry-ui")["volumes"]}
    sources = volumes["certificates"]["projected"]["sources"]
    assert all(each["secret"]["optional"] for each in sources)
    return {
        each["secret"]["name"]: {item["key"]: item["path"] for item in each["secret"]["items"]}
        for each in sources
    }


def test_the_console_sees_certificates_of_its_namespace_and_no_key():
    own = {"ui.engine": "builtin"}
    apart = {
        "registry-tls": {"tls.crt": "registry.crt"},
        "registry-ui-tls": {"tls.crt": "registry-ui.crt"},
    }
    assert certificates(own) == apart
    together = own | {"registry.namespace": "tools", "cloud.namespace": "tools"}
    assert certificates(together) == apart | {"localstack-tls": {"tls.crt": "localstack.crt"}}


def test_the_console_writes_nothing_but_below_its_own_folder():
    container = BUILTIN.container("registry-ui")
    assert container["securityContext"]["readOnlyRootFilesystem"] is True
    writable = [each["mountPath"] for each in container["volumeMounts"] if not each.get("readOnly")]
    assert writable == ["/tmp"]


def test_no_secret_is_a_variable_of_the_console():
    assert all("valueFrom" not in each for each in BUILTIN.container("registry-ui")["env"])
