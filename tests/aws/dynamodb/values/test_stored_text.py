from hypothesis import given
from tests.aws.dynamodb.values.strategies import wire_items

from homeport.aws.dynamodb.values import attribute, text


@given(wire_items)
def test_stored_text_is_compact_json(item):
    canonical = attribute.item(item)
    stored = text.dump(canonical)
    assert text.load(stored) == canonical
    assert list(text.load(stored)) == list(canonical)


def test_stored_text():
    item = {
        'q"\n': {"S": 'é"\\\0\u2028'},
        "b": {"BOOL": False},
        "c": {"BOOL": True},
        "n": {"NULL": True},
        "m": {"M": {"x": {"L": [{"N": "1"}]}, "s": {"SS": ["a", "b"]}}},
    }
    assert text.dump(item).decode() == (
        '{"q\\"\\n":{"S":"é\\"\\\\\\u0000\u2028"},"b":{"BOOL":false},"c":{"BOOL":true},"n":{"NULL":true},'
        '"m":{"M":{"x":{"L":[{"N":"1"}]},"s":{"SS":["a","b"]}}}}'
    )
    assert text.dump({}) == b"{}"
