import base64
import stat

import pytest
from tests.apiserver import cluster as clusters
from tests.targets.kubernetes.planning import samples

from homeport import errors
from homeport.registry.access import htpasswd
from homeport.targets.kubernetes import users
from homeport.targets.kubernetes.objects import render


@pytest.fixture
def stack(tmp_path):
    with clusters.Cluster(is_stepped=True) as stand_in:
        made = samples.Stack(stand_in, tmp_path)
        yield made
        made.cluster.close()


def find(stack):
    return users.find(stack.chosen, stack.cluster)


def can_log_in(found, password, user="admin"):
    return htpasswd.verify(htpasswd.parse(found.text.encode()), user, password.encode())


def put(stack, text):
    """A Secret of users in the cluster, whoever made it."""
    stack.stand_in.apply(
        {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "registry"}},
        {
            "apiVersion": "v1",
            "kind": "Secret",
            "metadata": {"name": "registry-auth", "namespace": "registry"},
            "data": {"htpasswd": base64.b64encode(text.encode()).decode()},
        },
    )


def test_a_password_is_made_up_and_nothing_is_written(stack):
    found = find(stack)
    assert can_log_in(found, found.password)
    assert (found.is_made_up, found.is_new, len(found.password)) == (
        True,
        True,
        htpasswd.NEW_LENGTH,
    )
    assert not stack.chosen.data.exists()


def test_the_cost_is_one_that_an_ingress_can_pay_at_each_request(stack):
    assert f"$2y${users.COST:02}$" in find(stack).text


def test_what_is_kept_is_for_its_owner_only(stack):
    found = find(stack)
    users.keep(stack.chosen, found)
    file, password = users.file(stack.chosen), users.password_file(stack.chosen)
    modes = [stat.S_IMODE(path.stat().st_mode) for path in (file.parent, file, password)]
    assert modes == [0o700, 0o600, 0o600]
    assert password.read_text() == f"{found.password}\n"


def test_what_is_kept_is_found_again(stack):
    first = find(stack)
    users.keep(stack.chosen, first)
    again = find(stack)
    assert (again.text, again.is_new, again.is_made_up) == (first.text, False, False)


def test_a_lost_folder_is_harmless(stack):
    first = find(stack)
    put(stack, first.text)
    again = find(stack)
    assert (again.text, again.is_new) == (first.text, False)
    assert "Secret registry/registry-auth" in again.note


@pytest.mark.parametrize("text", ["", "no users", "\udcff"])
def test_a_secret_without_users_counts_for_nothing(stack, text):
    put(stack, text.encode("utf-8", "surrogateescape").decode("latin-1"))
    assert find(stack).is_made_up


def test_a_password_that_was_set_is_taken_and_others_stay(stack, monkeypatch):
    users.add(stack.chosen, "eve", "secret")
    monkeypatch.setenv("HOMEPORT_ADMIN_PASSWORD", "chosen one")
    object.__setattr__(stack.chosen.admin, "password", "chosen one")
    found = find(stack)
    assert can_log_in(found, "chosen one")
    assert can_log_in(found, "secret", "eve")
    users.keep(stack.chosen, found)
    assert not find(stack).is_new


def test_a_password_that_was_set_is_put_beside_the_users_of_a_lost_folder(stack):
    put(stack, find(stack).text.replace("admin:", "eve:"))
    object.__setattr__(stack.chosen.admin, "password", "chosen one")
    found = find(stack)
    assert set(htpasswd.parse(found.text.encode())) == {"admin", "eve"}


def test_without_authentication_there_are_no_users(stack):
    stack.set(registry__auth="false")
    assert find(stack) == users.Users("")


def test_a_file_of_ones_own_is_taken(stack, tmp_path):
    own = tmp_path / "own"
    htpasswd.add(own, "eve", "secret", 5)
    stack.set(registry__htpasswd=str(own))
    assert (find(stack).text, find(stack).is_new) == (own.read_text(), False)


def test_the_users_of_a_lost_folder_are_taken_over_before_they_are_edited(stack):
    put(stack, find(stack).text)
    assert users.take_over(stack.chosen, stack.cluster)
    assert not users.take_over(stack.chosen, stack.cluster)
    users.add(stack.chosen, "eve", "secret")
    assert htpasswd.users(users.file(stack.chosen)) == ["admin", "eve"]


def test_the_last_user_that_was_removed_does_not_come_back(stack):
    users.add(stack.chosen, "eve", "secret")
    put(stack, users.file(stack.chosen).read_text())
    htpasswd.remove(users.file(stack.chosen), "eve")
    with pytest.raises(errors.SettingsError, match="nobody could log in"):
        find(stack)
    assert not users.take_over(stack.chosen, stack.cluster)


def test_a_new_password_of_the_admin_is_written_down(stack):
    users.add(stack.chosen, "admin", "another")
    assert users.password_file(stack.chosen).read_text() == "another\n"


def test_a_folder_that_cannot_be_used(stack):
    stack.chosen.data.write_text("a file")
    with pytest.raises(errors.StorageError) as raised:
        users.make_folder(stack.chosen)
    assert "--data" in raised.value.hint


LATIN = b"caf\xe9:$2y$05$" + b"a" * 21 + b"u" + b"a" * 31 + b"\n"
"""A name in another encoding than UTF-8, as old files of users have them."""


def test_a_name_in_any_encoding_goes_through_as_it_is(stack):
    users.make_folder(stack.chosen)
    users.file(stack.chosen).write_bytes(LATIN)
    secret = next(
        obj for obj in render.objects(stack.chosen, find(stack).material)
        if obj["metadata"]["name"] == "registry-auth"
    )  # fmt: skip
    assert base64.b64decode(secret["data"]["htpasswd"]) == LATIN


def test_such_users_are_not_lost_with_the_folder(stack):
    put(stack, "")
    secret = stack.get("Secret", "registry", "registry-auth")
    data = {"htpasswd": base64.b64encode(LATIN).decode()}
    stack.stand_in.world.save({**secret, "data": data})
    assert users.take_over(stack.chosen, stack.cluster)
    assert users.file(stack.chosen).read_bytes() == LATIN


def test_who_can_no_longer_log_in_is_named(stack):
    users.add(stack.chosen, "admin", "secret")
    put(stack, find(stack).text + find(stack).text.replace("admin:", "bob:"))
    assert find(stack).note.endswith("once it is applied: bob.")


def test_a_user_that_was_added_while_a_person_thought_is_not_lost(stack):
    users.add(stack.chosen, "eve", "secret")
    object.__setattr__(stack.chosen.admin, "password", "chosen one")
    found = find(stack)
    users.add(stack.chosen, "bob", "secret")
    with pytest.raises(errors.StorageError, match="in the meantime"):
        users.keep(stack.chosen, found)
    assert htpasswd.users(users.file(stack.chosen)) == ["eve", "bob"]
