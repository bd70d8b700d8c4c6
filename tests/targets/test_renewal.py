"""The certificate of a stack that runs: it is renewed in time, whatever the clock and the network do."""

import contextlib
import datetime
import logging

import pytest
from cryptography import x509

from homeport.clock import VirtualClock
from homeport.net import names
from homeport.stack import folders, settings
from homeport.targets.local import prepare, stack

DAY_S = 86_400.0
START = datetime.datetime(2026, 3, 1, tzinfo=datetime.UTC).timestamp()


class SetClock(VirtualClock):
    """A machine's clock that is set while timers go on, as they do."""

    off_s = 0.0

    def now(self):
        return super().now() + self.off_s

    def call_at(self, when, callback):
        return super().call_at(when - self.off_s, callback)


@pytest.fixture
def clock():
    return SetClock(START)


@pytest.fixture
def chosen(tmp_path):
    return settings.Settings(data=tmp_path / "data")


class Looking(stack.Renewal):
    def close(self) -> None:
        self.end()


@pytest.fixture
def renewal(chosen, clock):
    prepare.prepare(chosen, clock)
    with contextlib.closing(Looking(chosen, clock)) as made:
        yield made


def leaf(chosen):
    return x509.load_pem_x509_certificate(folders.certificate(chosen).certificate.read_bytes())


@pytest.mark.parametrize(("left_days", "is_renewed"), [(30.6, False), (30.4, True)])
async def test_it_is_renewed_30_days_before_its_end_and_not_before(
    chosen, clock, left_days, is_renewed
):
    prepare.prepare(chosen, clock)
    first = leaf(chosen)
    late = VirtualClock(START + (397 - left_days) * DAY_S)
    with contextlib.closing(Looking(chosen, late)):
        await late.advance(stack.RENEWAL_S)
    assert (leaf(chosen) != first) == is_renewed


@pytest.mark.usefixtures("renewal")
async def test_addresses_that_change_are_named_within_a_minute(chosen, clock, monkeypatch):
    found = prepare.certificate_names(chosen)
    monkeypatch.setattr(names, "certificate_names", lambda *_args, **_more: [*found, "10.1.2.3"])
    await clock.advance(61)
    named = leaf(chosen).extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert "10.1.2.3" in map(str, named.get_values_for_type(x509.IPAddress))


@pytest.mark.usefixtures("renewal")
async def test_a_clock_that_is_set_is_noticed_within_a_minute(chosen, clock):
    first = leaf(chosen)
    clock.off_s = 390 * DAY_S
    await clock.advance(61)
    ahead = leaf(chosen)
    assert ahead.not_valid_before_utc > first.not_valid_after_utc - datetime.timedelta(days=30)
    clock.off_s = 0.0
    await clock.advance(61)
    assert leaf(chosen).not_valid_before_utc < ahead.not_valid_before_utc


@pytest.mark.usefixtures("renewal")
async def test_a_clock_before_the_ca_is_told_and_nothing_is_lost(chosen, clock, caplog):
    first = leaf(chosen)
    clock.off_s = -3 * DAY_S
    with caplog.at_level(logging.ERROR):
        await clock.advance(61)
    assert "and the clock of this machine says 2026-02-26" in caplog.text
    assert leaf(chosen) == first


async def test_a_renewal_that_fails_is_told_and_tried_again(chosen, clock, caplog):
    prepare.prepare(chosen, clock)
    key = folders.of(chosen).certificates / "ca.key"
    kept, first = key.read_bytes(), leaf(chosen)
    late = VirtualClock(START + 380 * DAY_S)
    with contextlib.closing(Looking(chosen, late)), caplog.at_level(logging.ERROR):
        key.write_bytes(b"garbage")
        await late.advance(stack.RENEWAL_S)
        assert "ca.key is not a private key in PEM form" in caplog.text
        assert leaf(chosen) == first
        key.write_bytes(kept)
        await late.advance(stack.RENEWAL_S)
    assert leaf(chosen) != first


async def test_it_ends(chosen, clock, renewal):
    renewal.end()
    key = folders.of(chosen).certificates / "server.crt"
    key.unlink()
    await clock.advance(stack.RENEWAL_S)
    assert not key.exists()
