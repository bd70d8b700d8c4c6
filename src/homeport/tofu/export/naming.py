"""What resources are called: after their objects, each once.

https://opentofu.org/docs/language/syntax/configuration/#identifiers
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from homeport.tofu.export.needs import Ref

_CUSTOM = "kubernetes_manifest"


def addresses(types: Mapping[Ref, str]) -> dict[Ref, str]:
    """The address of each object, by the type of its resource."""
    taken: dict[str, Ref] = {}
    for ref, type_ in types.items():
        kind, namespace, name = ref
        prefix = f"{kind}-" if type_ == _CUSTOM else ""
        wanted = [f"{prefix}{name}", f"{prefix}{namespace}-{name}"]
        wanted += [f"{prefix}{namespace}-{name}-{number}" for number in range(2, len(types) + 2)]
        address = next(
            made for each in wanted if (made := f"{type_}.{identifier(each)}") not in taken
        )
        taken[address] = ref
    return {ref: address for address, ref in taken.items()}


def identifier(text: str) -> str:
    """A name that may stand in an expression."""
    made = re.sub(r"[^a-z0-9_]", "_", text.lower())
    return made if made[:1].isalpha() else f"_{made}"
