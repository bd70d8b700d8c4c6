"""Labels of versions: LabelParameterVersion, UnlabelParameterVersion.

https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_LabelParameterVersion.html
"""

from __future__ import annotations

import re

from homeport.aws.protocol.call import Call, Params
from homeport.aws.ssm import errors, limits
from homeport.aws.ssm.engine import names
from homeport.aws.ssm.engine.names import Address
from homeport.aws.ssm.ssm import Ssm, existing
from homeport.aws.ssm.store import parameters
from homeport.aws.ssm.store.parameters import Connection, Parameter, Version

_LABEL = re.compile(r"(?!aws|ssm|\d)[a-zA-Z0-9_.-]{1,100}", re.IGNORECASE | re.ASCII)


async def label_parameter_version(ssm: Ssm, call: Call, params: Params) -> Params:
    """LabelParameterVersion: a label that another version has moves."""
    name: str = params["Name"]
    address = names.by_name(name, call.account, call.region)
    asked = list(dict.fromkeys(params["Labels"]))
    valid = [label for label in asked if _LABEL.fullmatch(label)]

    def work(connection: Connection) -> int:
        parameter, there = _existing(connection, address, name)
        number: int = params.get("ParameterVersion") or parameter.current
        chosen = _version(there, number, parameter)
        labels = chosen.labels + [label for label in valid if label not in chosen.labels]
        if len(labels) > limits.LABELS:
            raise errors.LABEL_LIMIT()
        for version in there:
            left = [label for label in version.labels if label not in valid]
            if version.number != number and left != version.labels:
                parameters.set_labels(connection, parameter.id, version.number, left)
        parameters.set_labels(connection, parameter.id, number, labels)
        return number

    number = await ssm.write(work)
    invalid = [label for label in asked if label not in valid]
    return {"InvalidLabels": invalid, "ParameterVersion": number}


async def unlabel_parameter_version(ssm: Ssm, call: Call, params: Params) -> Params:
    """UnlabelParameterVersion

    https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_UnlabelParameterVersion.html
    """
    name: str = params["Name"]
    address = names.by_name(name, call.account, call.region)
    number: int = params["ParameterVersion"]
    asked = list(dict.fromkeys(params["Labels"]))

    def work(connection: Connection) -> list[str]:
        parameter, there = _existing(connection, address, name)
        chosen = _version(there, number, parameter)
        left = [label for label in chosen.labels if label not in asked]
        parameters.set_labels(connection, parameter.id, number, left)
        return [label for label in asked if label in chosen.labels]

    removed = await ssm.write(work)
    invalid = [label for label in asked if label not in removed]
    return {"RemovedLabels": removed, "InvalidLabels": invalid}


def _existing(
    connection: Connection, address: Address, text: str
) -> tuple[Parameter, list[Version]]:
    """The parameter of a name, with its versions; the version is said apart from the name here."""
    if address.selector:
        raise errors.not_found(text)
    query = parameters.reader(connection)
    parameter = existing(query, address, text)
    return parameter, parameters.versions(query, parameter.id)


def _version(there: list[Version], number: int, parameter: Parameter) -> Version:
    for version in there:
        if version.number == number:
            return version
    raise errors.version_not_found(number, parameter.name)
