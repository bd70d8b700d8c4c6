"""The figures of the server, each with where it is from."""

from __future__ import annotations

HEADER = 12
"""Octets of a header; shorter messages have no id to answer to. https://www.rfc-editor.org/rfc/rfc1035#section-4.1.1"""
PLAIN_DATAGRAM = 512
"""Octets of a UDP message without EDNS. https://www.rfc-editor.org/rfc/rfc1035#section-4.2.1"""
DATAGRAM = 1232
"""Octets of a UDP answer at most: it is never cut into fragments on its way. https://www.dnsflagday.net/2020/"""
QUERY = 4096
"""Octets of a question at most: one name with its options has some hundred."""
LABELS = 48
"""Labels of a name that is looked up: a bucket's has 32 at most, and a hundred would cost ten times the work.
https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html"""
MESSAGE = 65_535
"""Octets over TCP. https://www.rfc-editor.org/rfc/rfc1035#section-4.2.2"""

CONNECTIONS, CONNECTIONS_OF_ONE = 256, 32
"""Open TCP connections, all and of one address. https://www.rfc-editor.org/rfc/rfc7766#section-6.2.2"""
CONNECTIONS_OF_STRANGERS = 16
"""Those of clients whose questions are refused, together: they keep nobody else out."""
IDLE_S = 10.0
"""How long a connection may say nothing whole: "of the order of a few seconds". https://www.rfc-editor.org/rfc/rfc7766#section-6.2.3"""
PIPELINED = 32
"""Questions of one connection that wait for others' servers at a time; more are read when one is answered."""

ANSWERS_PER_S = 1000
"""UDP answers to one network in a second; the rest are told to come by TCP, which no forged address can.
https://kb.isc.org/docs/aa-01000"""
NETWORKS_COUNTED = 4096
"""Networks that are counted at a time."""
NETWORK_BITS, NETWORK_BITS_6 = 24, 56
"""What is one network: those of BIND's rate limiting."""

ALIASES = 8
"""Aliases that are followed for one answer."""

UPSTREAM_TIMEOUT_S = 2.0
"""How long one server of others may take; then the next is asked."""
FORWARDED = 256
"""Questions that wait for others' servers at a time."""
PORTS = (1024, 65_535)
"""Ports that questions are sent from, at random: https://www.rfc-editor.org/rfc/rfc5452#section-9.2"""
PORT_TRIES = 8

NEGATIVE_TTL_S = 60
"""How long clients remember that there is no such name: short, since a stack is changed. https://www.rfc-editor.org/rfc/rfc2308#section-5"""
REFRESH_S, RETRY_S, EXPIRE_S = 7200, 3600, 1_209_600
"""For secondary servers, of which there are none. https://www.ripe.net/publications/docs/ripe-203/"""
