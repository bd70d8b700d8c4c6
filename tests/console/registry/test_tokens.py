"""A registry v2 that has its logins done by a token server: https://distribution.github.io/distribution/spec/auth/token/"""

import base64
import datetime
import http.server
import json
import threading
import time
import urllib.parse

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, utils
from tests.console.registry import foreign as foreigns
from tests.console.registry.foreign import PASSWORD, USER
from tests.console.visitor import Visitor

from homeport import clock
from homeport.console.console import Console

READER = "reader"


def _text(value):
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()


class TokenServer:
    """Ann may do everything, a reader may pull; nobody else is known."""

    def __init__(self):
        self.asked = []
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.certificate = self._certificate()
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                outer.answer(self)

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/token"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def _certificate(self):
        name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "test")])
        now = datetime.datetime.now(datetime.UTC)
        made = x509.CertificateBuilder(name, name, self.key.public_key(), 1)
        made = made.not_valid_before(now - datetime.timedelta(1))
        made = made.not_valid_after(now + datetime.timedelta(1))
        return made.add_extension(
            x509.BasicConstraints(ca=True, path_length=None), critical=True
        ).sign(self.key, hashes.SHA256())

    def token(self, user=USER, scope="repository:token/app:pull,push registry:catalog:*"):
        now = int(time.time())
        access = []
        for each in scope.split():
            kind, name, actions = each.split(":")
            wanted = actions.split(",")
            given = wanted if user == USER else [a for a in wanted if a == "pull"]
            access.append({"type": kind, "name": name, "actions": given})
        claims = {"iss": "test", "sub": user, "aud": "test", "exp": now + 300, "nbf": now - 5}
        claims |= {"iat": now, "jti": "1", "access": access}
        chain = base64.b64encode(self.certificate.public_bytes(serialization.Encoding.DER)).decode()
        head = {"typ": "JWT", "alg": "ES256", "x5c": [chain]}
        signed = f"{_text(json.dumps(head).encode())}.{_text(json.dumps(claims).encode())}"
        r, s = utils.decode_dss_signature(self.key.sign(signed.encode(), ec.ECDSA(hashes.SHA256())))
        return f"{signed}.{_text(r.to_bytes(32, 'big') + s.to_bytes(32, 'big'))}"

    def answer(self, handler):
        query = urllib.parse.parse_qs(urllib.parse.urlsplit(handler.path).query)
        given = base64.b64decode(handler.headers.get("Authorization", "").partition(" ")[2])
        user, _, password = given.decode().partition(":")
        is_known = user in {USER, READER} and password == PASSWORD
        scope = " ".join(query.get("scope", []))
        self.asked.append((user, scope))
        body = json.dumps({"token": self.token(user, scope), "expires_in": 300} if is_known else {})
        handler.send_response(200 if is_known else 401)
        handler.end_headers()
        handler.wfile.write(body.encode())


@pytest.fixture(scope="module")
def tokens():
    made = TokenServer()
    yield made
    made.server.shutdown()
    made.server.server_close()


@pytest.fixture(scope="module")
def guarded(tokens, tmp_path_factory):
    folder = tmp_path_factory.mktemp("guarded")
    bundle = folder / "roots.pem"
    bundle.write_bytes(tokens.certificate.public_bytes(serialization.Encoding.PEM))
    auth = f"auth: {{token: {{realm: '{tokens.url}', service: test, issuer: test, rootcertbundle: {bundle}}}}}"
    with foreigns.running(folder, auth=auth, token=tokens.token) as made:
        made.push("token/app", "v1", layers=[b"one"])
        yield made


async def _visitor(guarded, name, password=PASSWORD):
    visitor = Visitor(Console(guarded.options, clock.SystemClock()))
    return visitor, await visitor.log_in(name, password)


async def test_who_logs_in_sees_the_images(guarded):
    visitor, page = await _visitor(guarded, USER)
    assert page.status == 200, page.text
    page = await visitor.get("/registry?search=token")
    assert page.rows() == [["token/app", "1"]]
    page = await visitor.get("/r/token/app:v1")
    assert page.status == 200, page.text
    await visitor.console.close()


async def test_a_wrong_password_is_told(guarded):
    _, page = await _visitor(guarded, USER, "wrong")
    assert page.status == 401
    assert "does not know this name and password" in page.text


async def test_who_may_not_list_opens_a_repository_by_its_name(guarded):
    visitor, _ = await _visitor(guarded, READER)
    page = await visitor.get("/registry")
    assert page.status == 200
    assert "does not list its repositories to you" in page.text
    page = await visitor.follow(await visitor.get("/registry?open=token/app"))
    assert [row[1] for row in page.rows()] == ["v1"]
    await visitor.console.close()


async def test_a_token_is_asked_for_once_for_a_repository(guarded, tokens):
    visitor, _ = await _visitor(guarded, USER)
    await visitor.get("/r/token/app:v1")
    del tokens.asked[:]
    await visitor.get("/r/token/app:v1?view=raw")
    await visitor.get("/r/token/app")
    assert tokens.asked == []
    await visitor.console.close()


async def test_who_may_not_delete_is_told_and_stays_logged_in(guarded):
    visitor, _ = await _visitor(guarded, READER)
    page = await visitor.get("/registry/delete?repository=token/app&tag=v1")
    done = await visitor.post("/registry/delete", page.form("/registry/delete"))
    assert done.status == 409, done.text
    assert "does not let you do this" in done.text
    assert (await visitor.get("/r/token/app")).status == 200
    assert guarded.tags("token/app") == ["v1"]
    await visitor.console.close()


async def test_the_password_goes_to_no_other_domain(tokens, tmp_path):
    bundle = tmp_path / "roots.pem"
    bundle.write_bytes(tokens.certificate.public_bytes(serialization.Encoding.PEM))
    realm = tokens.url.replace("127.0.0.1", "localhost")
    auth = f"auth: {{token: {{realm: '{realm}', service: test, issuer: test, rootcertbundle: {bundle}}}}}"
    del tokens.asked[:]
    with foreigns.running(tmp_path / "other", auth=auth, token=tokens.token) as other:
        _, page = await _visitor(other, USER)
    assert page.status == 502
    assert "not of its own domain" in page.text
    assert tokens.asked == []
