"""Which upstream a name is of: whole components, the longest prefix."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from homeport.clock import VirtualClock
from homeport.errors import SettingsError
from homeport.registry.options import Upstream
from homeport.registry.upstream.names import Names
from homeport.registry.upstream.source import Source

COMPONENTS = st.sampled_from(["a", "b", "docker.io", "docker", "io"])
PATHS = st.lists(COMPONENTS, min_size=1, max_size=4).map("/".join)


class Bare:
    """As much of a source as names need."""

    def __init__(self, prefix):
        self.prefix = prefix


def names(*prefixes):
    return Names([Bare(prefix) for prefix in prefixes])


@given(st.sets(PATHS | st.just(""), max_size=5), PATHS)
def test_the_longest_prefix_of_whole_components(prefixes, name):
    fitting = [it for it in prefixes if it == "" or name.startswith(it + "/")]
    place = names(*prefixes).find(name)
    if not fitting:
        assert place is None
        return
    longest = max(fitting, key=len)
    assert place.source.prefix == longest
    assert place.name == name
    assert (f"{longest}/" if longest else "") + place.remote == name


@given(st.sets(PATHS, max_size=5), PATHS, PATHS)
def test_a_name_with_a_namespace_is_found_there(prefixes, name, namespace):
    known = names(*prefixes)
    renamed = known.rename(name, namespace)
    if namespace not in prefixes:
        assert renamed == name
    else:
        assert renamed.startswith(namespace + "/")
        assert known.rename(renamed, namespace) == renamed


def test_some():
    known = names("docker.io", "docker.io/mine", "ghcr.io")
    assert known.find("docker.io/library/alpine").remote == "library/alpine"
    assert known.find("docker.io/mine/a").remote == "a"
    assert known.find("docker.iox/a") is None
    assert known.find("docker.io") is None
    assert known.find("team/app") is None
    assert known.rename("library/alpine", "docker.io") == "docker.io/library/alpine"
    assert known.rename("library/alpine", "quay.io") == "library/alpine"


@pytest.mark.parametrize("prefix", ["Docker.io", "localhost:5000", "a//b", "../x"])
def test_a_prefix_that_begins_no_name_is_refused(prefix):
    with pytest.raises(SettingsError, match="prefix"):
        names(prefix)


def test_a_prefix_that_comes_twice_is_refused():
    with pytest.raises(SettingsError, match="Two upstreams"):
        names("a", "a")


def test_slashes_around_a_prefix_do_not_matter():
    assert Source(Upstream("/up/", "http://x.test"), VirtualClock()).prefix == "up"


@pytest.mark.parametrize(
    "url",
    ["registry.test", "ftp://x.test", "https://", "https://ann:secret@x.test", "http://x.test:x"],
)
def test_an_address_that_is_none_is_refused_without_being_shown(url):
    with pytest.raises(SettingsError) as raised:
        Source(Upstream("up", url), VirtualClock())
    assert "secret" not in str(raised.value)


def test_a_certificate_that_can_not_be_read_is_named(tmp_path):
    with pytest.raises(SettingsError, match=r"missing\.pem"):
        Source(Upstream("up", "https://x.test", ca=tmp_path / "missing.pem"), VirtualClock())


async def test_without_upstreams_the_end_points_are_as_they_were(tmp_path, upstreams):
    registry, mirror = upstreams.opened(tmp_path / "plain", [], clock=VirtualClock())
    assert {type(getattr(mirror, part)).__module__ for part in ("blobs", "manifests", "tags")} == {
        "homeport.registry.api.blobs",
        "homeport.registry.api.manifests",
        "homeport.registry.api.tags",
    }
    await mirror.start()
    await mirror.close()
    await registry.close()
