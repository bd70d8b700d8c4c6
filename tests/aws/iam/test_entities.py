"""ARNs and ids of things, and what an ARN names."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from homeport.aws.iam.engine import entity, managed
from homeport.aws.iam.engine.entity import Entity
from homeport.aws.iam.iam import unique_id

NAMES = st.from_regex(r"[A-Za-z0-9_+=,.@-]{1,64}", fullmatch=True)
PATHS = st.from_regex(r"/([A-Za-z0-9._-]{1,8}/){0,3}", fullmatch=True)
NAMED = [kind for kind in entity.KINDS.values() if kind is not entity.OIDC_PROVIDER]


@given(st.sampled_from(NAMED), NAMES, PATHS)
def test_an_arn_names_its_thing(kind, name, path):
    arn = Entity(kind, "123456789012", name, path, "id", 0).arn
    assert entity.name_in(arn, kind, "123456789012") == name
    assert entity.name_in(arn, kind, "000000000000") is None
    others = [other for other in NAMED if other is not kind]
    assert {entity.name_in(arn, other, "123456789012") for other in others} == {None}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "r",
        "arn:aws:iam::1:role",
        "arn:aws:iam::1:role/",
        "arn:aws:sts::1:role/r",
        "x:aws:iam::1:role/r",
    ],
)
def test_what_is_no_arn_names_nothing(text):
    assert entity.name_in(text, entity.ROLE, "1") is None


def test_ids_have_the_form_of_aws():
    ids = {unique_id(kind.prefix) for kind in NAMED for _ in range(50)}
    assert len(ids) == 50 * len(NAMED)
    assert all(re.fullmatch(r"A(ROA|IDA|GPA|NPA|IPA)[A-Z0-9]{17}", id_) for id_ in ids)


@pytest.mark.parametrize(
    ("arn", "is_managed", "is_known"),
    [
        ("arn:aws:iam::aws:policy/AdministratorAccess", True, True),
        ("arn:aws-cn:iam::aws:policy/AdministratorAccess", True, True),
        ("arn:aws:iam::aws:policy/job-function/Billing", True, True),
        ("arn:aws:iam::aws:policy/Billing", False, False),
        ("arn:aws:iam::aws:policy/a/b/New", True, False),
        ("arn:aws:iam::aws:policy/", False, False),
        ("arn:aws:iam::aws:policy/a b", False, False),
        ("arn:aws:iam::123456789012:policy/p", False, False),
        ("arn:aws:iam::aws:role/r", False, False),
    ],
)
def test_policies_of_aws_are_told_by_their_arn(arn, is_managed, is_known):
    assert (managed.is_managed(arn), managed.is_known(arn)) == (is_managed, is_known)
