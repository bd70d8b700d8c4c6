"""Configs of images, and a look at what is known of manifests."""

import asyncio
import json

import pytest

from homeport.clock import settle


def _config(architecture="amd64", created="1970-01-01T00:01:40Z", **more):
    return json.dumps(
        {"os": "linux", "architecture": architecture, "created": created, **more}
    ).encode()


@pytest.fixture
def config():
    """Makes the config of an image, of 1970 plus 100 seconds."""
    return _config


@pytest.fixture
def known():
    """What is known of a manifest: kind, bytes, platforms, when it was made."""

    def look(home, digest):
        rows = home.registry._backend.db.query(
            "SELECT d.kind, d.bytes, d.platforms, d.created FROM manifest m"
            " JOIN description d ON d.repository = m.repository AND d.manifest = m.id WHERE m.digest = ?",
            (digest,),
        )
        assert len(rows) == 1
        return rows[0]

    return look


@pytest.fixture
def is_due():
    """How many manifests are still to be looked into."""

    def look(home):
        return home.registry._backend.db.query_one(
            "SELECT count(*) FROM description WHERE done < due"
        )[0]

    return look


@pytest.fixture
def until():
    """Lets the threads of a registry work, and its clock go on, until something is so."""

    async def wait(home, holds):
        async with asyncio.timeout(20):
            while not holds():
                await home.clock.advance(1)
                await settle(5)
                await asyncio.sleep(0.001)

    return wait
