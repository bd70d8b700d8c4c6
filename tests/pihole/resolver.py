"""The DNS of a stand-in: Debian's dnsmasq, from which FTL's own is made. https://thekelleys.org.uk/dnsmasq/docs/dnsmasq-man.html"""

from __future__ import annotations

import contextlib
import getpass
import re
import shutil
import signal
import subprocess
import threading
from collections.abc import Sequence
from pathlib import Path

import dns.exception
import dns.message
import dns.query

PROGRAM = shutil.which("dnsmasq") or shutil.which("dnsmasq", path="/usr/sbin:/usr/local/sbin")
SHOWN = "/etc/pihole/dnsmasq.conf.temp"
"""Where FTL writes what it has checked."""
READY_TRIES = 400


class Resolver:
    """One dnsmasq on loopback; each of its configurations has a number that it answers when it has taken it in."""

    def __init__(self, folder: Path, port: int) -> None:
        self.port = port
        self.upstreams: tuple[str, ...] = ()
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None
        self._generation = 0

    @property
    def is_up(self) -> bool:
        return self._process is not None

    def flaw(self, aliases: Sequence[str]) -> str:
        """What dnsmasq has against aliases; empty where it takes them."""
        path = self._written("checked.conf", aliases)
        done = subprocess.run(
            [PROGRAM, "--test", f"--conf-file={path}"], capture_output=True, text=True, check=False
        )
        if done.returncode == 0:
            return ""
        text = re.sub(rf"(at line \d+ of ){re.escape(str(path))}.*", rf"\1{SHOWN}", done.stderr)
        return " ".join(text.split())

    def start(self, hosts: Sequence[str], aliases: Sequence[str]) -> None:
        """Returns when it answers."""
        self._write_hosts(hosts)
        path = self._written("running.conf", aliases)
        self._process = subprocess.Popen(
            [PROGRAM, "--keep-in-foreground", f"--conf-file={path}"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self._await()

    def reload(self, hosts: Sequence[str]) -> None:
        """Takes in other hosts, without a restart; returns when it has."""
        self._write_hosts(hosts)
        if self._process is not None:
            self._process.send_signal(signal.SIGHUP)
            self._await()

    def stop(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def _write_hosts(self, hosts: Sequence[str]) -> None:
        self._generation += 1
        lines = [f"127.0.0.1 {self._probe}", *hosts]
        (self._folder / "hosts").write_text("".join(f"{line}\n" for line in lines))

    def _written(self, name: str, aliases: Sequence[str]) -> Path:
        lines = [
            *(f"port={self.port}", "listen-address=127.0.0.1", "bind-interfaces", "no-resolv"),
            *("no-hosts", f"addn-hosts={self._folder / 'hosts'}", "pid-file=", "local-ttl=0"),
            *(f"user={getpass.getuser()}", f"group={getpass.getuser()}", "no-poll"),
            *(f"server={upstream}" for upstream in self.upstreams),
            *(f"cname={alias}" for alias in aliases),
        ]
        path = self._folder / name
        path.write_text("".join(f"{line}\n" for line in lines))
        return path

    @property
    def _probe(self) -> str:
        return f"generation-{self._generation}.stand-in.invalid"

    def _await(self) -> None:
        pause = threading.Event()
        query = dns.message.make_query(self._probe, "A")
        for _ in range(READY_TRIES):
            with contextlib.suppress(OSError, dns.exception.DNSException):
                if dns.query.udp(query, "127.0.0.1", 0.2, self.port).answer:
                    return
            if self._process is not None and self._process.poll() is not None:
                break
            pause.wait(0.01)
        raise AssertionError(f"dnsmasq does not answer on port {self.port}")
