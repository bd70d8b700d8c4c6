"""The connection to one Pi-hole: one request at a time, within limits of size and time."""

from __future__ import annotations

import json
import ssl
from collections.abc import Mapping
from typing import Any

import urllib3
from urllib3 import connectionpool

from homeport import errors
from homeport.clock import Clock
from homeport.net.dns.pihole import limits
from homeport.net.dns.pihole.options import Options
from homeport.net.dns.pihole.wire import deadline, failures
from homeport.net.dns.pihole.wire.reply import Broken, Reply

_ALWAYS = {"Accept": "application/json", "Accept-Encoding": "identity", "User-Agent": "homeport"}


class Wire:
    """Redirects are not followed: the password goes to the address in the settings, and nowhere else."""

    def __init__(self, options: Options, time: Clock) -> None:
        """Raises `HomeportError` where the CA can not be read."""
        self.where = f"the Pi-hole at {options.base}"
        self._prefix = urllib3.util.parse_url(options.base).path or ""
        self._deadline = deadline.Deadline()
        self._pool = _pool(options)
        self._pool.ConnectionCls = deadline.watched(self._pool.ConnectionCls, self._deadline)
        self._time = time

    def ask(self, method: str, path: str, headers: Mapping[str, str], body: Any = None) -> Reply:
        """Asks once. Raises `Broken` where there is no whole answer, `HomeportError` where there can be none."""
        end = self._time.now() + limits.ANSWER_S
        content = None if body is None else json.dumps(body).encode()
        kind = {} if body is None else {"Content-Type": "application/json"}
        try:
            response = self._pool.urlopen(
                method,
                self._prefix + path,
                body=content,
                headers={**_ALWAYS, **kind, **headers},
                retries=False,
                redirect=False,
                timeout=urllib3.Timeout(connect=limits.CONNECT_S, read=limits.ANSWER_S),
                preload_content=False,
                decode_content=False,
            )
            reply = self._read(response, end)
        except failures.RAISED as error:
            if self._deadline.is_over:
                raise _late() from None
            raise failures.translated(error, self.where) from None
        finally:
            self._deadline.end()
        if self._deadline.is_over:  # http.client takes what was cut off for the end of the headers
            raise _late()
        return reply

    def _read(self, response: urllib3.BaseHTTPResponse, end: float) -> Reply:
        body = bytearray()
        is_whole = False
        try:
            while piece := response.read1(limits.PIECE_BYTES):
                body += piece
                if len(body) > limits.ANSWER_BYTES:
                    raise errors.HomeportError(
                        f"An answer of {self.where} is longer than {limits.ANSWER_BYTES // limits.MIB} MiB;"
                        " it was not read."
                    )
                if self._time.now() > end:
                    raise _late()
            is_whole = True
        finally:
            if not is_whole:
                response.close()
            response.release_conn()
        headers = {name.lower(): response.headers[name] for name in response.headers}
        return Reply(response.status, headers, bytes(body))

    def close(self) -> None:
        """Ends the connection."""
        self._pool.close()


def _late() -> Broken:
    return Broken("no whole answer in time", was_sent=True)


def _pool(options: Options) -> connectionpool.HTTPConnectionPool:
    url = urllib3.util.parse_url(options.base)
    host = url.host or ""
    if url.scheme == "http":
        return connectionpool.HTTPConnectionPool(host, url.port, maxsize=1, block=True)
    return connectionpool.HTTPSConnectionPool(
        host, url.port, maxsize=1, block=True, ssl_context=_context(options)
    )


def _context(options: Options) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if options.ca is None:
        context.load_default_certs()
        return context
    # The file may hold the Pi-hole's own certificate as well as the CA that signed it.
    context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    try:
        context.load_verify_locations(options.ca)
    except (OSError, ValueError) as error:
        why = "it is not a certificate in PEM"
        if isinstance(error, OSError) and not isinstance(error, ssl.SSLError):
            why = errors.reason(error)
        raise errors.HomeportError(
            f"The CA of the Pi-hole, {options.ca}, could not be read: {why}.",
            hint="See pihole.ca; the Pi-hole's own is in /etc/pihole/tls_ca.crt there.",
        ) from None
    return context
