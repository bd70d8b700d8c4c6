"""One suite, two Traefiks: what a client sees of the local ingress is what it sees of the one in a cluster.

The differences, and why they are there, are tests of their own at the end.
"""

from __future__ import annotations

import base64
import contextlib
import shutil
import subprocess

import pytest
from tests.e2e.ingress import fronts
from tests.serve import standing
from tests.stack.rules import serving

pytestmark = pytest.mark.e2e

GOOD = "Basic " + base64.b64encode(f"admin:{serving.PASSWORD}".encode()).decode()
BAD = "Basic " + base64.b64encode(b"admin:wrong").decode()


@pytest.fixture(scope="module", params=sorted(fronts.FRONTS))
def front(request, tmp_path_factory):
    """A Traefik that leads to all sites."""
    folder = tmp_path_factory.mktemp("front") / request.param
    with contextlib.ExitStack() as opened:
        behind = opened.enter_context(fronts.echo())
        made = opened.enter_context(fronts.FRONTS[request.param](folder, behind))
        standing.until(lambda: _leads(made), "the routes")
        yield made


def _leads(front):
    """Whether each site is there, as it shall be."""
    hosts = front.chosen.hosts
    with contextlib.suppress(OSError, ValueError):
        seen = [front.secure(host, Authorization=GOOD) for host in (hosts.ui, hosts.cloud)]
        is_there = front.secure(hosts.registry, "/v2/").status == 401
        return is_there and all("path" in answer.asked for answer in seen)
    return False


def test_the_registry_asks_for_itself(front):
    answer = front.secure(front.chosen.hosts.registry, "/v2/")
    assert (answer.status, answer.headers["WWW-Authenticate"]) == (401, 'Basic realm="homeport"')
    assert answer.headers["Docker-Distribution-Api-Version"] == "registry/2.0"
    assert front.secure(front.chosen.hosts.registry, "/v2/", Authorization=BAD).status == 401
    assert front.secure(front.chosen.hosts.registry, "/v2/", Authorization=GOOD).status == 200


def test_the_console_asks_for_itself(front):
    """What comes reaches it as it came: it has a login page, and sessions."""
    host = front.chosen.hosts.ui
    assert front.secure(host).status == 200
    assert front.secure(host, Authorization=BAD).asked["headers"]["authorization"] == BAD


def test_nobody_asks_before_the_cloud(front):
    assert front.secure(front.chosen.hosts.cloud).status == 200


@pytest.mark.parametrize("below", ["bucket", "a.b", "id.lambda-url.us-east-1"])
def test_names_below_the_cloud_lead_to_it(front, below):
    host = f"{below}.{front.chosen.hosts.cloud}"
    answered = front.secure(front.chosen.hosts.cloud, Host=host)
    assert answered.asked["headers"]["host"] == host


@pytest.mark.parametrize("kind", ["below", "beside", "above", "none", "address"])
def test_other_names_lead_nowhere(front, kind):
    hosts = front.chosen.hosts
    named = {
        "below": f"x.{hosts.registry}",
        "beside": f"x{hosts.cloud}",
        "above": front.chosen.domain,
        "none": "other.example",
        "address": "127.0.0.1",
    }[kind]
    answer = front.secure(hosts.registry, Host=named)
    assert (answer.status, answer.body) == (404, b"404 page not found\n")
    assert front.plain(named).status == 404


@pytest.mark.parametrize("signs", [":443", ":8443", "."])
def test_a_port_or_a_dot_in_the_name_changes_nothing(front, signs):
    host = front.chosen.hosts.cloud
    assert front.secure(host, Host=f"{host}{signs}").status == 200
    assert front.secure(host, Host=host.upper()).status == 200


@pytest.mark.parametrize(("method", "status"), [("GET", 301), ("HEAD", 308), ("PUT", 308)])
@pytest.mark.parametrize("path", ["/", "/v2/a/tags/list?n=1&last=x", "/a%20b%2Fc"])
def test_plain_http_is_sent_on(front, method, status, path):
    for host in front.chosen.hosts.components:
        answer = front.plain(host, path, method)
        port = "" if front.location_port == 443 else f":{front.location_port}"
        assert (answer.status, answer.headers["Location"]) == (
            status,
            f"https://{host}{port}{path}",
        )


def test_plain_http_of_a_name_below_is_sent_on(front):
    host = f"bucket.{front.chosen.hosts.cloud}"
    assert front.plain(host, "/key").headers["Location"].startswith(f"https://{host}")


@pytest.mark.parametrize(
    "path",
    ["/a%2Fb", "/a%20b", "/a+b", "/%E4%BD%A0", "/a%25b", "/a%3Fb?c=%26&d", "/a%3Bb;c", "/a%00b"],
)
def test_a_path_goes_on_as_it_came(front, path):
    assert front.secure(front.chosen.hosts.cloud, path).asked["path"] == path


def test_the_component_is_told_who_asks(front):
    headers = front.secure(front.chosen.hosts.cloud).asked["headers"]
    assert headers["x-forwarded-for"] == "127.0.0.1"
    assert headers["x-forwarded-proto"] == "https"
    assert headers["x-forwarded-host"] == headers["host"] == front.chosen.hosts.cloud


def test_a_client_cannot_say_that_it_is_another(front):
    claims = {"X_Forwarded_For": "192.0.2.1", "X_Forwarded_Proto": "http", "X_Real_Ip": "192.0.2.1"}
    headers = front.secure(front.chosen.hosts.cloud, **claims).asked["headers"]
    assert headers["x-forwarded-for"] == "127.0.0.1"
    assert headers["x-forwarded-proto"] == "https"
    assert "192.0.2.1" not in str(headers)


@pytest.mark.parametrize(("size", "status"), [(30_000, 200), (2_000_000, 431)])
def test_large_headers(front, size, status):
    assert front.secure(front.chosen.hosts.cloud, X_Amz_Meta="x" * size).status == status


def test_http_2(front):
    _, protocol = front.certificate(front.chosen.hosts.registry, ("h2", "http/1.1"))
    assert protocol == "h2"


def test_a_client_of_http_2(front, tmp_path):
    curl = shutil.which("curl") or pytest.skip("needs curl")
    (tmp_path / "ca.pem").write_text(front.authorities)
    host = front.chosen.hosts.cloud
    command = [curl, "-sS", "--http2", "--cacert", tmp_path / "ca.pem", "-w", "\n%{http_version}"]
    command += ["--resolve", f"{host}:{front.port}:127.0.0.1", f"https://{host}:{front.port}/x"]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.splitlines()[-1] == "2"


def test_each_name_has_its_certificate(front):
    for host in front.chosen.hosts.components:
        found, _ = front.certificate(host)
        assert ("DNS", host) in found["subjectAltName"]
    found, _ = front.certificate(front.chosen.hosts.cloud)
    assert ("DNS", f"*.{front.chosen.hosts.cloud}") in found["subjectAltName"]


# What differs


def test_only_the_local_one_hands_on_a_path_that_could_be_shorter(front):
    """S3 has keys with `//` and `..`. Of a cluster that is an option of its Traefik, which is not ours: `sanitizePath`."""
    seen = front.secure(front.chosen.hosts.cloud, "/b//a/../c").asked["path"]
    assert seen == {"local": "/b//a/../c", "cluster": "/b/c"}[front.name]


def test_the_local_one_has_a_certificate_for_names_that_it_does_not_know(front):
    """It has but one; a cluster's Traefik may have a default of its own."""
    with contextlib.ExitStack() as opened:
        if front.name == "cluster":
            opened.enter_context(pytest.raises(OSError, match="certificate verify failed"))
        found, _ = front.certificate("other.example")
        assert ("DNS", front.chosen.hosts.cloud) in found["subjectAltName"]
