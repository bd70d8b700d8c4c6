"""homeport verify and doctor where the ingress runs, and stacks with a certificate of the user's own."""

import contextlib
import datetime
import json
import ssl
import urllib.request

import pytest
from tests.stack.rules import serving

from homeport.clock import SystemClock
from homeport.net import ca, files
from homeport.net.ingress import program
from homeport.stack import load, settings
from homeport.targets.local import checking

HOSTS = settings.Settings().hosts


@pytest.fixture
def led(home):
    """A stack that is reached through Traefik."""
    if program.find() is None:
        pytest.skip("Traefik is not installed: pip install 'homeport[ingress]'")
    home.environment |= {
        "HOMEPORT_INGRESS_ENABLED": "true",
        "HOMEPORT_INGRESS_PORT": str(serving.free_port()),
        "HOMEPORT_INGRESS_PLAIN_PORT": str(serving.free_port()),
    }
    home.up()
    return home


def rules(done):
    return {row["id"]: row for row in json.loads(done.stdout)["rules"]}


@pytest.mark.e2e
def test_the_names_are_asked_through_the_ingress(led):
    for setting in ("INGRESS_PORT", "INGRESS_PLAIN_PORT"):
        del led.environment[f"HOMEPORT_{setting}"]  # what it was started with is known without
    found = rules(led.run("verify", "-o", "json"))
    outcomes = {name: row["outcome"] for name, row in found.items()}
    assert {"registry-https-only", "registry-images", "cloud-s3"} <= outcomes.keys()
    assert {name for name, outcome in outcomes.items() if outcome in {"failed", "warned"}} == set()


@pytest.mark.e2e
def test_doctor_of_a_stack_that_runs(led):
    found = rules(led.run("doctor", "-o", "json"))
    assert found["machine-ingress"]["outcome"] == "skipped"
    assert found["machine-certificate"]["outcome"] == "passed", found["machine-certificate"]


@pytest.mark.e2e
def test_places_are_those_of_the_ingress(led):
    chosen = load.load({}, led.environment | {"HOMEPORT_CONFIG": "/dev/null"}).settings
    with contextlib.closing(checking.opened(chosen, "x", SystemClock())) as running:
        port, plain_port = chosen.ingress.port, chosen.ingress.plain_port
        assert running.certificate(HOSTS.cloud).names
        plain = running.ask(HOSTS.registry, "GET", "/v2/", is_plain=True)
        assert plain.status in {301, 308}
        assert plain.headers["location"] == f"https://{HOSTS.registry}:{port}/v2/"
        places = [running._reached.place(host) for host in HOSTS.components]
    assert {(place.port, place.plain_port) for place in places} == {(port, plain_port)}


# Certificates of one's own


@pytest.fixture
def own(home, tmp_path):
    """A certificate of a CA that the stack knows nothing of, for all of its names."""
    folder = tmp_path / "own"
    folder.mkdir()
    ca.ensure(folder, [*HOSTS, "localhost"], datetime.datetime.now(datetime.UTC))
    pair = files.server(folder)
    home.environment |= {
        "HOMEPORT_TLS_CERTIFICATE": str(pair.certificate),
        "HOMEPORT_TLS_KEY": str(pair.key),
    }
    return folder


def test_all_components_show_it(home, own):
    home.up()
    trusting = ssl.create_default_context(cafile=own / "ca.crt")
    for port, path in ((home.registry_port, "/livez"), (home.cloud_port, "/_localstack/health")):
        url = f"https://localhost:{port}{path}"
        with urllib.request.urlopen(url, context=trusting, timeout=30) as answer:
            assert answer.status == 200
    assert not (home.data / "certs/ca.crt").exists()


def test_a_key_of_another_certificate_starts_nothing(home, own):
    (own / "server.key").write_bytes((own / "ca.key").read_bytes())
    done = home.run("up")
    assert done.returncode == 1
    assert "do not belong together" in done.stderr
    assert "openssl pkey" in done.stderr


def test_what_clients_will_complain_of_is_said_at_the_start(home, own):
    home.environment["HOMEPORT_DOMAIN"] = "other.lan"
    (own / "server.key").chmod(0o644)
    done = home.run("up", "--detach")
    assert done.returncode == 0, done.stderr
    assert "not for localstack.other.lan" in done.stderr
    assert "can be read by every user of this machine" in done.stderr
    assert home.run("down").returncode == 0


def test_a_shell_is_told_of_no_ca_that_is_not_there(home, own):
    said = home.run("env").stdout
    assert "AWS_ENDPOINT_URL" in said
    assert "_CA" not in said
