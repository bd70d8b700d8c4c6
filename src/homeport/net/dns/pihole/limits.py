"""Numbers of the keeper, each with its reason."""

from __future__ import annotations

MIB = 1024 * 1024

ANSWER_BYTES = 8 * MIB
"""The longest answer that is read: a hundred thousand items are shorter."""
PIECE_BYTES = 64 * 1024
"""Read at once."""
SAID_CHARS = 300
"""Of what a Pi-hole says, this much is shown."""

CONNECT_S = 5.0
ANSWER_S = 20.0
"""For one answer. A password costs 0.1 s on a desktop (https://en.wikipedia.org/wiki/Balloon_hashing), seconds on a small board;
each change of an alias has the whole configuration tested."""
FIRST_S = 5.0
"""How long the first answer is waited for: a Pi-hole that restarts itself just then is mostly back after a second, and one that
is away should be said to be so soon."""
RATE_S = 30.0
"""How long a login is tried again while too many logins are being made; the count starts anew each second."""
LOGOUT_S = 10.0
"""How long the logout is tried; a session that is not ended ends by itself after `webserver.session.timeout`, 30 minutes."""

PAUSE_S = 0.2
LONGEST_PAUSE_S = 2.0
"""Pauses between two tries grow from the one to the other."""

QUERY_S = 1.0
"""For one answer of DNS."""
ASKED_ROUNDS = 5
"""How often what has just been changed is looked at anew where somebody else changes it meanwhile."""
SETTLED_S = 10.0
"""Where DNS answers, but not as it should, for so long, it is restarted once more: somebody may have stored items and kept it
from reading them (`restart=false`). From a change to the restart are 0.3 s, on a slow board some seconds."""

LABEL_CHARS, NAME_CHARS = 63, 253
"""https://www.rfc-editor.org/rfc/rfc1035#section-2.3.4"""
LARGEST_TTL = 2**31 - 1
"""https://www.rfc-editor.org/rfc/rfc2181#section-8"""
