"""Asks a registry that runs, at its address, with the secret that it has put into its data folder for the owner of this machine."""

from __future__ import annotations

import contextlib
import http.client
import re
import ssl
import urllib.parse
from collections.abc import Iterator
from pathlib import Path

from homeport import errors
from homeport.cli import output
from homeport.cli.registry.asking import Answer
from homeport.cli.view import words
from homeport.net import files
from homeport.stack import folders, settings
from homeport.targets.local import component, control

TIMEOUT_S = 60.0
"""Longest silence: the registry says something every 15 seconds, `homeport.registry.api.extension.stream.QUIET_S`."""

_CERTIFICATE = re.compile("-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----")
"""https://www.rfc-editor.org/rfc/rfc7468#section-5"""


@contextlib.contextmanager
def opened(
    chosen: settings.Settings, where: folders.Folders, holder: int | None
) -> Iterator[Running]:
    """The registry that the process `holder` runs."""
    url = urllib.parse.urlsplit(_url(chosen, where))
    process = f"process {holder}" if holder else "another process"
    connection = _connection(url, _context(chosen, where))
    running = Running(connection, url.geturl(), process, _secret(where.registry_control, process))
    try:
        yield running
    finally:
        connection.close()


class Running:
    """A registry at its address."""

    def __init__(
        self, connection: http.client.HTTPConnection, url: str, process: str, secret: str
    ) -> None:
        self._connection = connection
        self._url = url
        self.address = url.partition("://")[2]
        self._process = process
        self._secret = secret

    def send(self, method: str, target: str, body: bytes) -> Answer:
        """Sends a request; raises `HomeportError` where nobody answers, or somebody else."""
        headers = {"Authorization": f"Bearer {self._secret}", "Content-Type": "application/json"}
        try:
            self._connection.request(method, target, body, headers)
            response = self._connection.getresponse()
        except ssl.SSLCertVerificationError as error:
            raise self._stranger() from error
        except (OSError, http.client.HTTPException) as error:
            raise errors.HomeportError(
                f"The registry ({self._process}) does not answer at {self._url}: {error}.",
                hint="It may be starting, or listen at another address: give its --registry-port. homeport logs registry tells more.",
            ) from error
        if response.status == http.client.UNAUTHORIZED:
            raise self._stranger()
        return Answer(response.status, self._lines(response))

    def _lines(self, response: http.client.HTTPResponse) -> Iterator[bytes]:
        try:
            yield from response
        except KeyboardInterrupt:
            output.say("The registry goes on with it; homeport registry usage shows how far it is.")
            raise
        except (OSError, http.client.HTTPException) as error:
            raise errors.HomeportError(
                f"The connection to the registry ended too early: {error}.",
                hint="What it was asked for may go on: homeport registry usage shows it.",
            ) from error
        finally:
            response.close()  # else the connection can not be asked again

    def _stranger(self) -> errors.HomeportError:
        return errors.HomeportError(
            f"What answers at {self._url} is not the registry of this data folder ({self._process}).",
            hint="Give the --registry-port that it was started with, or the --data folder of the one that you mean.",
        )


def _url(chosen: settings.Settings, where: folders.Folders) -> str:
    """Where it listens: as its supervisor says, else as the settings say."""
    report = control.report(where)
    rows = report.rows if report is not None else ()
    told = [row.url for row in rows if row.name == "registry"]
    return told[0] if told else component.components(chosen, {}, ["registry"])[0].url


def _context(chosen: settings.Settings, where: folders.Folders) -> ssl.SSLContext:
    """Trusts the certificate that the registry was given, and the CA of the data folder; nothing else, so names do not matter."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    # https://docs.openssl.org/3.0/man3/X509_VERIFY_PARAM_set_flags/ (a certificate that is trusted need not be a root)
    context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    own = folders.registry_certificate(chosen).certificate
    for path in (own, files.ca(where.certificates).certificate):
        # The first, without the chain behind it: its authority may have signed certificates of strangers too.
        first = _CERTIFICATE.search(path.read_text("latin-1")) if path.exists() else None
        if first is not None:
            context.load_verify_locations(cadata=first[0])
    return context


def _connection(
    url: urllib.parse.SplitResult, context: ssl.SSLContext
) -> http.client.HTTPConnection:
    host = url.hostname or "localhost"
    if url.scheme == "https":
        return http.client.HTTPSConnection(host, url.port, context=context, timeout=TIMEOUT_S)
    return http.client.HTTPConnection(host, url.port, timeout=TIMEOUT_S)


def _secret(path: Path, process: str) -> str:
    try:
        return path.read_text().strip()
    except FileNotFoundError as error:
        raise errors.HomeportError(
            f"The registry runs ({process}), but {words.path(path)} is not there, by which its owner comes in.",
            hint="It was started with another data folder, or the file was removed: start it anew.",
        ) from error
    except OSError as error:
        raise errors.HomeportError(
            f"{words.path(path)} could not be read: {error.strerror}.",
            hint="The registry was started by another user: run this as that user, or as root.",
        ) from error
