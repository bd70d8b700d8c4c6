"""The operations of IAM, by their name in the model."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial

from homeport.aws.iam import account, authorization_details, oidc_providers, tagging
from homeport.aws.iam.engine import entity, names
from homeport.aws.iam.engine.entity import Kind
from homeport.aws.iam.iam import Iam
from homeport.aws.iam.policies import attached, inline, managed, versions
from homeport.aws.iam.principals import (
    access_keys,
    boundaries,
    groups,
    instance_profiles,
    renaming,
    roles,
    service_linked_roles,
    users,
)
from homeport.aws.protocol.call import Call, Params, Service

Function = Callable[[Iam, Call, Params], Params | Awaitable[Params]]


def _tagging(noun: str, kind: Kind) -> dict[str, Function]:
    return {
        f"Tag{noun}": partial(tagging.tag, kind),
        f"Untag{noun}": partial(tagging.untag, kind),
        f"List{noun}Tags": partial(tagging.list_tags, kind),
    }


def _policies(noun: str, kind: Kind) -> dict[str, Function]:
    return {
        f"Put{noun}Policy": partial(inline.put, kind),
        f"Get{noun}Policy": partial(inline.get, kind),
        f"List{noun}Policies": partial(inline.list_, kind),
        f"Delete{noun}Policy": partial(inline.delete, kind),
        f"Attach{noun}Policy": partial(attached.attach, kind),
        f"Detach{noun}Policy": partial(attached.detach, kind),
        f"ListAttached{noun}Policies": partial(attached.list_, kind),
    }


def _boundaries(noun: str, kind: Kind) -> dict[str, Function]:
    return {
        f"Put{noun}PermissionsBoundary": partial(boundaries.put, kind),
        f"Delete{noun}PermissionsBoundary": partial(boundaries.delete, kind),
    }


TABLE: dict[str, Function] = {
    **_tagging("Role", entity.ROLE),
    **_tagging("User", entity.USER),
    **_tagging("Policy", entity.POLICY),
    **_tagging("InstanceProfile", entity.INSTANCE_PROFILE),
    **_tagging("OpenIDConnectProvider", entity.OIDC_PROVIDER),
    **_policies("Role", entity.ROLE),
    **_policies("User", entity.USER),
    **_policies("Group", entity.GROUP),
    **_boundaries("Role", entity.ROLE),
    **_boundaries("User", entity.USER),
    "AddClientIDToOpenIDConnectProvider": oidc_providers.add_client_id,
    "AddRoleToInstanceProfile": instance_profiles.add_role_to_instance_profile,
    "AddUserToGroup": groups.add_user_to_group,
    "CreateAccessKey": access_keys.create_access_key,
    "CreateAccountAlias": account.create_account_alias,
    "CreateGroup": groups.create_group,
    "CreateInstanceProfile": instance_profiles.create_instance_profile,
    "CreateOpenIDConnectProvider": oidc_providers.create_open_id_connect_provider,
    "CreatePolicy": managed.create_policy,
    "CreatePolicyVersion": versions.create_policy_version,
    "CreateRole": roles.create_role,
    "CreateServiceLinkedRole": service_linked_roles.create_service_linked_role,
    "CreateUser": users.create_user,
    "DeleteAccessKey": access_keys.delete_access_key,
    "DeleteAccountAlias": account.delete_account_alias,
    "DeleteAccountPasswordPolicy": account.delete_account_password_policy,
    "DeleteGroup": groups.delete_group,
    "DeleteInstanceProfile": instance_profiles.delete_instance_profile,
    "DeleteLoginProfile": users.get_login_profile,
    "DeleteOpenIDConnectProvider": oidc_providers.delete_open_id_connect_provider,
    "DeletePolicy": managed.delete_policy,
    "DeletePolicyVersion": versions.delete_policy_version,
    "DeleteRole": roles.delete_role,
    "DeleteServiceLinkedRole": service_linked_roles.delete_service_linked_role,
    "DeleteUser": users.delete_user,
    "GetAccessKeyLastUsed": access_keys.get_access_key_last_used,
    "GetAccountAuthorizationDetails": authorization_details.get_account_authorization_details,
    "GetAccountPasswordPolicy": account.get_account_password_policy,
    "GetAccountSummary": account.get_account_summary,
    "GetGroup": groups.get_group,
    "GetInstanceProfile": instance_profiles.get_instance_profile,
    "GetLoginProfile": users.get_login_profile,
    "GetOpenIDConnectProvider": oidc_providers.get_open_id_connect_provider,
    "GetPolicy": managed.get_policy,
    "GetPolicyVersion": versions.get_policy_version,
    "GetRole": roles.get_role,
    "GetServiceLinkedRoleDeletionStatus": service_linked_roles.get_service_linked_role_deletion_status,
    "GetUser": users.get_user,
    "ListAccessKeys": access_keys.list_access_keys,
    "ListAccountAliases": account.list_account_aliases,
    "ListEntitiesForPolicy": attached.list_entities_for_policy,
    "ListGroups": groups.list_groups,
    "ListGroupsForUser": groups.list_groups_for_user,
    "ListInstanceProfiles": instance_profiles.list_instance_profiles,
    "ListInstanceProfilesForRole": instance_profiles.list_instance_profiles_for_role,
    "ListMFADevices": partial(users.list_nothing, "MFADevices"),
    "ListOpenIDConnectProviders": oidc_providers.list_open_id_connect_providers,
    "ListPolicies": managed.list_policies,
    "ListPolicyVersions": versions.list_policy_versions,
    "ListRoles": roles.list_roles,
    "ListSSHPublicKeys": partial(users.list_nothing, "SSHPublicKeys"),
    "ListServiceSpecificCredentials": partial(users.list_nothing, "ServiceSpecificCredentials"),
    "ListSigningCertificates": partial(users.list_nothing, "Certificates"),
    "ListUsers": users.list_users,
    "ListVirtualMFADevices": users.list_virtual_mfa_devices,
    "RemoveClientIDFromOpenIDConnectProvider": oidc_providers.remove_client_id,
    "RemoveRoleFromInstanceProfile": instance_profiles.remove_role_from_instance_profile,
    "RemoveUserFromGroup": groups.remove_user_from_group,
    "SetDefaultPolicyVersion": versions.set_default_policy_version,
    "UpdateAccessKey": access_keys.update_access_key,
    "UpdateAccountPasswordPolicy": account.update_account_password_policy,
    "UpdateAssumeRolePolicy": roles.update_assume_role_policy,
    "UpdateGroup": partial(renaming.update, entity.GROUP),
    "UpdateOpenIDConnectProviderThumbprint": oidc_providers.update_thumbprint,
    "UpdateRole": roles.update_role,
    "UpdateRoleDescription": roles.update_role_description,
    "UpdateUser": partial(renaming.update, entity.USER),
}


def service(iam: Iam) -> Service:
    """IAM for the dispatcher."""
    return Service("iam", {name: partial(_checked, work, iam) for name, work in TABLE.items()})


def _checked(work: Function, iam: Iam, call: Call, params: Params) -> Params | Awaitable[Params]:
    """Runs an operation whose names, paths and documents have characters that they can have."""
    names.check(params)
    return work(iam, call, params)
