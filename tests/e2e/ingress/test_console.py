"""The web console by its name, through the real Traefik."""

from __future__ import annotations

import urllib.parse

import pytest
from tests.serve import standing
from tests.stack.rules import serving

pytestmark = pytest.mark.e2e


@pytest.fixture(scope="module")
def stack(tmp_path_factory):
    """Registry, cloud, console and ingress."""
    made = standing.Standing(tmp_path_factory.mktemp("console") / "data")
    try:
        yield made.start("registry-ui").start_all()
    finally:
        made.stop()


def login(stack, password, origin=""):
    """The answer to the login form, as a browser sends it."""
    host = stack.chosen.hosts.ui
    form = urllib.parse.urlencode({"name": "admin", "password": password})
    fields = {
        "Host": f"{host}:{stack.port}",
        "Origin": origin or f"https://{host}:{stack.port}",
        "Content-Type": "application/x-www-form-urlencoded",
    }
    return stack.ask(host, "/login", "POST", form, **fields)


def test_traefik_asks_for_no_password_and_the_console_does(stack):
    answer = stack.ask(stack.chosen.hosts.ui, "/")
    assert (answer.status, answer.headers["Location"]) == (303, "/login")
    assert answer.headers["WWW-Authenticate"] is None
    assert stack.ask(stack.chosen.hosts.ui, "/livez").status == 200


def test_who_logs_in_has_a_cookie_for_https_alone(stack):
    answer = login(stack, serving.PASSWORD)
    assert answer.status == 303, answer.text
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("__Host-")
    assert {"Secure", "HttpOnly"} <= {part.strip() for part in cookie.split(";")}
    page = stack.ask(stack.chosen.hosts.ui, "/", Cookie=cookie.partition(";")[0])
    assert page.headers["Location"] != "/login"


def test_nobody_else_does(stack):
    assert login(stack, "wrong").status == 401
    assert login(stack, serving.PASSWORD, "https://other.test").status == 403
