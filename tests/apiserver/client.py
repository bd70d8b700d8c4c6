"""A plain HTTPS client for any API server that a kubeconfig names; it adds nothing and hides nothing.

https://kubernetes.io/docs/reference/using-api/api-concepts/
"""

from __future__ import annotations

import base64
import json
import ssl
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple, Self
from urllib.parse import urlencode

import urllib3
import yaml

APPLY = "application/apply-patch+yaml"
MERGE = "application/merge-patch+json"
OPERATIONS = "application/json-patch+json"
STRATEGIC = "application/strategic-merge-patch+json"
CLUSTER_WIDE = {"namespaces", "persistentvolumes", "storageclasses", "nodes", "clusterissuers"}


class Reply(NamedTuple):
    """What came back."""

    code: int
    document: dict
    headers: Mapping[str, str]

    @property
    def message(self) -> str:
        """Of a Status."""
        return self.document.get("message", "")

    @property
    def causes(self) -> list[tuple[str, str]]:
        """Of a Status: the field and the reason of each."""
        rows = self.document.get("details", {}).get("causes", [])
        return [(row.get("field", ""), row.get("reason", "")) for row in rows]


class Api:
    """One server, one user."""

    def __init__(self, kubeconfig: Path) -> None:
        config = yaml.safe_load(kubeconfig.read_text())
        context = _named(config["contexts"], config["current-context"])["context"]
        cluster = _named(config["clusters"], context["cluster"])["cluster"]
        user = _named(config["users"], context["user"])["user"]
        self.url = cluster["server"].rstrip("/")
        self.headers = {"User-Agent": "stand-in-tests/1", **_authorization(user)}
        self._pool = urllib3.PoolManager(ssl_context=_trusting(cluster, user), retries=False)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._pool.clear()

    def call(
        self,
        method: str,
        path: str,
        body: Any = None,
        form: str = "application/json",
        headers: Mapping[str, str] | None = None,
        **query: Any,
    ) -> Reply:
        """One request."""
        content = body if isinstance(body, str | bytes) or body is None else json.dumps(body)
        answer = self._pool.request(
            method,
            self._address(path, query),
            body=content,
            headers={**self.headers, "Content-Type": form, **(headers or {})},
        )
        is_json = answer.headers.get("content-type", "").startswith("application/json")
        document = json.loads(answer.data) if is_json else {"text": answer.data.decode()}
        return Reply(answer.status, document, answer.headers)

    def _address(self, path: str, query: Mapping[str, Any]) -> str:
        return f"{self.url}{path}?{urlencode(query)}" if query else f"{self.url}{path}"

    def get(self, path: str, **query: Any) -> Reply:
        """Reads."""
        return self.call("GET", path, **query)

    def create(self, document: dict, **query: Any) -> Reply:
        """POSTs an object to where its kind and namespace say."""
        return self.call("POST", collection(document), document, **query)

    def apply(self, document: dict, manager: str = "tests", **query: Any) -> Reply:
        """Server-side apply."""
        return self.call(
            "PATCH", where(document), document, form=APPLY, fieldManager=manager, **query
        )

    def put(self, document: dict, **query: Any) -> Reply:
        """Replaces an object."""
        return self.call("PUT", where(document), document, **query)

    def patch(self, document: dict, change: Any, form: str = MERGE, **query: Any) -> Reply:
        """Patches the object that `document` names."""
        return self.call("PATCH", where(document), change, form=form, **query)

    def delete(self, document: dict, options: dict | None = None, **query: Any) -> Reply:
        """Deletes the object that `document` names."""
        return self.call("DELETE", where(document), options, **query)

    def read(self, document: dict) -> Reply:
        """Reads the object that `document` names."""
        return self.get(where(document))

    @contextmanager
    def watch(self, path: str, **query: Any) -> Iterator[Iterator[dict]]:
        """Events as they come."""
        address = self._address(path, {"watch": "true", **query})
        answer = self._pool.request("GET", address, headers=self.headers, preload_content=False)
        try:
            yield (json.loads(line) for line in _lines(answer))
        finally:
            answer.close()


def _lines(answer: urllib3.BaseHTTPResponse) -> Iterator[bytes]:
    rest = b""
    for chunk in answer.stream():
        *whole, rest = (rest + chunk).split(b"\n")
        yield from whole


def collection(document: dict) -> str:
    """The path of the collection that an object belongs to."""
    version = document["apiVersion"]
    base = f"/apis/{version}" if "/" in version else f"/api/{version}"
    plural = _plural(document["kind"])
    if plural in CLUSTER_WIDE:
        return f"{base}/{plural}"
    return f"{base}/namespaces/{document['metadata']['namespace']}/{plural}"


def where(document: dict) -> str:
    """The path of an object."""
    return f"{collection(document)}/{document['metadata']['name']}"


def _plural(kind: str) -> str:
    lowered = kind.lower()
    if lowered.endswith("y"):
        return f"{lowered[:-1]}ies"
    return f"{lowered}es" if lowered.endswith("s") else f"{lowered}s"


def _named(rows: list[dict], name: str) -> dict:
    return next(row for row in rows if row["name"] == name)


def _authorization(user: dict) -> dict[str, str]:
    token = user.get("token")
    if "exec" in user:
        command = [user["exec"]["command"], *user["exec"].get("args", [])]
        answer = subprocess.run(command, check=True, capture_output=True).stdout
        token = json.loads(answer)["status"]["token"]
    return {"Authorization": f"Bearer {token}"} if token else {}


def _trusting(cluster: dict, user: dict) -> ssl.SSLContext:
    authority = cluster.get("certificate-authority-data")
    if authority is None:
        context = ssl.create_default_context(cafile=cluster.get("certificate-authority"))
    else:
        context = ssl.create_default_context(cadata=base64.b64decode(authority).decode())
    if "client-certificate-data" in user:
        parts = (user["client-certificate-data"], user["client-key-data"])
        with tempfile.NamedTemporaryFile() as file:
            file.write(b"".join(base64.b64decode(part) for part in parts))
            file.flush()
            context.load_cert_chain(file.name)
    elif "client-certificate" in user:
        context.load_cert_chain(user["client-certificate"], user["client-key"])
    return context
