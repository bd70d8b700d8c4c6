"""GetSessionToken, GetFederationToken: temporary credentials of the caller itself, or of somebody that it names.

https://docs.aws.amazon.com/STS/latest/APIReference/API_GetSessionToken.html
https://docs.aws.amazon.com/STS/latest/APIReference/API_GetFederationToken.html
"""

from __future__ import annotations

from homeport.aws.protocol.call import Call, Params
from homeport.aws.sts import errors, limits, policies, session, tags
from homeport.aws.sts.session import Identity
from homeport.aws.sts.sts import Sts

_NAME_RULE = r"Member must satisfy regular expression pattern: [\w+=,.@-]*"


async def get_session_token(sts: Sts, call: Call, params: Params) -> Params:
    """GetSessionToken"""
    caller = await _long_term(sts, call)
    duration_s = _duration(params, caller)
    made = await sts.begin(session.CALLER, caller, duration_s)
    return {"Credentials": made.credentials}


async def get_federation_token(sts: Sts, call: Call, params: Params) -> Params:
    """GetFederationToken"""
    caller = await _long_term(sts, call)
    name: str = params["Name"]
    if not name.isascii():
        raise errors.constraint(name, "name", _NAME_RULE)
    tags.transitive(params, {})
    size = policies.packed_size(params)
    arn = f"arn:aws:sts::{caller.account}:federated-user/{name}"
    identity = Identity(caller.account, arn, f"{caller.account}:{name}")
    made = await sts.begin(session.FEDERATED, identity, _duration(params, caller))
    return {
        "Credentials": made.credentials,
        "FederatedUser": {"FederatedUserId": made.user_id, "Arn": made.arn},
        # 0 where there is no policy: `test_get_federation_token` in the file that `errors` names
        "PackedPolicySize": size or 0,
    }


async def _long_term(sts: Sts, call: Call) -> Identity:
    """The caller; refused where it has temporary credentials itself."""
    caller = await sts.caller(call)
    if sts.session(call.access_key) is not None:
        raise errors.ACCESS_DENIED(f"Cannot call {call.operation} with session credentials")
    return caller


def _duration(params: Params, caller: Identity) -> int:
    wanted: int = params.get("DurationSeconds") or limits.TOKEN_DURATION_S
    is_root = caller.arn.endswith(":root")
    return min(wanted, limits.ROOT_DURATION_S) if is_root else wanted
