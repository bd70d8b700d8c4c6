"""Manifests: good ones, and what becomes of them when anything in them is replaced, doubled, nested, cut or turned."""

import json

KINDS = [
    "application/vnd.oci.image.manifest.v1+json",
    "application/vnd.oci.image.index.v1+json",
    "application/vnd.docker.distribution.manifest.v2+json",
    "application/vnd.docker.distribution.manifest.list.v2+json",
]
LIMIT = 4 * 1024 * 1024


class Raw(str):
    """JSON, as it is to be written."""

    __slots__ = ()


ODD = [
    None, True, False, 0, -1, 1, 2, 2.0, 1e308, 2**31, 2**63, 2**64, 10**30, "", " ", "a", "\0", "\ud800", "\udfff\ud800", "é", "\u00b2", "../..",
    [], {}, [[]], [None], {"": ""}, {"digest": "x"}, [{"digest": "sha256:" + "0" * 64}], "x" * 70_000, "sha256:" + "0" * 64,
    "sha256:" + "0" * 64 + "\n", {"digest": "sha256:" + "0" * 64, "mediaType": 1}, {"digest": 1, "size": 1}, ["a"] * 1000,
    Raw("NaN"), Raw("Infinity"), Raw("-Infinity"), Raw("1e400"), Raw("9" * 5000), Raw("-0"), Raw("[" * 900 + "]" * 900),
    Raw('{"a":' * 900 + "1" + "}" * 900), Raw("[" * 100_000), Raw('{"a":1,"a":2}'), Raw('"\\ud800"'), Raw('"\\u0000"'), Raw("'a'"), Raw(""),
]  # fmt: skip
KEYS = [
    "schemaVersion", "mediaType", "config", "layers", "manifests", "subject", "annotations", "artifactType", "blobs", "digest", "size",
    "urls", "data", "platform", "", "\0", "\ud800", "__proto__",
]  # fmt: skip


def make(chance, digests):
    """A manifest, good in one of three."""
    body = chance.choice([_image, _image, _index])(chance, digests)
    if chance.random() < 0.33:
        return dump(body)
    for _ in range(chance.choice([1, 1, 1, 2, 5])):
        body = mutate(chance, body)
    return _spoil(chance, dump(body))


def _described(chance, digests):
    return {
        "mediaType": chance.choice([*KINDS, "a/b", "application/vnd.oci.image.layer.nondistributable.v1.tar"]),
        "digest": chance.choice(digests),
        "size": chance.choice([0, 2, 3, 70_000]),
    }  # fmt: skip


def _image(chance, digests):
    body = {
        "schemaVersion": 2,
        "mediaType": chance.choice([KINDS[0], KINDS[0], KINDS[2]]),
        "config": _described(chance, digests),
        "layers": [_described(chance, digests) for _ in range(chance.choice([0, 1, 2]))],
    }
    if chance.random() < 0.3:
        body["subject"] = _described(chance, digests)
        body["annotations"] = {"a": "b"}
        body["artifactType"] = "a/b"
    return body


def _index(chance, digests):
    listed = [_described(chance, digests) for _ in range(chance.choice([0, 1, 2]))]
    return {"schemaVersion": 2, "mediaType": chance.choice(KINDS[1::2]), "manifests": listed}


def mutate(chance, body):
    """Changes something somewhere."""
    if not isinstance(body, dict | list) or not body or chance.random() < 0.1:
        return chance.choice(ODD)
    if isinstance(body, list):
        place = chance.randrange(len(body))
        return [*body[:place], mutate(chance, body[place]), *body[place + 1 :]]
    body = dict(body)
    key = chance.choice(list(body))
    way = chance.random()
    if way < 0.6:
        body[key] = mutate(chance, body[key])
    elif way < 0.75:
        del body[key]
    else:
        body[chance.choice(KEYS)] = chance.choice([*ODD, body[key]])
    return body


def _spoil(chance, data):
    """Changes bytes, the encoding or the size, now and then."""
    way = chance.random()
    if way < 0.1 and data:
        place = chance.randrange(len(data))
        return (
            data[:place] + bytes([chance.randrange(256)]) + data[place + chance.choice([0, 1, 9]) :]
        )
    if way < 0.14:
        return data.decode("utf-8", "replace").encode(
            chance.choice(["utf-16", "utf-32", "utf-8-sig", "utf-16-le"])
        )
    if way < 0.17:
        return data + b" " * max(0, LIMIT + chance.choice([-1, 0, 1]) - len(data))
    if way < 0.19:
        return data[: chance.randrange(len(data) + 1)]
    return data


def dump(value):
    """JSON, but for what is to be written as it is; keys may come twice."""
    return _text(value).encode("utf-8", "surrogatepass")


def _text(value):
    if isinstance(value, Raw):
        return str(value)
    if isinstance(value, dict):
        return "{" + ",".join(f"{json.dumps(key)}:{_text(one)}" for key, one in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(_text, value)) + "]"
    return json.dumps(value, ensure_ascii=False)


def kind_of(body):
    """The kind that a manifest says to be of."""
    try:
        kind = json.loads(body).get("mediaType")
    except (ValueError, AttributeError, RecursionError):
        kind = None
    return kind if kind in KINDS else KINDS[0]
