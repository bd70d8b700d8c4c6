"""The kinds of what several components have on Kubernetes."""

from __future__ import annotations

from homeport.stack import values
from homeport.stack.kinds import lists, networks, paths, variables

ENGINE = values.Choice(("auto", "builtin", "upstream"))

LABEL = lists.Matching(
    r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?", "a name of Kubernetes (lower-case letters, digits and -)"
)
"""https://kubernetes.io/docs/concepts/overview/working-with-objects/names/#dns-label-names"""

NAME = lists.Matching(
    r"(?=.{1,253}$)[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*",
    "a name of Kubernetes (lower-case letters, digits, - and .)",
)
"""https://kubernetes.io/docs/concepts/overview/working-with-objects/names/#dns-subdomain-names"""

IMAGE = lists.Matching(
    r"[a-z0-9][A-Za-z0-9._/:@-]{0,400}",
    "an image, such as registry:2 or registry.lan/team/app@sha256:...",
)
"""https://github.com/distribution/reference/blob/v0.6.0/reference.go"""

CPU = lists.Matching(r"[1-9][0-9]{0,6}m|[0-9]{1,4}(\.[0-9]{1,3})?", "processors, such as 500m or 2")
"""https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/#meaning-of-cpu"""

DOMAIN = lists.Matching(
    r"(?=.{1,200}$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*",
    "a domain in lower case, such as homelab.local",
)
HOST = lists.Matching(
    r"(?=.{0,253}$)(|[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*)",
    "a host name in lower case, or empty",
)
"""https://www.rfc-editor.org/rfc/rfc1123#section-2"""

NETWORKS = lists.Listed(networks.Network(), "a list of networks")

VARIABLES = variables.Variables()
SOCKET = paths.OptionalFile()
NODE_FILE = paths.OptionalFile()
RULES = lists.Listed(LABEL, "a list of rules")
