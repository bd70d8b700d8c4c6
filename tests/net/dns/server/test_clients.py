import pytest

from homeport import clock
from homeport.net.dns.server import clients, limits


@pytest.mark.parametrize(
    ("client", "is_in"),
    [
        ("192.168.1.9", True),
        ("192.169.1.9", False),
        ("::ffff:192.168.1.9", True),
        ("fe80::1%eth0", True),
        ("2001:db8::1", False),
    ],
)
def test_networks(client, is_in):
    assert clients.Clients(("192.168.0.0/16", "fe80::/10")).has(client) == is_in


def test_neighbours_are_counted_together_and_others_not():
    rate = clients.Rate(clock.VirtualClock(), most=2)
    assert [rate.is_over(f"10.0.0.{n}") for n in range(4)] == [False, False, True, True]
    assert not rate.is_over("10.0.1.1")
    assert [rate.is_over(f"fd00::{n}") for n in range(3)] == [False, False, True]
    assert not rate.is_over("fd01::1")


async def test_each_second_begins_anew():
    time = clock.VirtualClock()
    rate = clients.Rate(time, most=1)
    assert [rate.is_over("10.0.0.1"), rate.is_over("10.0.0.1")] == [False, True]
    await time.advance(1)
    assert not rate.is_over("10.0.0.1")


def test_forged_networks_fill_no_memory():
    rate = clients.Rate(clock.VirtualClock())
    for number in range(limits.NETWORKS_COUNTED + 50):
        rate.is_over(f"10.{number >> 8}.{number & 255}.1")
    assert len(rate._counts) == limits.NETWORKS_COUNTED
    assert rate.is_over("192.168.1.1")
