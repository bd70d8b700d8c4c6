"""Manifest GET by tag beside Debian's docker-registry: with bcrypt cost 10 at least 50 times, without auth at least 5 times."""

from __future__ import annotations

import base64
import hashlib
import http.client
import json
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path

import bcrypt

from bench import load, report, servers

USER, PASSWORD, COST = "bench", "bench-password", 10
MANIFEST_TYPE = "application/vnd.oci.image.manifest.v1+json"
AUTH_WANTED, OPEN_WANTED = 50.0, 5.0


def run() -> report.Report:
    result = report.Report(
        "Registry manifest GET: wrk -c8", ["req/s", "p50 ms", "p99 ms", "CPU us/request"]
    )
    for with_auth, wanted in ((True, AUTH_WANTED), (False, OPEN_WANTED)):
        label = "bcrypt cost 10" if with_auth else "no auth"
        mine = _measure("homeport", with_auth)
        result.add(f"homeport, {label}", mine.requests_s, mine.p50_ms, mine.p99_ms, mine.cpu_us)
        try:
            peer = _measure("docker-registry", with_auth)
        except servers.PeerMissing as missing:
            result.skipped.append(str(missing))
            continue
        result.add(
            f"docker-registry, {label}", peer.requests_s, peer.p50_ms, peer.p99_ms, peer.cpu_us
        )
        ratio = mine.requests_s / peer.requests_s
        result.bars.append(report.Bar(f"{label}, homeport / docker-registry", ratio, wanted))
    return result


def _measure(name: str, with_auth: bool) -> load.Load:
    with ExitStack() as stack:
        folder = stack.enter_context(servers.scratch())
        server = stack.enter_context(_start(name, folder, with_auth))
        headers = {"Accept": MANIFEST_TYPE}
        if with_auth:
            token = base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
            headers["Authorization"] = f"Basic {token}"
        _push(server.port, headers)
        return load.wrk(server, "GET", "/v2/bench/image/manifests/latest", headers)


def _start(name: str, folder: Path, with_auth: bool) -> AbstractContextManager[servers.Server]:
    htpasswd = folder / "htpasswd"
    hashed = bcrypt.hashpw(PASSWORD.encode(), bcrypt.gensalt(COST, b"2a")).decode()
    htpasswd.write_text(f"{USER}:{hashed}\n")
    if name == "docker-registry":
        return servers.docker_registry(folder, htpasswd if with_auth else None)
    auth = (
        {"HOMEPORT_REGISTRY_HTPASSWD": str(htpasswd)}
        if with_auth
        else {"HOMEPORT_REGISTRY_AUTH": "off"}
    )
    return servers.ours("registry", folder, HOMEPORT_REGISTRY_TLS="off", **auth)


def _push(port: int, headers: dict[str, str]) -> None:
    """One config, one layer, one manifest, tagged latest."""
    descriptors = []
    for data, kind in ((b"{}", "config.v1+json"), (b"layer" * 200, "layer.v1.tar")):
        digest = f"sha256:{hashlib.sha256(data).hexdigest()}"
        location = _call(port, "POST", "/v2/bench/image/blobs/uploads/", headers, b"")
        joint = "&" if "?" in location else "?"
        _call(port, "PUT", f"{location}{joint}digest={digest}", headers, data)
        media_type = f"application/vnd.oci.image.{kind}"
        descriptors.append({"mediaType": media_type, "digest": digest, "size": len(data)})
    manifest = {
        "schemaVersion": 2,
        "mediaType": MANIFEST_TYPE,
        "config": descriptors[0],
        "layers": descriptors[1:],
    }
    body = json.dumps(manifest).encode()
    _call(
        port,
        "PUT",
        "/v2/bench/image/manifests/latest",
        {**headers, "Content-Type": MANIFEST_TYPE},
        body,
    )


def _call(port: int, method: str, target: str, headers: dict[str, str], body: bytes) -> str:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request(
        method, target.removeprefix(f"http://127.0.0.1:{port}"), body=body, headers=headers
    )
    answer = connection.getresponse()
    text = answer.read()
    connection.close()
    if answer.status >= 300:
        raise RuntimeError(f"{method} {target}: {answer.status} {text!r}")
    return answer.headers.get("Location", "")
