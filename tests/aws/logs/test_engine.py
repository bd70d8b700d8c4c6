"""Places, tokens, ARNs and batches, by themselves."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from homeport.aws.logs import limits
from homeport.aws.logs.engine import arns, batches, tokens
from homeport.aws.logs.engine.tokens import END_OF_TIME, Place, Token
from homeport.aws.protocol.call import AwsError

numbers = st.integers(0, END_OF_TIME)
places = st.builds(Place, numbers, numbers)


@given(places, st.booleans())
def test_a_token_says_what_was_written(place, is_forward):
    token = Token(is_forward, place)
    assert tokens.read(tokens.write(token)) == token


times = st.integers(10**12, 4 * 10**12)
"""From 2001 to 2096."""


@given(st.builds(Place, times, numbers), st.builds(Place, times, numbers))
def test_ids_of_events_are_in_their_order(one, other):
    ids = [tokens.event_id(*place) for place in (one, other)]
    assert (ids[0] < ids[1]) == (one < other)
    assert all(len(each) == 56 for each in ids)


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_a_hidden_text_is_revealed(text):
    assert tokens.reveal(tokens.hide(text)) == text


@given(st.text())
def test_any_other_token_is_refused_in_one_way(text):
    for read in (tokens.read, tokens.reveal):
        try:
            read(text)
        except AwsError as error:
            said = error.message
        else:
            said = "The specified nextToken is invalid."
        assert said == "The specified nextToken is invalid."


@pytest.mark.parametrize(
    ("identifier", "name"),
    [
        ("g", "g"),
        ("/aws/lambda/f", "/aws/lambda/f"),
        ("arn:aws:logs:r:000000000000:log-group:/a/b", "/a/b"),
        ("arn:aws:logs:r:000000000000:log-group:/a/b:*", "/a/b"),
        ("arn:aws-cn:logs:r:000000000000:log-group:g", "g"),
        ("arn:aws:logs:r:000000000000:log-group:g:log-stream:s", None),
        ("arn:aws:logs:other:000000000000:log-group:g", None),
        ("arn:aws:logs:r:111111111111:log-group:g", None),
        ("arn:aws:logs:r:000000000000:log-group:", None),
    ],
)
def test_what_an_identifier_leads_to(identifier, name):
    assert arns.name_in(identifier, "000000000000", "r") == name


NOW = 1_750_000_000_000
ages = st.integers(-2 * limits.TOO_NEW_MS, limits.TOO_OLD_MS + 10**6)


@given(st.lists(ages, max_size=8), st.sampled_from([None, 86_400_000, 30 * 86_400_000]))
def test_a_batch_is_cut_into_what_is_kept_and_what_is_not(found, retention_ms):
    batch = [batches.draft(NOW - age, "m") for age in sorted(found, reverse=True)]
    oldest = NOW - min(limits.TOO_OLD_MS, retention_ms or limits.TOO_OLD_MS)
    kept = [each for each in batch if oldest <= each.timestamp <= NOW + limits.TOO_NEW_MS]
    if kept and kept[-1].timestamp - kept[0].timestamp > limits.BATCH_SPAN_MS:
        with pytest.raises(AwsError, match="cannot span more than 24 hours"):
            batches.sort_out(batch, NOW, retention_ms)
        return
    cut = batches.sort_out(batch, NOW, retention_ms)
    assert list(cut.kept) == kept
    start = max(cut.too_old_end or 0, cut.expired_end or 0)
    end = len(batch) if cut.too_new_start is None else cut.too_new_start
    assert batch[start:end] == kept


@given(st.text(min_size=1))
def test_the_bytes_of_an_event_are_those_that_are_kept(message):
    draft = batches.draft(NOW, message)
    assert draft.bytes == len(draft.message.encode()) + limits.EVENT_OVERHEAD_BYTES
    if message.encode("utf-8", "ignore").decode() == message:
        assert draft.message == message
