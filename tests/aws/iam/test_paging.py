import pytest
from hypothesis import given
from hypothesis import strategies as st

from homeport.aws.iam.engine import paging


@given(st.sets(st.text(st.characters(categories=("L", "N")), min_size=1)), st.integers(1, 5))
def test_pages_together_are_the_list(names, limit):
    seen, params = [], {"MaxItems": limit}
    while True:
        page = paging.sliced("Names", params, list(names), str, str)
        assert len(page["Names"]) <= limit
        seen += page["Names"]
        if not page["IsTruncated"]:
            break
        params = {"MaxItems": limit, "Marker": page["Marker"]}
    assert seen == sorted(names)


@pytest.mark.parametrize("marker", ["!", "a", "/w=="])
async def test_a_marker_that_was_not_given_out(client, marker):
    error = await client.refused("ListRoles", Marker=marker)
    assert (error.code, error.message) == ("ValidationError", "Invalid Marker.")


async def test_lists_go_by_name_and_path(client):
    for name, path in (("B", "/x/"), ("a", "/"), ("c", "/x/y/")):
        await client.role(name, Path=path)

    async def names(**params):
        return [role["RoleName"] for role in (await client("ListRoles", **params))["Roles"]]

    assert await names() == ["a", "B", "c"]
    assert await names(PathPrefix="/x") == ["B", "c"]
    assert await names(PathPrefix="/x/y/") == ["c"]
    first = await client("ListRoles", MaxItems=2)
    assert await names(Marker=first["Marker"]) == ["c"]
