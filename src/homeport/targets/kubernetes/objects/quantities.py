"""Amounts, as Kubernetes writes them. https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/"""

from __future__ import annotations

from homeport.stack.kinds import quantities
from homeport.targets.kubernetes.objects.kinds import Object

MIB = 2**20
_UNITS = (("Ti", 2**40), ("Gi", 2**30), ("Mi", MIB), ("Ki", 2**10))


def size(number: int) -> str:
    """Bytes, in the largest unit that divides them."""
    for unit, worth in _UNITS:
        if number % worth == 0:
            return f"{number // worth}{unit}"
    return str(number)


def resources(*, memory: int | None, cpu: str, asked_memory: int, asked_cpu: str) -> Object:
    """The most that a container may take, and what is kept free for it: never more than that.

    https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/
    """
    asked = asked_memory if memory is None else min(asked_memory, memory)
    limits = {"cpu": cpu} if memory is None else {"cpu": cpu, "memory": size(memory)}
    less = min(cpu, asked_cpu, key=quantities.read)
    return {"requests": {"cpu": less, "memory": size(asked)}, "limits": limits}
