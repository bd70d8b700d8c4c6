"""Clusters and users of a kubeconfig, and everything that can be wrong with them."""

import pytest
from tests.targets.kubernetes.cluster.files import CERTIFIED, CLUSTER, text

from homeport.targets.kubernetes.cluster import errors

NOW = 1_700_000_000.0
SECRET = "s3cret-do-not-show"
V1 = "client.authentication.k8s.io/v1"
PLUGIN = {"apiVersion": V1, "command": "login", "interactiveMode": "Never"}


@pytest.mark.parametrize(
    ("given", "server"),
    [
        ("https://10.0.0.2:6443/", "https://10.0.0.2:6443"),
        ("10.0.0.2:6443", "https://10.0.0.2:6443"),
        ("https://[fd00::1]:6443", "https://[fd00::1]:6443"),
        ("https://gate/k8s/c-1/", "https://gate/k8s/c-1"),
    ],
)
def test_servers(home, given, server):
    assert home.of(cluster=CLUSTER | {"server": given}).server == server


@pytest.mark.parametrize(
    ("change", "what"),
    [
        ({"server": ""}, "server is missing"),
        ({"server": 6443}, "server is not text"),
        ({"server": "ftp://a"}, "server is no URL"),
        ({"server": "https://"}, "server is no URL"),
        ({"server": "https://a:99999"}, "server is no URL"),
        ({"server": f"https://dev:{SECRET}@a"}, "server is no URL"),
        ({"server": "http://10.0.0.2:8080"}, "without TLS"),
        ({"certificate-authority-data": "***"}, "certificate-authority-data is not base64"),
        ({"certificate-authority-data": text(b"no pem")}, "is not a certificate in PEM"),
        ({"certificate-authority-data": "", "certificate-authority": "/none"}, "names /none, which can not be read"),
        ({"insecure-skip-tls-verify": True}, "is set beside a certificate-authority"),
        ({"insecure-skip-tls-verify": "yes"}, "is neither true nor false"),
        ({"proxy-url": f"socks5://dev:{SECRET}@p:1080"}, "one of socks5; only http proxies"),
        ({"proxy-url": f"https://dev:{SECRET}@p"}, "one of https; only http proxies"),
        ({"proxy-url": f"http://dev:{SECRET}@:x"}, "is not a URL"),
    ],
)  # fmt: skip
def test_clusters_that_are_wrong(home, change, what):
    _refused(home, what, cluster=CLUSTER | change)


@pytest.mark.parametrize(
    ("user", "what"),
    [
        ({"token": 12345}, "token is not text"),
        ({"client-certificate-data": text(b"x")}, "client-key is missing"),
        ({"client-key-data": text(SECRET.encode())}, "client-certificate is missing"),
        (CERTIFIED | {"client-key-data": SECRET + "!"}, "client-key-data is not base64"),
        ({"username": "dev", "password": SECRET, "token": SECRET}, "is set beside a token"),
        ({"auth-provider": {"name": "gcp"}}, "auth-provider (gcp) was given up by Kubernetes 1.26"),
        ({"as-groups": ["a"], "token": SECRET}, "as is missing"),
        ({"as": "a\nb: c", "token": SECRET}, "control characters"),
        ({"as": "a", "as-groups": [1]}, "as-groups is not a list of texts"),
        ({"exec": PLUGIN | {"apiVersion": "client.authentication.k8s.io/v1alpha1"}}, "apiVersion is none of"),
        ({"exec": {"apiVersion": V1, "command": "login"}}, "interactiveMode is missing"),
        ({"exec": PLUGIN | {"interactiveMode": "Maybe"}}, "interactiveMode is none of"),
        ({"exec": PLUGIN | {"command": ""}}, "command is missing"),
        ({"exec": PLUGIN | {"args": SECRET}}, "args is not a list"),
        ({"exec": PLUGIN | {"env": [{"name": "A", "value": 1}]}}, "env has an item"),
        ({"exec": SECRET}, "exec is not a mapping"),
    ],
)  # fmt: skip
def test_users_that_are_wrong(home, user, what):
    _refused(home, what, user=user)


def _refused(home, what, **parts):
    with pytest.raises(errors.Unconfigured) as caught:
        home.of(**parts)
    assert what in caught.value.what
    assert SECRET not in str(caught.value)


@pytest.mark.parametrize(
    ("name", "advice"),
    [("gcp", "gke-gcloud-auth-plugin"), ("azure", "kubelogin"), ("oidc", "oidc-login"), ("x", "plugins")],
)  # fmt: skip
def test_what_was_given_up_has_a_successor(home, name, advice):
    with pytest.raises(errors.Unconfigured) as caught:
        home.of(user={"auth-provider": {"name": name, "config": {"id-token": SECRET}}})
    assert advice in caught.value.hint
    assert SECRET not in str(caught.value)


@pytest.mark.parametrize(
    ("user", "header"),
    [
        ({"token": "abc"}, "Bearer abc"),
        ({"token": "abc\n"}, "Bearer abc"),
        ({"username": "dev", "password": "p:ü"}, "Basic ZGV2OnA6w7w="),
        ({}, ""),
    ],
)
def test_headers(home, user, header):
    assert home.of(user=user).credentials.present(NOW).authorization == header


def test_a_token_file_goes_before_a_token_as_it_is_rotated(home):
    home.write("new", ".kube/token")
    access = home.of(user={"token": "old", "tokenFile": "token"})
    assert access.credentials.present(NOW).authorization == "Bearer new"


def test_who_we_act_as(home):
    extra = {"example.com/Über": ["a", "b"]}
    user = {"as": "ops", "as-uid": "7", "as-groups": ["x", "y"], "as-user-extra": extra}
    assert home.of(user=user).impersonation == (
        ("Impersonate-User", "ops"),
        ("Impersonate-Uid", "7"),
        ("Impersonate-Group", "x"),
        ("Impersonate-Group", "y"),
        ("Impersonate-Extra-example.com%2F%C3%BCber", "a"),
        ("Impersonate-Extra-example.com%2F%C3%BCber", "b"),
    )


@pytest.mark.parametrize(
    ("cluster", "note"),
    [
        ({"server": "https://a", "insecure-skip-tls-verify": True}, "is not verified"),
        ({"server": "http://127.0.0.1:8001"}, "without TLS: http://127.0.0.1:8001"),
        ({"server": "http://localhost:8001"}, "without TLS"),
    ],
)
def test_what_a_person_should_know(home, cluster, note):
    assert note in home.of(cluster=cluster).notes[0]


def test_another_name_of_the_server(home):
    cluster = CLUSTER | {"tls-server-name": "kubernetes.default"}
    assert home.of(cluster=cluster).trust.server_name == "kubernetes.default"


ENVIRONMENT = {"HTTPS_PROXY": "http://env:3128"}


@pytest.mark.parametrize(
    ("proxy_url", "environ", "url"),
    [
        ("", {}, None),
        ("http://own:3128", ENVIRONMENT, "http://own:3128"),
        ("http://own", {}, "http://own:80"),
        ("", ENVIRONMENT, "http://env:3128"),
        ("", {"https_proxy": "env:3128"}, "http://env:3128"),
        ("", ENVIRONMENT | {"NO_PROXY": "*"}, None),
        ("", ENVIRONMENT | {"NO_PROXY": "a, 10.0.0.0/8"}, None),
        ("", ENVIRONMENT | {"no_proxy": "10.0.0.2:6443"}, None),
        ("", ENVIRONMENT | {"NO_PROXY": "10.0.0.2:443"}, "http://env:3128"),
        ("", ENVIRONMENT | {"NO_PROXY": "10.0.0.3,0.2"}, "http://env:3128"),
        ("http://own:3128", {"NO_PROXY": "*"}, "http://own:3128"),
    ],
)
def test_proxies(home, proxy_url, environ, url):
    home.environ |= environ
    proxy = home.of(cluster=CLUSTER | {"proxy-url": proxy_url}).proxy
    assert (proxy and proxy.url) == url


@pytest.mark.parametrize(
    ("host", "excepted", "is_direct"),
    [
        ("api.lab.local", "lab.local", True),
        ("lab.local", "lab.local", True),
        ("api.lab.local", ".lab.local", True),
        ("lab.local", ".lab.local", False),
        ("notlab.local", "lab.local", False),
        ("localhost", "", True),
        ("127.0.0.9", "", True),
        ("[fd00::1]", "fd00::/8", True),
    ],
)
def test_who_is_asked_directly(home, host, excepted, is_direct):
    home.environ |= ENVIRONMENT | {"NO_PROXY": excepted}
    access = home.of(cluster=CLUSTER | {"server": f"https://{host}:6443"})
    assert (access.proxy is None) == is_direct


def test_the_password_of_a_proxy_is_kept_apart(home):
    proxy = home.of(cluster=CLUSTER | {"proxy-url": f"http://dev:{SECRET}@p:3128"}).proxy
    assert proxy.url == "http://p:3128"
    assert proxy.authorization.startswith("Basic ")
    assert SECRET not in repr(proxy)
