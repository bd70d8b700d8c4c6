"""Users changed while the registry runs."""

import asyncio

import pytest

from homeport import errors
from homeport.registry.access import htpasswd
from homeport.registry.access.accounts import Accounts


@pytest.fixture
def path(tmp_path):
    return tmp_path / "auth" / "htpasswd"


async def test_where_there_is_no_file_the_first_user_makes_it(path):
    accounts = Accounts(path)
    assert await accounts.all() == []
    assert await accounts.remove("ann") is False
    assert await accounts.put("ann", "secret") is True
    assert [each.name for each in await accounts.all()] == ["ann"]


async def test_changes_at_once_lose_nothing(path):
    accounts = Accounts(path)
    await asyncio.gather(*(accounts.put(f"u{number}", "secret") for number in range(8)))
    removed = asyncio.gather(accounts.remove("u3"), accounts.put("u4", "another"))
    assert await removed == [True, False]
    assert [each.name for each in await accounts.all()] == [f"u{n}" for n in (0, 1, 2, 4, 5, 6, 7)]


async def test_a_password_that_can_not_be_written_down_is_said(path, tmp_path):
    blocked = tmp_path / "file"
    blocked.write_text("")
    accounts = Accounts(path, keeper="ann", kept=blocked / "admin-password")
    with pytest.raises(errors.StorageError, match="still holds the former one") as caught:
        await accounts.put("ann", "secret")
    assert not isinstance(caught.value, htpasswd.Unwritable)
    assert "secret" not in str(caught.value)
    assert htpasswd.verify(htpasswd.read(path), "ann", b"secret")


async def test_without_a_keeper_nobody_is_kept(path):
    htpasswd.add(path, "ann", "secret", 4)
    (ann,) = await Accounts(path, ("ann",)).all()
    assert (ann.is_admin, ann.is_kept) == (True, False)
    assert not Accounts(path).is_kept("")
