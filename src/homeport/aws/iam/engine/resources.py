"""Resources in policies, and AWS's words for those that cannot be.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html
"""

from __future__ import annotations

import re

_PARTITION = re.compile(r"aws|aws-[a-z-]+|\*")
_IAM_PATHS = (
    "user/",
    "federated-user/",
    "role/",
    "group/",
    "instance-profile/",
    "mfa/",
    "server-certificate/",
    "policy/",
    "sms-mfa/",
    "saml-provider/",
    "oidc-provider/",
    "report/",
    "access-report/",
)
_S3_WITH_REGION = "accesspoint/"


def is_legacy(resource: str) -> bool:
    """Whether the older parser of AWS takes it. What it is not given counts as taken."""
    parts = resource.split(":")
    if len(parts) < 3 or not _PARTITION.fullmatch(parts[1]):
        return True
    return (len(parts) > 5 or "::" not in resource) and parts[2] != ""


def fault(resource: str) -> str | None:
    """AWS's words for what is wrong with a resource; None where it is well."""
    if resource == "*":
        return None
    _, colon, rest = resource.partition(":")
    if not colon:
        return f'Resource {resource} must be in ARN format or "*".'
    partition, _, rest = rest.partition(":")
    if not _PARTITION.fullmatch(partition):
        parts = rest.split(":", 3) if rest else []
        shown = ":".join(parts + ["*"] * (4 - len(parts)))
        return f'Partition "{partition}" is not valid for resource "arn:{partition}:{shown}".'
    vendor, _, rest = rest.partition(":")
    if not vendor:
        return "Resource vendor must be fully qualified and cannot contain regexes."
    region, _, rest = rest.partition(":")
    return _fault_of_vendor(resource, vendor, region, rest.partition(":")[2])


def _fault_of_vendor(resource: str, vendor: str, region: str, path: str) -> str | None:
    if vendor == "iam":
        if region:
            return f"IAM resource {resource} cannot contain region information."
        # What stands in the place of a wildcard is not known.
        if path != "*" and not path.startswith((*_IAM_PATHS, "root", "*", "?", "$")):
            return f'IAM resource path must either be "*" or start with {", ".join(_IAM_PATHS)}.'
    if vendor == "s3" and region and not path.startswith(_S3_WITH_REGION):
        return f"Resource {resource} can not contain region information."
    return None
