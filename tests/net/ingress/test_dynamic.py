"""What Traefik leads where."""

import pytest

from homeport.net.ingress import dynamic, site

REGISTRY = site.Site("registry", "registry.lan")
UI = site.Site("registry-ui", "ui.lan", has_login=True)
CLOUD = site.Site("cloud", "cloud.lan", has_names_below=True)
BACKENDS = {
    "registry": dynamic.Backend("https://127.0.0.1:5000", "CA", "localhost"),
    "cloud": dynamic.Backend("http://127.0.0.1:4566"),
}
WITH_UI = {**BACKENDS, "registry-ui": dynamic.Backend("http://127.0.0.1:3000")}


def made(backends=BACKENDS, port=443, **options):
    certificate = dynamic.Certificate("CERTIFICATE", "KEY")
    login = dynamic.Login("homeport", ["admin:hash"])
    sites = (REGISTRY, UI, CLOUD)
    return dynamic.configuration(sites, backends, certificate, login, port=port, **options)


def routers(**options):
    return made(**options)["http"]["routers"]


def test_each_route_of_https_leads_to_its_component():
    found = routers()
    assert found["registry"] == {
        "entryPoints": ["websecure"],
        "rule": "Host(`registry.lan`)",
        "service": "registry",
        "tls": {},
    }
    assert found["cloud-below"]["rule"] == r"HostRegexp(`^.+\.cloud\.lan$`)"
    assert (found["cloud-below"]["service"], found["cloud-below"]["priority"]) == ("cloud", 1)


def test_no_route_of_plain_http_leads_anywhere():
    found = [router for router in routers().values() if router["entryPoints"] == ["web"]]
    assert len(found) == 3
    for router in found:
        assert (router["service"], router["middlewares"]) == ("noop@internal", ["to-https"])


@pytest.mark.parametrize(("port", "added"), [(443, {}), (8443, {"port": "8443"})])
def test_the_redirect_leads_to_the_port(port, added):
    redirect = made(port=port)["http"]["middlewares"]["to-https"]["redirectScheme"]
    assert redirect == {"scheme": "https", "permanent": True, **added}


def test_a_site_without_a_component_is_left_out():
    assert "registry-ui" not in str(made())
    assert "basicAuth" not in str(made())


def test_a_password_is_asked_for_before_the_user_interface_alone():
    found = made(WITH_UI)["http"]
    assert found["routers"]["registry-ui"]["middlewares"] == ["login"]
    asked = [name for name, router in found["routers"].items() if "login" in str(router)]
    assert asked == ["registry-ui"]
    login = found["middlewares"]["login"]["basicAuth"]
    assert login == {"users": ["admin:hash"], "realm": "homeport", "removeHeader": False}


def test_whom_it_trusts_behind_it():
    found = made()["http"]["serversTransports"]
    assert found["registry"]["rootCAs"] == ["CA"]
    assert found["registry"]["serverName"] == "localhost"
    assert "rootCAs" not in found["cloud"]
    assert "insecureSkipVerify" not in str(found)


def test_a_certificate_of_the_users_own_behind_it():
    backend = dynamic.Backend("https://127.0.0.1:5000", "CA", "localhost", is_verified=False)
    found = made({"registry": backend})["http"]["serversTransports"]["registry"]
    assert found["insecureSkipVerify"] is True
    assert "serverName" not in found


def test_the_certificate_is_the_default_too():
    pair = {"certFile": "CERTIFICATE", "keyFile": "KEY"}
    assert made()["tls"] == {
        "certificates": [pair],
        "stores": {"default": {"defaultCertificate": pair}},
    }


def test_with_acme_each_route_says_what_its_certificate_names():
    found = routers(has_acme=True)
    wanted = {"certResolver": "homeport", "domains": [{"main": "registry.lan"}]}
    assert found["registry"]["tls"] == wanted
    domains = [{"main": "cloud.lan", "sans": ["*.cloud.lan"]}]
    assert found["cloud"]["tls"]["domains"] == found["cloud-below"]["tls"]["domains"] == domains
    assert "tls" not in found["registry-http"]


def test_of_a_name_with_a_certificate_none_is_got_by_acme():
    assert "tls" not in made(has_acme=True)
