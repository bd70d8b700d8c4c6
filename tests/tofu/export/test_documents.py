"""Files are known again, and known to be as they were written."""

import json

import pytest
from tests.tofu.export import stacks

from homeport.tofu.export import documents

TEXT = documents.document({"output": {}})


@pytest.mark.parametrize("path", sorted(stacks.files(names=stacks.NAMES)))
def test_every_file_is_sealed(path):
    text = stacks.files(names=stacks.NAMES)[path]
    assert documents.is_ours(text)
    assert not documents.is_edited(text)
    assert text.count("sha256:") - text.count("sha256:0000") == 1


@pytest.mark.parametrize("change", ["\n", " "])
def test_an_edit_shows(change):
    assert documents.is_ours(TEXT + change)
    assert documents.is_edited(TEXT + change)


def test_line_ends_are_no_edit():
    assert not documents.is_edited(TEXT.replace("\n", "\r\n"))


def test_a_digest_of_zeros_is_an_edit():
    text = json.dumps({"//": documents.MARK})
    assert documents.is_ours(text)
    assert documents.is_edited(text)


@pytest.mark.parametrize("text", ["", "{}", "Made by homeport tofu export", "sha256:" + "0" * 64])
def test_others_have_no_mark(text):
    assert not documents.is_ours(text)
    assert documents.is_edited(text)
