import dataclasses
import datetime
import stat

import pytest

from homeport import errors
from homeport.net import ca, files, interfaces
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


async def test_the_certificate_is_renewed_where_it_is_due(chosen, clock):
    prepare.prepare(chosen, clock)
    assert not prepare.certificates(chosen, clock).is_new
    await clock.advance(370 * 24 * 3600)
    assert prepare.certificates(chosen, clock) == prepare.Certificates(is_new=True)


def test_keys_that_others_can_read_are_mended_and_told(chosen, clock):
    prepare.prepare(chosen, clock)
    key = folders.of(chosen).certificates / "ca.key"
    key.chmod(0o640)
    (note,) = prepare.prepare(chosen, clock).notes
    assert f"The key {key} could be read by others" in note
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert prepare.prepare(chosen, clock).notes == ()


def test_all_names_of_the_stack_are_in_the_certificate(chosen):
    named = prepare.certificate_names(chosen)
    assert {*chosen.hosts, "localhost", "*.localhost", "127.0.0.1", "::1"} <= set(named)
    assert "*.s3.localstack.homelab.local" in named
    assert not {"*.registry.homelab.local", "*.s3.traefik.homelab.local"} & set(named)


@pytest.mark.parametrize("component", ["registry", "cloud", "ingress"])
def test_one_that_listens_for_the_network_brings_the_addresses_of_the_machine(
    chosen, monkeypatch, component
):
    monkeypatch.setattr(interfaces, "addresses", lambda: ["10.9.8.7", "fd00::7"])
    its = dataclasses.replace(getattr(chosen, component), host="0.0.0.0")
    opened = dataclasses.replace(chosen, **{component: its})
    assert {"10.9.8.7", "fd00::7"} <= set(prepare.certificate_names(opened))
    assert "10.9.8.7" not in prepare.certificate_names(chosen)


# Certificates of one's own


@pytest.fixture
def pair(tmp_path, clock):
    """A certificate and a key as another CA gives them, good for the names of the stack."""
    now = datetime.datetime.fromtimestamp(clock.now(), datetime.UTC)
    (tmp_path / "own").mkdir()
    ca.ensure(tmp_path / "own", settings.Settings().hosts.components, now)
    return files.server(tmp_path / "own")


def with_own(chosen, pair, *tables):
    its = {"certificate": pair.certificate, "key": pair.key}
    parts = {name: dataclasses.replace(getattr(chosen, name), **its) for name in tables}
    return dataclasses.replace(chosen, **parts)


def test_a_certificate_of_one_s_own_is_for_all_components(chosen, pair, clock):
    given = with_own(chosen, pair, "tls")
    made = prepare.prepare(given, clock)
    assert (made.is_new_ca, made.notes) == (False, ())
    assert list(folders.of(given).certificates.iterdir()) == []
    assert folders.registry_certificate(given) == folders.certificate(given) == pair
    (registry,) = component.components(given, {}, only=["registry"])
    assert registry.has_own_certificate


def test_that_of_the_registry_wins_for_the_registry(chosen, pair, clock, tmp_path):
    given = with_own(chosen, pair, "registry")
    assert prepare.prepare(given, clock).is_new_ca
    assert folders.registry_certificate(given) == pair
    assert folders.certificate(given).certificate.name == "server.crt"
    other = pair._replace(certificate=tmp_path / "other")
    assert folders.registry_certificate(with_own(given, other, "tls")) == pair


@pytest.mark.parametrize("table", ["tls", "registry"])
def test_one_that_cannot_be_used_starts_nothing(chosen, pair, clock, table):
    pair.key.write_bytes((pair.key.parent / "ca.key").read_bytes())
    with pytest.raises(ca.CertificateError, match="do not belong together"):
        prepare.prepare(with_own(chosen, pair, table), clock)
    assert not folders.of(chosen).admin_password.exists()


async def test_one_that_is_over_is_told_and_starts(chosen, pair, clock):
    await clock.advance(400 * 24 * 3600)
    (note,) = prepare.prepare(with_own(chosen, pair, "tls"), clock).notes
    assert "is over since" in note


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
