"""Run in namespaces of its own: a DNS server, an avahi-daemon that knows nobody, and a question to the C library.

Prints as JSON the address that was found, and what the two were asked.
"""

import contextlib
import json
import os
import socket
import subprocess
import sys
import threading
from pathlib import Path

import dns.flags
import dns.message
import dns.rcode
import dns.rrset

ADDRESS = "192.0.2.7"
_SOCKET = Path("/run/avahi-daemon/socket")


def answer_dns(server, asked, *, has_local):
    while True:
        wire, client = server.recvfrom(4096)
        question = dns.message.from_wire(wire)
        name, kind = question.question[0].name.to_text(), question.question[0].rdtype
        asked.append(f"{name} {kind.name}")
        reply = dns.message.make_response(question)
        if kind.name == "A":
            reply.answer.append(dns.rrset.from_text(name, 60, "IN", "A", ADDRESS))
        elif kind.name == "SOA" and has_local:
            soa = "ns.local. x.local. 1 1 1 1 1"
            reply.answer.append(dns.rrset.from_text(name, 60, "IN", "SOA", soa))
        elif kind.name == "SOA":
            reply.set_rcode(dns.rcode.NXDOMAIN)
        server.sendto(reply.to_wire(), client)


def answer_avahi(server, asked):
    """https://github.com/avahi/avahi/blob/master/avahi-daemon/simple-protocol.c"""
    while True:
        client, _ = server.accept()
        with client, contextlib.suppress(OSError):
            asked.append(client.recv(1000).decode().strip())
            client.sendall(b"-15 Timeout reached\n")


def main(name, switch, *, has_avahi, has_local):
    subprocess.run(["mount", "-t", "tmpfs", "tmpfs", "/run"], check=True)
    etc = Path("/run/etc")
    etc.mkdir()
    for file, text in (("nsswitch.conf", switch), ("resolv.conf", "nameserver 127.0.0.1\n")):
        (etc / file).write_text(text)
        subprocess.run(["mount", "--bind", etc / file, f"/etc/{file}"], check=True)
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    # A machine with 127.0.0.1 alone asks for no IPv4 address (AI_ADDRCONFIG).
    subprocess.run(["ip", "addr", "add", "10.9.9.1/32", "dev", "lo"], check=True)
    by_dns, by_multicast = [], []
    server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    server.bind(("127.0.0.1", 53))
    threading.Thread(
        target=answer_dns, args=(server, by_dns), kwargs={"has_local": has_local}, daemon=True
    ).start()
    if has_avahi:
        _SOCKET.parent.mkdir()
        avahi = socket.socket(socket.AF_UNIX)
        avahi.bind(str(_SOCKET))
        avahi.listen()
        threading.Thread(target=answer_avahi, args=(avahi, by_multicast), daemon=True).start()
    done = subprocess.run(
        ["getent", "ahostsv4", name], capture_output=True, text=True, timeout=20, check=False
    )
    found = done.stdout.split()[0] if done.stdout else ""
    print(json.dumps({"found": found, "dns": by_dns, "multicast": by_multicast}))  # noqa: T201


if __name__ == "__main__":
    main(
        sys.argv[1],
        sys.argv[2],
        has_avahi="avahi" in sys.argv[3:],
        has_local="local" in sys.argv[3:],
    )
    sys.stdout.flush()
    os._exit(0)
