"""A `config.yml` of registry v2, with the variables that override it, as its image is started with them: clients see no difference."""

import contextlib
import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.e2e.registry_clients import served

from homeport.registry.access import htpasswd

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]
ADA = ("ada", "a password of ada's")
ANN = (served.ANN, served.ANNS_PASSWORD)
CONFIGS = Path(__file__).parents[2] / "stack" / "distribution" / "configs"
DEFAULT, HOMELAB = CONFIGS / "default.yml", CONFIGS / "homelab.yml"
CACHE = """\
version: 0.1
storage: {filesystem: {rootdirectory: /var/lib/registry}}
auth: none
proxy: {remoteurl: https://registry.example.com, username: nobody, password: none}
"""


@dataclass
class Configured(served.Registry):
    """It is told nothing by names of ours, except where its data folder is."""

    @property
    def environment(self):
        given = super().environment
        del given["HOMEPORT_REGISTRY_PORT"], given["HOMEPORT_REGISTRY_TLS"]
        return given

    @property
    def storage(self):
        return self.folder / "storage"


@contextlib.contextmanager
def configured(folder, config, extra=None, *, has_tls=False, **variables):
    """A registry with that configuration; `variables` without their `REGISTRY_`."""
    folder.mkdir()
    registry = Configured(folder, extra or {}, has_tls)
    registry.prepare()
    htpasswd.add(folder / "htpasswd", *ADA, served.COST)
    given = {
        "CONFIGURATION_PATH": config,
        "HTTP_ADDR": f"127.0.0.1:{registry.port}",
        "STORAGE_FILESYSTEM_ROOTDIRECTORY": registry.storage,
    } | variables
    registry.extra |= {f"REGISTRY_{name}": str(text) for name, text in given.items()}
    try:
        registry.start()
        yield registry
    finally:
        registry.stop()
        shutil.rmtree(folder, ignore_errors=True)


def users(folder):
    """What the documentation of registry v2 says of passwords.

    https://distribution.github.io/distribution/about/deploying/#native-basic-auth
    """
    return {
        "AUTH": "htpasswd",
        "AUTH_HTPASSWD_REALM": "Registry Realm",
        "AUTH_HTPASSWD_PATH": folder / "htpasswd",
    }


def push_and_pull(registry, docker, skopeo, image):
    host = f"127.0.0.1:{registry.port}" if not registry.has_tls else registry.host
    name, again = f"{host}/my/app:1", f"{host}/my/other:1"
    plain = ("--dest-tls-verify=false",) if not registry.has_tls else ()
    skopeo(registry, "copy", *plain, image, f"docker://{name}")
    docker(registry, "pull", name)
    docker(registry, "tag", name, again)
    docker(registry, "push", again)
    docker(registry, "rmi", name, again)
    docker(registry, "pull", again)
    assert (registry.storage / "registry.db").exists()


def test_the_default_with_a_certificate_and_passwords(tmp_path, docker, skopeo, image):
    folder = tmp_path / "here"
    certificates = folder / "data" / "certs"
    with configured(
        folder,
        DEFAULT,
        has_tls=True,
        HTTP_TLS_CERTIFICATE=certificates / "server.crt",
        HTTP_TLS_KEY=certificates / "server.key",
        **users(folder),
    ) as registry:
        assert registry.ask("GET", "/v2/").fields["WWW-Authenticate"] == (
            'Basic realm="Registry Realm"'
        )
        for client in (docker, skopeo):
            client.login(registry, *ADA)
        push_and_pull(registry, docker, skopeo, image)
        kept = f"docker://{registry.host}/my/app:1"
        refused = skopeo(registry, "delete", kept, check=False).stderr
        assert "deleting is switched off in this registry" in refused
        answer = registry.ask("GET", "/v2/")
        assert answer.fields["X-Content-Type-Options"] == "nosniff"


def test_the_default_in_plain_http_without_passwords(tmp_path, docker, skopeo, image):
    with configured(tmp_path / "here", DEFAULT, AUTH="none") as registry:
        push_and_pull(registry, docker, skopeo, image)


def test_one_behind_an_ingress(tmp_path, docker, skopeo, image):
    folder = tmp_path / "here"
    with configured(folder, HOMELAB, HTTP_DEBUG_ADDR="", **users(folder)) as registry:
        at = f"127.0.0.1:{registry.port}"
        docker(registry, "login", "-u", ADA[0], "--password-stdin", at, input=ADA[1])
        login = ("login", "--tls-verify=false", "-u", ADA[0], "--password-stdin", at)
        skopeo(registry, *login, input=ADA[1])
        push_and_pull(registry, docker, skopeo, image)
        skopeo(registry, "delete", "--tls-verify=false", f"docker://{at}/my/app:1")


def test_a_cache_that_docker_asks_for_images_of_docker_io(tmp_path, docker, skopeo, image):
    config = tmp_path / "cache.yml"
    config.write_text(CACHE)
    with served.serving(tmp_path / "upstream") as upstream:
        skopeo.login(upstream, *ANN)
        skopeo(upstream, "copy", image, f"docker://{upstream.host}/library/x:1")
        proxy = {
            "PROXY_REMOTEURL": upstream.url,
            "PROXY_USERNAME": ANN[0],
            "PROXY_PASSWORD": ANN[1],
        }
        trusting = {"SSL_CERT_FILE": str(upstream.ca)}
        with (
            configured(tmp_path / "here", config, trusting, **proxy) as cache,
            docker.mirrored(cache),
        ):
            assert "Downloaded newer image for x:1" in docker(cache, "pull", "x:1").stdout
            assert '"HEAD /v2/library/x/manifests/1" 200' in cache.log
            docker(cache, "rmi", "x:1")
