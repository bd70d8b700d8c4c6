"""Access keys tell their account, and no other key looks like one of ours."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from homeport.aws.signing import access_keys

ACCOUNTS = st.integers(0, 10**12 - 1).map("{:012d}".format)


@given(ACCOUNTS, st.sampled_from(["AKIA", "ASIA"]), st.integers(0, 2**24 - 1))
def test_a_key_tells_its_account(account, prefix, random):
    key = access_keys.new(prefix, account, random)
    assert len(key) == 20
    assert key.startswith(prefix)
    assert key.isalnum()
    assert access_keys.account_of(key) == account


@given(ACCOUNTS, st.integers(4, 19), st.sampled_from("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"))
def test_one_changed_character_makes_it_a_key_of_somebody_else(account, place, character):
    key = access_keys.new("ASIA", account, 7)
    changed = key[:place] + character + key[place + 1 :]
    assert access_keys.account_of(changed) == (account if changed == key else None)


def test_the_account_stands_where_it_does_on_aws():
    """As Tal Be'ery found it: https://medium.com/@TalBeerySec/a-short-note-on-aws-key-id-f88cc4317489"""
    body = access_keys.new("ASIA", "581039954779", 0)[4:14]
    bits = "".join(f"{'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.index(c):05b}" for c in body)
    assert int(bits[:48], 2) & 0x7FFFFFFFFF80 == 581039954779 << 7


@pytest.mark.parametrize(
    "key",
    ["", "test", "123456789012", "AKIAIOSFODNN7EXAMPLE", "ASIAY34FZKBOKMUTVV7A", "ASIA" + "A" * 16],
)
def test_other_keys_tell_none(key):
    assert access_keys.account_of(key) is None


def test_secrets_have_the_form_of_aws():
    assert len(access_keys.secret()) == 40
    assert access_keys.secret() != access_keys.secret()
