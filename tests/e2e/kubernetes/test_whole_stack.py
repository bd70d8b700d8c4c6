"""The whole life of a deployed stack among its real neighbours: applied, used by clients through Traefik, checked, changed, removed."""

from __future__ import annotations

import json

import images
import pytest
from tests.e2e.kubernetes import whole
from tests.e2e.kubernetes.whole import CLOUD, PASSWORD, REGISTRY, UI

pytestmark = pytest.mark.e2e

ENGINES = ["builtin", "upstream"]
LOGIN = f"admin:{PASSWORD}"


@pytest.fixture(scope="module", params=ENGINES)
def stack(request, tmp_path_factory):
    with whole.deployed(tmp_path_factory.mktemp(request.param), request.param) as made:
        yield made


@pytest.mark.parametrize("host", [REGISTRY, UI, CLOUD, f"bucket.s3.{CLOUD}"])
def test_plain_http_is_sent_on_to_https(stack, host):
    assert stack.curl(f"http://{host}/v2/?n=1", "--http1.1") == f"1.1 301 https://{host}/v2/?n=1"


def test_the_registry_asks_for_a_password_over_http_2(stack):
    assert stack.curl(f"https://{REGISTRY}/v2/") == "2 401"
    assert stack.curl(f"https://{REGISTRY}/v2/", "--user", "admin:wrong") == "2 401"
    assert stack.curl(f"https://{REGISTRY}/v2/", "--user", LOGIN) == "2 200"
    assert stack.curl(f"https://{CLOUD}/_localstack/health") == "2 200"


def test_without_the_authority_of_the_cluster_nothing_is_trusted(stack):
    with pytest.raises(AssertionError, match="certificate"):
        stack.curl(f"https://{REGISTRY}/v2/", "--cacert", "/etc/ssl/certs/ca-certificates.crt")


def test_an_image_goes_in_and_comes_back_the_same(stack, tmp_path):
    digest = images.image(tmp_path / "in", [3 * images.MIB, 20_000])
    name = f"docker://{REGISTRY}/team/app:1"
    copy = ("copy", "--preserve-digests")
    stack.skopeo(*copy, "--dest-creds", LOGIN, f"oci:{tmp_path}/in:latest", name)
    stack.skopeo(*copy, "--src-creds", LOGIN, name, f"oci:{tmp_path}/out:latest")
    form = ("inspect", "--format", "{{.Digest}}")
    assert stack.skopeo(*form, f"oci:{tmp_path}/out:latest").stdout.strip() == digest
    refused = stack.skopeo("inspect", name, check=False)
    assert refused.returncode != 0
    assert "unauthorized" in refused.stderr.lower() or "authentication" in refused.stderr.lower()


@pytest.mark.parametrize("endpoint", [f"https://{CLOUD}", f"https://s3.{CLOUD}"])
def test_an_object_goes_in_and_comes_back_the_same(stack, endpoint):
    s3 = stack.s3(endpoint)
    content = bytes(range(256)) * 4096
    s3.create_bucket(Bucket="whole")
    s3.put_object(Bucket="whole", Key="a/b", Body=content)
    assert s3.get_object(Bucket="whole", Key="a/b")["Body"].read() == content
    assert [row["Key"] for row in s3.list_objects_v2(Bucket="whole")["Contents"]] == ["a/b"]
    s3.delete_object(Bucket="whole", Key="a/b")
    s3.delete_bucket(Bucket="whole")


def test_verify_passes(stack):
    ports = stack.traefik.ports
    address = (f"--address=127.0.0.1:{ports['websecure']}", f"--plain-port={ports['web']}")
    found = json.loads(stack.homeport("verify", *address, "-o", "json"))["rules"]
    outcomes = {row["id"]: row["outcome"] for row in found}
    assert set(outcomes.values()) <= {"passed", "skipped"}
    assert outcomes["registry-images"] == outcomes["cloud-s3"] == "passed"


def test_another_user_gets_in_without_a_restart(stack):
    """Traefik reads the Secret from the API, and the registry from its volume, which the kubelet renews."""
    word = stack.homeport("users", "add", "eve", "--generate", "--target", "kubernetes").strip()
    authority, login = stack.ca.read_bytes(), whole.basic("eve", word)

    def asked(host=REGISTRY):
        return stack.traefik.get_secure(host, authority, "/v2/", **login)

    assert asked()[0] == 401
    stack.homeport("apply", "--yes")
    stack.containers["registry"].mount()
    stack.traefik.wait(asked, 200)
    stack.traefik.wait(lambda: asked(UI), 200)
    stack.homeport("users", "remove", "eve", "--target", "kubernetes")
    stack.homeport("apply", "--yes")
    stack.containers["registry"].mount()
    stack.traefik.wait(asked, 401)
    assert stack.curl(f"https://{REGISTRY}/v2/", "--user", LOGIN) == "2 200"


def test_traefik_has_nothing_to_say_against_it(stack):
    assert stack.traefik.problems() == []


def test_it_is_removed_under_traefik(tmp_path):
    with whole.deployed(tmp_path, "builtin") as stack:
        stack.homeport("destroy", "--yes")
        stack.traefik.wait(lambda: stack.traefik.get(REGISTRY, "/v2/"), 404)
        assert stack.cluster.get("Namespace", None, "registry") is None
