"""PutParameter, DeleteParameter, DeleteParameters.

https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_PutParameter.html
"""

from __future__ import annotations

from homeport.aws.protocol.call import Call, Params
from homeport.aws.ssm import allowed_pattern, errors, limits, tagging
from homeport.aws.ssm.engine import names, values
from homeport.aws.ssm.ssm import Ssm, chosen
from homeport.aws.ssm.store import parameters
from homeport.aws.ssm.store.parameters import Connection, Parameter, Query, Version


async def put_parameter(ssm: Ssm, call: Call, params: Params) -> Params:
    """PutParameter"""
    values.check(params)
    name = params["Name"].strip(" ")
    names.check_new(name, call.account, call.region)
    new = Parameter(
        *(0, call.account, call.region, names.path(name), name, 0),
        is_advanced=False,
        tags=tagging.of_list(params.get("Tags") or []),
    )
    # With milliseconds, as AWS tells them.
    now = round(ssm.clock.now(), 3)
    user = f"arn:aws:iam::{call.account}:root"
    before = _before(ssm.db.query, new, params)
    pattern = values.next_version(params, before, now, user).settings.get("AllowedPattern")

    def work(connection: Connection) -> Version:
        query = parameters.reader(connection)
        before = _before(query, new, params)
        version = values.next_version(params, before, now, user)
        if version.settings.get("AllowedPattern") != pattern:
            return version
        is_advanced = version.settings["Tier"] == "Advanced"
        if before is None:
            _check_count(query, new, is_advanced=is_advanced)
            number = parameters.insert(connection, new)
        else:
            number = before[0].id
            _make_room(connection, before[0])
        parameters.add_version(connection, number, version, is_advanced=is_advanced)
        return version

    while True:
        await allowed_pattern.check(pattern, params["Value"], ssm.patterns)
        made = await ssm.write(work)
        if made.settings.get("AllowedPattern") == pattern:
            return {"Version": made.number, "Tier": made.settings["Tier"]}
        # Another overwrite came between, and nothing was written: its pattern holds for this value too.
        pattern = made.settings.get("AllowedPattern")


def _before(query: Query, new: Parameter, params: Params) -> tuple[Parameter, Version] | None:
    """What is there now. Raises where it may not be overwritten."""
    parameter = parameters.find(query, new.account, new.region, new.path)
    if parameter is None:
        return None
    if not params.get("Overwrite"):
        raise errors.ALREADY_EXISTS()
    return parameter, chosen(query, parameter, "")


def _check_count(query: Query, new: Parameter, *, is_advanced: bool) -> None:
    most = limits.ADVANCED_PARAMETERS if is_advanced else limits.STANDARD_PARAMETERS
    if parameters.count(query, new.account, new.region, is_advanced=is_advanced) >= most:
        # https://github.com/hashicorp/terraform-provider-aws/issues/18521
        tier = "advanced" if is_advanced else "standard"
        raise errors.PARAMETER_LIMIT(
            f"You have reached the maximum number of {tier} parameters for this AWS account and Region ({most}). "
            "To add more parameters, either delete existing parameters or upgrade to the advanced-parameter tier "
            "(charges apply)."
        )


def _make_room(connection: Connection, parameter: Parameter) -> None:
    """Lets the oldest version go where there are as many as may be."""
    there = parameters.versions(parameters.reader(connection), parameter.id)
    if len(there) < limits.VERSIONS:
        return
    oldest = there[0]
    if oldest.labels:
        # https://docs.aws.amazon.com/systems-manager/latest/userguide/sysman-paramstore-versions.html
        raise errors.MAX_VERSIONS(
            f"You attempted to create a new version of {parameter.name} by calling the PutParameter API with the overwrite "
            f"flag. Version {oldest.number}, the oldest version, can't be deleted because it has a label associated with "
            "it. Move the label to another version of the parameter, and try again."
        )
    parameters.remove_version(connection, parameter.id, oldest.number)


async def delete_parameter(ssm: Ssm, call: Call, params: Params) -> Params:
    """DeleteParameter"""
    name: str = params["Name"]
    if name not in await _delete(ssm, call, [name]):
        raise errors.not_found(name)
    return {}


async def delete_parameters(ssm: Ssm, call: Call, params: Params) -> Params:
    """DeleteParameters"""
    wanted: list[str] = params["Names"]
    deleted = await _delete(ssm, call, wanted)
    invalid = [name for name in wanted if name not in deleted]
    return {"DeletedParameters": deleted, "InvalidParameters": invalid}


async def _delete(ssm: Ssm, call: Call, wanted: list[str]) -> list[str]:
    """Which of the names led to a parameter, that is gone now."""
    addresses = {name: names.by_name(name, call.account, call.region) for name in wanted}

    def work(connection: Connection) -> list[str]:
        return [
            name
            for name, address in addresses.items()
            if not address.selector and parameters.delete(connection, *address[:3])
        ]

    return await ssm.write(work)
