"""Who gets in, where, and over what."""

import pytest
import yaml
from tests.targets.kubernetes.objects.stacks import Rendered

DEFAULT = Rendered()
SITES = ("registry", "registry-ui", "localstack")


@pytest.mark.parametrize("name", SITES)
def test_nothing_is_served_in_plain_http(name):
    for route in DEFAULT("IngressRoute", f"{name}-http")["spec"]["routes"]:
        assert [each["name"] for each in route["services"]] == ["noop@internal"]
        (middleware,) = route["middlewares"]
        redirect = DEFAULT("Middleware", middleware["name"])
        assert redirect["spec"] == {"redirectScheme": {"scheme": "https", "permanent": True}}


@pytest.mark.parametrize("name", SITES)
def test_the_plain_entry_point_can_be_left_out(name):
    rendered = Rendered({"kubernetes.plain_entry_point": "none"})
    assert ("IngressRoute", f"{name}-http") not in rendered
    assert all("redirectScheme" not in obj.get("spec", {}) for obj in rendered.all)


def middlewares(rendered, name):
    routes = rendered("IngressRoute", name)["spec"]["routes"]
    return [[each["name"] for each in route.get("middlewares", ())] for route in routes]


@pytest.mark.parametrize(
    ("given", "registry", "ui"),
    [
        ({}, ["basic-auth"], ["basic-auth"]),
        ({"registry.engine": "builtin"}, [], ["basic-auth"]),
        ({"ui.engine": "builtin"}, ["basic-auth"], []),
        ({"registry.engine": "builtin", "ui.engine": "builtin"}, [], []),
        ({"registry.auth": "false"}, [], []),
    ],
)
def test_where_traefik_asks_for_a_password(given, registry, ui):
    rendered = Rendered(given)
    assert middlewares(rendered, "registry") == [registry]
    assert middlewares(rendered, "registry-ui") == [ui]
    assert middlewares(rendered, "localstack") == [[], []]


def test_traefik_hands_the_password_on():
    assert DEFAULT("Middleware", "basic-auth")["spec"]["basicAuth"] == {
        "secret": "registry-auth",
        "realm": "homeport",
        "removeHeader": False,
    }


def test_names_of_buckets_come_after_all_others():
    (own, below) = DEFAULT("IngressRoute", "localstack")["spec"]["routes"]
    assert below["match"] == r"HostRegexp(`^.+\.localstack\.homelab\.local$`)"
    assert (below["priority"], "priority" in own) == (1, False)


@pytest.mark.parametrize(
    ("given", "ref", "hosts"),
    [
        (
            {},
            {"group": "cert-manager.io", "kind": "ClusterIssuer", "name": "homeport-ca"},
            [
                "localstack.homelab.local",
                "*.localstack.homelab.local",
                "*.s3.localstack.homelab.local",
            ],
        ),
        (
            {"kubernetes.issuer": "acme"},
            {"group": "cert-manager.io", "kind": "ClusterIssuer", "name": "acme"},
            ["localstack.homelab.local"],
        ),
        (
            {"kubernetes.issuer": "acme", "kubernetes.issuer_kind": "issuer"},
            {"group": "cert-manager.io", "kind": "Issuer", "name": "acme"},
            ["localstack.homelab.local"],
        ),
    ],
)
def test_who_signs(given, ref, hosts):
    rendered = Rendered(given)
    spec = rendered("Certificate", "localstack")["spec"]
    assert (spec["issuerRef"], spec["dnsNames"]) == (ref, hosts)
    assert (("ClusterIssuer", "homeport-ca") in rendered) is (not given)


def test_the_ca_is_made_where_its_issuer_looks():
    rendered = Rendered({"kubernetes.issuer_namespace": "pki", "kubernetes.name": "home"})
    ca = rendered("Certificate", "home-ca")
    assert (ca["metadata"]["namespace"], ca["spec"]["isCA"]) == ("pki", True)
    assert ca["spec"]["issuerRef"]["name"] == "home-selfsigned"
    assert ca["spec"]["privateKey"]["rotationPolicy"] == "Never"
    secret = rendered("ClusterIssuer", "home-ca")["spec"]["ca"]["secretName"]
    assert secret == ca["spec"]["secretName"]


def test_no_name_is_longer_than_dns_has_them():
    host = "a." * 124 + "bcd"
    spec = Rendered({"cloud.hostname": host})("Certificate", "localstack")["spec"]
    assert spec["dnsNames"] == [host, f"*.{host}"]


def sources(rendered, name):
    (rule,) = rendered("NetworkPolicy", name)["spec"]["ingress"]
    return rule.get("from"), [each["port"] for each in rule["ports"]]


TRAEFIK = {
    "namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "kube-system"}},
    "podSelector": {"matchLabels": {"app.kubernetes.io/name": "traefik"}},
}


def test_the_plain_port_of_the_registry_is_for_traefik_and_the_ui():
    found, ports = sources(DEFAULT, "registry")
    labels = DEFAULT("Deployment", "registry-ui")["spec"]["template"]["metadata"]["labels"]
    assert (found[0], len(found), ports) == (TRAEFIK, 2, [5000])
    assert found[1]["podSelector"]["matchLabels"].items() <= labels.items()
    assert "namespaceSelector" not in found[1]


def test_without_ui_it_is_for_traefik_alone():
    assert sources(Rendered({"ui.enabled": "false"}), "registry") == ([TRAEFIK], [5000])


def test_the_ui_is_for_traefik_alone():
    assert sources(DEFAULT, "registry-ui") == ([TRAEFIK], [8080])


@pytest.mark.parametrize(
    ("edge", "found"), [("off", [{"namespaceSelector": {}}]), ("open", None), ("ask", None)]
)
def test_who_reaches_the_cloud(edge, found):
    assert sources(Rendered({"cloud.edge": edge}), "localstack") == (found, [4566])


@pytest.mark.parametrize("name", SITES)
def test_what_pods_reach_is_left_alone(name):
    assert DEFAULT("NetworkPolicy", name)["spec"]["policyTypes"] == ["Ingress"]


def test_the_edge():
    spec = Rendered({"cloud.edge_networks": "10.0.0.0/8"})("Service", "localstack-edge")["spec"]
    assert spec["loadBalancerSourceRanges"] == ["10.0.0.0/8"]
    assert spec["allocateLoadBalancerNodePorts"] is False
    assert ("Service", "localstack-edge") not in Rendered({"cloud.edge": "off"})


@pytest.mark.parametrize(
    ("given", "inside"),
    [({}, None), ({"kubernetes.network_policies": "false"}, "registry.registry.svc:5000")],
)
def test_tools_are_told_of_the_registry(given, inside):
    found = Rendered(given)("ConfigMap", "local-registry-hosting")
    said = yaml.safe_load(found["data"]["localRegistryHosting.v1"])
    assert found["metadata"]["namespace"] == "kube-public"
    assert said["host"] == said["hostFromContainerRuntime"] == "registry.homelab.local"
    assert said.get("hostFromClusterNetwork") == inside


def test_ports_of_services_are_settings_those_of_pods_are_not():
    rendered = Rendered({"registry.port": "80", "cloud.port": "81"})
    for name, port in (("registry", 80), ("localstack", 81), ("localstack-edge", 81)):
        assert rendered("Service", name)["spec"]["ports"][0]["port"] == port
    assert rendered.env("registry-ui")["NGINX_PROXY_PASS_URL"].endswith(":80")
    assert rendered.container("registry")["ports"][0]["containerPort"] == 5000
