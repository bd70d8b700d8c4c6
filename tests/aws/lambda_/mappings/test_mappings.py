"""Event source mappings: test_event_source_mapping_lifecycle, test_event_source_mapping_exceptions, test_function_name_variations,
test_create_event_source_validation, test_duplicate_event_source_mappings, test_fifo_message_group_parallelism."""

import pytest
from tests.aws.lambda_.conftest import ARN

from homeport.aws.lambda_.mappings import positions
from homeport.aws.lambda_.mappings.source import Queue

QUEUE = "arn:aws:sqs:us-east-1:000000000000:q"
STREAM = "arn:aws:dynamodb:us-east-1:000000000000:table/t/stream/2026-01-01T00:00:00.000"
TRIM = {"StartingPosition": "TRIM_HORIZON"}


class Sources:
    """The queues and streams that there are."""

    def queue(self, arn):
        if "none" in arn:
            return None
        return Queue(is_fifo=arn.endswith(".fifo"), visibility_s=2 if "short" in arn else 30)

    def has_stream(self, arn):
        return "none" not in arn


@pytest.fixture
async def made(client):
    client.lambda_.sources = Sources()
    client.told = []
    client.lambda_.on_mapping_changed = client.told.append
    await client.make(Publish=True)
    await client("CreateAlias", FunctionName="f", Name="live", FunctionVersion="1")
    return client


async def map_(client, source=QUEUE, **more):
    return await client(
        "CreateEventSourceMapping", **({"FunctionName": "f", "EventSourceArn": source} | more)
    )


async def test_a_queue(made):
    created = await map_(made)
    uuid = created["UUID"]
    assert created == {
        "UUID": uuid,
        "BatchSize": 10,
        "MaximumBatchingWindowInSeconds": 0,
        "EventSourceArn": QUEUE,
        "EventSourceMappingArn": f"arn:aws:lambda:us-east-1:000000000000:event-source-mapping:{uuid}",
        "FunctionArn": f"{ARN}f",
        "FunctionResponseTypes": [],
        "LastModified": 1_700_000_000.0,
        "State": "Creating",
        "StateTransitionReason": "USER_INITIATED",
    }
    assert await made("GetEventSourceMapping", UUID=uuid) == created | {"State": "Enabled"}
    mapping = made.lambda_.mapping(uuid)
    assert (mapping.kind, mapping.batch_size, mapping.window_s) == ("sqs", 10, 0)
    assert mapping.is_enabled
    assert not mapping.reports_failures
    assert mapping.max_concurrency is None
    assert made.lambda_.mappings() == [mapping]
    gone = await made("DeleteEventSourceMapping", UUID=uuid)
    assert gone["State"] == "Deleting"
    error = await made.refused("GetEventSourceMapping", UUID=uuid)
    assert (error.status, error.message) == (404, "The resource you requested does not exist.")
    assert made.lambda_.mapping(uuid) is None
    assert made.told == [uuid, uuid]


async def test_a_stream(made):
    created = await map_(
        made,
        STREAM,
        BatchSize=1,
        MaximumBatchingWindowInSeconds=1,
        MaximumRetryAttempts=1,
        DestinationConfig={"OnFailure": {"Destination": QUEUE}},
        **TRIM,
    )
    uuid = created["UUID"]
    assert created == {
        "UUID": uuid,
        "BatchSize": 1,
        "BisectBatchOnFunctionError": False,
        "DestinationConfig": {"OnFailure": {"Destination": QUEUE}},
        "EventSourceArn": STREAM,
        "EventSourceMappingArn": f"arn:aws:lambda:us-east-1:000000000000:event-source-mapping:{uuid}",
        "FunctionArn": f"{ARN}f",
        "FunctionResponseTypes": [],
        "LastModified": 1_700_000_000.0,
        "LastProcessingResult": "No records processed",
        "MaximumBatchingWindowInSeconds": 1,
        "MaximumRecordAgeInSeconds": -1,
        "MaximumRetryAttempts": 1,
        "ParallelizationFactor": 1,
        "StartingPosition": "TRIM_HORIZON",
        "State": "Creating",
        "StateTransitionReason": "User action",
        "TumblingWindowInSeconds": 0,
    }
    mapping = made.lambda_.mapping(uuid)
    assert (mapping.kind, mapping.on_failure, mapping.retries) == ("dynamodb", QUEUE, 1)
    assert (mapping.max_age_s, mapping.bisects, mapping.parallelization) == (-1, False, 1)
    assert mapping.starting_position == "TRIM_HORIZON"


async def test_states(made):
    created = await map_(made, Enabled=False)
    assert created["State"] == "Disabled"
    one = {"UUID": created["UUID"]}

    async def updated(**given):
        told = await made("UpdateEventSourceMapping", **one, **given)
        return told["State"], (await made("GetEventSourceMapping", **one))["State"]

    assert await updated(Enabled=True) == ("Enabling", "Enabled")
    assert await updated(BatchSize=5) == ("Updating", "Enabled")
    assert await updated(Enabled=False) == ("Disabling", "Disabled")
    assert made.told == [created["UUID"]] * 4


async def test_what_an_update_leaves_and_takes_away(made):
    created = await map_(
        made,
        FilterCriteria={"Filters": [{"Pattern": '{"body":["a"]}'}]},
        ScalingConfig={"MaximumConcurrency": 3},
        FunctionResponseTypes=["ReportBatchItemFailures"],
    )
    mapping = made.lambda_.mapping(created["UUID"])
    assert (mapping.patterns, mapping.max_concurrency) == (('{"body":["a"]}',), 3)
    assert mapping.reports_failures
    after = await made(
        "UpdateEventSourceMapping", UUID=created["UUID"], FilterCriteria={}, BatchSize=2
    )
    assert "FilterCriteria" not in after
    assert (after["ScalingConfig"], after["BatchSize"]) == ({"MaximumConcurrency": 3}, 2)
    after = await made(
        "UpdateEventSourceMapping",
        UUID=created["UUID"],
        ScalingConfig={},
        FunctionResponseTypes=[],
    )
    assert ("ScalingConfig" in after, after["FunctionResponseTypes"]) == (False, [])


async def test_no_filters_at_all(made):
    created = await map_(made, FilterCriteria={"Filters": []})
    assert "FilterCriteria" not in created


@pytest.mark.parametrize(
    ("name", "arn"),
    [
        ("f", f"{ARN}f"),
        ("000000000000:function:f:$LATEST", f"{ARN}f:$LATEST"),
        ("function:f:1", f"{ARN}f:1"),
        (f"{ARN}f:live", f"{ARN}f:live"),
    ],
)
async def test_names_of_functions(made, name, arn):
    assert (await map_(made, FunctionName=name))["FunctionArn"] == arn


async def test_one_mapping_of_a_source_to_a_function(made):
    first = await map_(made)
    error = await made.refused("CreateEventSourceMapping", FunctionName="f", EventSourceArn=QUEUE)
    assert (error.code, error.status) == ("ResourceConflictException", 409)
    assert error.message == (
        f'An event source mapping with SQS arn (" {QUEUE} ") and function (" f ") already exists. '
        f"Please update or delete the existing mapping with UUID {first['UUID']}"
    )
    await map_(made, FunctionName="f:live")
    second = await map_(made, STREAM, **TRIM)
    error = await made.refused(
        "CreateEventSourceMapping", FunctionName="f", EventSourceArn=STREAM, **TRIM
    )
    assert error.message == (
        f'The event source arn (" {STREAM} ") and function (" f ") provided mapping already exists. '
        f"Please update or delete the existing mapping with UUID {second['UUID']}"
    )


def unsupported(name):
    return f"Unsupported {name} parameter for given event source mapping type."


CASES = {
    "create_no_event_source_arn": ({"EventSourceArn": None}, "Unrecognized event source."),
    "another service": (
        {"EventSourceArn": "arn:aws:s3:us-east-1:000000000000:b"},
        "Unrecognized event source.",
    ),
    "create_unknown_params": ({"FunctionName": "none"}, "Function does not exist"),
    "no such alias": ({"FunctionName": "f:none"}, "Function does not exist"),
    "destination_config_failure": (
        {"DestinationConfig": {"OnFailure": {"Destination": QUEUE}}},
        unsupported("DestinationConfig"),
    ),
    "a position of a queue": (TRIM, unsupported("StartingPosition")),
    "retries of a queue": ({"MaximumRetryAttempts": 1}, unsupported("MaximumRetryAttempts")),
    "scaling of a stream": (
        {"EventSourceArn": STREAM, "ScalingConfig": {"MaximumConcurrency": 2}, **TRIM},
        unsupported("ScalingConfig"),
    ),
    "no_starting_position": (
        {"EventSourceArn": STREAM},
        (
            "1 validation error detected: Value null at 'startingPosition' failed to satisfy constraint: "
            "Member must not be null."
        ),
    ),
    "incompatible_starting_position": (
        {
            "EventSourceArn": STREAM,
            "StartingPosition": "AT_TIMESTAMP",
            "StartingPositionTimestamp": 1741010802,
        },
        f"Unsupported starting position for arn type: {STREAM}",
    ),
    "invalid-update-event-source-mapping": (
        {"BatchSize": 11},
        "Maximum batch window in seconds must be greater than 0 if maximum batch size is greater than 10",
    ),
    "a large batch of a FIFO queue": (
        {"EventSourceArn": f"{QUEUE}.fifo", "BatchSize": 11},
        "BatchSize of a FIFO queue can be 10 at most.",
    ),
    "a window of a FIFO queue": (
        {"EventSourceArn": f"{QUEUE}.fifo", "MaximumBatchingWindowInSeconds": 1},
        "Batching window is not supported for FIFO queues",
    ),
    "test_esm_with_not_existing_sqs_queue": (
        {"EventSourceArn": f"{QUEUE}-none"},
        (
            "Error occurred while ReceiveMessage. SQS Error Code: AWS.SimpleQueueService.NonExistentQueue. "
            "SQS Error Message: The specified queue does not exist."
        ),
    ),
    "test_esm_with_not_existing_dynamodb_stream": (
        {"EventSourceArn": f"{STREAM}none", **TRIM},
        f"Stream not found: {STREAM}none",
    ),
    "a queue that gives back too early": (
        {"EventSourceArn": f"{QUEUE}-short"},
        "Queue visibility timeout: 2 seconds is less than Function timeout: 3 seconds",
    ),
}


@pytest.mark.parametrize("name", CASES)
async def test_what_is_refused(made, name):
    given, text = CASES[name]
    params = {"FunctionName": "f", "EventSourceArn": QUEUE} | given
    error = await made.refused("CreateEventSourceMapping", **params)
    assert (error.code, error.status) == ("InvalidParameterValueException", 400)
    assert error.message == text
    assert made.told == []


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({"EventSourceArn": "arn:aws:kinesis:us-east-1:000000000000:stream/s"}, "Kinesis"),
        ({"EventSourceArn": "arn:aws:kafka:us-east-1:000000000000:cluster/c/1"}, "MSK"),
        ({"EventSourceArn": "arn:aws:mq:us-east-1:000000000000:broker:b:1"}, "MQ"),
        ({"EventSourceArn": "arn:aws:rds:us-east-1:000000000000:cluster:c"}, "DocumentDB"),
        (
            {
                "EventSourceArn": None,
                "SelfManagedEventSource": {"Endpoints": {"KAFKA_BOOTSTRAP_SERVERS": ["k:1"]}},
            },
            "Kafka",
        ),
        ({"EventSourceArn": STREAM, "TumblingWindowInSeconds": 5, **TRIM}, "TumblingWindow"),
        ({"ProvisionedPollerConfig": {"MinimumPollers": 2}}, "ProvisionedPollerConfig"),
    ],
    ids=["kinesis", "msk", "mq", "documentdb", "kafka", "tumbling", "pollers"],
)
async def test_what_is_not_there_is_refused_by_name(made, given, named):
    params = {"FunctionName": "f", "EventSourceArn": QUEUE} | given
    error = await made.refused("CreateEventSourceMapping", **params)
    assert (error.code, error.status) == ("NotImplemented", 501)
    assert named in error.message


async def test_an_update_is_checked_as_a_whole(made):
    created = await map_(made, BatchSize=100, MaximumBatchingWindowInSeconds=5)
    error = await made.refused(
        "UpdateEventSourceMapping", UUID=created["UUID"], MaximumBatchingWindowInSeconds=0
    )
    assert error.message.startswith("Maximum batch window in seconds must be greater than 0")
    error = await made.refused(
        "UpdateEventSourceMapping", UUID=created["UUID"], FunctionName="none"
    )
    assert error.message == "Function does not exist"
    after = await made("UpdateEventSourceMapping", UUID=created["UUID"], FunctionName="f:live")
    assert after["FunctionArn"] == f"{ARN}f:live"


async def test_lists(made):
    await made.make("g")
    ids = [(await map_(made, f"{QUEUE}{number}"))["UUID"] for number in range(3)]
    other = (await map_(made, f"{QUEUE}0", FunctionName="g"))["UUID"]

    async def listed(**more):
        page = await made("ListEventSourceMappings", **more)
        return [each["UUID"] for each in page["EventSourceMappings"]], page.get("NextMarker")

    assert (await listed())[0] == sorted([*ids, other])
    assert (await listed(FunctionName="g"))[0] == [other]
    assert (await listed(FunctionName=f"{ARN}f"))[0] == sorted(ids)
    assert (await listed(EventSourceArn=f"{QUEUE}0"))[0] == sorted([ids[0], other])
    assert (await listed(EventSourceArn=f"{QUEUE}0", FunctionName="f"))[0] == [ids[0]]
    page, marker = await listed(MaxItems=3)
    rest, _ = await listed(Marker=marker)
    assert [*page, *rest] == sorted([*ids, other])
    empty = await made.other(region="eu-west-1")("ListEventSourceMappings")
    assert empty == {"EventSourceMappings": []}


async def test_results_are_kept_and_alike_ones_cost_nothing(made):
    created = await map_(made, STREAM, **TRIM)
    for result in ("OK", "OK", "OK"):
        await made.lambda_.note_result(created["UUID"], result)
    writes = made.lambda_.db.writes
    await made.lambda_.note_result(created["UUID"], "OK")
    await made.lambda_.note_result("none", "OK")
    assert made.lambda_.db.writes == writes
    got = await made("GetEventSourceMapping", UUID=created["UUID"])
    assert got["LastProcessingResult"] == "OK"


async def test_a_deleted_mapping_takes_its_positions_with_it(made):
    created = await map_(made, STREAM, **TRIM)
    kept = positions.Positions(made.lambda_.db)
    await kept.save(created["UUID"], positions.Position("shard", 0, 1, 5))
    await kept.save("another", positions.Position("shard", 0, 1, 5))
    await made("DeleteEventSourceMapping", UUID=created["UUID"])
    assert kept.of(created["UUID"]) == []
    assert len(kept.of("another")) == 1
