"""Clients that are no container clients: browsers of another origin, and curl on a slow line."""

import base64
import concurrent.futures
import contextlib
import hashlib
import json
import os
import shutil
import threading

import harness
import images
import pytest
from tests.e2e.registry_clients import served

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]
MIB = images.MIB
ORIGIN = "https://ui.example.com"
HEADERS = {
    "Access-Control-Allow-Origin": ORIGIN,
    "Access-Control-Allow-Methods": ["HEAD", "GET", "OPTIONS", "DELETE"],
    "Access-Control-Allow-Headers": ["Authorization", "Accept"],
    "Access-Control-Expose-Headers": "Docker-Content-Digest",
    "Access-Control-Allow-Credentials": "true",
}
USER = f"{served.ANN}:{served.ANNS_PASSWORD}"


@pytest.fixture(scope="module", params=["off", "on"], ids=["basic", "tokens"])
def registry(request, tmp_path_factory, skopeo, image):
    folder = tmp_path_factory.mktemp("http")
    given = {"TOKENS": request.param, "HEADERS": json.dumps(HEADERS)}
    with served.serving(folder, **given) as made:
        skopeo(made, "copy", "--dest-creds", USER, image, f"docker://{made.host}/a/b:1")
        yield made
    shutil.rmtree(folder, ignore_errors=True)


def curl(registry, *arguments):
    """What curl prints, at the end of which is the status."""
    given = ("-sS", "--cacert", registry.ca, "-w", "\n%{http_version} %{http_code}", *arguments)
    return harness.run(harness.tool("curl"), *given).stdout.rpartition("\n")[::2]


# Browsers: https://fetch.spec.whatwg.org/#http-cors-protocol


def listed(answer, name):
    """The values of a field, which may come in several lines."""
    lines = answer.fields.get_all(name) or []
    return {value.strip() for line in lines for value in line.split(",")}


def check_origin(answer):
    """What a page of that origin needs of each answer, so that it may look at it."""
    # A browser takes no second value here.
    assert answer.fields.get_all("Access-Control-Allow-Origin") == [ORIGIN]
    assert answer.fields["Access-Control-Allow-Credentials"] == "true"


@pytest.mark.parametrize("path", ["/v2/", "/v2/_catalog", "/v2/a/b/manifests/1", "/v2/none/x"])
@pytest.mark.parametrize("method", ["GET", "HEAD", "DELETE"])
def test_a_browser_asks_whether_it_may(registry, path, method):
    answer = registry.ask(
        "OPTIONS",
        path,
        Origin=ORIGIN,
        Access_Control_Request_Method=method,
        Access_Control_Request_Headers="authorization,accept",
    )
    assert 200 <= answer.status < 300
    check_origin(answer)
    assert method in listed(answer, "Access-Control-Allow-Methods")
    asked = {name.lower() for name in listed(answer, "Access-Control-Allow-Headers")}
    assert asked >= {"authorization", "accept"}


def test_a_browser_sees_answers_and_refusals(registry):
    path, kind = "/v2/a/b/manifests/1", "application/vnd.oci.image.manifest.v1+json"
    refused = registry.ask("GET", path, Origin=ORIGIN)
    assert refused.status == 401
    check_origin(refused)
    answer = registry.ask("GET", path, Origin=ORIGIN, Accept=kind, Authorization=basic())
    assert answer.status == 200
    check_origin(answer)
    assert "Docker-Content-Digest" in listed(answer, "Access-Control-Expose-Headers")
    assert answer.fields["Docker-Content-Digest"].startswith("sha256:")
    deleted = registry.ask("DELETE", "/v2/a/b/manifests/none", Origin=ORIGIN, Authorization=basic())
    assert deleted.status == 404
    check_origin(deleted)


def basic():
    return "Basic " + base64.b64encode(USER.encode()).decode()


# curl


def test_curl_pushes_and_pulls_on_a_slow_line(registry, tmp_path):
    content = os.urandom(6 * MIB)
    (tmp_path / "blob").write_bytes(content)
    digest = f"sha256:{hashlib.sha256(content).hexdigest()}"
    slowly = ("-u", USER, "--http2", "--limit-rate", "3M")
    uploads = f"{registry.url}/v2/slow/curl/blobs/uploads/"
    at = ("-X", "POST", "-H", "Content-Type: application/octet-stream")
    with beside(registry) as answered:
        _, status = curl(
            registry,
            *slowly,
            *at,
            "--data-binary",
            f"@{tmp_path}/blob",
            f"{uploads}?digest={digest}",
        )
        assert status == "1.1 201"
        where = f"{registry.url}/v2/slow/curl/blobs/{digest}"
        _, status = curl(registry, *slowly, "-o", tmp_path / "back", where)
        assert status == "1.1 200"
    assert (tmp_path / "back").read_bytes() == content
    assert len(answered) > 20
    assert set(answered) == {200}


@contextlib.contextmanager
def beside(registry):
    """Asks for something small all the while; the statuses of the answers."""
    statuses, is_over = [], threading.Event()

    def ask():
        while not is_over.wait(0.02):
            statuses.append(registry.ask("GET", "/v2/", Authorization=basic()).status)

    with concurrent.futures.ThreadPoolExecutor(1) as threads:
        asking = threads.submit(ask)
        try:
            yield statuses
        finally:
            is_over.set()
            asking.result()
