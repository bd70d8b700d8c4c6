import stat

import pytest

from homeport import errors
from homeport.registry.access import htpasswd
from homeport.stack import folders, settings
from homeport.targets.local import component, prepare


@pytest.fixture
def chosen(tmp_path):
    return settings.Settings(data=tmp_path / "data")


def test_the_first_start_makes_folders_ca_and_user(chosen, clock):
    made = prepare.prepare(chosen, clock)
    where = folders.of(chosen)
    assert made.is_new_ca
    assert where.admin_password.read_text() == f"{made.password}\n"
    assert stat.S_IMODE(where.admin_password.stat().st_mode) == 0o600
    assert htpasswd.verify(htpasswd.read(where.htpasswd), "admin", made.password.encode())
    assert all(folder.is_dir() for folder in (where.run, where.logs, where.cloud, where.registry))


def test_the_second_start_makes_nothing(chosen, clock):
    prepare.prepare(chosen, clock)
    assert prepare.prepare(chosen, clock) == prepare.Prepared("", is_new_ca=False)


def test_a_user_that_was_removed_stays_removed(chosen, clock):
    prepare.prepare(chosen, clock)
    htpasswd.remove(folders.of(chosen).htpasswd, "admin")
    prepare.prepare(chosen, clock)
    assert htpasswd.users(folders.of(chosen).htpasswd) == []


def test_a_given_password_counts_at_each_start(chosen, clock):
    for password in ("one", "two"):
        given = settings.Settings(data=chosen.data, admin=settings.Admin("ann", password))
        assert prepare.prepare(given, clock).password == ""
        where = folders.of(given)
        assert htpasswd.verify(htpasswd.read(where.htpasswd), "ann", password.encode())
        assert where.admin_password.read_text() == f"{password}\n"


def test_an_unchanged_password_leaves_the_file_alone(chosen, clock):
    given = settings.Settings(data=chosen.data, admin=settings.Admin("ann", "one"))
    prepare.prepare(given, clock)
    before = folders.of(given).htpasswd.read_bytes()
    prepare.prepare(given, clock)
    assert folders.of(given).htpasswd.read_bytes() == before


def test_a_folder_that_cannot_be_made(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(errors.StorageError, match="Not a directory") as caught:
        prepare.data_folder(tmp_path / "file/data")
    assert "--data" in caught.value.hint


async def test_the_certificate_is_renewed_while_the_stack_runs(chosen, clock):
    prepare.prepare(chosen, clock)
    assert not prepare.certificate(chosen, clock).is_new_certificate
    await clock.advance(370 * 24 * 3600)
    assert prepare.certificate(chosen, clock) == prepare.ca.Ensured(
        is_new_ca=False, is_new_certificate=True
    )


@pytest.mark.parametrize(
    ("host", "url", "reached"),
    [
        ("127.0.0.1", "http://localhost:4566", "127.0.0.1"),
        ("0.0.0.0", "http://localhost:4566", "127.0.0.1"),
        ("::", "http://localhost:4566", "::1"),
        ("10.0.0.1", "http://10.0.0.1:4566", "10.0.0.1"),
        ("fd00::1", "http://[fd00::1]:4566", "fd00::1"),
        ("box.lan", "http://box.lan:4566", "box.lan"),
    ],
)
def test_urls(host, url, reached):
    chosen = settings.Settings(cloud=settings.Cloud(host=host))
    (cloud,) = component.components(chosen, {}, only=["cloud"])
    assert (cloud.url, cloud.host) == (url, reached)


def test_a_component_is_told_its_settings_and_nothing_of_the_shell(tmp_path):
    chosen = settings.Settings(data=tmp_path, admin=settings.Admin(password="secret"))
    environ = {"PATH": "/bin", "SERVICES": "iam", "HOMEPORT_CLOUD_PORT": "1"}
    for one in component.components(chosen, environ):
        assert one.environment["HOMEPORT_DATA"] == str(tmp_path)
        assert one.environment["HOMEPORT_CLOUD_PORT"] == "4566"
        assert "SERVICES" not in one.environment
        assert "secret" not in str(one.environment)
