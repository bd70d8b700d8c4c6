"""A certificate of the user's own, of any kind and with any fault."""

import datetime

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.x509.oid import NameOID

from homeport.net import ca, files, own

NOW = datetime.datetime(2026, 1, 2, 3, 4, 5, tzinfo=datetime.UTC)
DAY = datetime.timedelta(days=1)
HOSTS = ["registry.example.org", "localstack.example.org"]
NAME = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "somebody")])


def certificate(key, *hosts, begins=-1, ends=90):
    builder = (
        x509.CertificateBuilder()
        .subject_name(NAME)
        .issuer_name(NAME)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(NOW + begins * DAY)
        .not_valid_after(NOW + ends * DAY)
    )
    if hosts:
        named = x509.SubjectAlternativeName([x509.DNSName(host) for host in hosts])
        builder = builder.add_extension(named, critical=False)
    digest = None if isinstance(key, ed25519.Ed25519PrivateKey) else hashes.SHA256()
    return builder.sign(key, digest).public_bytes(serialization.Encoding.PEM)


def pem(key, encryption=None):
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        encryption or serialization.NoEncryption(),
    )


KEY = ec.generate_private_key(ec.SECP256R1())
OTHER = ec.generate_private_key(ec.SECP256R1())


@pytest.fixture
def put(tmp_path):
    def write(chain, key=None, mode=0o600):
        paths = files.Paths(tmp_path / "own.crt", tmp_path / "own.key", is_ca=False)
        paths.certificate.write_bytes(chain)
        paths.key.write_bytes(pem(KEY) if key is None else key)
        paths.key.chmod(mode)
        return paths

    return write


@pytest.mark.parametrize(
    "key",
    [KEY, rsa.generate_private_key(65537, 2048), ed25519.Ed25519PrivateKey.generate()],
    ids=["ec", "rsa", "ed25519"],
)
@pytest.mark.parametrize("hosts", [HOSTS, ["*.example.org"]], ids=["names", "wildcard"])
def test_a_good_one_has_no_remark(put, key, hosts):
    assert own.remarks(put(certificate(key, *hosts), pem(key)), HOSTS, NOW) == []


def test_a_chain_begins_with_its_own(put):
    chain = certificate(KEY, *HOSTS) + certificate(OTHER)
    assert own.remarks(put(chain), HOSTS, NOW) == []
    with pytest.raises(ca.CertificateError, match="does not begin with the certificate of the key"):
        own.remarks(put(certificate(OTHER) + certificate(KEY, *HOSTS)), HOSTS, NOW)


GOOD = certificate(KEY, *HOSTS)
UNUSABLE = {
    "another key": (GOOD, pem(OTHER), "do not belong together"),
    "no certificate": (b"garbage", None, "is not a certificate in PEM form"),
    "empty": (b"", None, "is not a certificate in PEM form"),
    "no key": (GOOD, b"garbage", "is not a private key in PEM form"),
    "a password": (
        GOOD,
        pem(KEY, serialization.BestAvailableEncryption(b"secret")),
        "has a password",
    ),
}


@pytest.mark.parametrize("case", UNUSABLE)
def test_what_cannot_be_used_is_named(put, case):
    chain, key, text = UNUSABLE[case]
    with pytest.raises(ca.CertificateError, match=text) as caught:
        own.remarks(put(chain, key), HOSTS, NOW)
    assert caught.value.hint


def test_files_that_are_not_there(put):
    paths = put(GOOD)
    paths.key.unlink()
    with pytest.raises(ca.CertificateError, match=r"own\.key cannot be read: No such file"):
        own.remarks(paths, HOSTS, NOW)


REMARKS = {
    "over": (
        certificate(KEY, *HOSTS, begins=-90, ends=-1),
        0o600,
        "is over since 2026-01-01",
        True,
    ),
    "to come": (certificate(KEY, *HOSTS, begins=1), 0o600, "begins at 2026-01-03", True),
    "soon over": (certificate(KEY, *HOSTS, begins=-80, ends=9), 0o600, "only you can renew", False),
    "no names": (certificate(KEY), 0o600, "is for no name, not for registry.example.org", False),
    "one name": (
        certificate(KEY, HOSTS[0]),
        0o600,
        "is for registry.example.org, not for localstack.example.org:",
        False,
    ),
    "an open key": (GOOD, 0o644, "can be read by every user of this machine", False),
}


@pytest.mark.parametrize("case", REMARKS)
def test_what_clients_will_complain_of(put, case):
    chain, mode, text, is_refused = REMARKS[case]
    (remark,) = own.remarks(put(chain, mode=mode), HOSTS, NOW)
    assert text in remark.text
    assert remark.is_refused == is_refused
    assert remark.hint


def test_one_that_lives_for_a_week_is_not_always_near_its_end(put):
    chain = certificate(KEY, *HOSTS, begins=-1, ends=6)
    assert own.remarks(put(chain), HOSTS, NOW) == []
    assert own.remarks(put(chain), HOSTS, NOW + 5 * DAY) != []


def test_a_group_may_read_a_key(put):
    assert own.remarks(put(GOOD, mode=0o640), HOSTS, NOW) == []
