"""Numbers of the client, each with its reason."""

from __future__ import annotations

MIB = 1024 * 1024

ANSWER_BYTES = 64 * MIB
"""The longest answer that is read; 500 objects of the largest size that etcd takes (1.5 MiB) are never met in a stack.

https://etcd.io/docs/v3.5/dev-guide/limit/#request-size-limit
"""
CHANGE_BYTES = 16 * MIB
"""The longest line of a watch: one object."""
LINE_BYTES = MIB
"""The longest line of a log; longer ones come in pieces."""
MESSAGE_CHARS = 2000
"""Of what a server says, this much is shown."""
PIECE_BYTES = 64 * 1024
"""Read at once."""

PAGE = 500
"""Objects in one answer: https://kubernetes.io/docs/reference/using-api/api-concepts/#retrieving-large-results-sets-in-chunks"""
PAGES = 1000
"""So many of them are read; a server that goes on has no end. The largest clusters have some 150,000 pods:
https://kubernetes.io/docs/setup/best-practices/cluster-large/"""

CONNECTIONS = 16
"""Requests under way at once; further threads wait for one of them."""
CONNECT_S = 5.0
KEEPALIVE_S = 30
"""After so long without traffic a connection is asked whether it is still there, three times, 10 s apart."""

CONFIG_BYTES = 8 * MIB
"""The largest kubeconfig: that of a thousand clusters is smaller."""
PLUGIN_BYTES = MIB
"""The most that a credential plugin may answer."""
PLUGIN_S = 60.0
"""How long a credential plugin may take that asks nobody anything."""
INTERACTIVE_S = 600.0
"""How long one may take that lets a person log in."""
EXPIRY_MARGIN_S = 10.0
"""A credential is renewed this long before its end, so that it does not end on its way."""
