"""Errors of Parameter Store: the code of the model, the status, the usual message.

Texts without a link are those of the model's own documentation of the error:
https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_PutParameter.html#API_PutParameter_Errors
"""

from __future__ import annotations

from homeport.aws.protocol.call import AwsError, ErrorKind

VALIDATION = ErrorKind("ValidationException", 400, "The request isn't valid.")
ACCESS_DENIED = ErrorKind("AccessDeniedException", 400, "Access denied.")
ALREADY_EXISTS = ErrorKind(
    "ParameterAlreadyExists",
    400,
    "The parameter already exists. To overwrite this value, set the overwrite option in the request to true.",
)
NOT_FOUND = ErrorKind("ParameterNotFound", 400, "The parameter couldn't be found.")
VERSION_NOT_FOUND = ErrorKind(
    "ParameterVersionNotFound", 400, "The specified parameter version wasn't found."
)
MAX_VERSIONS = ErrorKind("ParameterMaxVersionLimitExceeded", 400, "There are too many versions.")
LABEL_LIMIT = ErrorKind(
    "ParameterVersionLabelLimitExceeded",
    400,
    "A parameter version can have maximum 10 labels.Move one or more labels to another version and try again.",
)
"""https://github.com/getmoto/moto/blob/master/tests/test_ssm/test_ssm.py"""
PARAMETER_LIMIT = ErrorKind(
    "ParameterLimitExceeded",
    400,
    "You have exceeded the number of parameters for this Amazon Web Services account.",
)
HIERARCHY_LEVELS = ErrorKind(
    "HierarchyLevelLimitExceededException", 400, "A hierarchy can have a maximum of 15 levels."
)
INVALID_PATTERN = ErrorKind(
    "InvalidAllowedPatternException",
    400,
    "The request doesn't meet the regular expression requirement.",
)
PATTERN_MISMATCH = ErrorKind(
    "ParameterPatternMismatchException", 400, "The parameter name isn't valid."
)
POLICIES_LIMIT = ErrorKind(
    "PoliciesLimitExceededException",
    400,
    "You specified more than the maximum number of allowed policies for the parameter. The maximum is 10.",
)
INVALID_POLICY_TYPE = ErrorKind(
    "InvalidPolicyTypeException",
    400,
    "The policy type isn't supported. Parameter Store supports the following policy types: "
    "Expiration, ExpirationNotification, and NoChangeNotification.",
)
INVALID_POLICY_ATTRIBUTE = ErrorKind(
    "InvalidPolicyAttributeException", 400, "A policy attribute or its value is invalid."
)
INVALID_FILTER_KEY = ErrorKind("InvalidFilterKey", 400, "The specified key isn't valid.")
INVALID_FILTER_OPTION = ErrorKind(
    "InvalidFilterOption",
    400,
    "The specified filter option isn't valid. Valid options are Equals and BeginsWith. "
    "For Path filter, valid options are Recursive and OneLevel.",
)
INVALID_FILTER_VALUE = ErrorKind(
    "InvalidFilterValue", 400, "The filter value isn't valid. Verify the value and try again."
)
INVALID_NEXT_TOKEN = ErrorKind("InvalidNextToken", 400, "The specified token isn't valid.")
INVALID_RESOURCE_TYPE = ErrorKind(
    "InvalidResourceType",
    400,
    "The resource type isn't valid. For example, if you are attempting to tag an EC2 instance, "
    "the instance must be a registered managed node.",
)
INVALID_RESOURCE_ID = ErrorKind(
    "InvalidResourceId",
    400,
    "The resource ID isn't valid. Verify that you entered the correct ID and try again.",
)
TOO_MANY_TAGS = ErrorKind(
    "TooManyTagsError",
    400,
    "The Targets parameter includes too many tags. Remove one or more tags and try the command again.",
)


def not_found(name: str) -> AwsError:
    """A parameter that is not there: https://github.com/getmoto/moto/blob/master/tests/test_ssm/test_ssm.py"""
    return NOT_FOUND(f"Parameter {name} not found.")


def version_not_found(selector: str | int, name: str) -> AwsError:
    """A version that is not there, in the same file."""
    return VERSION_NOT_FOUND(
        f"Systems Manager could not find version {selector} of {name}. Verify the version and try again."
    )
