"""GetParameter, GetParameters, GetParametersByPath, GetParameterHistory.

https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParameter.html
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

from homeport.aws.protocol.call import AwsError, Call, Params
from homeport.aws.ssm import errors, limits
from homeport.aws.ssm.engine import filters, names, tokens
from homeport.aws.ssm.ssm import Ssm, existing
from homeport.aws.ssm.store import parameters
from homeport.aws.ssm.store.parameters import Found, Parameter, Version


def get_parameter(ssm: Ssm, call: Call, params: Params) -> Params:
    """GetParameter"""
    name: str = params["Name"]
    found = ssm.find(call, name)
    if found is None:
        raise errors.not_found(name)
    return {"Parameter": _shown(ssm, call, found, params, name)}


def get_parameters(ssm: Ssm, call: Call, params: Params) -> Params:
    """GetParameters: what is not there is listed, not refused."""
    shown, invalid = [], []
    for name in dict.fromkeys(params["Names"]):
        found = _found_or_none(ssm, call, name)
        if found is None:
            invalid.append(name)
        else:
            shown.append(_shown(ssm, call, found, params, name))
    return {"Parameters": shown, "InvalidParameters": invalid}


def _found_or_none(ssm: Ssm, call: Call, name: str) -> Found | None:
    try:
        return ssm.find(call, name)
    except AwsError as error:
        if error.code not in (errors.NOT_FOUND.code, errors.VERSION_NOT_FOUND.code):
            raise
        return None


def _shown(ssm: Ssm, call: Call, found: Found, params: Params, asked: str = "") -> dict[str, Any]:
    parameter, version = found
    shown: dict[str, Any] = {
        "Name": parameter.name,
        "Type": version.type,
        "Value": _value(ssm, parameter, version, params),
        "Version": version.number,
        "LastModifiedDate": version.modified_at,
        "ARN": names.arn(parameter.account, parameter.region, parameter.path),
        "DataType": version.settings["DataType"],
    }
    selector = names.address(asked, call.account, call.region).selector if asked else ""
    return shown | ({"Selector": selector} if selector else {})


def _value(ssm: Ssm, parameter: Parameter, version: Version, params: Params) -> str:
    if version.type == "SecureString" and not params.get("WithDecryption"):
        return ssm.sealing.seal(parameter.id, version.number)
    return version.value


def get_parameters_by_path(ssm: Ssm, call: Call, params: Params) -> Params:
    """GetParametersByPath: children of a level, or all below it; with a label, the versions that have it.

    https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParametersByPath.html
    """
    path: str = params["Path"].strip(" ")
    names.check_path(path)
    chosen = filters.by_path(params.get("ParameterFilters") or [])
    level = path if path.endswith("/") else f"{path}/"
    after = tokens.read(params.get("NextToken"))
    every = parameters.every(
        ssm.db.query, call.account, call.region, level, after, limits.SEARCHED_AT_ONCE
    )
    is_deep = bool(params.get("Recursive"))

    def select(found: Found) -> list[Found]:
        if not filters.is_below(found.parameter.path, level, is_deep=is_deep):
            return []
        versions = (Found(found.parameter, each) for each in _labelled(ssm, found, chosen.labels))
        return [each for each in versions if chosen.match(each)]

    page, token = _page(every, select, params.get("MaxResults") or limits.BY_PATH)
    return {"Parameters": [_shown(ssm, call, found, params) for found in page]} | token


def _labelled(ssm: Ssm, found: Found, labels: frozenset[str] | None) -> list[Version]:
    """The newest version, or that with one of the labels where there are any."""
    if labels is None:
        return [found.version]
    there = parameters.versions(ssm.db.query, found.parameter.id)
    return [version for version in reversed(there) if labels.intersection(version.labels)][:1]


def _page(
    every: Iterator[Found], select: Callable[[Found], list[Found]], limit: int
) -> tuple[list[Found], Params]:
    """What is selected of parameters until the page is full, or enough was looked at; AWS too ends pages early."""
    page: list[Found] = []
    last = ""
    for looked_at, found in enumerate(every):
        if len(page) == limit or looked_at == limits.SEARCHED:
            return page, {"NextToken": tokens.write(last)}
        page += select(found)
        last = found.parameter.path
    return page, {}


def describe_parameters(ssm: Ssm, call: Call, params: Params) -> Params:
    """DescribeParameters

    https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_DescribeParameters.html
    """
    match = filters.of_description(params)
    after = tokens.read(params.get("NextToken"))
    if params.get("Shared"):
        # Parameters of other accounts are not shared here.
        return {"Parameters": []}
    every = parameters.every(
        ssm.db.query, call.account, call.region, "/", after, limits.SEARCHED_AT_ONCE
    )
    limit: int = params.get("MaxResults") or limits.DESCRIBED
    page, token = _page(every, lambda found: [found] if match(found) else [], limit)
    described = [
        _described(found.parameter, found.version)
        | {"ARN": names.arn(call.account, call.region, found.parameter.path)}
        for found in page
    ]
    return {"Parameters": described} | token


def _described(parameter: Parameter, version: Version) -> dict[str, Any]:
    settings = version.settings
    policies = [
        {"PolicyText": json.dumps(each), "PolicyType": each["Type"], "PolicyStatus": "Pending"}
        for each in json.loads(settings.get("Policies") or "[]")
        if each
    ]
    return settings | {
        "Name": parameter.name,
        "Type": version.type,
        "LastModifiedDate": version.modified_at,
        "Version": version.number,
        "Policies": policies,
    }


def get_parameter_history(ssm: Ssm, call: Call, params: Params) -> Params:
    """GetParameterHistory: all versions, the oldest first.

    https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParameterHistory.html
    """
    name: str = params["Name"]
    address = names.address(name, call.account, call.region)
    parameter = existing(ssm.db.query, address, name)
    after = tokens.read_number(params.get("NextToken"))
    limit: int = params.get("MaxResults") or limits.DESCRIBED
    found = parameters.versions(ssm.db.query, parameter.id, after, limit + 1)
    answer: Params = {
        "Parameters": [
            _described(parameter, version)
            | {"Value": _value(ssm, parameter, version, params), "Labels": version.labels}
            for version in found[:limit]
        ]
    }
    if len(found) > limit:
        answer["NextToken"] = tokens.write(str(found[limit - 1].number))
    return answer
