"""The registry as its settings say."""

import base64
import datetime
import json
import os
import signal
import socket
import ssl
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from homeport import errors
from homeport.net import ca, names
from homeport.registry import options
from homeport.registry.access import htpasswd
from homeport.serve import registry
from homeport.stack import folders, load

NOW = datetime.datetime.now(datetime.UTC)
UPSTREAM = {"prefix": "", "url": "http://127.0.0.1:1", "user": "u"}


def chosen(tmp_path, **environ):
    given = {f"HOMEPORT_{name}": text for name, text in environ.items()}
    return load.load({}, {"HOMEPORT_DATA": str(tmp_path)} | given).settings


def made(tmp_path, **environ):
    its = chosen(tmp_path, **environ)
    return registry.registry_options(its, folders.of(its))


# Options


def test_what_nothing_is_said_of_is_as_the_registry_has_it(tmp_path):
    assert made(tmp_path) == options.Options(
        htpasswd=tmp_path / "auth/htpasswd",
        admins=("admin",),
        keeper="admin",
        keeper_password=tmp_path / "auth/admin-password",
        control=tmp_path / "run/registry-control",
        audit=tmp_path / "logs/registry-audit.log",
    )
    assert (tmp_path / "run").stat().st_mode & 0o777 == 0o700
    assert (tmp_path / "logs").is_dir()


def test_a_folder_that_cannot_be_made(tmp_path):
    (tmp_path / "run").touch()
    with pytest.raises(errors.SettingsError, match=r"run cannot be made.*\n.*HOMEPORT_DATA"):
        made(tmp_path)


SAID = {
    "REGISTRY_ADMINS": "ada,admin",
    "REGISTRY_REALM": "mine",
    "REGISTRY_TOKENS": "on",
    "REGISTRY_TOKEN_LIFE": "10m",
    "REGISTRY_URL": "https://registry.test",
    "REGISTRY_DELETE": "off",
    "REGISTRY_READONLY": "on",
    "REGISTRY_HEADERS": '{"X": "y"}',
    "REGISTRY_PAGE": "7",
    "REGISTRY_UPLOAD_AGE": "1d",
    "REGISTRY_UPLOAD_INTERVAL": "2h",
    "REGISTRY_GC_INTERVAL": "none",
    "REGISTRY_GC_GRACE": "2m",
    "REGISTRY_GC_UNTAGGED": "14d",
    "REGISTRY_RETENTION": '[{"repositories": ["a"], "keep_last": 2}]',
    "REGISTRY_RETENTION_INTERVAL": "3h",
    "REGISTRY_SCRUB_INTERVAL": "30d",
    "REGISTRY_RULES": '[{"repositories": ["a"], "users": ["*"]}]',
    "REGISTRY_UPSTREAMS": json.dumps([UPSTREAM]),
    "REGISTRY_WEBHOOKS": '[{"name": "ci", "url": "http://127.0.0.1:1/"}]',
    "REGISTRY_AUDIT_FILE": "/tmp/audit",
    "REGISTRY_AUDIT_SIZE": "1MiB",
    "REGISTRY_METRICS": "users",
}


def test_each_option_can_be_set(tmp_path):
    assert made(tmp_path, **SAID) == options.Options(
        htpasswd=tmp_path / "auth/htpasswd",
        admins=("admin", "ada"),
        keeper="admin",
        keeper_password=tmp_path / "auth/admin-password",
        rules=(options.Rule(("a",), users=("*",)),),
        realm="mine",
        has_tokens=True,
        token_s=600,
        url="https://registry.test",
        control=tmp_path / "run/registry-control",
        may_delete=False,
        is_readonly=True,
        headers=(("X", "y"),),
        page=7,
        upload_age_s=86400,
        upload_look_s=7200,
        collection=options.Collection(None, 120, 14 * 86400),
        retention=(options.Retention(("a",), keep_last=2),),
        retention_s=10800,
        scrub_s=30 * 86400,
        upstreams=(options.Upstream("", "http://127.0.0.1:1", "u"),),
        webhooks=(options.Webhook("ci", "http://127.0.0.1:1/"),),
        audit=Path("/tmp/audit"),
        audit_bytes=2**20,
        metrics="users",
    )


@pytest.mark.parametrize(
    ("given", "believed"),
    [
        ({"REGISTRY_HOST": "192.0.2.1"}, ("127.0.0.0/8", "::1/128", "192.0.2.1")),
        ({"REGISTRY_HOST": "::"}, ("127.0.0.0/8", "::1/128")),
        ({"REGISTRY_HOST": "fe80::1%eth0"}, ("127.0.0.0/8", "::1/128")),
        ({"REGISTRY_TRUSTED_PROXIES": "10.0.0.0/8"}, ("10.0.0.0/8", "127.0.0.0/8", "::1/128")),
        (
            {"REGISTRY_TRUSTED_PROXIES": "10.0.0.0/8", "INGRESS_ENABLED": "false"},
            ("10.0.0.0/8", "127.0.0.0/8", "::1/128"),
        ),
        (
            {
                "REGISTRY_TRUSTED_PROXIES": "10.0.0.0/8",
                "INGRESS_ENABLED": "false",
                "UI_ENABLED": "false",
            },
            ("10.0.0.0/8",),
        ),
    ],
)
def test_ingress_and_console_are_believed_in_whom_they_speak_for(tmp_path, given, believed):
    """Else all its clients count as one, and one of them who guesses passwords slows down the others."""
    assert made(tmp_path, **given).trusted_proxies == believed


def test_what_can_be_off(tmp_path):
    off = made(tmp_path, REGISTRY_AUTH="off", REGISTRY_AUDIT="off", REGISTRY_AUDIT_SIZE="none")
    assert (off.htpasswd, off.audit, off.audit_bytes) == (None, None, sys.maxsize)
    assert not (tmp_path / "logs").exists()


# Password files


def with_password(tmp_path, content, mode=0o600):
    path = tmp_path / "password"
    path.write_bytes(content)
    path.chmod(mode)
    row = json.dumps([UPSTREAM | {"password_file": str(path)}])
    return made(tmp_path, REGISTRY_UPSTREAMS=row).upstreams[0]


def test_a_password_is_read_from_its_file(tmp_path):
    assert with_password(tmp_path, b"hidden\n").password == "hidden"
    assert "hidden" not in repr(with_password(tmp_path, b"hidden"))


@pytest.mark.parametrize(
    ("content", "mode", "wanted"),
    [
        (b"hidden", 0o604, "can be read by every user"),
        (b"", 0o600, "must hold one line"),
        (b"hidden\nhidden", 0o600, "must hold one line"),
        (b"hidden" * 1000, 0o600, "must hold one line"),
        (b"\xff", 0o600, "cannot be read"),
    ],
)
def test_a_password_file_that_will_not_do(tmp_path, content, mode, wanted):
    with pytest.raises(errors.SettingsError, match=wanted) as caught:
        with_password(tmp_path, content, mode)
    assert "hidden" not in str(caught.value)


def test_a_password_file_that_is_not_there(tmp_path):
    row = json.dumps([UPSTREAM | {"password_file": "/nowhere"}])
    with pytest.raises(errors.SettingsError, match="/nowhere cannot be read"):
        made(tmp_path, REGISTRY_UPSTREAMS=row)


# The process


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Served:
    """A component in a process."""

    def __init__(self, data, component="registry", **environ):
        self.port = free_port()
        self.log = data / "output"
        given = {
            f"HOMEPORT_{component.upper()}_PORT": str(self.port),
            "HOMEPORT_REGISTRY_TLS": "off",
        }
        base = {"PATH": os.environ["PATH"], "HOME": str(data), "HOMEPORT_DATA": str(data / "data")}
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "homeport", "serve", component],
                env=base | given | environ,
                stdout=log,
                stderr=log,
            )

    def get(self, path, *, port=None, scheme="http", headers=None, context=None):
        url = f"{scheme}://127.0.0.1:{port or self.port}{path}"
        try:
            asked = urllib.request.Request(url, headers=headers or {})
            with urllib.request.urlopen(asked, context=context) as answer:
                return answer.status
        except urllib.error.HTTPError as error:
            with error:
                return error.code

    def ready(self, path="/livez", **options):
        pause = threading.Event()
        for _ in range(1500):
            assert self.process.poll() is None, self.log.read_text()
            try:
                assert self.get(path, **options) == 200
            except OSError:
                pause.wait(0.02)
            else:
                return self
        raise AssertionError(self.log.read_text())


@pytest.fixture
def serve(tmp_path):
    running = []

    def start(*arguments, **environ):
        running.append(Served(tmp_path, *arguments, **environ))
        return running[-1]

    yield start
    for each in running:
        each.process.kill()
        each.process.wait()


def test_the_second_port_asks_for_nothing_and_gives_no_image(serve):
    debug = free_port()
    served = serve(HOMEPORT_REGISTRY_DEBUG=f":{debug}").ready()
    assert served.get("/readyz", port=debug) == 200
    assert served.get("/v2/", port=debug) == 404
    assert served.get("/v2/") == 401


def test_in_a_cluster_no_file_has_the_admin_s_password(tmp_path):
    assert made(tmp_path, TARGET="kubernetes").keeper_password is None


def test_who_waits_for_news_does_not_hold_up_a_stop(serve):
    served = serve(HOMEPORT_REGISTRY_AUTH="off").ready()
    clock, began = threading.Event(), threading.Event()
    answers = []

    def wait():
        began.set()
        answers.append(served.get("/v2/_homeport/events?after=0&wait=25"))

    waiting = threading.Thread(target=wait)
    waiting.start()
    began.wait()
    clock.wait(0.5)  # until it has been sent: nothing tells that it waits
    served.process.send_signal(signal.SIGTERM)
    assert served.process.wait(5) == 0
    waiting.join(5)
    assert answers == [200]


def test_a_second_port_in_use_ends_the_start(serve):
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        served = serve(HOMEPORT_REGISTRY_DEBUG=f":{port}")
        assert served.process.wait(20) == 1
    assert "--registry-debug" in served.log.read_text()


def test_a_certificate_of_one_s_own(serve, tmp_path):
    ca.ensure(tmp_path, names.certificate_names(["registry.test"], []), NOW)
    served = serve(
        HOMEPORT_REGISTRY_TLS="on",
        HOMEPORT_REGISTRY_CERTIFICATE=str(tmp_path / "server.crt"),
        HOMEPORT_REGISTRY_KEY=str(tmp_path / "server.key"),
    )
    context = ssl.create_default_context(cafile=str(tmp_path / "ca.crt"))
    served.ready(scheme="https", context=context)


def test_a_certificate_that_is_not_there(serve):
    here = {
        "HOMEPORT_REGISTRY_CERTIFICATE": "/nowhere.crt",
        "HOMEPORT_REGISTRY_KEY": "/nowhere.key",
    }
    served = serve(HOMEPORT_REGISTRY_TLS="on", **here)
    assert served.process.wait(20) == 1
    assert "/nowhere.crt is not there" in served.log.read_text()


def test_a_key_that_cannot_be_read(serve, tmp_path):
    (tmp_path / "own.crt").write_text("")
    (tmp_path / "own.key").mkdir()
    here = {
        "HOMEPORT_TLS_CERTIFICATE": str(tmp_path / "own.crt"),
        "HOMEPORT_TLS_KEY": str(tmp_path / "own.key"),
    }
    served = serve(HOMEPORT_REGISTRY_TLS="on", **here)
    assert served.process.wait(20) == 1
    assert "own.key cannot be read: Is a directory" in served.log.read_text()


def test_requests_are_written_down_as_json(serve):
    served = serve(HOMEPORT_LOG_FORMAT="json").ready()
    served.get("/livez?seen")
    served.process.send_signal(signal.SIGTERM)
    served.process.wait(20)
    [line] = [line for line in served.log.read_text().splitlines() if "?seen" in line]
    assert json.loads(line)["path"] == "/livez?seen"


CONFIG = """
version: 0.1
storage: {{filesystem: {{rootdirectory: {0}/images}}}}
auth: {{htpasswd: {{realm: there, path: {0}/users}}}}
"""


def test_a_configuration_of_registry_v2(serve, tmp_path):
    (tmp_path / "config.yml").write_text(CONFIG.format(tmp_path))
    htpasswd.add(tmp_path / "users", "ada", "lovelace")
    served = serve(REGISTRY_CONFIGURATION_PATH=str(tmp_path / "config.yml")).ready()
    known = base64.b64encode(b"ada:lovelace").decode()
    assert served.get("/v2/", headers={"Authorization": f"Basic {known}"}) == 200
    assert (tmp_path / "images/registry.db").exists()


def test_the_cloud_does_not_mind_variables_of_registry_v2(serve):
    serve("cloud", REGISTRY_STORAGE="s3").ready("/_localstack/health")
