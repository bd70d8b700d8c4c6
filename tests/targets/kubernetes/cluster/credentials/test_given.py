"""What a kubeconfig holds itself, and what is advised when it is refused."""

import base64
import json

import pytest
from tests.apiserver.wire import certificates

from homeport.targets.kubernetes.cluster import errors
from homeport.targets.kubernetes.cluster.credentials import expiry, presented
from homeport.targets.kubernetes.cluster.credentials.given import Given, Secret

PAIR = certificates.client("dev")
END = PAIR.certificate.not_valid_after_utc.timestamp()
NOW = 1_700_000_000.0


def given(**parts):
    return Given("dev", "/kube", **parts)


def certified():
    return given(certificate=Secret(PAIR.certificate_pem), key=Secret(PAIR.key_pem))


def token(**claims):
    body = base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=")
    return f"head.{body}.signature"


def test_files_are_read_each_time(tmp_path):
    path = tmp_path / "token"
    path.write_text("one\n")
    credentials = given(token=Secret(path=path))
    first = credentials.present(NOW)
    assert not credentials.renew(first, NOW)
    path.write_text("two\n")
    assert credentials.renew(first, NOW)
    assert credentials.present(NOW).authorization == "Bearer two"


def test_a_file_that_is_gone(tmp_path):
    with pytest.raises(errors.Unconfigured, match="token can not be read: No such file"):
        given(token=Secret(path=tmp_path / "token")).present(NOW)


@pytest.mark.parametrize(
    ("value", "what"),
    [
        ("", "is empty"),
        ("  \n", "is empty"),
        ("s3cret s3cret", "spaces"),
        ("s3crét", "other signs"),
    ],
)
def test_tokens_that_are_none(value, what):
    with pytest.raises(errors.Unconfigured, match=what) as caught:
        given(token=Secret(value.encode())).present(NOW)
    assert "s3cr" not in str(caught.value)


@pytest.mark.parametrize(
    ("credentials", "now", "advice"),
    [
        (certified(), END + 1, "expired on 20"),
        (certified(), END - 1, "was it installed anew? Copy its kubeconfig"),
        (given(certificate=Secret(b"x"), key=Secret(b"x")), NOW, "does not know the client certificate"),
        (given(token=Secret(token(exp=NOW - 60).encode())), NOW, "expired on 2023-11-14 22:12 UTC"),
        (given(token=Secret(token(exp=NOW + 60).encode())), NOW, "is not taken (any more)"),
        (given(token=Secret(b"opaque")), NOW, "kubectl create token"),
        (given(basic=presented.basic("a", "b")), NOW, "has not taken since 1.19"),
        (given(), NOW, "has no credentials"),
        (Given("", "/kube"), NOW, "nobody in /kube has no credentials"),
    ],
    ids=map(str, range(9)),
)  # fmt: skip
def test_advice_for_each_kind(credentials, now, advice):
    assert advice in credentials.advice(now)


def test_the_date_of_a_certificate_is_told():
    date = expiry.date(END)
    assert f"expired on {date}. K3s renews it" in certified().advice(END + 1)
    assert f"valid until {date}" in certified().advice(END - 1)


def test_advice_for_a_token_file(tmp_path):
    path = tmp_path / "token"
    path.write_text("opaque")
    assert f"see who writes {path}" in given(token=Secret(path=path)).advice(NOW)


@pytest.mark.parametrize(
    ("text", "end"),
    [
        (token(exp=5), 5.0),
        (token(exp="5"), None),
        (token(exp=True), None),
        (token(exp=1e300), None),
        (token(), None),
        ("a.b.c", None),
        ("opaque", None),
        ("a.é.c", None),
    ],
)
def test_the_end_of_a_token(text, end):
    assert expiry.of_token(text) == end


def test_what_is_known_of_it_shows_no_secret():
    credentials = given(token=Secret(b"s3cret"), basic="Basic s3cret", key=Secret(b"s3cret"))
    shown = presented.Presented("Bearer s3cret", presented.Pair(b"s3cret", b"s3cret"))
    assert "s3cret" not in repr(credentials) + repr(shown)
