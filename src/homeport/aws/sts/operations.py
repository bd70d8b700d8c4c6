"""The operations of AWS STS, by their name in the model."""

from __future__ import annotations

import functools
from collections.abc import Awaitable, Callable

from homeport.aws.protocol.call import Call, Params, Service
from homeport.aws.sts import caller_identity, roles, session_tokens, web_identity
from homeport.aws.sts.sts import Sts

Function = Callable[[Sts, Call, Params], Params | Awaitable[Params]]

TABLE: dict[str, Function] = {
    "AssumeRole": roles.assume_role,
    "AssumeRoleWithWebIdentity": web_identity.assume_role_with_web_identity,
    "GetAccessKeyInfo": caller_identity.get_access_key_info,
    "GetCallerIdentity": caller_identity.get_caller_identity,
    "GetFederationToken": session_tokens.get_federation_token,
    "GetSessionToken": session_tokens.get_session_token,
}


def service(sts: Sts) -> Service:
    """STS for the dispatcher."""
    return Service("sts", {name: functools.partial(work, sts) for name, work in TABLE.items()})
