"""A process that writes without end and says what was acknowledged; the kill tests end it at a random moment.

One line for each acknowledged change: `put KEY NAME SIZE`, `del KEY`, `keep NAME SIZE`. The bytes are a function of the name.
"""

import asyncio
import hashlib
import os
import random
import sys
from pathlib import Path

from homeport.storage.content import Content
from homeport.storage.db import Database

LANES = 6
SCHEMA = [
    """
    CREATE TABLE object(key INTEGER PRIMARY KEY, name TEXT NOT NULL, size INTEGER NOT NULL);
    CREATE TABLE upload(name TEXT PRIMARY KEY, size INTEGER NOT NULL);
"""
]


def data_of(name, size):
    """The bytes of a file: from its name, so that a checker can tell them."""
    block = hashlib.sha256(name.encode()).digest() * 32
    return (block * (size // len(block) + 1))[:size]


def acknowledge(*words):
    os.write(1, (" ".join(map(str, words)) + "\n").encode())


class Writer:
    def __init__(self, root, seed):
        self.db = Database(root / "rows.db", SCHEMA)
        self.content = Content(root / "content")
        self.random = random.Random(seed)

    async def put(self, key):
        size = self.random.choice([0, 100, 5_000, 200_000, 2_500_000])
        staged = self.content.stage(hashlib.md5())
        data = data_of(staged.name, size)
        for start in range(0, size, 70_000):
            await staged.write(data[start : start + 70_000])
        name = await staged.publish()
        old = self.db.query_one("SELECT name FROM object WHERE key = ?", (key,))
        row = (key, name, size)
        await self.db.write(
            lambda c: c.execute("INSERT OR REPLACE INTO object VALUES (?, ?, ?)", row)
        )
        acknowledge("put", *row)
        await self.content.delete(old or [])

    async def delete(self, key):
        old = self.db.query_one("SELECT name FROM object WHERE key = ?", (key,))
        acknowledge("deleting", key)
        await self.db.write(lambda c: c.execute("DELETE FROM object WHERE key = ?", (key,)))
        acknowledge("del", key)
        await self.content.delete(old or [])

    async def upload(self):
        staged = self.content.stage()
        whole = data_of(staged.name, 900_000)
        for end in (100_000, 900_000):
            await staged.write(whole[staged.size : end])
            await staged.keep()
            await self.note_kept(staged.name, end)

    async def note_kept(self, *row):
        await self.db.write(lambda c: c.execute("INSERT OR REPLACE INTO upload VALUES (?, ?)", row))
        acknowledge("keep", *row)

    async def run(self, lane):
        for turn in range(10**9):
            key = lane * 10 + self.random.randrange(3)
            await self.put(key)
            if turn % 3 == 2:
                await self.delete(key)
            if turn % 5 == 4:
                await self.upload()


async def main():
    writer = Writer(Path(sys.argv[1]), int(sys.argv[2]))
    acknowledge("open")
    await asyncio.gather(*(writer.run(lane) for lane in range(LANES)))


if __name__ == "__main__":
    asyncio.run(main())
