"""What Traefik is told, from the settings."""

import dataclasses

import pytest
import yaml

from homeport import errors
from homeport.net.ingress import dynamic, static
from homeport.registry.access import htpasswd
from homeport.serve.traefik import configuring
from homeport.stack import folders, load

LISTENING = static.Listening("127.0.0.1", 443, 80)


@pytest.fixture
def chosen(tmp_path):
    """Settings, with a CA in their folder."""
    made = load.load({}, {"HOMEPORT_DATA": str(tmp_path), "HOMEPORT_CONFIG": "/dev/null"})
    for name, text in (("ca.crt", "CA"), ("server.crt", "CERTIFICATE"), ("server.key", "KEY")):
        path = tmp_path / "certs" / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
    return made.settings


def changed(chosen, group, **values):
    return dataclasses.replace(
        chosen, **{group: dataclasses.replace(getattr(chosen, group), **values)}
    )


def test_the_components_are_reached_by_https(chosen):
    found = configuring.backends(chosen)
    assert {name: each.url for name, each in found.items()} == {
        "registry": "https://127.0.0.1:5000",
        "registry-ui": "https://127.0.0.1:5080",
        "cloud": "https://127.0.0.1:4566",
    }
    assert all(each.ca == "CA" and each.server_name == "localhost" for each in found.values())


@pytest.mark.parametrize(
    ("host", "reached"),
    [("0.0.0.0", "127.0.0.1"), ("::", "[::1]"), ("10.0.0.1", "10.0.0.1"), ("fd00::1", "[fd00::1]")],
)
def test_where_a_component_is_reached(chosen, host, reached):
    found = configuring.backends(changed(chosen, "registry", host=host, port=99))
    assert found["registry"].url == f"https://{reached}:99"


def test_the_console_is_behind_no_password_of_traefik_s(chosen):
    shown = dynamic.Certificate("CERTIFICATE", "KEY")
    backends = configuring.backends(changed(chosen, "ui", port=99, tls=False))
    assert backends["registry-ui"].url == "http://127.0.0.1:99"
    made = configuring.dynamic_configuration(chosen, 443, backends, shown)
    assert "registry-ui" in made["http"]["routers"]
    assert all(
        "login" not in its.get("middlewares", ()) for its in made["http"]["routers"].values()
    )
    without = changed(chosen, "ui", enabled=False)
    made = configuring.dynamic_configuration(without, 443, backends, shown)
    assert "registry-ui" not in str(made)


def test_a_registry_without_tls_is_reached_in_plain(chosen):
    found = configuring.backends(changed(chosen, "registry", tls=False))
    assert found["registry"].url == "http://127.0.0.1:5000"


def test_a_certificate_of_the_users_own_is_not_asked_for(chosen):
    paths = {"certificate": chosen.data / "own.crt", "key": chosen.data / "own.key"}
    found = configuring.backends(changed(chosen, "registry", **paths))
    assert (found["registry"].is_verified, found["cloud"].is_verified) == (False, True)
    found = configuring.backends(changed(chosen, "tls", **paths))
    assert not any(each.is_verified for each in found.values())


def test_users_are_those_of_the_registry(chosen):
    assert configuring._users(folders.of(chosen).htpasswd) == []
    folders.of(chosen).auth.mkdir()
    htpasswd.add(folders.of(chosen).htpasswd, "a", "a password", cost=4)
    (line,) = configuring._users(folders.of(chosen).htpasswd)
    assert line.startswith("a:$2")


def test_acme_is_there_where_it_is_wanted(chosen):
    assert "certificatesResolvers" not in configuring.static_configuration(chosen, LISTENING)
    with_acme = changed(chosen, "ingress", acme_email="a@b.c", acme_provider="exec")
    made = configuring.static_configuration(with_acme, LISTENING)
    storage = made["certificatesResolvers"]["homeport"]["acme"]["storage"]
    assert storage == str(chosen.data / "ingress" / "acme.json")
    routers = configuring.dynamic_configuration(
        with_acme, 443, configuring.backends(chosen), dynamic.Certificate("", "")
    )
    assert routers["http"]["routers"]["registry"]["tls"]["certResolver"] == "homeport"


def test_it_stops_before_the_patience_of_the_supervisor_ends(chosen):
    made = configuring.static_configuration(chosen, LISTENING)
    grace = made["entryPoints"]["web"]["transport"]["lifeCycle"]["graceTimeOut"]
    assert float(grace.removesuffix("s")) < chosen.up.stop_timeout_s - 1


@pytest.mark.parametrize("text", ["a{{b", "{{ env `HOME` }}", "plain", "1e3", "on\ntwo"])
def test_braces_stand_for_themselves(text):
    written = configuring.dynamic_text({"realm": text}).decode()
    seen = written.replace('{{"{{"}}', "\0")
    assert "{{" not in seen
    assert yaml.safe_load(seen.replace("\0", "{{")) == {"realm": text}


def test_a_folder_with_braces_is_named_as_it_is(chosen):
    """The file of the start is no template: https://doc.traefik.io/traefik/reference/install-configuration/boot-environment/"""
    within = dataclasses.replace(chosen, data=chosen.data / "{{ x }}")
    made = configuring.static_text(configuring.static_configuration(within, LISTENING))
    named = yaml.safe_load(made)["providers"]["file"]["filename"]
    assert named == str(configuring.dynamic_file(folders.of(within)))


def test_files_are_read_as_they_are(chosen, tmp_path):
    assert configuring.certificate(chosen) == ("CERTIFICATE", "KEY")
    shown = dynamic.Certificate("CERTIFICATE", "KEY")
    made = configuring.dynamic_configuration(chosen, 443, configuring.backends(chosen), shown)
    assert made["tls"]["certificates"] == [{"certFile": "CERTIFICATE", "keyFile": "KEY"}]
    (tmp_path / "certs" / "server.key").unlink()
    with pytest.raises(errors.HomeportError, match=r"server\.key could not be read"):
        configuring.certificate(chosen)
