"""The web console as its settings say, and as a process of its own."""

import http.client
import http.cookiejar
import ssl
import threading
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

import pytest
from tests.serve import standing
from tests.stack.rules import serving

from homeport.console.options import Options, Place
from homeport.net.ingress import program
from homeport.registry.access.logins import throttle
from homeport.serve import registry_ui
from homeport.stack import folders, load

OWN = {"TLS_CERTIFICATE": "/own.crt", "TLS_KEY": "/own.key"}


def made(tmp_path, **environ):
    given = {f"HOMEPORT_{name}": text for name, text in environ.items()}
    its = load.load(
        {}, {"HOMEPORT_DATA": str(tmp_path), "HOMEPORT_INGRESS_ENABLED": "false"} | given
    )
    return registry_ui.options(its.settings, folders.of(its.settings))


# What it is told


def test_what_nothing_is_said_of_is_as_the_console_has_it(tmp_path):
    found = made(tmp_path)
    assert found == Options(
        registry=Place("https://127.0.0.1:5000", tmp_path / "certs/ca.crt", "localhost"),
        cloud=Place("http://127.0.0.1:4566"),
        registry_host="localhost:5000",
        cloud_url="http://localhost:4566",
    )


def test_each_option_can_be_set(tmp_path):
    found = made(
        tmp_path,
        UI_TITLE="Our images",
        UI_THEME="dark",
        UI_PAGE="50",
        UI_TAG_SORT="name",
        UI_TAG_ORDER="asc",
        UI_SESSION_IDLE="1h",
        UI_SESSION="1d",
        UI_CLOUD_WRITERS="admins",
        UI_TLS="off",
        UI_HOST="192.0.2.1",
        UI_REGISTRY_URL="https://hub.test:5001",
        UI_CLOUD_URL="https://aws.test",
        UI_CA="/ca.crt",
        REGISTRY_TRUSTED_PROXIES="10.0.0.0/8",
    )
    assert found == Options(
        registry=Place("https://hub.test:5001", Path("/ca.crt")),
        cloud=Place("https://aws.test", Path("/ca.crt")),
        registry_host="hub.test:5001",
        cloud_url="https://aws.test",
        title="Our images",
        theme="dark",
        page=50,
        tag_sort="name",
        tag_order="asc",
        session_idle_s=3600,
        session_s=86_400,
        cloud_writers="admins",
        trusted_proxies=("10.0.0.0/8", "192.0.2.1"),
    )


@pytest.mark.parametrize(
    ("given", "place"),
    [
        ({"REGISTRY_TLS": "off"}, Place("http://127.0.0.1:5000")),
        (OWN, Place("https://127.0.0.1:5000", is_verified=False)),
        (
            {"REGISTRY_CERTIFICATE": "/own.crt", "REGISTRY_KEY": "/own.key"},
            Place("https://127.0.0.1:5000", is_verified=False),
        ),
    ],
)
def test_how_the_registry_is_asked(tmp_path, given, place):
    assert made(tmp_path, **given).registry == place


@pytest.mark.parametrize(
    ("host", "url", "named"),
    [
        ("0.0.0.0", "127.0.0.1", "localhost"),
        ("::", "[::1]", "localhost"),
        ("192.0.2.1", "192.0.2.1", "192.0.2.1"),
        ("fd00::1", "[fd00::1]", "[fd00::1]"),
    ],
)
def test_where_the_components_are_asked(tmp_path, host, url, named):
    found = made(tmp_path, REGISTRY_HOST=host, CLOUD_HOST=host)
    assert (found.registry.url, found.cloud.url) == (f"https://{url}:5000", f"http://{url}:4566")
    assert (found.registry_host, found.cloud_url) == (f"{named}:5000", f"http://{named}:4566")


def test_people_are_told_names_where_an_ingress_has_them(tmp_path, monkeypatch):
    monkeypatch.setattr(program, "find", lambda given=None: Path("/traefik"))
    found = made(tmp_path, INGRESS_ENABLED="auto", INGRESS_PORT="8443", UI_TLS="off")
    assert found.registry_host == "registry.homelab.local:8443"
    assert found.cloud_url == "https://localstack.homelab.local:8443"
    assert made(tmp_path, INGRESS_ENABLED="true").registry_host == "registry.homelab.local"
    monkeypatch.setattr(program, "find", lambda given=None: None)
    assert made(tmp_path, INGRESS_ENABLED="auto").registry_host == "localhost:5000"


def test_without_a_cloud(tmp_path):
    found = made(tmp_path, UI_CLOUD_URL="none")
    assert (found.cloud, found.cloud_url) == (None, "")


# The process


class Browser:
    """Keeps cookies, follows redirects, and trusts the CA of the data folder."""

    def __init__(self, served, **headers):
        self._headers = headers
        self.base = f"https://localhost:{served.ports['registry-ui']}"
        trusting = ssl.create_default_context(cadata=served.ca)
        self._opener = urllib.request.build_opener(
            urllib.request.HTTPSHandler(context=trusting),
            urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()),
        )

    def open(self, path, **form):
        """Status, address and text of a page; with a form it is sent."""
        data = urllib.parse.urlencode(form).encode() if form else None
        asked = urllib.request.Request(
            self.base + path, data, {"Origin": self.base, **self._headers}
        )
        try:
            with self._opener.open(asked, timeout=serving.WAIT_S) as page:
                return page.status, page.url.removeprefix(self.base), page.read().decode()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, path, error.read().decode()


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    made = serving.Served(tmp_path_factory.mktemp("console"))
    try:
        yield made.start("registry", "cloud", "registry-ui")
    finally:
        made.stop()


def plain(served, target, **headers):
    port = served.ports["registry-ui"]
    connection = http.client.HTTPConnection("localhost", port, timeout=serving.WAIT_S)
    try:
        connection.request("GET", target, headers=headers)
        answer = connection.getresponse()
        return answer.status, answer.headers["Location"]
    finally:
        connection.close()


@pytest.mark.parametrize("path", ["/livez", "/readyz"])
def test_its_health_needs_no_login(served, path):
    assert Browser(served).open(path)[0] == 200


def test_all_else_does(served):
    status, url, text = Browser(served).open("/registry?search=x")
    assert (status, url.partition("?")[0]) == (200, "/login")
    assert 'name="password"' in text


def test_a_user_of_the_registry_comes_in_and_nobody_else(served):
    browser = Browser(served)
    assert browser.open("/login", name="admin", password="wrong")[0] == 401
    status, url, _ = browser.open("/login", name="admin", password=serving.PASSWORD)
    assert (status, url.startswith("/login")) == (200, False)
    assert not browser.open("/")[1].startswith("/login")


def test_plain_http_is_sent_on(served):
    port = served.ports["registry-ui"]
    assert plain(served, "/a?b=c") == (307, f"https://localhost:{port}/a?b=c")
    assert plain(served, "/", Host="a b")[0] == 400


def test_who_guesses_passwords_slows_down_themselves_only(served):
    """The registry is told of the client by the console, and the console by the ingress."""
    guesser, other = (
        Browser(served, **{"X-Forwarded-For": address}) for address in ("192.0.2.7", "192.0.2.8")
    )
    for count in range(throttle.FREE_OF_USER):
        assert guesser.open("/login", name="admin", password=f"guess {count}")[0] == 401
    # This one waits for a second, the next for two.
    guesser.open("/login", name="admin", password="one more")
    waiting = threading.Thread(
        target=guesser.open, args=("/login",), kwargs={"name": "admin", "password": "and another"}
    )
    waiting.start()
    assert not other.open("/login", name="admin", password=serving.PASSWORD)[1].startswith("/login")
    assert waiting.is_alive()
    waiting.join()


def test_no_password_is_in_what_it_writes(served):
    browser = Browser(served)
    browser.open("/login", name="admin", password=serving.PASSWORD)
    written = (served.folder / "registry-ui.out").read_text()
    assert "/login" in written
    assert serving.PASSWORD not in written
    assert urllib.parse.quote_plus(serving.PASSWORD) not in written


def test_it_goes_on_without_the_others(tmp_path):
    """What is not there yet, or not any more, is a sentence on a page."""
    made = serving.Served(tmp_path)
    try:
        made.start("registry-ui")
        browser = Browser(made)
        assert browser.open("/readyz")[0] == 200
        status, _, text = browser.open("/login", name="admin", password="x")
        assert status in {502, 503}
        assert "registry" in text
        made.start("registry")
        entered = browser.open("/login", name="admin", password=serving.PASSWORD)
        assert not entered[1].startswith("/login")
    finally:
        made.stop()


def test_it_ends_in_order(tmp_path):
    made = serving.Served(tmp_path)
    made.start("registry-ui")
    process = made.processes["registry-ui"]
    Browser(made).open("/login")
    made.stop()
    assert process.returncode == 0
    assert "registry-ui has stopped" in (tmp_path / "registry-ui.out").read_text()


def test_without_a_certificate_it_says_what_to_do(tmp_path):
    made = serving.Served(tmp_path)
    (tmp_path / "certs/server.crt").unlink()
    with pytest.raises(AssertionError, match=r"(?s)homeport up makes one.*HOMEPORT_UI_TLS=off"):
        made.start("registry-ui")
    made.stop()


def test_in_plain_where_it_is_told_so(tmp_path):
    made = serving.Served(tmp_path, HOMEPORT_UI_TLS="off")
    (tmp_path / "certs/server.crt").unlink()
    try:
        made.start("registry-ui")
        assert plain(made, "/livez") == (200, None)
    finally:
        made.stop()


def test_a_port_that_is_taken_is_named_with_its_setting(tmp_path):
    with standing.held_port() as port:
        made = serving.Served(tmp_path, HOMEPORT_UI_PORT=str(port))
        made.ports["registry-ui"] = serving.free_port()
        with pytest.raises(AssertionError, match=rf"(?s){port}.*--ui-port"):
            made.start("registry-ui")
        made.stop()
