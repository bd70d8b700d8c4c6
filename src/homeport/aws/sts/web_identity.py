"""AssumeRoleWithWebIdentity: credentials of a role for who holds a token of an identity provider.

https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html

The token is read, not verified: its signature, its issuer and its audience are taken as they are.
"""

from __future__ import annotations

import base64
import binascii
import json
import math
import re
from typing import Any

from homeport.aws.protocol.call import Call, Params
from homeport.aws.sts import errors, limits, roles
from homeport.aws.sts.sts import Sts

_SOURCE_IDENTITY = "https://aws.amazon.com/source_identity"
"""https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_control-access_monitor.html"""
_SOURCE_FORM = re.compile(r"[\w+=,.@-]{2,64}", re.ASCII)
_NO_TEXT = re.compile("[\x00-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
"""What a claim cannot hold that goes into an answer, which is XML: https://www.w3.org/TR/xml/#charsets"""


async def assume_role_with_web_identity(sts: Sts, _call: Call, params: Params) -> Params:
    """AssumeRoleWithWebIdentity"""
    target = roles.parse(params)
    if target is None:
        raise errors.ACCESS_DENIED("Not authorized to perform sts:AssumeRoleWithWebIdentity")
    claims = _claims(params["WebIdentityToken"])
    _check_time(claims, sts.clock.now())
    source = claims.get(_SOURCE_IDENTITY)
    if source is not None and not (isinstance(source, str) and _SOURCE_FORM.fullmatch(source)):
        # The text was not recorded.
        raise errors.INVALID_IDENTITY(f"Invalid claim: {_SOURCE_IDENTITY}")
    answer = await roles.assume(sts, target, params, source_identity=source)
    return answer | {
        "SubjectFromWebIdentityToken": claims["sub"],
        "Provider": params.get("ProviderId") or claims["iss"],
        "Audience": _audience(claims),
    }


def _claims(token: str) -> dict[str, Any]:
    """The claims of a JSON web token: https://www.rfc-editor.org/rfc/rfc7519"""
    parts = token.split(".")
    if len(parts) != 3 or len(token) > limits.WEB_IDENTITY_TOKEN_CHARACTERS:
        raise errors.INVALID_IDENTITY()
    try:
        padded = parts[1] + "=" * (-len(parts[1]) % 4)
        claims = json.loads(base64.urlsafe_b64decode(padded))
    except (binascii.Error, ValueError, RecursionError) as error:
        raise errors.INVALID_IDENTITY() from error
    if not isinstance(claims, dict):
        raise errors.INVALID_IDENTITY()
    for name in ("iss", "sub"):
        if not _is_text(claims.get(name)):
            # The text was not recorded.
            raise errors.INVALID_IDENTITY(f"Missing a required claim: {name}")
    return claims


def _is_text(claim: Any) -> bool:
    return isinstance(claim, str) and not _NO_TEXT.search(claim)


def _check_time(claims: dict[str, Any], now: float) -> None:
    expires_at = claims.get("exp", now + 1)
    if not isinstance(expires_at, int | float) or not math.isfinite(expires_at):
        raise errors.INVALID_IDENTITY()
    if expires_at <= now:
        raise errors.EXPIRED_IDENTITY(
            f"Token expired: current date/time {int(now)} must be before the expiration date/time {int(expires_at)}"
        )


def _audience(claims: dict[str, Any]) -> str | None:
    audience = claims.get("aud")
    if isinstance(audience, list):
        audience = next(iter(audience), None)
    return audience if _is_text(audience) else None
