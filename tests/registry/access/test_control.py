"""The owner of the machine comes in by a file."""

import stat

import pytest

from homeport import errors


async def test_the_file_lets_its_reader_in_as_admin(guarded, tmp_path):
    path = tmp_path / "control"
    home = guarded(control=path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    text = path.read_text().strip()
    assert len(text) >= 43
    request = home.send("GET", "/v2/", token=text)
    assert request.status == 200
    assert (await home.ask("DELETE", "/v2/a/manifests/v1", token=text)).status == 404
    assert (await home.ask("GET", "/v2/_catalog", token=text)).status == 200


async def test_the_owner_gets_no_token(guarded, tmp_path):
    home = guarded(control=tmp_path / "control")
    text = (tmp_path / "control").read_text().strip()
    assert (await home.ask("GET", "/v2/token", token=text)).status == 401


async def test_each_start_has_its_own(guarded, tmp_path):
    path = tmp_path / "control"
    home = guarded(control=path)
    old = path.read_text().strip()
    await home.restart()
    assert path.read_text().strip() != old
    assert (await home.ask("GET", "/v2/", token=old)).status == 401
    assert (await home.ask("GET", "/v2/", token=path.read_text().strip())).status == 200


@pytest.mark.parametrize("text", ["", "x", "é", "\udc80", "x" * 43])
async def test_wrong_ones(guarded, tmp_path, text):
    home = guarded(control=tmp_path / "control")
    assert (await home.ask("GET", "/v2/", token=text)).status == 401


async def test_the_file_goes_with_the_process_but_not_anothers(tools, guarded, tmp_path):
    home, other = tmp_path / "control", tmp_path / "other"
    first, second = guarded(control=home), guarded(control=other)
    other.write_text("another process's")
    await first.registry.close()
    await second.registry.close()
    assert not home.exists()
    assert other.exists()


async def test_memory_shows_no_secret(guarded, tmp_path):
    home = guarded(control=tmp_path / "control")
    text = (tmp_path / "control").read_text().strip()
    home.send("GET", "/v2/", token=text)
    assert text not in repr(vars(home.registry)) + repr(vars(home.registry._gate))


def test_a_place_that_can_not_be_written(guarded, tmp_path):
    with pytest.raises(errors.StorageError, match="could not be written"):
        guarded(control=tmp_path / "none" / "control")
