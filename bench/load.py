"""Load by wrk, with the exact headers and body that boto3 or docker would send for one request."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import botocore.awsrequest
import botocore.session
from botocore.config import Config

from bench import servers

SECONDS = 5
CONNECTIONS = 8
"""Keep-alive connections, as the peers' published figures were taken with."""
LATENCY = re.compile(r"\s+(50|99)%\s+([\d.]+)(us|ms|s)")
FIGURE = re.compile(
    r"^(Complete requests|Failed requests|Non-2xx responses|Requests per second): +([\d.]+)",
    re.MULTILINE,
)
"""A line of ab's report."""
NUMBER = "00000000"
VARY = f"""
local number, body = 0, wrk.body
request = function()
  number = (number + 7919) %% %d
  return wrk.format(nil, nil, nil, (body:gsub("{NUMBER}", string.format("%%08d", number), 1)))
end
"""
UNIT_MS = {"us": 0.001, "ms": 1.0, "s": 1000.0}


@dataclass
class Load:
    """What one run of wrk saw."""

    requests_s: float
    p50_ms: float
    p99_ms: float
    cpu_us: float
    """Processor time of the server per request, in microseconds."""


def wrk(
    server: servers.Server,
    method: str,
    path: str,
    headers: Mapping[str, str],
    body: bytes = b"",
    connections: int = CONNECTIONS,
    numbers: int = 0,
    seconds: int = SECONDS,
) -> Load:
    """Repeats one request; a status outside 2xx fails the run, since a fast error is no result.

    With `numbers`, each request has a number below it in the place of `NUMBER` in its body.
    """
    binary = shutil.which("wrk")
    if binary is None:
        raise servers.PeerMissing("wrk is not installed")
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as script:
        script.write(_lua(method, headers, body) + (VARY % numbers if numbers else ""))
        script.flush()
        command = [
            binary,
            "-t1",
            f"-c{connections}",
            f"-d{seconds}s",
            "--latency",
            "-s",
            script.name,
        ]
        before = server.cpu_s()
        done = subprocess.run(
            [*command, server.url + path], capture_output=True, text=True, check=True
        )
        used = server.cpu_s() - before
    return _parse(done.stdout, used)


def ab(server: servers.Server, path: str, headers: Mapping[str, str], seconds: int) -> Load:
    """Repeats a HEAD request; wrk waits for the body that it does not have."""
    binary = shutil.which("ab")
    if binary is None:
        raise servers.PeerMissing("ab (apache2-utils) is not installed")
    fields = [part for name, value in headers.items() for part in ("-H", f"{name}: {value}")]
    command = [binary, "-q", "-k", "-i", f"-c{CONNECTIONS}", "-t", f"{seconds}", "-n", "99999999"]
    before = server.cpu_s()
    done = subprocess.run(
        [*command, *fields, server.url + path], capture_output=True, text=True, check=True
    )
    used = server.cpu_s() - before
    figures = {name: float(value) for name, value in FIGURE.findall(done.stdout)}
    if figures.get("Non-2xx responses") or figures["Failed requests"]:
        raise RuntimeError(f"the server refused requests:\n{done.stdout}")
    p50, p99 = (float(re.search(rf"{p}%\s+(\d+)", done.stdout).group(1)) for p in (50, 99))  # type: ignore[union-attr]
    requests = figures["Complete requests"]
    return Load(figures["Requests per second"], p50, p99, used / requests * 1e6)


def _lua(method: str, headers: Mapping[str, str], body: bytes) -> str:
    lines = [f"wrk.method = {json.dumps(method)}"]
    lines += [
        f"wrk.headers[{json.dumps(name)}] = {json.dumps(value)}" for name, value in headers.items()
    ]
    if body:
        lines.append("wrk.body = " + '"' + "".join(f"\\{byte:03d}" for byte in body) + '"')
    return "\n".join(lines)


def _parse(text: str, cpu_s: float) -> Load:
    if "Non-2xx" in text or "Socket errors" in text:
        raise RuntimeError(f"the server refused requests:\n{text}")
    requests = int(re.search(r"(\d+) requests in", text).group(1))  # type: ignore[union-attr]
    rate = float(re.search(r"Requests/sec:\s+([\d.]+)", text).group(1))  # type: ignore[union-attr]
    latency = {p: float(value) * UNIT_MS[unit] for p, value, unit in LATENCY.findall(text)}
    return Load(rate, latency["50"], latency["99"], cpu_s / requests * 1e6)


def client(service: str, server: servers.Server) -> Any:
    """A botocore client with retries off."""
    return botocore.session.get_session().create_client(
        service,
        region_name="us-east-1",
        endpoint_url=server.url,
        aws_access_key_id="test",
        aws_secret_access_key="test",
        config=Config(retries={"max_attempts": 0}, s3={"addressing_style": "path"}),
    )


def signed(
    service: Any, operation: str, parameters: Mapping[str, Any]
) -> botocore.awsrequest.AWSPreparedRequest:
    """The request that botocore would send, kept instead of sent."""
    kept: list[botocore.awsrequest.AWSPreparedRequest] = []

    def keep(
        request: botocore.awsrequest.AWSPreparedRequest, **_: Any
    ) -> botocore.awsrequest.AWSResponse:
        kept.append(request)
        return botocore.awsrequest.AWSResponse(request.url, 200, {}, _Empty())

    event = f"before-send.{service.meta.service_model.service_id.hyphenize()}.{operation}"
    service.meta.events.register(event, keep)
    try:
        service._make_api_call(operation, dict(parameters))  # noqa: SLF001 - the request alone is wanted, not its answer
    except Exception:  # noqa: BLE001 - the made-up answer need not parse
        pass
    service.meta.events.unregister(event, keep)
    return kept[0]


def plain_headers(request: botocore.awsrequest.AWSPreparedRequest) -> dict[str, str]:
    """The headers as text, without those that wrk writes itself."""
    texts = {k: v.decode() if isinstance(v, bytes) else str(v) for k, v in request.headers.items()}
    return {
        name: value
        for name, value in texts.items()
        if name.lower() not in {"host", "content-length"}
    }


class _Empty:
    def stream(self, *_: Any, **__: Any) -> list[bytes]:
        return [b"{}"]

    def read(self, *_: Any) -> bytes:
        return b""
