"""Our IAM as STS asks it: what a role is called, and who holds a key."""

from __future__ import annotations

from homeport.aws.delivery.invoke import Caller, Invoker
from homeport.aws.protocol.call import AwsError, Params
from homeport.aws.signing import access_keys
from homeport.aws.signing.credential import DEFAULT_REGION
from homeport.aws.sts.directory import Role, User


class Directory:
    """Implements `homeport.aws.sts.directory.Directory` by calls of IAM's own operations."""

    def __init__(self, invoker: Invoker) -> None:
        self._invoker = invoker

    async def role(self, arn: str, /) -> Role | None:
        """The role that an ARN names."""
        account, name = arn.split(":")[4], arn.rpartition("/")[2]
        found = await self._ask(account, "GetRole", {"RoleName": name})
        if found is None or found["Role"]["Arn"] != arn:
            return None
        return Role(found["Role"]["RoleId"], found["Role"]["MaxSessionDuration"])

    async def user(self, access_key: str, /) -> User | None:
        """The user that an active access key was given to."""
        account = access_keys.account_of(access_key)
        if account is None:
            return None
        held = await self._ask(account, "GetAccessKeyLastUsed", {"AccessKeyId": access_key})
        if held is None:
            return None
        name = {"UserName": held["UserName"]}
        listed = await self._ask(account, "ListAccessKeys", name)
        found = await self._ask(account, "GetUser", name)
        if listed is None or found is None or not _is_active(access_key, listed):
            return None
        return User(found["User"]["UserId"], found["User"]["Arn"])

    async def _ask(self, account: str, operation: str, params: Params) -> Params | None:
        """The answer of IAM; None where it does not run or does not know what is asked for."""
        if not self._invoker.runs("iam"):
            return None
        try:
            caller = Caller(account, DEFAULT_REGION)
            return (await self._invoker.call(caller, "iam", operation, params)).members
        except AwsError as error:
            if error.code != "NoSuchEntityException":
                raise
            return None


def _is_active(access_key: str, listed: Params) -> bool:
    keys = listed["AccessKeyMetadata"]
    return any(key["AccessKeyId"] == access_key and key["Status"] == "Active" for key in keys)
