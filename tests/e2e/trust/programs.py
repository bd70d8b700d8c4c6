"""Real clients, each of which asks our server and says whether it is content with its certificate."""

from __future__ import annotations

import subprocess
import uuid
from collections.abc import Callable
from typing import NamedTuple

import harness
from tests.e2e.trust.conftest import Served

JAVA = """\
import java.net.URI;
import javax.net.ssl.HttpsURLConnection;
public class Ask {
    public static void main(String[] args) throws Exception {
        var connection = (HttpsURLConnection) URI.create(args[0]).toURL().openConnection();
        System.out.println("answered " + connection.getResponseCode());
    }
}
"""
PYTHON = "import sys, urllib.request; print('answered', urllib.request.urlopen(sys.argv[1], timeout=20).status)"
NODE = "fetch(process.argv[1]).then(a => console.log('answered', a.status)).catch(e => { console.log(e.cause.code); process.exit(1) })"
OPENSSL = 'exec openssl s_client -verify_return_error -brief -connect "$(echo "$0" | cut -d/ -f3)"'
ANSWER = "answered 200"


class Client(NamedTuple):
    """A program: what it is called with before the URL, and what it says of a CA that it does not know, and of one that it does."""

    words: tuple[str, ...]
    refusal: str
    answer: str = ANSWER


CLIENTS = {
    "curl": Client(
        ("curl", "-sS", "-w", "answered %{http_code}"), "unable to get local issuer certificate"
    ),
    "openssl": Client(("sh", "-c", OPENSSL), "unable to get local issuer", "Verification: OK"),
    # Debian's own, whose OpenSSL has the system's store.
    "python": Client(("/usr/bin/python3", "-I", "-c", PYTHON), "CERTIFICATE_VERIFY_FAILED"),
    "java": Client(("java", "{home}/Ask.java"), "PKIX path building failed"),
    "node": Client(("node", "-e", NODE), "UNABLE_TO_VERIFY_LEAF_SIGNATURE"),
}


def of(served: Served, name: str, program: str = "", **variables: str) -> Callable[[], bool]:
    """Asks with it, and tells whether it was content; where it was not, it must have been for want of trust."""
    client, part = CLIENTS[name], served.apart
    harness.tool(client.words[0])
    (part.home / "Ask.java").write_text(JAVA)
    words = [program or client.words[0], *client.words[1:]]
    words = [word.replace("{home}", str(part.home)) for word in words]

    def ask() -> bool:
        done = part.run(
            *words,
            f"{served.url}?{uuid.uuid4().hex}",
            check=False,
            env=part.environment(**variables),
            stdin=subprocess.DEVNULL,
        )
        said = done.stdout + done.stderr
        assert (client.answer if done.returncode == 0 else client.refusal) in said, said
        return done.returncode == 0

    return ask
