"""The records in a Pi-hole, as resources.

https://github.com/ryanwholey/terraform-provider-pihole/tree/v2.0.0-beta.1/docs
"""

from __future__ import annotations

from collections.abc import Iterator

from homeport.tofu.export import naming, template
from homeport.tofu.export.resources import Resource
from homeport.tofu.export.wanted import Names

VERSION = "2.0.0-beta.1"
"""The first that speaks to Pi-hole 6. A version with a suffix is taken only where it is named exactly.
https://opentofu.org/docs/language/expressions/version-constraints/#pre-releases"""

ADDRESS = "var.traefik_address"


def resources(names: Names) -> Iterator[Resource]:
    """The address first: Pi-hole answers an alias only where it knows its target. Then one after the other.

    Changes at the same time end in 401: https://github.com/ryanwholey/terraform-provider-pihole/issues/88
    Each waits for the one before, so that it holds without `-parallelism=1` too.
    """
    body = {
        "domain": template.literal(names.target),
        "ip": str(template.expression(ADDRESS)),
    }
    before = Resource("pihole_dns_record", "traefik", body)
    yield before
    taken: set[str] = set()
    for alias in names.aliases:
        name = naming.identifier(alias.partition(".")[0])
        name = name if name not in taken else naming.identifier(alias)
        taken.add(name)
        target = str(template.expression("pihole_dns_record.traefik.domain"))
        body = {"domain": template.literal(alias), "target": target, "depends_on": [before.address]}
        before = Resource("pihole_cname_record", name, body)
        yield before
