"""Requests that nobody should send, made by a random generator that is handed in: the same generator, the same requests."""

import hashlib
from dataclasses import dataclass, field

from tests.registry.fuzz import manifests

BLOBS = [b"", b"{}", b"abc", b"\0" * 70_000, b"x" * 1_200_000]
NAMES = ["a", "a/b", "a/blobs", "a/tags/list", "uploads", "a/manifests/b", "v2", "a/referrers/b"]
BAD_NAMES = [
    "", "A", "a//b", "/a", "a/", ".", "..", "../..", "a/../b", "..%2f..", "%2e%2e", "%2e%2e%2fetc", "/etc/passwd", "%2fetc%2fpasswd",
    "a\0b", "%00", "a%00b", "_manifests", "_catalog", "_homeport", "é", "%C3%A9", "%ff", "%", "%zz", "a%", "\u00b2", "%D9%A1", "a..b",
    "x" * 255, "x" * 256, "a/" * 127 + "a", "a/" * 200, "a b", "a?b", "a#b", "*", "a\\b", "~", "a;b", "con", "blobs", "a:b", "a@b",
]  # fmt: skip
TAGS = ["t", "latest", "a.b-c_d", "uploads", "list", "sha256-" + "0" * 64, "x" * 128]
BAD_TAGS = [
    "",
    "-x",
    ".x",
    "x" * 129,
    "..",
    "%2e%2e",
    "t\0",
    "t%00",
    "é",
    "\u00b2",
    "a b",
    "%74",
    "a/b",
    "%",
]
BAD_DIGESTS = [
    ":", "sha256:", "sha256:ABC", "md5:" + "0" * 32, "sha256:" + "0" * 64, "sha512:" + "0" * 128, "sha256:" + "G" * 64, "sha512:x",
    "sha256:" + "0" * 65, "sha256:../../../../etc/passwd", "sha256:%2e%2e%2f%2e%2e", "sha1:" + "0" * 40, "sha256:" + "\u00b2" * 64,
    "sha256:" + "%D9%A1" * 64, "SHA256:" + "0" * 64, "sha256:" + "0" * 63 + "\0", "sha256+b64:x", "a:" * 100, "sha256::" + "0" * 64,
]  # fmt: skip
NUMBERS = ["0", "1", "2", "3", "69999", "70000", "-1", "+1", "1.0", "1e3", "0x1", "\u00b2", "%D9%A1", "", " 1", "9" * 18, "9" * 19, "9" * 5000]  # fmt: skip
METHODS = ["GET", "HEAD", "PUT", "POST", "PATCH", "DELETE", "OPTIONS"]
KINDS = [*manifests.KINDS, "application/json", "", "x; y=z", "\xff", "a/b", "text/html"]


def digests(data):
    return [f"{kind}:{hashlib.new(kind, data).hexdigest()}" for kind in ("sha256", "sha512")]


@dataclass
class Asked:
    """A request, before it is sent in whichever way."""

    method: str
    path: str
    query: str = ""
    headers: dict = field(default_factory=dict)
    body: bytes = b""


class Maker:
    """Makes requests. What an answer says of uploads and digests is used by the next ones, so that they get somewhere."""

    def __init__(self, chance):
        self._chance = chance
        self.locations = ["/v2/a/blobs/uploads/none"]
        self.digests = [digest for data in BLOBS for digest in digests(data)]
        self.stored = []
        """Digests of blobs and manifests that were taken, the newest last."""

    def hear(self, asked, status, headers):
        """Learns from an answer."""
        if status == 202 and asked.method == "POST" and "location" in headers:
            self.locations = [*self.locations[-3:], headers["location"]]
        if status == 201 and "/manifests/" in asked.path:
            self.digests = [*self.digests[-20:], headers["docker-content-digest"]]
        if status == 201 and "docker-content-digest" in headers:
            self.stored = [*self.stored[-9:], headers["docker-content-digest"]]

    def request(self):
        """The next one."""
        chance = self._chance
        make = chance.choice(
            [*3 * [self._push], *6 * [self._manifest], *5 * [self._upload], *3 * [self._any], *4 * [self._pull]]
        )  # fmt: skip
        asked = make()
        if chance.random() < 0.1:
            asked.headers |= self._headers()
        if chance.random() < 0.05:
            asked.method = chance.choice([*METHODS, "FOO", "get", "CONNECT", "TRACE"])
        return asked

    def opening(self):
        """What makes it likely that manifests find what they name."""
        for name in NAMES[:2]:
            for data in BLOBS[:3]:
                yield Asked(
                    "POST", f"/v2/{name}/blobs/uploads/", f"digest={digests(data)[0]}", {}, data
                )

    def _pull(self):
        chance = self._chance
        digest = chance.choice(self.stored or self.digests)
        kind = chance.choice(["manifests", "manifests", "blobs", "referrers"])
        reference = (
            chance.choice(TAGS[:3]) if kind == "manifests" and chance.random() < 0.5 else digest
        )
        method = chance.choice([*4 * ["GET"], *2 * ["HEAD"], "DELETE"])
        return Asked(method, f"/v2/{self._name()}/{kind}/{reference}")

    def _push(self):
        data = self._data()
        digest = (
            self._chance.choice(digests(data)) if self._chance.random() < 0.9 else self._digest()
        )
        query = self._chance.choice([f"digest={digest}", f"mount={digest}&from={self._name()}", ""])
        return Asked("POST", f"/v2/{self._name()}/blobs/uploads/", query, {}, data)

    def _manifest(self):
        known = [digests(data)[0] for data in BLOBS[:3]] + self.stored
        body = manifests.make(self._chance, known if self._chance.random() < 0.8 else self.digests)
        kind = (
            self._chance.choice(KINDS) if self._chance.random() < 0.3 else manifests.kind_of(body)
        )
        right = [self._tag, self._tag, lambda: self._chance.choice(digests(body))]
        reference = self._chance.choice([*3 * right, self._reference])()
        query = self._query() if self._chance.random() < 0.1 else ""
        return Asked(
            "PUT", f"/v2/{self._name()}/manifests/{reference}", query, {"content-type": kind}, body
        )

    def _upload(self):
        chance = self._chance
        data = self._data()
        headers = {}
        if chance.random() < 0.4:
            headers["content-range"] = self._chunk(len(data))
        query = f"digest={chance.choice(digests(data))}" if chance.random() < 0.6 else self._query()
        method = chance.choice(["PATCH", "PATCH", "PATCH", "PUT", "PUT", "GET", "DELETE"])
        return Asked(method, chance.choice(self.locations), query, headers, data)

    def _chunk(self, size):
        start = self._chance.choice([0, 0, size, 3, 70_000, -1])
        if self._chance.random() < 0.3:
            return "-".join(self._chance.choices(NUMBERS, k=2))
        return self._chance.choice(["{}-{}", "bytes {}-{}/*", "bytes={}-{}"]).format(
            start, start + size - 1
        )

    def _any(self):
        chance = self._chance
        name = self._name()
        path = chance.choice(
            [
                f"/v2/{name}/blobs/{self._reference()}", f"/v2/{name}/manifests/{self._reference()}",
                f"/v2/{name}/manifests/{self._reference()}", f"/v2/{name}/referrers/{self._reference()}",
                f"/v2/{name}/blobs/uploads/{self._tag()}", f"/v2/{name}/tags/list", "/v2/_catalog", "/v2/", "/v2", "/", "",
                f"/{name}", f"/v2/_homeport/{self._tag()}", f"/v2/_homeport/{name}/{self._reference()}", "/metrics", "/livez", "/readyz",
                "/token", f"//v2/{name}", f"/v2//{name}", f"/v2/{name}", "*", "/v2/blobs/uploads/", "/v2/../v2/", "/%76%32/",
            ]
        )  # fmt: skip
        return Asked(chance.choice(METHODS), path, self._query(), self._headers(), self._data())

    def _data(self):
        return self._chance.choice(BLOBS if self._chance.random() < 0.3 else BLOBS[:3])

    def _name(self):
        return self._chance.choice(NAMES[:2] if self._chance.random() < 0.85 else NAMES + BAD_NAMES)

    def _tag(self):
        return self._chance.choice(TAGS if self._chance.random() < 0.8 else BAD_TAGS)

    def _digest(self):
        return self._chance.choice(self.digests if self._chance.random() < 0.7 else BAD_DIGESTS)

    def _reference(self):
        return self._chance.choice([self._tag, self._digest, self._digest])()

    def _query(self):
        chance = self._chance
        fields = [
            f"digest={self._digest()}", f"mount={self._digest()}&from={self._name()}", f"n={chance.choice(NUMBERS)}", f"ns={self._name()}",
            f"last={self._reference()}", f"tag={self._tag()}", f"artifactType={chance.choice(KINDS)}", f"digest-algorithm={self._tag()}",
            "digest-algorithm=sha512", "digest", "=", "&" * 200, "%", "%ff=%00", "a=b;c=d", "tag=x&" * 120, "from=..", "mount=", "service=x",
            f"scope=repository:{self._name()}:pull,push", "scope=" + "x" * 9000, "", "", "",
        ]  # fmt: skip
        return "&".join(chance.choices(fields, k=chance.choice([1, 1, 1, 2, 3])))

    def _headers(self):
        chance = self._chance
        span = f"{chance.choice(NUMBERS)}-{chance.choice(NUMBERS)}"
        offered = {
            "range": chance.choice([f"bytes={span}", f"bytes={span},{span}", span, "bytes=-", "x"]),
            "content-range": chance.choice([span, f"bytes {span}/*"]),
            "if-range": self._digest(),
            "if-none-match": chance.choice([self._digest(), f'"{self._digest()}"', "*", "W/x"]),
            "content-type": chance.choice(KINDS),
            "accept": chance.choice(KINDS),
            "authorization": chance.choice(["Basic", "Basic !", "Basic Og==", "Bearer x.y.z", "Bearer", "\xff", "Basic " + "A" * 9000, "Digest x"]),
            "x-forwarded-for": "1.2.3.4, \xff",
            "origin": "null",
        }  # fmt: skip
        names = chance.sample(sorted(offered), k=chance.choice([0, 1, 1, 2, 4]))
        return {name: offered[name] for name in names}
