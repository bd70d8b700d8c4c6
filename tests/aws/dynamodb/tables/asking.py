"""Requests, short. Of a CreateTable: `request(("a", "b"), ("a:H", "b:R"))`; of an UpdateTable: `changes(gone())`."""

INVALID = "One or more parameter values were invalid: "
ON_DEMAND = {"BillingMode": "PAY_PER_REQUEST"}
UNITS = {"ReadCapacityUnits": 5, "WriteCapacityUnits": 5}
ALL = {"ProjectionType": "ALL"}
HUGE = 1_000_000_000_001


def key(*pairs):
    names = {"H": "HASH", "R": "RANGE"}
    return [
        {"AttributeName": pair.partition(":")[0], "KeyType": names[pair.partition(":")[2]]}
        for pair in pairs
    ]


def defined(*attributes):
    parts = [attribute.partition(":") for attribute in attributes]
    return [{"AttributeName": name, "AttributeType": kind or "S"} for name, _, kind in parts]


def index(name, *pairs, projection=None, **more):
    return {
        "IndexName": name,
        "KeySchema": key(*pairs),
        "Projection": ALL if projection is None else projection,
        **more,
    }


def request(attributes=("a",), keys=("a:H",), **more):
    return {
        "TableName": "tab",
        "AttributeDefinitions": defined(*attributes),
        "KeySchema": key(*keys),
        **ON_DEMAND,
    } | more


def pair(*extra, **more):
    return request(("a", "b", *extra), ("a:H", "b:R"), **more)


def local(*indexes, attributes=("c",), **more):
    return pair(*attributes, LocalSecondaryIndexes=list(indexes), **more)


def wide(*indexes, attributes=("c",), **more):
    return pair(*attributes, GlobalSecondaryIndexes=list(indexes), **more)


def bare(**more):
    members = request(**more)
    del members["BillingMode"]
    return members


def numbered(count):
    return [f"c{number}" for number in range(count)]


def including(*names):
    return {"ProjectionType": "INCLUDE", "NonKeyAttributes": list(names)}


NO_DEFINITION = "Invalid KeySchema: Some index key attribute have no definition"
SAME = "Both the Hash Key and the Range Key element in the KeySchema have the same name"
NOT_HASH = "Invalid KeySchema: The first KeySchemaElement is not a HASH key type"
NOT_RANGE = "Invalid KeySchema: The second KeySchemaElement is not a RANGE key type"


def changes(*updates, **more):
    return {"GlobalSecondaryIndexUpdates": list(updates)} | more


def made(name="new", attribute="g", **more):
    return {
        "Create": {
            "IndexName": name,
            "KeySchema": [{"AttributeName": attribute, "KeyType": "HASH"}],
            "Projection": {"ProjectionType": "ALL"},
            **more,
        }
    }


def gone(name="gsi"):
    return {"Delete": {"IndexName": name}}


def other(name="gsi", **members):
    return {"Update": {"IndexName": name, **members}}
