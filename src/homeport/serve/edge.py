"""The HTTP side of a component, from the settings."""

from __future__ import annotations

import sys

from homeport.edge import access_log, config
from homeport.edge.config import Address, EdgeConfig, TlsFiles, TlsMode
from homeport.net import files
from homeport.stack import settings

SERVER_NAME = "localhost"
"""Each certificate of the data folder has this name, whatever the components are called: by it one of them knows another."""


def listening(
    name: str, host: str, port: int, tls: TlsMode, pair: files.Paths
) -> config.EdgeConfig:
    """How a component listens, with which certificate."""
    return EdgeConfig(
        addresses=(Address(host, port),),
        tls=tls,
        tls_files=None if tls == "off" else TlsFiles(pair.certificate, pair.key),
        port_setting=f"--{name}-port",
    )


def access(log: settings.Log) -> access_log.AccessLog | None:
    """The access log, on standard output; None where it is off."""
    return access_log.AccessLog(sys.stdout.fileno(), log.format) if log.access else None


def drain_s(chosen: settings.Settings) -> float:
    """How long requests in flight may take at a stop, so that there is time left to close before the supervisor's patience ends."""
    return max(0.5, chosen.up.stop_timeout_s - 1.0)
