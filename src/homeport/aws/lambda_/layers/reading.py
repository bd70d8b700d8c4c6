"""GetLayerVersion, GetLayerVersionByArn, ListLayerVersions, ListLayers.

https://docs.aws.amazon.com/lambda/latest/api/API_GetLayerVersion.html
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import NamedTuple

from homeport.aws.lambda_ import errors, limits
from homeport.aws.lambda_.functions import pages
from homeport.aws.lambda_.lambda_ import Lambda
from homeport.aws.lambda_.layers import find
from homeport.aws.lambda_.store import layers
from homeport.aws.lambda_.store.layers import LayerVersion, Place
from homeport.aws.protocol.call import Call, Params


def get_layer_version(lambda_: Lambda, call: Call, params: Params) -> Params:
    """GetLayerVersion"""
    where, number = find.readable_place(call, params), find.number(params)
    with lambda_.db.snapshot() as connection:
        return shown(lambda_, call, find.version(connection, where, number))


def get_layer_version_by_arn(lambda_: Lambda, call: Call, params: Params) -> Params:
    """GetLayerVersionByArn"""
    arn: str = params["Arn"]
    if ":layer:" not in arn:
        # Layers of AWS's own, of which none is here.
        raise errors.NOT_FOUND()
    layer, _, number = arn.rpartition(":")
    named = {"LayerName": layer, "VersionNumber": int(number) if number.isdecimal() else 0}
    return get_layer_version(lambda_, call, named)


def list_layer_versions(lambda_: Lambda, call: Call, params: Params) -> Params:
    """ListLayerVersions, the newest first"""
    where = find.readable_place(call, params)
    most = pages.limit(params, limits.PAGE)
    after = pages.number(pages.after(params))
    with lambda_.db.snapshot() as connection:
        versions = filter(_wanted(params), layers.versions(connection, where, after))
        found = list(itertools.islice(versions, most + 1))
    return pages.answer("LayerVersions", found, most, lambda each: str(each.number), _listed)


class _Listed(NamedTuple):
    place: Place
    version: LayerVersion


def list_layers(lambda_: Lambda, call: Call, params: Params) -> Params:
    """ListLayers: each with its newest version that fits"""
    most = pages.limit(params, limits.PAGE)
    is_wanted = _wanted(params)
    found: list[_Listed] = []
    with lambda_.db.snapshot() as connection:
        for place in layers.names(connection, call.account, call.region, pages.after(params)):
            versions = layers.versions(connection, place, None)
            version = next(filter(is_wanted, versions), None)
            if version is not None:
                found.append(_Listed(place, version))
            if len(found) > most:
                break
    return pages.answer("Layers", found, most, lambda each: each.place.name, _with_latest)


def shown(lambda_: Lambda, call: Call, version: LayerVersion) -> Params:
    """A version with where its content is."""
    content = {
        "Location": lambda_.locations.url(call, version.file),
        "CodeSha256": version.body["sha256"],
        "CodeSize": version.size,
    }
    return _listed(version) | {"Content": content, "LayerArn": version.place.arn}


def _listed(version: LayerVersion) -> Params:
    members: Params = version.body["members"]
    return {
        "LayerVersionArn": version.arn,
        "Version": version.number,
        "CreatedDate": version.body["created"],
        **members,
    }


def _with_latest(each: _Listed) -> Params:
    return {
        "LayerName": each.place.name,
        "LayerArn": each.place.arn,
        "LatestMatchingVersion": _listed(each.version),
    }


def _wanted(params: Params) -> Callable[[LayerVersion], bool]:
    """Whether a version fits the runtime and the architecture that are asked for; one that names none fits none."""
    asked = {
        "CompatibleRuntimes": params.get("CompatibleRuntime"),
        "CompatibleArchitectures": params.get("CompatibleArchitecture"),
    }

    def is_wanted(version: LayerVersion) -> bool:
        members = version.body["members"]
        return all(value in (members.get(name) or ()) for name, value in asked.items() if value)

    return is_wanted
