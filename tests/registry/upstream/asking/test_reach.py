"""What an upstream leads to may not be of this machine, unless it is itself."""

import pytest

from homeport.clock import VirtualClock
from homeport.edge import http
from homeport.registry.options import Upstream
from homeport.registry.upstream.asking import reach
from homeport.registry.upstream.asking.errors import Wrong
from homeport.registry.upstream.asking.redirects import Target
from homeport.registry.upstream.asking.wire import Wire


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "127.9.9.9", "169.254.169.254", "0.0.0.0", "::1", "::", "fe80::1%eth0", "::ffff:127.0.0.1"],
)  # fmt: skip
def test_this_machine(address):
    assert reach.is_here(address)
    limit = reach.Reach("https://up.test:5000")
    limit.check("up.test", "192.0.2.1")
    with pytest.raises(Wrong, match=r"leads to cdn\.test"):
        limit.check("cdn.test", address)


@pytest.mark.parametrize("address", ["192.0.2.1", "10.0.0.1", "2001:db8::1", "fd00::1"])
def test_elsewhere(address):
    assert not reach.is_here(address)
    reach.Reach("https://up.test").check("cdn.test", address)


def test_an_upstream_that_is_here_may_lead_to_here():
    limit = reach.Reach("http://UP.test")
    limit.check("up.test", "127.0.0.1")
    limit.check("cdn.test", "127.0.0.1")


@pytest.mark.parametrize("scheme", ["http", "https"])
async def test_nothing_is_sent_where_it_may_not_lead(double, monkeypatch, scheme):
    """As if 127.0.0.1, where the double is, were elsewhere, and localhost were here."""
    here = []
    monkeypatch.setattr(reach, "is_here", lambda _: bool(here))
    port = double.url.rpartition(":")[2]
    inside = f"{scheme}://localhost:{port}/inside"
    double.answers["/blob"] = lambda _: here.append(1) or http.Response(307, [("Location", inside)])
    asked = Target(f"{double.url}/blob", {})
    with pytest.raises(Wrong, match="localhost"):
        await Wire(Upstream("up", double.url), VirtualClock()).open(asked)
    assert not double.asked("GET", "/inside")
