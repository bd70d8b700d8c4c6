"""OpenID Connect providers, which are kept; no token is verified with them.

https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateOpenIDConnectProvider.html
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable

from homeport.aws.iam import addressing, errors, limits
from homeport.aws.iam.engine import tags
from homeport.aws.iam.engine.entity import OIDC_PROVIDER, Entity
from homeport.aws.iam.iam import Iam
from homeport.aws.iam.store import entities
from homeport.aws.iam.store.entities import Connection
from homeport.aws.protocol.call import Call, Params

_URL = re.compile(r"https://([A-Za-z0-9.-]+(?:/[!-\"$->@-~]*)?)")
"""Neither a port nor a query: https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateOpenIDConnectProvider.html"""
CLIENTS = "ClientIDList"
THUMBPRINTS = "ThumbprintList"


async def create_open_id_connect_provider(iam: Iam, call: Call, params: Params) -> Params:
    """CreateOpenIDConnectProvider"""
    url: str = params["Url"]
    found = _URL.fullmatch(url)
    if found is None:
        raise errors.VALIDATION("Invalid Open ID Connect Provider URL")
    name = found[1]
    clients, prints = params.get(CLIENTS) or [], params.get(THUMBPRINTS) or []
    _check(clients, prints)
    settings = {"Url": url, CLIENTS: clients, THUMBPRINTS: prints}
    chosen = tags.checked(params.get("Tags") or [])
    new = Entity(OIDC_PROVIDER, call.account, name, "/", "", iam.now(), settings, chosen)
    provider = await iam.write(lambda connection: entities.insert(connection, new))
    answer: Params = {"OpenIDConnectProviderArn": provider.arn}
    return answer | provider.tags_if_any


def _check(clients: list[str], prints: list[str]) -> None:
    if len(clients) > limits.CLIENT_IDS:
        raise errors.quota("ClientIdsPerOpenIdConnectProvider", limits.CLIENT_IDS)
    if len(prints) > limits.THUMBPRINTS:
        raise errors.INVALID_INPUT("Thumbprint list must contain fewer than 5 entries.")


def get_open_id_connect_provider(iam: Iam, call: Call, params: Params) -> Params:
    """GetOpenIDConnectProvider: the URL without its scheme, as on AWS."""
    provider = iam.read(lambda connection: addressing.find(connection, call, OIDC_PROVIDER, params))
    return {
        "Url": provider.name,
        CLIENTS: provider.settings[CLIENTS],
        THUMBPRINTS: provider.settings[THUMBPRINTS],
        "CreateDate": provider.created_at,
        "Tags": provider.tag_list,
    }


def list_open_id_connect_providers(iam: Iam, call: Call, _params: Params) -> Params:
    """ListOpenIDConnectProviders: all at once, as on AWS."""
    limit = OIDC_PROVIDER.limit
    found = iam.read(
        lambda connection: entities.page(connection, call.account, OIDC_PROVIDER, "/", "", limit)
    )
    return {"OpenIDConnectProviderList": [{"Arn": provider.arn} for provider in found]}


async def delete_open_id_connect_provider(iam: Iam, call: Call, params: Params) -> Params:
    """DeleteOpenIDConnectProvider"""

    def work(connection: Connection) -> None:
        entities.delete(connection, addressing.find(connection, call, OIDC_PROVIDER, params))

    await iam.write(work)
    return {}


async def add_client_id(iam: Iam, call: Call, params: Params) -> Params:
    """AddClientIDToOpenIDConnectProvider: one that is there already stays."""
    client: str = params["ClientID"]
    return await _change(
        iam, call, params, lambda before: {CLIENTS: [*_others(before, client), client]}
    )


async def remove_client_id(iam: Iam, call: Call, params: Params) -> Params:
    """RemoveClientIDFromOpenIDConnectProvider: one that is not there does not matter."""
    client: str = params["ClientID"]
    return await _change(iam, call, params, lambda before: {CLIENTS: _others(before, client)})


def _others(provider: Entity, client: str) -> list[str]:
    return [each for each in provider.settings[CLIENTS] if each != client]


async def update_thumbprint(iam: Iam, call: Call, params: Params) -> Params:
    """UpdateOpenIDConnectProviderThumbprint"""
    return await _change(iam, call, params, lambda _: {THUMBPRINTS: params[THUMBPRINTS]})


async def _change(
    iam: Iam, call: Call, params: Params, change: Callable[[Entity], Params]
) -> Params:
    def work(connection: Connection) -> None:
        before = addressing.find(connection, call, OIDC_PROVIDER, params)
        settings = before.settings | change(before)
        _check(settings[CLIENTS], settings[THUMBPRINTS])
        entities.save(connection, dataclasses.replace(before, settings=settings))

    await iam.write(work)
    return {}
