"""Values to draw from, all of them canonical."""

from base64 import b64encode
from decimal import Context, Decimal

from hypothesis import strategies as st

from homeport.aws.dynamodb.values import attribute

EXACT = Context(prec=400)


@st.composite
def decimals(draw):
    """Numbers in the range, with a liking for its ends and for neighbours."""
    digits = draw(st.one_of(st.integers(1, 120), st.integers(1, 10**38 - 1)))
    length = len(str(digits))
    last = st.one_of(
        st.integers(-130, 126 - length), st.integers(-3, 3).map(lambda e: min(e, 126 - length))
    )
    number = Decimal(digits).scaleb(draw(last), EXACT)
    return draw(st.sampled_from([number, number, number.copy_negate(), Decimal(0)]))


texts = st.text(st.characters(codec="utf-8"), max_size=8)
short_texts = st.text("\0\x01aé\U0001f600\uffff", max_size=4)
binaries = st.one_of(
    st.binary(max_size=8), st.lists(st.sampled_from([0, 1, 5, 254, 255])).map(bytes)
)


def plain(number):
    """A number without an exponent."""
    return format(number, "f")


def base64(data):
    return b64encode(data).decode("ascii")


strings = st.one_of(texts, short_texts).map(lambda text: {"S": text})
numbers = decimals().map(lambda number: attribute.value({"N": plain(number)}))
blobs = binaries.map(lambda data: {"B": base64(data)})
scalars = st.one_of(strings, numbers, blobs)

sets = st.one_of(
    st.lists(texts, min_size=1, max_size=4, unique=True).map(lambda members: {"SS": members}),
    st.lists(binaries, min_size=1, max_size=4, unique=True).map(
        lambda members: {"BS": [base64(member) for member in members]}
    ),
    st.lists(decimals(), min_size=1, max_size=4, unique=True).map(
        lambda members: {"NS": [plain(member) for member in members]}
    ),
)
leaves = st.one_of(
    scalars, sets, st.booleans().map(lambda flag: {"BOOL": flag}), st.just({"NULL": True})
)
names = st.text(st.characters(codec="utf-8"), min_size=1, max_size=6)
wire_values = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4).map(lambda content: {"L": content}),
        st.dictionaries(names, inner, max_size=4).map(lambda content: {"M": content}),
    ),
    max_leaves=12,
)
wire_items = st.dictionaries(names, wire_values, max_size=6)
