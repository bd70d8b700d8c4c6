"""Who a request says it is from: access key, account, region and service, by any of the forms that AWS knows.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-authentication-methods.html

Nothing is verified here (see `verify`). Version 2 names neither region nor service. Version 4a, which signs with a key pair, is
understood for its access key and region alone, and never verified.
"""

from __future__ import annotations

import re
from enum import Enum
from typing import NamedTuple
from urllib.parse import parse_qsl

from homeport.aws.signing import access_keys
from homeport.edge import http

DEFAULT_ACCOUNT = "000000000000"
DEFAULT_REGION = "us-east-1"

ALGORITHM = "AWS4-HMAC-SHA256"
ALGORITHM_V4A = "AWS4-ECDSA-P256-SHA256"

MAX_KNOWN = 1024
"""Credential scopes kept parsed. A client has one per day, region and service."""

_REGION = re.compile(r"(?!-)[a-z0-9-]{1,32}(?<!-)")
_SERVICE = re.compile(r"[a-z0-9_.-]{1,64}")
_DATE = re.compile(r"[0-9]{8}")
_ACCESS_KEY = re.compile(r"[A-Za-z0-9_.@+=:-]{1,128}")
"""https://docs.aws.amazon.com/STS/latest/APIReference/API_Credentials.html (16 to 128 word characters); test keys are looser."""

_ACCOUNT_LENGTH = 12
_SCOPE_PARTS = 5
_TERMINATOR = "aws4_request"
_MALFORMED = (
    'the Credential is mal-formed; expecting "<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request".'
)

_GLOBAL_REGIONS = {
    "aws-global": "us-east-1",
    "s3-external-1": "us-east-1",
    "aws-cn-global": "cn-north-1",
    "aws-us-gov-global": "us-gov-west-1",
}
"""Names of a whole partition, and the region that it signs for:
https://github.com/boto/botocore/blob/develop/botocore/data/endpoints.json (`credentialScope`)"""


class Form(Enum):
    """How a request is signed."""

    NONE = "anonymous"
    HEADER = "Authorization header, version 4"
    QUERY = "presigned, version 4"
    V4A = "version 4a"
    V2 = "version 2"
    OTHER = "another scheme"


class Credential(NamedTuple):
    """Whom a request names, and for what it was signed."""

    form: Form = Form.NONE
    access_key: str = ""
    account: str = DEFAULT_ACCOUNT
    region: str = DEFAULT_REGION
    service: str = ""
    """The signing name (`s3`, `sqs`); empty where the form does not say."""
    date: str = ""
    """Of the scope: YYYYMMDD."""
    scope_region: str = ""
    """The region as it was signed."""


class Malformed(Exception):
    """A credential of version 4 that cannot be read."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


ANONYMOUS = Credential()
_UNSUPPORTED = Credential(Form.OTHER)
_known: dict[str, Credential] = {}


def of(request: http.Request) -> Credential:
    """The credential that a request carries, `ANONYMOUS` where it carries none. Raises `Malformed`."""
    authorization = request.headers.get("authorization")
    if authorization is not None:
        # Everything before SignedHeaders stays the same for a client for a day, so it is parsed once.
        prefix = authorization[: authorization.find(",")]
        found = _known.get(prefix)
        return found if found is not None else _from_header(request, authorization, prefix)
    query = request.query
    if "X-Amz-Credential=" in query:
        return _from_query(query)
    if "AWSAccessKeyId=" in query:
        return _version_2(parameters(query).get("AWSAccessKeyId", ""))
    return ANONYMOUS


def parameters(query: str) -> dict[str, str]:
    """A query string decoded, the first value of each name."""
    values: dict[str, str] = {}
    for name, value in parse_qsl(query, keep_blank_values=True):
        values.setdefault(name, value)
    return values


def account_of(access_key: str) -> str:
    """The account that a key stands for: a test key's own twelve digits, that of a key made by IAM or STS, else 000000000000.

    https://docs.localstack.cloud/aws/capabilities/config/multi-account-setups/
    """
    if len(access_key) == _ACCOUNT_LENGTH and access_key.isascii() and access_key.isdigit():
        return access_key
    return access_keys.account_of(access_key) or DEFAULT_ACCOUNT


def _from_header(request: http.Request, authorization: str, prefix: str) -> Credential:
    scheme, _, rest = authorization.partition(" ")
    if scheme == "AWS":
        return _version_2(rest.strip().partition(":")[0])
    fields = header_fields(rest)
    if scheme == ALGORITHM_V4A:
        region_set = request.headers.get("x-amz-region-set", "")
        return _version_4a(fields.get("Credential", ""), region_set)
    if scheme != ALGORITHM:
        return _UNSUPPORTED
    if "Credential" not in fields:
        raise Malformed("the authorization header requires a Credential component.")
    credential = _version_4(fields["Credential"], Form.HEADER)
    if prefix == f"{ALGORITHM} Credential={fields['Credential']}":
        if len(_known) >= MAX_KNOWN:
            _known.clear()
        _known[prefix] = credential
    return credential


def header_fields(text: str) -> dict[str, str]:
    """The parts behind the algorithm of an Authorization header: Credential, SignedHeaders, Signature."""
    fields: dict[str, str] = {}
    for part in text.split(","):
        name, _, value = part.strip().partition("=")
        fields.setdefault(name, value)
    return fields


def _from_query(query: str) -> Credential:
    values = parameters(query)
    if values.get("X-Amz-Algorithm") == ALGORITHM_V4A:
        return _version_4a(values["X-Amz-Credential"], values.get("X-Amz-Region-Set", ""))
    return _version_4(values["X-Amz-Credential"], Form.QUERY)


def _version_4(text: str, form: Form) -> Credential:
    parts = text.split("/")
    if len(parts) != _SCOPE_PARTS or parts[4] != _TERMINATOR:
        raise Malformed(_MALFORMED)
    return _checked(form, parts[0], parts[1], parts[2], parts[3])


def _version_4a(text: str, region_set: str) -> Credential:
    parts = text.split("/")
    if len(parts) != _SCOPE_PARTS - 1 or parts[3] != _TERMINATOR:
        raise Malformed(_MALFORMED)
    named = [region.strip() for region in region_set.split(",") if "*" not in region]
    region = named[0] if named and named[0] else DEFAULT_REGION
    return _checked(Form.V4A, parts[0], parts[1], region, parts[2])


def _checked(form: Form, access_key: str, date: str, scope_region: str, service: str) -> Credential:
    if not _ACCESS_KEY.fullmatch(access_key) or not _SERVICE.fullmatch(service):
        raise Malformed(_MALFORMED)
    if not _DATE.fullmatch(date):
        raise Malformed(
            f'incorrect date format "{date}". This date in the credential must be in the format "yyyyMMdd".'
        )
    region = _GLOBAL_REGIONS.get(scope_region, scope_region)
    if not _REGION.fullmatch(region):
        raise Malformed(f"the region '{scope_region}' is wrong; expecting '{DEFAULT_REGION}'")
    account = account_of(access_key)
    return Credential(form, access_key, account, region, service, date, scope_region)


def _version_2(access_key: str) -> Credential:
    if not _ACCESS_KEY.fullmatch(access_key):
        return _UNSUPPORTED
    return Credential(Form.V2, access_key, account_of(access_key), service="s3")
