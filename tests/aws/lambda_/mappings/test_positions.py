import pytest

from homeport.aws.lambda_.mappings import positions
from homeport.aws.lambda_.mappings.positions import Position, Positions
from homeport.storage.db import Database


@pytest.fixture
async def db(tmp_path):
    db = Database(tmp_path / "lambda.db", (positions.SCHEMA,))
    yield db
    await db.close()


@pytest.fixture
def kept(db):
    return Positions(db)


async def test_a_position_takes_the_place_of_the_one_before(kept):
    await kept.save("m", Position("s", 0, 1, 7))
    await kept.save("m", Position("s", 0, 1, None))
    await kept.save("m", Position("other", 0, 1, 1))
    assert sorted(kept.of("m")) == [Position("other", 0, 1, 1), Position("s", 0, 1, None)]
    assert kept.of("another") == []


async def test_lanes_are_begun_anew(kept):
    await kept.begin("m", [Position("s", lane, 3, lane) for lane in range(3)])
    await kept.save("m", Position("other", 0, 1, 1))
    await kept.begin("m", [Position("s", 0, 1, 9)])
    assert sorted(kept.of("m")) == [Position("other", 0, 1, 1), Position("s", 0, 1, 9)]


async def test_shards_and_mappings_are_forgotten(kept, db):
    for mapping in ("m", "n"):
        await kept.begin(mapping, [Position(shard, 0, 1, 1) for shard in "abc"])
    await kept.forget_shards("m", ["a", "b"])
    assert kept.of("m") == [Position("c", 0, 1, 1)]
    await db.write(lambda connection: positions.forget(connection, "m"))
    assert (kept.of("m"), len(kept.of("n"))) == ([], 3)
