"""What belongs to an account as a whole: alias, password policy, summary.

https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccountSummary.html
"""

from __future__ import annotations

from homeport.aws.iam import errors, limits
from homeport.aws.iam.engine import entity
from homeport.aws.iam.iam import Iam
from homeport.aws.iam.store import accounts, entities
from homeport.aws.iam.store.entities import Connection
from homeport.aws.protocol.call import AwsError, Call, Params

_PASSWORD_DEFAULTS = {
    "MinimumPasswordLength": 6,
    "RequireSymbols": False,
    "RequireNumbers": False,
    "RequireUppercaseCharacters": False,
    "RequireLowercaseCharacters": False,
    "AllowUsersToChangePassword": False,
}
"""https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateAccountPasswordPolicy.html"""
_OPTIONAL = ("MaxPasswordAge", "PasswordReusePrevention", "HardExpiry")


async def create_account_alias(iam: Iam, call: Call, params: Params) -> Params:
    """CreateAccountAlias: an account has one, which replaces the one before."""
    alias = params["AccountAlias"]

    def work(connection: Connection) -> None:
        owner = accounts.owner(connection, alias)
        if owner is not None:
            raise errors.ALREADY_EXISTS(f"The account alias {alias} already exists.")
        accounts.save(connection, call.account, accounts.ALIAS, alias)

    await iam.write(work)
    return {}


async def delete_account_alias(iam: Iam, call: Call, params: Params) -> Params:
    """DeleteAccountAlias"""
    alias = params["AccountAlias"]

    def work(connection: Connection) -> None:
        if accounts.find(connection, call.account, accounts.ALIAS) != alias:
            # The text was not recorded.
            raise errors.NO_SUCH_ENTITY(f"The account alias {alias} cannot be found.")
        accounts.delete(connection, call.account, accounts.ALIAS)

    await iam.write(work)
    return {}


def list_account_aliases(iam: Iam, call: Call, _params: Params) -> Params:
    """ListAccountAliases"""
    alias = iam.read(lambda connection: accounts.find(connection, call.account, accounts.ALIAS))
    return {"AccountAliases": [alias] if alias else [], "IsTruncated": False}


async def update_account_password_policy(iam: Iam, call: Call, params: Params) -> Params:
    """UpdateAccountPasswordPolicy: what is not named has its default. Kept; there are no passwords."""
    chosen = {name: params.get(name, default) for name, default in _PASSWORD_DEFAULTS.items()}
    chosen |= {name: params[name] for name in _OPTIONAL if name in params}
    await iam.write(
        lambda connection: accounts.save(connection, call.account, accounts.PASSWORD_POLICY, chosen)
    )
    return {}


def get_account_password_policy(iam: Iam, call: Call, _params: Params) -> Params:
    """GetAccountPasswordPolicy"""
    found = iam.read(
        lambda connection: accounts.find(connection, call.account, accounts.PASSWORD_POLICY)
    )
    if found is None:
        raise _no_password_policy(call)
    return {"PasswordPolicy": found | {"ExpirePasswords": "MaxPasswordAge" in found}}


async def delete_account_password_policy(iam: Iam, call: Call, _params: Params) -> Params:
    """DeleteAccountPasswordPolicy"""

    def work(connection: Connection) -> None:
        if not accounts.delete(connection, call.account, accounts.PASSWORD_POLICY):
            raise _no_password_policy(call)

    await iam.write(work)
    return {}


def _no_password_policy(call: Call) -> AwsError:
    return errors.NO_SUCH_ENTITY(
        f"The Password Policy with domain name {call.account} cannot be found."
    )


def get_account_summary(iam: Iam, call: Call, _params: Params) -> Params:
    """GetAccountSummary: what there is, and how much there can be."""

    def work(connection: Connection) -> Params:
        counts = {
            kind.quota: entities.count(connection, call.account, kind)
            for kind in entity.KINDS.values()
        }
        limited = {
            f"{kind.quota}Quota": kind.limit
            for kind in entity.KINDS.values()
            if kind is not entity.OIDC_PROVIDER
        }
        return counts | limited

    return {"SummaryMap": iam.read(work) | _QUOTAS}


_QUOTAS = {
    "AccessKeysPerUserQuota": limits.ACCESS_KEYS_PER_USER,
    "AssumeRolePolicySizeQuota": limits.TRUST_POLICY_CHARACTERS,
    "AttachedPoliciesPerGroupQuota": limits.ATTACHED_POLICIES,
    "AttachedPoliciesPerRoleQuota": limits.ATTACHED_POLICIES,
    "AttachedPoliciesPerUserQuota": limits.ATTACHED_POLICIES,
    "GroupPolicySizeQuota": limits.GROUP_POLICY_CHARACTERS,
    "GroupsPerUserQuota": limits.GROUPS_PER_USER,
    "PolicySizeQuota": limits.MANAGED_POLICY_CHARACTERS,
    "RolePolicySizeQuota": limits.ROLE_POLICY_CHARACTERS,
    "UserPolicySizeQuota": limits.USER_POLICY_CHARACTERS,
    "VersionsPerPolicyQuota": limits.POLICY_VERSIONS,
    "AccountAccessKeysPresent": 0,
    "AccountMFAEnabled": 0,
    "MFADevices": 0,
    "MFADevicesInUse": 0,
    "ServerCertificates": 0,
}
