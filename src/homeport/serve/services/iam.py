"""IAM, opened."""

from __future__ import annotations

from homeport.aws.iam import operations
from homeport.aws.iam.iam import Iam
from homeport.aws.signing import access_keys
from homeport.serve.opening import Opening


async def open(opening: Opening) -> None:  # noqa: A001 - `iam.open`
    """Opens the roles, users and policies. Access keys tell their account, as those of STS do."""
    iam = Iam.open(opening.folder / "iam.db", opening.clock, _make_key, opening.quota)
    opening.opened.push_async_callback(iam.close)
    opening.secrets.append(iam.secret_of)
    opening.add(operations.service(iam))


def _make_key(account: str) -> tuple[str, str]:
    return access_keys.new(access_keys.LONG_TERM, account), access_keys.secret()
