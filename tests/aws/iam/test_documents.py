"""Policy documents that AWS refuses, with its words, and such that it takes."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from homeport.aws.iam.engine import documents
from homeport.aws.protocol.call import AwsError

STATEMENT = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::b/*"}


def policy(*statements, **more):
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)} | more)


def changed(**members):
    """A policy whose one statement has other members; None takes one away."""
    whole = STATEMENT | members
    return policy({name: value for name, value in whole.items() if value is not None})


SYNTAX = "Syntax errors in policy."
LEGACY = "The policy failed legacy parsing"
VERSION = "Policy document must be version 2012-10-17 or greater."
ACTIONS = "Policy statement must contain actions."
VENDOR = "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc."


@pytest.mark.parametrize(
    ("document", "text"),
    [
        ("", SYNTAX),
        ("[]", SYNTAX),
        ('{"Version": NaN}', SYNTAX),
        ("[" * 100_000, SYNTAX),
        (policy(STATEMENT, Extra=1), SYNTAX),
        (policy(STATEMENT, Version="2013-10-17"), SYNTAX),
        (policy(STATEMENT, Id=1), SYNTAX),
        (policy(), SYNTAX),
        (policy("x"), SYNTAX),
        (changed(Effect="Maybe"), SYNTAX),
        (changed(Extra=1), SYNTAX),
        (changed(NotAction="s3:*"), SYNTAX),
        (changed(Action=1), SYNTAX),
        (changed(Sid=1), SYNTAX),
        (changed(Condition=[]), SYNTAX),
        (changed(Condition={"Equals": {"a": "b"}}), SYNTAX),
        (changed(Condition={"StringEquals": {"a": {"b": "c"}}}), SYNTAX),
        (policy(STATEMENT, Version="2008-10-17"), VERSION),
        (changed(Principal="*"), "Policy document should not specify a principal."),
        (changed(Effect="allow"), LEGACY),
        (changed(Resource="arn:aws:s3::b"), LEGACY),
        (changed(Condition={"DateEquals": {"aws:CurrentTime": "today"}}), LEGACY),
        (
            policy(STATEMENT | {"Sid": "a"}, STATEMENT | {"Sid": "a"}),
            "Statement IDs (SID) in a single policy must be unique.",
        ),
        (changed(Action=None), ACTIONS),
        (changed(Action=[]), ACTIONS),
        (changed(Resource="b"), 'Resource b must be in ARN format or "*".'),
        (
            changed(Resource="arn:b:s3:::b"),
            'Partition "b" is not valid for resource "arn:b:s3:::b".',
        ),
        (
            changed(Resource="arn:aws"),
            "Resource vendor must be fully qualified and cannot contain regexes.",
        ),
        (
            changed(Resource="arn:aws:s3:eu-west-1::b"),
            "Resource arn:aws:s3:eu-west-1::b can not contain region information.",
        ),
        (
            changed(Resource="arn:aws:iam:eu-west-1::role/r"),
            "IAM resource arn:aws:iam:eu-west-1::role/r cannot contain region information.",
        ),
        (changed(Action="GetObject"), VENDOR),
        (changed(Action="s3:Get:Object"), "Actions/Condition can contain only one colon."),
        (changed(Action="s 3:GetObject"), "Vendor s 3 is not valid"),
        (changed(Resource=None), "Policy statement must contain resources."),
    ],
)
def test_refused_as_a_managed_policy(document, text):
    with pytest.raises(AwsError) as caught:
        documents.check_managed(document)
    assert (caught.value.code, caught.value.message) == ("MalformedPolicyDocumentException", text)


@pytest.mark.parametrize(
    "document",
    [
        policy(STATEMENT),
        json.dumps({"Version": "2012-10-17", "Statement": STATEMENT}),
        changed(Action=["s3:*", "*"], Resource=["*", "arn:aws:s3:::${aws:username}"]),
        changed(Action=None, NotAction="iam:*"),
        changed(Resource=None, NotResource="arn:aws-cn:s3:::b"),
        changed(Resource="arn:aws:iam::*:role/*"),
        changed(Condition={"ForAllValues:StringLikeIfExists": {"a": ["b", "c"]}}),
        changed(Condition={"Bool": {"aws:SecureTransport": False}}),
        changed(Condition={"DateGreaterThan": {"aws:CurrentTime": "2020-04-01T00:00:00Z"}}),
        changed(Condition={"DateGreaterThan": {"aws:CurrentTime": "1585699200"}}),
        policy(STATEMENT | {"Sid": ""}, STATEMENT | {"Sid": ""}),
    ],
)
def test_taken_as_a_managed_policy(document):
    documents.check_managed(document)


def test_an_inline_policy_may_be_of_the_old_version():
    documents.check_inline(json.dumps({"Statement": STATEMENT}))
    documents.check_inline(policy(STATEMENT, Version="2008-10-17"))


TRUST = {
    "Effect": "Allow",
    "Action": "sts:AssumeRole",
    "Principal": {"Service": "ec2.amazonaws.com"},
}


@pytest.mark.parametrize(
    ("document", "text"),
    [
        ("x", "This policy contains invalid Json"),
        (policy(TRUST, Extra=1), SYNTAX),
        (policy(TRUST | {"Resource": "*"}), "Has prohibited field Resource"),
        (
            policy({"Effect": "Allow", "Action": "sts:AssumeRole"}),
            "Missing required field Principal",
        ),
        (policy({"Effect": "Allow", "Principal": "*"}), ACTIONS),
        (
            policy(TRUST | {"Action": "s3:GetObject"}),
            "AssumeRole policy may only specify STS AssumeRole actions.",
        ),
        (
            policy(TRUST | {"Principal": {"AWS": "nobody"}}),
            'Invalid principal in policy: "AWS":"nobody"',
        ),
        (
            policy(TRUST | {"Principal": {"Service": ["ec2"]}}),
            'Invalid principal in policy: "SERVICE":"ec2"',
        ),
    ],
    ids=range(8),
)
def test_refused_as_a_trust_policy(document, text):
    with pytest.raises(AwsError) as caught:
        documents.check_trust(document)
    assert (caught.value.code, caught.value.message) == ("MalformedPolicyDocumentException", text)


@pytest.mark.parametrize(
    "principal",
    [
        "*",
        {"AWS": "*"},
        {"AWS": ["123456789012", "arn:aws:iam::123456789012:root"]},
        {"AWS": "arn:aws:sts::123456789012:assumed-role/r/s"},
        {"AWS": "AROAJQABLZS4A3QDU576Q"},
        {"Federated": "cognito-identity.amazonaws.com"},
        {"Service": ["lambda.amazonaws.com", "edgelambda.amazonaws.com"]},
    ],
    ids=range(7),
)
def test_taken_as_a_trust_policy(principal):
    actions = ["sts:AssumeRole", "sts:TagSession", "sts:AssumeRoleWithWebIdentity"]
    documents.check_trust(policy(TRUST | {"Principal": principal, "Action": actions}))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)
NAMES = ["Effect", "Action", "Resource", "Principal", "Condition", "Sid", "NotResource"]
VALUES = JSON | st.sampled_from(["Allow", "*", "s3:Get*", "arn:aws:s3:::b", {"AWS": "*"}])
STATEMENTS = st.lists(st.dictionaries(st.sampled_from(NAMES), VALUES)) | JSON


@given(STATEMENTS, st.sampled_from(["check_managed", "check_inline", "check_trust"]))
def test_any_json_is_taken_or_refused_as_a_document(statements, check):
    document = json.dumps({"Version": "2012-10-17", "Statement": statements})
    assert fault(check, document) in (None, "MalformedPolicyDocumentException")


def fault(check, document):
    try:
        getattr(documents, check)(document)
    except AwsError as error:
        return error.code
    return None


def test_white_space_does_not_count():
    assert documents.size('{\r\n\t"a": "b c"\n}') == len('{"a":"bc"}')


def test_documents_are_shown_as_rfc_3986_has_them():
    assert documents.shown("{\"a b\": '~*+/'}") == "%7B%22a%20b%22%3A%20%27~%2A%2B%2F%27%7D"
