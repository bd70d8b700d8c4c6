import pytest
from tests.aws.lambda_.images import pushed as made

from homeport.aws.lambda_.images.images import Images


@pytest.fixture
async def pushed(tmp_path):
    folder = tmp_path / "stack"
    folder.mkdir()
    async with made.serving(folder) as serving:
        yield serving


@pytest.fixture
async def images(pushed, tmp_path):
    opened = Images(pushed.place, tmp_path / "images")
    yield opened
    await opened.close()
