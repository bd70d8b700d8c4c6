"""No token, password, key or value of a Secret is in what a person or a log sees."""

import base64
import logging

import pytest
from tests.targets.kubernetes.cluster import wires
from tests.targets.kubernetes.cluster.wires import TOKEN, Wire

from homeport.targets.kubernetes.cluster import client, errors, redaction
from homeport.targets.kubernetes.cluster.credentials.given import Secret
from homeport.targets.kubernetes.objects import kinds
from homeport.targets.kubernetes.objects.kinds import Ref

PASSWORD = "correct horse\nbattery"
HASH = "dev:$2b$05$0123456789abcdefghijkl"
REF = Ref(kinds.SECRET, "registry", "registry-auth")
OBJECT = {
    "apiVersion": "v1",
    "kind": "Secret",
    "metadata": {"name": "registry-auth", "namespace": "registry"},
    "stringData": {"password": PASSWORD, "pin": 4711},
    "data": {"htpasswd": base64.b64encode(HASH.encode()).decode()},
}
SECRETS = (TOKEN, PASSWORD, "correct horse", "4711", HASH, OBJECT["data"]["htpasswd"])
QUOTES = " | ".join([*SECRETS, '"correct horse\\nbattery"', "Value:{4711}"])


def everything(error):
    """All that could be shown of an error, and of those behind it."""
    found = []
    while error is not None:
        found += [str(error), repr(error), repr(vars(error))]
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return "\n".join(found)


STEPS = {
    "invalid": wires.status(422, QUOTES, causes=[{"field": "data", "message": QUOTES}]),
    "misshapen": wires.status(500, f"failed to create typed patch object: .a: got &value{QUOTES}"),
    "conflict": wires.status(409, QUOTES, causes=[{"field": ".data", "message": QUOTES}]),
    "busy": wires.status(503, QUOTES),
    "page": wires.answer(502, QUOTES.encode(), Content_Type="text/html"),
    "text": wires.answer(500, QUOTES.encode(), Content_Type="text/plain"),
    "no JSON": wires.answer(200, QUOTES.encode()),
    "unauthorized": wires.status(401, "Unauthorized"),
    "dropped": wires.drop,
    "cut": wires.cut,
}
ASKED = {
    "apply": lambda cluster: cluster.apply(OBJECT),
    "patch": lambda cluster: cluster.patch(REF, {"data": OBJECT["data"], "stringData": OBJECT["stringData"]}),
}  # fmt: skip


@pytest.mark.parametrize("ask", ASKED.values(), ids=ASKED)
@pytest.mark.parametrize("step", STEPS.values(), ids=STEPS)
def test_errors(step, ask, caplog, capfd):
    caplog.set_level(logging.DEBUG)
    with Wire(step) as wire, pytest.raises(errors.ClusterError) as caught:
        ask(wire.client())
    seen = everything(caught.value) + caplog.text + "".join(capfd.readouterr())
    assert [secret for secret in SECRETS if secret in seen] == []


@pytest.mark.parametrize("server", ["https://127.0.0.1:1", "https://nowhere.invalid"])
def test_errors_without_an_answer(server, caplog):
    caplog.set_level(logging.DEBUG)
    with Wire(wires.drop) as wire, pytest.raises(errors.Unreachable) as caught:
        wire.client(server=server).apply(OBJECT)
    seen = everything(caught.value) + caplog.text
    assert [secret for secret in SECRETS if secret in seen] == []


def test_texts_of_what_holds_them():
    with Wire(wires.drop) as wire:
        access = wire.access()
        held = [access, access.credentials, wire.client(), client.connect(access, wire.clock)]
    assert TOKEN not in "".join(map(repr, held)) + "".join(map(str, held))


def test_a_token_that_could_end_a_header_is_not_sent_and_not_shown():
    with Wire(wires.drop) as wire:
        given = wire.access().credentials
        broken = type(given)(given.user, given.source, token=Secret(f"{TOKEN}\r\nX: y".encode()))
        with pytest.raises(errors.Unconfigured) as caught:
            wire.client(credentials=broken).version()
    assert TOKEN not in everything(caught.value)
    assert wire.seen == []


@pytest.mark.parametrize(
    ("text", "secrets", "shown"),
    [
        ("it is 1, not 12", ["1"], "it is ***, not 12"),
        ("a+b is a+b", ["a+b"], "*** is ***"),
        ("nothing", ["", " "], "nothing"),
        ("one two", ["one", "one two"], "***"),
        ("got &value.valueUnstructured{Value:1} here", ["x"], "got ***"),
        ("got &value.valueUnstructured{Value:1} here", [], "got &value.valueUnstructured{Value:1} here"),
    ],
)  # fmt: skip
def test_what_is_hidden(text, secrets, shown):
    assert redaction.shown(text, secrets) == shown
