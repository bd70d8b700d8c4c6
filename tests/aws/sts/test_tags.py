import pytest
from hypothesis import given
from hypothesis import strategies as st

from homeport.aws.protocol.call import AwsError
from homeport.aws.sts import tags

KEYS = st.text(st.sampled_from("abAB:"), min_size=1, max_size=3)


@given(st.lists(KEYS, unique_by=str.lower), st.data())
def test_transitive_tags_are_those_named_and_those_inherited(keys, data):
    named = data.draw(st.lists(st.sampled_from(keys), unique=True)) if keys else []
    params = {
        "Tags": [{"Key": key, "Value": f"v{key}"} for key in keys],
        "TransitiveTagKeys": [key.swapcase() for key in named],
    }
    kept = tags.transitive(params, {"from before": "x"})
    assert kept == {"from before": "x"} | {key: f"v{key}" for key in named}


@given(KEYS)
def test_keys_are_told_apart_without_case(key):
    both = [{"Key": key, "Value": ""}, {"Key": key.swapcase(), "Value": ""}]
    with pytest.raises(AwsError, match="Duplicate tag keys found"):
        tags.transitive({"Tags": both}, {})


@pytest.mark.parametrize(
    ("text", "is_fit"),
    [
        ("", True),
        ("a b", True),
        ("größe 中", True),
        ("a_.:/=+-@", True),
        ("a*", False),
        ("a\n", False),
    ],
)
def test_characters(text, is_fit):
    assert tags.is_fit(text) is is_fit
