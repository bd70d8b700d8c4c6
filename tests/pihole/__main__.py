"""Runs a stand-in until it is told to stop: `python -m tests.pihole --port 8080 --dns-port 5353 --password secret`."""

from __future__ import annotations

import argparse
import signal
import sys
import threading

from tests.pihole import moments, resolver, standing


def main() -> None:
    """Runs until SIGTERM or SIGINT."""
    parser = argparse.ArgumentParser(prog="python -m tests.pihole", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="of the API; by default a free one")
    parser.add_argument("--dns-port", type=int, default=0, help="of DNS; by default a free one")
    parser.add_argument("--password", default="", help="what it asks for; by default nothing")
    parser.add_argument("--restart", type=float, default=1.05, help="seconds that a restart takes")
    options = parser.parse_args()
    if resolver.PROGRAM is None:
        parser.error("dnsmasq is not installed: apt-get install dnsmasq-base")
    is_over = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: is_over.set())
    made = standing.StandIn(moments.Real(), port=options.port, dns_port=options.dns_port)
    made.kept.password, made.up_after_s = options.password, options.restart
    with made:
        sys.stdout.write(f"ready {made.url} dns 127.0.0.1:{made.dns_port}\n")
        sys.stdout.flush()
        is_over.wait()


if __name__ == "__main__":
    main()
