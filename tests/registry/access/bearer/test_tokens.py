"""Tokens are read only where they are ours, whole and in time."""

import base64
import hashlib
import hmac
import json

import pytest

from homeport.registry.access.bearer import tokens
from homeport.registry.access.bearer.scopes import Granted
from homeport.registry.store import schema
from homeport.storage.db import Database

NOW = 1_700_000_000.5
CLAIMS = tokens.Claims("ann", "stamp", Granted({"a/b": frozenset({"pull"})}), NOW + 300)


@pytest.fixture
async def made(tmp_path):
    db = Database(tmp_path / "x.db", schema.MIGRATIONS)
    made = tokens.Tokens(db, "homeport", lambda: "id")
    await made.prepare()
    yield made
    await db.close()


def parts(token):
    return [json.loads(base64.urlsafe_b64decode(part + "==")) for part in token.split(".")[:2]]


def forge(made, b64, header, body):
    """A token with a good signature for whatever is in it."""
    signed = f"{b64(json.dumps(header).encode())}.{b64(json.dumps(body).encode())}"
    signature = hmac.digest(made._key, signed.encode(), hashlib.sha256)
    return f"{signed}.{b64(signature)}"


async def test_form_is_that_of_the_specification(made):
    header, claims = parts(made.make(CLAIMS, NOW))
    assert header == {"typ": "JWT", "alg": "HS256"}
    assert claims == {
        "iss": "homeport",
        "sub": "ann",
        "aud": "homeport",
        "exp": 1_700_000_301,
        "nbf": 1_700_000_000,
        "iat": 1_700_000_000,
        "jti": "id",
        "access": [{"type": "repository", "name": "a/b", "actions": ["pull"]}],
        "stamp": "stamp",
    }


async def test_time(made):
    token = made.make(CLAIMS, NOW)
    read = made.read(token, NOW)
    assert read[:3] == CLAIMS[:3]
    assert made.read(token, NOW - tokens.LEEWAY_S) is not None
    assert made.read(token, NOW - tokens.LEEWAY_S - 1) is None
    assert made.read(token, NOW + 300) is not None
    assert made.read(token, NOW + 301) is None


async def test_any_changed_letter_ends_it(made):
    token = made.make(CLAIMS, NOW)
    for at, letter in enumerate(token):
        other = "B" if letter == "A" else "A"
        assert made.read(token[:at] + other + token[at + 1 :], NOW) is None, at
        assert made.read(token[:at], NOW) is None


@pytest.mark.parametrize("token", ["", ".", "..", "a.b.c", "é.é.é", "x" * 100_000, "\ud800.a.b"])
async def test_nonsense(made, token):
    assert made.read(token, NOW) is None


@pytest.mark.parametrize("alg", ["none", "None", "HS512", "RS256", "ES256", "hs256", None])
async def test_the_header_chooses_nothing(made, b64, alg):
    """https://www.rfc-editor.org/rfc/rfc8725#section-2.1: no token without a signature, none of another algorithm."""
    body = parts(made.make(CLAIMS, NOW))[1]
    assert made.read(forge(made, b64, {"typ": "JWT", "alg": alg}, body), NOW) is None
    bare = (
        f"{b64(json.dumps({'typ': 'JWT', 'alg': alg}).encode())}.{b64(json.dumps(body).encode())}"
    )
    assert made.read(f"{bare}.", NOW) is None
    assert made.read(bare, NOW) is None


async def test_more_in_the_header_is_refused(made, b64):
    body = parts(made.make(CLAIMS, NOW))[1]
    for more in ({"kid": "../../x"}, {"jwk": {}}, {"jku": "http://x"}, {"crit": ["x"]}):
        forged = forge(made, b64, {"typ": "JWT", "alg": "HS256", **more}, body)
        assert made.read(forged, NOW) is None


async def test_signature_of_another_key(made, tmp_path):
    db = Database(tmp_path / "y.db", schema.MIGRATIONS)
    other = tokens.Tokens(db, "homeport", lambda: "id")
    await other.prepare()
    assert made.read(other.make(CLAIMS, NOW), NOW) is None
    await db.close()


async def test_audience(made):
    other = tokens.Tokens(made._db, "other", lambda: "id")
    assert made.read(other.make(CLAIMS, NOW), NOW) is None
    assert other.read(made.make(CLAIMS, NOW), NOW) is None


async def test_the_key_is_made_once(made):
    token = made.make(CLAIMS, NOW)
    again = tokens.Tokens(made._db, "homeport", lambda: "id")
    await again.prepare()
    assert again.read(token, NOW) is not None
    assert len(made._key) == tokens.KEY_BYTES


async def test_without_a_key_there_is_no_token(tmp_path):
    db = Database(tmp_path / "z.db", schema.MIGRATIONS)
    fresh = tokens.Tokens(db, "homeport", lambda: "id")
    assert fresh.read("a.b.c", NOW) is None
    with pytest.raises(RuntimeError):
        fresh.make(CLAIMS, NOW)
    await db.close()


async def test_stamps_differ_by_name_and_credential(made):
    stamps = [made.stamp(name, hashed) for name in ("a", "b") for hashed in (b"x", b"y")]
    assert len(set(stamps)) == 4
    assert made.stamp("a", b"x") == stamps[0]
