"""GetCallerIdentity, GetAccessKeyInfo: whom credentials stand for.

https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html
"""

from __future__ import annotations

from homeport.aws.protocol.call import Call, Params
from homeport.aws.signing import access_keys, credential
from homeport.aws.sts.sts import Sts


async def get_caller_identity(sts: Sts, call: Call, _params: Params) -> Params:
    """GetCallerIdentity"""
    identity = await sts.caller(call)
    return {"UserId": identity.user_id, "Account": identity.account, "Arn": identity.arn}


def get_access_key_info(_sts: Sts, _call: Call, params: Params) -> Params:
    """GetAccessKeyInfo: the account that a key tells, or stands for. Whether it is still valid is not asked, as on AWS."""
    key: str = params["AccessKeyId"]
    return {"Account": access_keys.account_of(key) or credential.account_of(key)}
