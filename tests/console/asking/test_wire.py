"""What a back end is asked stays with that back end."""

from __future__ import annotations

import pytest

from homeport.console.asking.troubles import Trouble
from homeport.console.asking.wire import Wire
from homeport.console.options import Place


@pytest.mark.parametrize(
    "path", ["@127.0.0.1:9/x", ".evil.test/", "", "/v2/../x", "/a/./b", "/..", "//.."]
)
async def test_a_path_that_leads_elsewhere_is_not_asked_for(path):
    wire = Wire("the registry", Place("http://127.0.0.1:9"))
    with pytest.raises(Trouble, match="There is nothing of this name"):
        await wire.ask("GET", path)
    wire.close()
