"""Which events of a bucket go where."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.aws.s3.notifications.test_rules import FUNCTION, one, read

from homeport.aws.protocol.call import AwsError
from homeport.aws.s3.notifications import names, routes


def compiled(*parts, **more):
    return routes.compile_routes(json.dumps(read(*parts, **more)))


def test_nothing_is_kept():
    assert routes.compile_routes(None) == ()
    assert compiled(EventBridgeConfiguration={}) == ()


def test_a_route_has_the_id_and_the_destination():
    said = {"LambdaFunctionArn": FUNCTION, "Events": ["s3:ObjectCreated:*"], "Id": "f"}
    (route,) = compiled(LambdaFunctionConfigurations=[said])
    assert (route.id, route.arn) == ("f", FUNCTION)


@pytest.mark.parametrize(
    ("asked", "wanted"),
    [
        ("s3:ObjectCreated:*", {names.PUT, names.COPY, names.COMPLETE}),
        ("s3:ObjectCreated:Put", {names.PUT}),
        ("s3:ObjectRemoved:*", {names.DELETE, names.MARKER}),
        ("s3:ObjectTagging:*", {names.TAGGING_PUT, names.TAGGING_DELETE}),
        ("s3:Replication:*", set()),
    ],
)
def test_groups_of_events(asked, wanted):
    (route,) = compiled(one(asked))
    assert route.events == wanted
    assert all(route.takes(event, "key") == (event in wanted) for event in names.HAPPENING)


@pytest.mark.parametrize(
    ("key", "wanted"),
    [
        ("images/a.jpg", True),
        ("images/.jpg", True),
        ("images/a.png", False),
        ("a.jpg", False),
        ("Images/a.jpg", False),
    ],
)
def test_filters(key, wanted):
    (route,) = compiled(one(prefix="images/", suffix=".jpg"))
    assert route.takes(names.PUT, key) is wanted


AFFIX = st.text("ab", max_size=2)
EVENTS = st.lists(st.sampled_from(sorted(names.KNOWN)), min_size=1, max_size=3)
PART = st.builds(
    lambda events, prefix, suffix: one(*events, prefix=prefix, suffix=suffix), EVENTS, AFFIX, AFFIX
)


@given(st.lists(PART, min_size=2, max_size=4), st.text("ab", max_size=4))
def test_no_event_that_is_accepted_has_two_destinations(parts, key):
    try:
        found = compiled(*parts)
    except AwsError:
        return
    for event in names.HAPPENING:
        assert sum(route.takes(event, key) for route in found) <= 1
