"""Certificates by ACME: Traefik asks the server that was named, with the credentials of its file, and nobody else."""

from __future__ import annotations

import contextlib
import http.server
import ssl
import stat
import threading
from pathlib import Path

import pytest
from tests.serve import standing

pytestmark = pytest.mark.e2e


class Refusing(http.server.BaseHTTPRequestHandler):
    """An ACME server that has no time."""

    asked: tuple[str, ...] = ()

    def log_message(self, *_):
        """Says nothing."""

    def do_GET(self):
        """503, and remembers what was asked for."""
        type(self).asked += (self.path,)
        self.send_error(503)


@contextlib.contextmanager
def refusing(certificates):
    """The port of such a server, with the certificate of the stack."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificates / "server.crt", certificates / "server.key")
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Refusing) as server:
        server.socket = context.wrap_socket(server.socket, server_side=True)
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server.server_address[1]
        server.shutdown()
        thread.join()


@pytest.fixture
def stack(tmp_path):
    """A stack that wants certificates by ACME."""
    made = standing.Standing(tmp_path)
    path = tmp_path / "acme.env"
    path.write_text(f"LEGO_CA_CERTIFICATES={made.where.certificates}/ca.crt\nEXEC_PATH=/secret\n")
    path.chmod(0o600)
    with refusing(made.where.certificates) as port:
        made.configured(
            HOMEPORT_INGRESS_ACME_EMAIL="me@example.org",
            HOMEPORT_INGRESS_ACME_PROVIDER="exec",
            HOMEPORT_INGRESS_ACME_SERVER=f"https://localhost:{port}/directory",
            HOMEPORT_INGRESS_ACME_ENVIRONMENT=str(path),
        )
        yield made
        made.stop()


def test_the_server_that_was_named_is_asked(stack):
    stack.start_all()
    standing.until(lambda: "/directory" in Refusing.asked, "a question")
    variables = Path(f"/proc/{stack.traefik_pid()}/environ").read_text().split("\0")
    assert "EXEC_PATH=/secret" in variables
    kept = stack.where.ingress / "acme.json"
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert "/secret" not in stack.log


def test_credentials_that_others_can_read_are_refused(stack):
    (stack.folder / "acme.env").chmod(0o644)
    with pytest.raises(AssertionError, match="can be read by others than its owner"):
        stack.start("ingress")
