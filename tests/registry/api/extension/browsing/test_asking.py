"""What can not be asked is refused, by the name of its field; and who may do what anywhere."""

import pytest

from homeport.registry.options import Rule

WRONG = [
    ("catalog?n=0", "n must be a whole number from 1 to 1000"),
    ("catalog?n=1001", "n must be"),
    ("catalog?n=-1", "n must be"),
    ("catalog?n=1.5", "n must be"),
    ("catalog?n=%C2%B2", "n must be"),
    ("catalog?n=" + "9" * 5000, "n must be"),
    ("catalog?offset=10000001", "offset must be a whole number from 0 to 10000000"),
    ("catalog?offset=x", "offset must be"),
    ("catalog?sort=age", "sort must be one of name, bytes, pushed, pulled, tags"),
    ("catalog?order=up", "order must be one of asc, desc"),
    ("catalog?flat=yes", "flat must be one of 0, 1"),
    ("catalog?search=" + "a" * 256, "search must be a text of up to 255 characters"),
    ("catalog?search=%00", "search must be"),
    ("catalog?prefix=UP/x", "prefix must be the beginning of a repository's name"),
    ("catalog?prefix=a//b", "prefix must be"),
    ("catalog?serach=x", "'serach' is no field here"),
    ("repositories/a?n=1", "'n' is no field here"),
    ("tags/a?search=" + "a" * 129, "search must be a text of up to 128 characters"),
    ("tags/a?kind=picture", "kind must be one of image, index, helm"),
    ("tags/a?sort=tags", "sort must be one of name, pushed, created, bytes, pulled, pulls"),
    ("tags/a?platform=" + "a" * 101, "platform must be"),
    ("untagged/a?offset=-1", "offset must be"),
    ("images/a?reference=v1&n=1", "'n' is no field here"),
]


@pytest.mark.parametrize(("place", "message"), WRONG, ids=range(len(WRONG)))
async def test_what_can_not_be_asked(staff, place, message):
    await staff.push_image("a", "v1")
    answer = await staff.call("GET", place)
    assert (answer.status, answer.code) == (400, "UNSUPPORTED")
    assert answer.json["errors"][0]["message"].startswith(message)


@pytest.mark.parametrize(
    ("name", "options", "may"),
    [
        ("ann", {}, (True, True)),
        ("bob", {}, (True, True)),
        ("carl", {}, (False, False)),
        ("ann", {"may_delete": False}, (True, False)),
        ("ann", {"is_readonly": True}, (False, False)),
        ("carl", {"rules": ()}, (True, True)),
        ("carl", {"rules": (Rule(("x",), allow=("push",), users=("carl",)),)}, (True, False)),
    ],
)
async def test_who_may_do_what_anywhere(staff, name, options, may):
    await staff.change(**options)
    staff.be(name)
    told = (await staff.call("GET", "whoami")).json
    assert told == {
        "name": name,
        "is_admin": name == "ann",
        "has_users": True,
        "may": {"push": may[0], "delete": may[1]},
    }


async def test_a_registry_without_users(staff):
    await staff.change(htpasswd=None, rules=())
    staff.authorization = None
    told = (await staff.call("GET", "whoami")).json
    assert (told["has_users"], told["may"]) == (False, {"push": True, "delete": True})
