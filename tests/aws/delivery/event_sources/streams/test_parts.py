import pytest

from homeport.aws.delivery.event_sources.mapping import Answer, Mapping
from homeport.aws.delivery.event_sources.streams import parts
from homeport.aws.delivery.event_sources.streams.parts import Part, Verdict
from homeport.aws.delivery.event_sources.streams.records import Record

ARN = "arn:aws:dynamodb:us-east-1:000000000000:table/t/stream/2026"
RECORDS = [Record(number, number * 1000, b"{}") for number in range(5)]


def mapping(**changes):
    return Mapping("id", ARN, "f", **changes)


def shape(verdict):
    """The numbers of the records of each part, and how often they count as failed."""
    again = [([record.seq for record in part.records], part.failures) for part in verdict.again]
    given_up = verdict.given_up
    return again, given_up and [record.seq for record in given_up.records]


@pytest.mark.parametrize(
    ("changes", "failures", "done", "expected"),
    [
        ({}, 0, 5, ([], None)),
        ({}, 0, 0, ([([0, 1, 2, 3, 4], 1)], None)),
        ({}, 9, 0, ([([0, 1, 2, 3, 4], 10)], None)),
        ({}, 0, 3, ([([3, 4], 1)], None)),
        ({"maximum_retries": 0}, 0, 0, ([], [0, 1, 2, 3, 4])),
        ({"maximum_retries": 1}, 0, 0, ([([0, 1, 2, 3, 4], 1)], None)),
        ({"maximum_retries": 1}, 1, 3, ([], [3, 4])),
        ({"bisects": True, "maximum_retries": 0}, 0, 0, ([([0, 1], 0), ([2, 3, 4], 0)], None)),
        ({"bisects": True, "maximum_retries": 0}, 0, 3, ([([3, 4], 0)], None)),
        ({"bisects": True, "maximum_retries": 0}, 0, 4, ([([4], 0)], None)),
    ],
)
def test_what_comes_of_a_part(changes, failures, done, expected):
    verdict = parts.judge(Part(RECORDS, failures), mapping(**changes), done)
    assert shape(verdict) == expected


def test_one_record_cannot_be_halved():
    verdict = parts.judge(Part(RECORDS[:1]), mapping(bisects=True, maximum_retries=0), 0)
    assert shape(verdict) == ([], [0])


def test_attempts_are_counted():
    assert parts.judge(Part(RECORDS, 0, 2), mapping(), 0).again[0].invocations == 3
    assert parts.judge(Part(RECORDS), mapping(), 5) == Verdict()


@pytest.mark.parametrize(
    ("age_s", "now_ms", "old"), [(-1, 86_402_000, [0, 1]), (60, 62_001, [0, 1, 2]), (60, 0, [])]
)
def test_old_records_are_split_off(age_s, now_ms, old):
    first, rest = parts.split_old(Part(RECORDS, 1, 2), mapping(maximum_age_s=age_s), now_ms)
    assert [record.seq for record in first.records] == old
    assert [*first.records, *rest.records] == RECORDS
    assert (rest.failures, rest.invocations) == (1, 2)


def reported(*records):
    failed = ",".join(f'{{"itemIdentifier":"{record.id}"}}' for record in records)
    return Answer(f'{{"batchItemFailures":[{failed}]}}'.encode())


@pytest.mark.parametrize(
    ("answer", "done"),
    [
        (Answer(b""), 5),
        (Answer(b"", "Unhandled"), 0),
        (Answer(b"nonsense"), 0),
        (reported(RECORDS[3], RECORDS[2]), 2),
        (reported(), 5),
    ],
)
def test_the_lowest_number_that_failed_counts(answer, done):
    assert parts.first_failed(Part(RECORDS), mapping(reports_failures=True), answer) == done


def test_a_report_that_is_not_asked_for_is_not_read():
    assert parts.first_failed(Part(RECORDS), mapping(), reported(RECORDS[0])) == 5
