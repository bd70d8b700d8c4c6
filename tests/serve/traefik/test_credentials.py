"""The credentials of a DNS provider."""

import pytest

from homeport import errors
from homeport.serve.traefik import credentials


def written(tmp_path, content, mode=0o600):
    path = tmp_path / "acme.env"
    path.write_bytes(content)
    path.chmod(mode)
    return path


def test_there_need_be_none():
    assert credentials.read(None) == {}


def test_variables(tmp_path):
    content = b"# of the provider\n\nCF_TOKEN=a=b c\n export NAME=\"quoted\"\nEMPTY=\nB='x'\n"
    assert credentials.read(written(tmp_path, content)) == {
        "CF_TOKEN": "a=b c",
        "NAME": "quoted",
        "EMPTY": "",
        "B": "x",
    }


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660])
def test_one_that_others_can_read_is_refused(tmp_path, mode):
    with pytest.raises(errors.SettingsError, match="can be read by others") as caught:
        credentials.read(written(tmp_path, b"A=secret", mode))
    assert "chmod 600" in str(caught.value)


@pytest.mark.parametrize("content", [b"secret", b"A=1\n=secret", b"A B=secret", b"A=se\0cret"])
def test_what_is_no_variable_is_named_by_its_line_alone(tmp_path, content):
    with pytest.raises(errors.SettingsError, match="is no NAME=value in line") as caught:
        credentials.read(written(tmp_path, content))
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("content", [b"\xff", b"A=" + b"x" * 70_000])
def test_what_is_no_such_file(tmp_path, content):
    with pytest.raises(errors.SettingsError, match=r"acme\.env"):
        credentials.read(written(tmp_path, content))


def test_one_that_is_not_there(tmp_path):
    with pytest.raises(errors.SettingsError, match="cannot be read: No such file"):
        credentials.read(tmp_path / "acme.env")
