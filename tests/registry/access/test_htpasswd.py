"""The users' file: what can log in, what can not, and that a change is whole."""

import stat
import threading

import bcrypt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from homeport import errors
from homeport.registry.access import htpasswd

COST = 4


@pytest.fixture
def path(tmp_path):
    return tmp_path / "auth" / "htpasswd"


def test_no_file_has_no_users(path):
    assert htpasswd.users(path) == []


def test_added_user_can_log_in(path):
    htpasswd.add(path, "ann", "secret", COST)
    known = htpasswd.read(path)
    assert htpasswd.verify(known, "ann", b"secret")
    assert not htpasswd.verify(known, "ann", b"Secret")
    assert not htpasswd.verify(known, "bob", b"secret")


def test_default_cost_is_10(path):
    htpasswd.add(path, "ann", "secret")
    assert path.read_text().startswith("ann:$2y$10$")


def test_second_add_gives_a_new_password(path):
    htpasswd.add(path, "ann", "old", COST)
    htpasswd.add(path, "bob", "his", COST)
    htpasswd.add(path, "ann", "new", COST)
    known = htpasswd.read(path)
    assert sorted(known) == ["ann", "bob"]
    assert htpasswd.verify(known, "ann", b"new")
    assert not htpasswd.verify(known, "ann", b"old")


def test_only_its_owner_may_read_the_file(path):
    htpasswd.add(path, "ann", "secret", COST)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [file.name for file in path.parent.iterdir()] == ["htpasswd"]


def test_removed_user_is_gone_and_comments_stay(path):
    path.parent.mkdir()
    path.write_text("# the team\n\n")
    htpasswd.add(path, "ann", "secret", COST)
    htpasswd.add(path, "bob", "secret", COST)
    htpasswd.remove(path, "ann")
    assert htpasswd.users(path) == ["bob"]
    assert path.read_text().startswith("# the team\n")


def test_removing_nobody_is_an_error(path):
    with pytest.raises(errors.SettingsError, match="no user 'ann'"):
        htpasswd.remove(path, "ann")


@pytest.mark.parametrize("user", ["", "a:b", " a", "a ", "a\nb", "#a", "a\x85b", "ä" * 128])
def test_bad_user_names_are_refused(path, user):
    with pytest.raises(errors.SettingsError, match="user name"):
        htpasswd.add(path, user, "secret", COST)
    assert not path.exists()


@pytest.mark.parametrize("password", ["", "x" * 73, "ä" * 37, "a\0b", "a\nb"])
def test_bad_passwords_are_refused(path, password):
    with pytest.raises(errors.SettingsError, match="password"):
        htpasswd.add(path, "ann", password, COST)


@pytest.mark.parametrize("cost", [3, 32])
def test_bad_costs_are_refused(path, cost):
    with pytest.raises(errors.SettingsError, match="cost"):
        htpasswd.add(path, "ann", "secret", cost)


@pytest.mark.parametrize(
    "hashed",
    [
        "{SHA}W6ph5Mm5Pz8GgiULbPgzG37mj9g=",
        "$apr1$x$abc",
        "plain",
        "$2x$05$" + "a" * 53,
        "$2y$04$short",
        "$2y$99$" + "a" * 53,
        "$2y$04$" + "ä" * 53,
        "",
    ],
)
def test_only_bcrypt_entries_count(hashed):
    assert htpasswd.parse(f"ann:{hashed}\n".encode()) == {}


@pytest.mark.parametrize("prefix", [b"2a", b"2b", b"2y"])
def test_each_prefix_of_bcrypt_is_known(prefix):
    hashed = bcrypt.hashpw(b"secret", bcrypt.gensalt(COST)).replace(b"2b", prefix, 1)
    known = htpasswd.parse(b"ann:" + hashed + b"\r\n")
    assert htpasswd.verify(known, "ann", b"secret")


def test_long_passwords_count_up_to_bcrypts_limit():
    known = {"ann": bcrypt.hashpw(b"x" * 72, bcrypt.gensalt(COST))}
    assert htpasswd.verify(known, "ann", b"x" * 80)


@given(st.binary(max_size=200))
def test_any_file_is_read_without_failing(content):
    htpasswd.parse(content)


def test_concurrent_changes_are_all_kept(path):
    names = [f"user{number}" for number in range(8)]
    threads = [
        threading.Thread(target=htpasswd.add, args=(path, name, "secret", COST)) for name in names
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(htpasswd.users(path)) == names


def test_unreadable_file_is_a_clear_error(tmp_path):
    with pytest.raises(errors.SettingsError, match="could not be read"):
        htpasswd.read(tmp_path)


def test_what_an_unknown_name_costs_tells_nothing(monkeypatch):
    """Where users have different costs, unknown names have them too, in the same measure, each always the same."""
    looked_at = []
    monkeypatch.setattr(bcrypt, "checkpw", lambda _, hashed: looked_at.append(hashed[4:6]))
    known = {f"u{number}": b"$2b$0%d$" % (4 + number % 4 // 3) for number in range(8)}
    for number in range(800):
        htpasswd.verify(known, f"x{number // 2}", b"secret")
    assert looked_at[::2] == looked_at[1::2]
    assert 40 < looked_at[::2].count(b"05") < 170
