"""Source objects of imports as records, in whatever pieces they come."""

import gzip
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from homeport.aws.dynamodb.backups.imports import compression, records
from homeport.aws.dynamodb.backups.imports.compression import DamagedError
from homeport.aws.dynamodb.backups.imports.records import BrokenError

ITEM = {"id": {"S": "a"}}
LINE = json.dumps({"Item": ITEM}).encode()


def read(form, *pieces):
    found = [record for piece in pieces for record in form.feed(piece)]
    return found + list(form.end())


def items(form, *pieces):
    return [record.item for record in read(form, *pieces)]


def test_a_line_is_an_item():
    assert items(records.JsonLines(), LINE + b"\n" + LINE + b"\n") == [ITEM, ITEM]


def test_the_last_line_needs_no_end():
    assert items(records.JsonLines(), LINE + b"\n" + LINE) == [ITEM, ITEM]


def test_empty_lines_are_nothing():
    assert items(records.JsonLines(), b"\n   \n\r\n" + LINE + b"\r\n") == [ITEM]


def test_several_items_on_one_line():
    """https://github.com/getmoto/moto/blob/master/tests/test_dynamodb/test_dynamodb_import_table.py"""
    assert items(records.JsonLines(), LINE + LINE + b"  " + LINE) == [ITEM] * 3


@pytest.mark.parametrize(
    "line",
    [b'{"Item": ', b'{"NotAnItem": {}}', b'{"Item": []}', b"[]", b"\xff", b"[" * 100_000, b"7"],
)
def test_what_is_no_item_breaks_the_object_off(line):
    form = records.JsonLines()
    found = form.feed(LINE + b"\n" + line + b"\n" + LINE + b"\n")
    assert next(found).item == ITEM
    with pytest.raises(BrokenError):
        next(found)


def test_a_line_without_end_is_not_held_for_ever():
    form = records.JsonLines()
    with pytest.raises(BrokenError, match="too long"):
        feed(form, [b"x" * 1024 * 1024] * 20)


def feed(form, pieces):
    for piece in pieces:
        list(form.feed(piece))


TYPES = {"id": "S", "n": "N"}


def rows(data, **options):
    return read(records.Csv(TYPES, options), data)


def test_rows_below_a_header():
    (record,) = rows(b"id,n,other\na,1,x\n")
    assert record.item == {"id": {"S": "a"}, "n": {"N": "1"}, "other": {"S": "x"}}


def test_another_delimiter_and_a_given_header():
    (record,) = rows(b"a;1", Delimiter=";", HeaderList=["id", "n"])
    assert record.item == {"id": {"S": "a"}, "n": {"N": "1"}}


def test_fields_in_quotes():
    (record,) = rows(b'id,other\r\na,"x, ""y""\nz"\r\n')
    assert record.item["other"] == {"S": 'x, "y"\nz'}


def test_separators_of_unicode_are_no_newlines():
    (record,) = rows("id,other\na,x\u2028y\n".encode())
    assert record.item["other"] == {"S": "x\u2028y"}


def test_a_large_field():
    (record,) = rows(b"id,other\na," + b"x" * 300_000)
    assert len(record.item["other"]["S"]) == 300_000


def test_a_byte_order_mark_is_no_part_of_a_name():
    (record,) = rows("\ufeffid\na\n".encode())
    assert record.item == {"id": {"S": "a"}}


def test_a_row_with_other_columns_is_an_error_of_its_own():
    first, second = rows(b"id,n\na\nb,2\n")
    assert (first.item, first.reason) == (None, "1 columns where the header has 2.")
    assert second.item == {"id": {"S": "b"}, "n": {"N": "2"}}


@pytest.mark.parametrize("data", [b"id\n\xff\n", b'id\n"a\n', b"id\na\rb\n"])
def test_what_is_no_csv_breaks_the_object_off(data):
    with pytest.raises(BrokenError):
        rows(data)


def test_quotes_without_end_are_not_held_for_ever():
    form = records.Csv(TYPES, {})
    with pytest.raises(BrokenError, match="too long"):
        feed(form, [b'"', *[b"x" * 1024 * 1024 + b"\n"] * 20])


texts = st.text(st.characters(exclude_characters="\r\0", exclude_categories=["Cs"]), max_size=8)


@given(st.lists(st.tuples(texts, texts), max_size=6), st.data())
def test_pieces_make_no_difference(fields, data):
    quoted = [[f'"{text.replace(chr(34), chr(34) * 2)}"' for text in row] for row in fields]
    whole = "".join(f"{','.join(row)}\n" for row in quoted).encode()
    cuts = sorted(data.draw(st.lists(st.integers(0, len(whole)), max_size=5)))
    pieces = [whole[a:b] for a, b in zip([0, *cuts], [*cuts, len(whole)], strict=True)]
    form = records.Csv({}, {"HeaderList": ["a", "b"]})
    wanted = [{"a": {"S": first}, "b": {"S": second}} for first, second in fields]
    assert items(form, *pieces) == wanted


def unpacked(data, size):
    packed = compression.of("GZIP")
    pieces = [data[at : at + size] for at in range(0, len(data), size)]
    out = b"".join(part for piece in pieces for part in packed.feed(piece))
    packed.end()
    return out


@pytest.mark.parametrize("size", [1, 7, 1 << 20])
def test_gzip_of_several_members(size):
    data = gzip.compress(b"hello ") + gzip.compress(b"world")
    assert unpacked(data, size) == b"hello world"


def test_gzip_comes_in_bounded_pieces():
    packed = gzip.compress(bytes(10 * 1024 * 1024))
    sizes = [len(part) for part in compression.of("GZIP").feed(packed)]
    assert max(sizes) <= compression.STEP
    assert sum(sizes) == 10 * 1024 * 1024


def test_an_empty_object_is_nothing():
    assert unpacked(b"", 1) == b""


@pytest.mark.parametrize(
    "data",
    [b"plain", gzip.compress(b"x" * 1000, mtime=0)[:-9], gzip.compress(b"a", mtime=0) + b"x"],
)
def test_what_is_no_gzip(data):
    with pytest.raises(DamagedError):
        unpacked(data, 1000)
