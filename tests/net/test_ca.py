import asyncio
import datetime
import os
import pathlib
import ssl
import stat
from concurrent import futures

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509 import verification

from homeport.net import ca, files, names

NOW = datetime.datetime(2026, 1, 2, 3, 4, 5, tzinfo=datetime.UTC)
NAMES = names.certificate_names(["registry.homelab.local"], ["127.0.0.1"])
DAY = datetime.timedelta(days=1)


def certificate(folder, name="server.crt"):
    return x509.load_pem_x509_certificate((folder / name).read_bytes())


def contents(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_the_first_start_makes_all_of_it(tmp_path):
    assert ca.ensure(tmp_path, NAMES, NOW) == ca.Ensured(is_new_ca=True, is_new_certificate=True)
    assert sorted(contents(tmp_path)) == ["ca.crt", "ca.key", "server.crt", "server.key"]
    for name in ("ca.key", "server.key"):
        assert stat.S_IMODE((tmp_path / name).stat().st_mode) == 0o600


def test_a_second_start_changes_nothing(tmp_path):
    ca.ensure(tmp_path, NAMES, NOW)
    before = contents(tmp_path)
    later = ca.ensure(tmp_path, NAMES, NOW + 300 * DAY)
    assert later == ca.Ensured(is_new_ca=False, is_new_certificate=False)
    assert contents(tmp_path) == before


def test_of_many_first_starts_at_once_one_makes_it(tmp_path):
    with futures.ThreadPoolExecutor(8) as pool:
        made = [pool.submit(ca.ensure, tmp_path, NAMES, NOW) for _ in range(8)]
    assert sum(one.result().is_new_ca for one in made) == 1
    assert sum(one.result().is_new_certificate for one in made) == 1
    assert ca.flaw(tmp_path, NAMES, NOW) is None


def test_the_certificate_is_what_clients_ask_for(tmp_path):
    ca.ensure(tmp_path, NAMES, NOW)
    leaf = certificate(tmp_path)
    assert leaf.not_valid_after_utc - NOW == 397 * DAY
    store = verification.Store([certificate(tmp_path, "ca.crt")])
    builder = verification.PolicyBuilder().store(store).time(NOW)
    for name in (
        "localhost",
        "a.s3.localhost",
        "registry.homelab.local",
        "x.localhost.localstack.cloud",
    ):
        builder.build_server_verifier(x509.DNSName(name)).verify(leaf, [])


async def test_a_client_that_trusts_the_ca_connects(tmp_path):
    ca.ensure(tmp_path, NAMES, datetime.datetime.now(datetime.UTC))
    serving = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    serving.load_cert_chain(tmp_path / "server.crt", tmp_path / "server.key")
    trusting = ssl.create_default_context(cafile=tmp_path / "ca.crt")

    async def greet(reader, writer):
        writer.write(b"hello")
        await writer.drain()
        writer.close()
        await writer.wait_closed()

    server = await asyncio.start_server(greet, "127.0.0.1", 0, ssl=serving)
    async with server:
        port = server.sockets[0].getsockname()[1]
        for name in ("localhost", "127.0.0.1", "registry.homelab.local"):
            reader, writer = await asyncio.open_connection(
                "127.0.0.1", port, ssl=trusting, server_hostname=name
            )
            assert await reader.read() == b"hello"
            writer.close()
            await writer.wait_closed()


@pytest.mark.parametrize(
    ("hostnames", "when"),
    [
        ([*NAMES, "new.example"], NOW),
        (NAMES[:-1], NOW),
        (NAMES, NOW + 368 * DAY),
        (NAMES, NOW + 500 * DAY),
    ],
)
def test_it_is_renewed_in_time_and_when_names_change_under_the_same_ca_and_key(
    tmp_path, hostnames, when
):
    ca.ensure(tmp_path, NAMES, NOW)
    before, old = contents(tmp_path), certificate(tmp_path)
    assert ca.ensure(tmp_path, hostnames, when).is_new_certificate
    after, new = contents(tmp_path), certificate(tmp_path)
    assert {name for name in before if before[name] != after[name]} == {"server.crt"}
    assert new.serial_number != old.serial_number
    assert new.public_key() == old.public_key()
    assert not ca.ensure(tmp_path, hostnames, when).is_new_certificate


def test_near_the_end_of_the_ca_the_certificate_ends_with_it_and_is_not_renewed_for_ever(tmp_path):
    ca.ensure(tmp_path, NAMES, NOW)
    late = NOW + 3640 * DAY
    assert ca.ensure(tmp_path, NAMES, late).is_new_certificate
    end = certificate(tmp_path, "ca.crt").not_valid_after_utc
    assert certificate(tmp_path).not_valid_after_utc == end
    assert not ca.ensure(tmp_path, NAMES, late).is_new_certificate


def test_a_certificate_of_another_ca_is_replaced(tmp_path):
    ca.ensure(tmp_path, NAMES, NOW)
    (tmp_path / "ca.crt").unlink()
    (tmp_path / "ca.key").unlink()
    other = tmp_path / "other"
    other.mkdir()
    ca.ensure(other, NAMES, NOW)
    for name in ("ca.crt", "ca.key"):
        (other / name).rename(tmp_path / name)
    assert ca.ensure(tmp_path, NAMES, NOW) == ca.Ensured(is_new_ca=False, is_new_certificate=True)


@pytest.mark.parametrize(
    "kept", [["ca.key"], ["ca.key", "ca.crt"], ["ca.key", "ca.crt", "server.key"]]
)
def test_a_first_start_that_was_cut_off_is_completed(tmp_path, kept):
    ca.ensure(tmp_path, NAMES, NOW)
    before = contents(tmp_path)
    for name in set(before) - set(kept):
        (tmp_path / name).unlink()
    ca.ensure(tmp_path, NAMES, NOW)
    after = contents(tmp_path)
    assert sorted(after) == sorted(before)
    assert all(after[name] == before[name] for name in kept)


# What is broken


BREAKS = {
    "garbage": lambda data: b"garbage",
    "empty": lambda data: b"",
    "half": lambda data: data[: len(data) // 2],
    "gone": None,
}


@pytest.mark.parametrize("name", ["ca.crt", "ca.key", "server.crt", "server.key"])
@pytest.mark.parametrize("how", BREAKS)
def test_a_broken_file_is_named_and_nothing_is_written_over(tmp_path, name, how):
    ca.ensure(tmp_path, NAMES, NOW)
    path = tmp_path / name
    if BREAKS[how] is None:
        path.unlink()
    else:
        path.write_bytes(BREAKS[how](path.read_bytes()))
    before = contents(tmp_path)
    if (name, how) == ("server.crt", "gone"):
        return  # is made from the key, above
    with pytest.raises(ca.CertificateError) as caught:
        ca.ensure(tmp_path, NAMES, NOW)
    assert name in str(caught.value)
    assert caught.value.hint
    assert contents(tmp_path) == before


def test_a_key_of_another_certificate(tmp_path):
    ca.ensure(tmp_path, NAMES, NOW)
    (tmp_path / "server.key").write_bytes((tmp_path / "ca.key").read_bytes())
    with pytest.raises(ca.CertificateError, match=r"server\.crt does not belong to the key"):
        ca.ensure(tmp_path, NAMES, NOW)


def test_a_leaf_in_the_place_of_the_ca(tmp_path):
    ca.ensure(tmp_path, NAMES, NOW)
    for end in ("crt", "key"):
        (tmp_path / f"ca.{end}").write_bytes((tmp_path / f"server.{end}").read_bytes())
    with pytest.raises(ca.CertificateError, match="is not the certificate of a CA"):
        ca.ensure(tmp_path, NAMES, NOW)


def test_a_ca_that_has_ended(tmp_path):
    ca.ensure(tmp_path, NAMES, NOW)
    with pytest.raises(
        ca.CertificateError, match="no longer valid since 2035-12-31, and it is 2036"
    ):
        ca.ensure(tmp_path, NAMES, NOW + 4000 * DAY)


def test_a_clock_before_the_ca_is_named_with_both_ways_out(tmp_path):
    ca.ensure(tmp_path, NAMES, NOW)
    before = contents(tmp_path)
    with pytest.raises(ca.CertificateError) as caught:
        ca.ensure(tmp_path, NAMES, NOW - DAY)
    assert (
        "begins at 2026-01-02 02:04 UTC, and the clock of this machine says 2026-01-01"
        in caught.value.what
    )
    assert "timedatectl set-ntp true" in caught.value.hint
    assert "a new one made" in caught.value.hint
    assert contents(tmp_path) == before


def test_a_machine_that_has_not_learned_the_time_makes_no_ca(tmp_path):
    with pytest.raises(ca.CertificateError, match="it says 1970-01-01 00:00 UTC"):
        ca.ensure(tmp_path, NAMES, datetime.datetime.fromtimestamp(0, datetime.UTC))
    assert contents(tmp_path) == {}


def test_a_certificate_of_a_time_to_come_is_made_anew(tmp_path):
    ca.ensure(tmp_path, NAMES, NOW)
    ca.ensure(tmp_path, NAMES, NOW + 390 * DAY)
    found = ca.flaw(tmp_path, NAMES, NOW)
    assert found is not None
    assert found.is_refused
    assert found.text.startswith("It begins at 2027-")
    assert ca.ensure(tmp_path, NAMES, NOW).is_new_certificate
    assert ca.flaw(tmp_path, NAMES, NOW) is None


FLAWS = {
    "another name": (
        [*NAMES, "a.example", "b.example"],
        0,
        "It does not name a.example and 1 more names.",
        False,
    ),
    "a name too many": (NAMES[:-1], 0, "It has names that are not wanted any more.", False),
    "soon over": (NAMES, 380, "It ends at 2027-02-03 03:04 UTC.", False),
    "over": (NAMES, 398, "It is over since 2027-02-03 03:04 UTC.", True),
}


@pytest.mark.parametrize("case", FLAWS)
def test_why_it_is_renewed_is_told_and_nothing_is_written(tmp_path, case):
    hostnames, days, text, is_refused = FLAWS[case]
    ca.ensure(tmp_path, NAMES, NOW)
    before = contents(tmp_path)
    assert ca.flaw(tmp_path, hostnames, NOW + days * DAY) == ca.Flaw(text, is_refused)
    assert contents(tmp_path) == before


def test_nothing_to_renew_where_nothing_was_made(tmp_path):
    assert ca.flaw(tmp_path, NAMES, NOW) is None


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604, 0o660])
def test_a_key_that_others_may_read_is_taken_from_them(tmp_path, mode):
    ca.ensure(tmp_path, NAMES, NOW)
    (tmp_path / "server.key").chmod(mode)
    assert ca.ensure(tmp_path, NAMES, NOW).mended == (tmp_path / "server.key",)
    assert stat.S_IMODE((tmp_path / "server.key").stat().st_mode) == 0o600
    assert ca.ensure(tmp_path, NAMES, NOW).mended == ()


def test_a_key_that_cannot_be_taken_from_others_starts_nothing(tmp_path, monkeypatch):
    ca.ensure(tmp_path, NAMES, NOW)
    (tmp_path / "ca.key").chmod(0o644)

    def refuse(path, mode):
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(pathlib.Path, "chmod", refuse)
    with pytest.raises(
        ca.errors.StorageError, match=r"ca\.key can be read by others, and .* not permitted"
    ):
        ca.ensure(tmp_path, NAMES, NOW)


def test_a_key_of_another_kind(tmp_path):
    key = rsa.generate_private_key(65537, 2048).private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    (tmp_path / "ca.key").write_bytes(key)
    with pytest.raises(ca.CertificateError, match="is not an elliptic curve key"):
        ca.ensure(tmp_path, NAMES, NOW)


def test_a_file_that_cannot_be_read(tmp_path):
    (tmp_path / "ca.key").mkdir()
    with pytest.raises(ca.CertificateError, match="cannot be read: Is a directory"):
        ca.ensure(tmp_path, NAMES, NOW)


# Small files


def test_a_file_is_written_whole_or_not_at_all(tmp_path, monkeypatch):
    path = tmp_path / "file"
    files.write(path, b"old", 0o600)

    def fail(descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(ca.errors.StorageFull):
        files.write(path, b"new", 0o600)
    assert contents(tmp_path) == {"file": b"old"}
