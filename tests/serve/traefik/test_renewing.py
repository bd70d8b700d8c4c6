"""What Traefik is told stays in step with the files behind it."""

import asyncio

import pytest
import yaml
from tests.serve import standing

from homeport import errors
from homeport.clock import VirtualClock
from homeport.net import files
from homeport.registry.access import htpasswd
from homeport.serve.traefik import configuring, renewing


@pytest.fixture
def stack(tmp_path):
    """Files of a stack of which nothing runs."""
    made = standing.Standing(tmp_path)
    made.where.ingress_configuration.mkdir(parents=True)
    return made


@pytest.fixture
def routes(stack):
    made = renewing.Routes(stack.chosen, 8443, configuring.backends(stack.chosen))
    made.write()
    return made


def written(stack):
    return yaml.safe_load(configuring.dynamic_file(stack.where).read_text())


def forget(stack):
    configuring.dynamic_file(stack.where).unlink()


def is_written(stack):
    return configuring.dynamic_file(stack.where).exists()


def test_it_holds_the_certificate_for_its_owner_only(stack, routes):
    pair = written(stack)["tls"]["certificates"][0]
    assert pair["certFile"] == files.server(stack.where.certificates).certificate.read_text()
    assert configuring.dynamic_file(stack.where).stat().st_mode & 0o777 == 0o600


def test_nothing_is_written_while_nothing_changes(stack, routes):
    forget(stack)
    routes.look()
    assert not is_written(stack)


async def test_it_looks_once_a_second(stack, routes):
    clock = VirtualClock()
    looks = []
    routes.look = lambda: looks.append(clock.now())
    keeping = asyncio.ensure_future(routes.keep(clock))
    start = clock.now()
    for _ in range(3):
        await clock.advance(1)
    keeping.cancel()
    assert [look - start for look in looks] == pytest.approx([1, 2, 3])


def add_a_user(stack):
    htpasswd.add(stack.where.htpasswd, "new", "a new password", cost=4)


def renew(stack):
    path = files.server(stack.where.certificates).certificate
    path.write_text(f"{path.read_text()}\n")


@pytest.mark.parametrize("change", [add_a_user, renew])
def test_a_change_is_told(stack, routes, change):
    forget(stack)
    change(stack)
    routes.look()
    assert is_written(stack)


def test_users_that_come_while_half_of_a_pair_is_there_do_not_bring_it_in(stack, routes):
    """Traefik would show a certificate of its own making then."""
    before = written(stack)["tls"]["certificates"]
    files.server(stack.where.certificates).certificate.write_text(stack.ca)
    forget(stack)
    add_a_user(stack)
    routes.look()
    assert written(stack)["tls"]["certificates"] == before


@pytest.mark.parametrize("change", [add_a_user, renew])
def test_what_cannot_be_written_is_tried_again(stack, routes, change, monkeypatch, caplog):
    forget(stack)
    change(stack)
    with monkeypatch.context() as broken:
        broken.setattr(files, "write", full)
        routes.look()
    assert "Traefik goes on with what it has. The disk is full." in caplog.text
    routes.look()
    assert is_written(stack)


def full(path, content, mode):
    raise errors.StorageFull("The disk is full.")


def test_a_pair_that_does_not_fit_is_refused(stack):
    files.server(stack.where.certificates).certificate.write_text(stack.ca)
    with pytest.raises(errors.HomeportError, match="cannot be used with the key"):
        renewing.Routes(stack.chosen, 8443, {})
