"""What a token is asked to be good for, and what it is."""

import pytest

from homeport.registry import errors
from homeport.registry.access.bearer import scopes
from homeport.registry.access.rules import Rules
from homeport.registry.options import Rule

ANN = Rules([Rule(("team/**",), ("pull", "push"), ("ann",))]).user("ann")


@pytest.mark.parametrize(
    ("asked", "wanted"),
    [
        (["repository:team/a:pull,push"], "repository:team/a:pull,push"),
        (["repository:team/a:push,pull,pull"], "repository:team/a:pull,push"),
        (["repository:team/a:pull repository:team/b:push"], "repository:team/a:pull repository:team/b:push"),
        (["repository:team/a:pull", "repository:team/a:push"], "repository:team/a:pull,push"),
        (["repository:team/a:*"], "repository:team/a:pull,push"),
        (["repository:team/a:delete"], ""),
        (["repository:other:pull"], ""),
        (["repository(plugin):team/a:pull"], "repository:team/a:pull"),
        (["registry:catalog:*"], "registry:catalog:*"),
        (["registry:other:*"], ""),
        (["repository:team/a:"], ""),
        (["repository:team/../a:pull"], ""),
        (["nonsense", "a:b", "", ":::"], ""),
        ([], ""),
    ],
)  # fmt: skip
def test_asked_and_granted(asked, wanted):
    granted = scopes.cut(asked, ANN)
    assert granted.text() == wanted
    assert scopes.of_claim(granted.claim()) == granted


def test_claim_is_that_of_the_specification():
    granted = scopes.cut(["repository:team/a:push,pull", "registry:catalog:*"], ANN)
    assert granted.claim() == [
        {"type": "repository", "name": "team/a", "actions": ["pull", "push"]},
        {"type": "registry", "name": "catalog", "actions": ["*"]},
    ]


def test_too_many_scopes():
    with pytest.raises(errors.Failure, match="32 scopes"):
        scopes.cut(["repository:team/a:pull"] * 33, ANN)


def test_bearer_needs_the_token_and_the_right():
    granted = scopes.cut(["repository:team/a:pull"], ANN)
    scoped = scopes.Scoped(ANN, granted)
    assert scoped.may("pull", "team/a")
    assert not scoped.may("push", "team/a")
    assert not scoped.may("pull", "team/b")
    nobody = Rules([]).anonymous
    assert not scopes.Scoped(nobody, granted).may("pull", "team/a")


def test_token_of_an_admin_is_no_admin():
    admin = Rules([], ["root"]).user("root")
    scoped = scopes.Scoped(admin, scopes.cut(["repository:a:*"], admin))
    assert not scoped.is_admin
    assert scoped.may("delete", "a")
    assert not scoped.may("pull", "b")
