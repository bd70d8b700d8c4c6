"""Layers: listed, published from a zip, deleted version by version.

https://docs.aws.amazon.com/lambda/latest/dg/chapter-layers.html
"""

from __future__ import annotations

from typing import Any

from homeport.console.asking.troubles import Trouble
from homeport.console.cloud.lambda_.code.code import UPLOAD
from homeport.console.cloud.lambda_.function import moment
from homeport.console.routing import Row
from homeport.console.visit import Visit
from homeport.edge import http

PAGE = 50


async def show(visit: Visit) -> http.Response:
    """All layers with their latest versions; the versions of one that the address names."""
    marker, name = visit.query.text("after"), visit.query.text("layer")
    more = {"Marker": marker} if marker else {}

    def work(client: Any) -> tuple[list[dict[str, Any]], str]:
        if name:
            answer = client.list_layer_versions(LayerName=name, MaxItems=PAGE, **more)
            return answer["LayerVersions"], answer.get("NextMarker", "")
        answer = client.list_layers(MaxItems=PAGE, **more)
        found = [
            {"LayerName": each["LayerName"], **each["LatestMatchingVersion"]}
            for each in answer["Layers"]
        ]
        return found, answer.get("NextMarker", "")

    found, after = await visit.cloud.use("lambda", work)
    for each in found:
        each["made"] = moment(each.get("CreatedDate", ""))
    return visit.page(
        "cloud/lambda/layers.html", layers=found, layer=name, after=after, upload=UPLOAD
    )


async def publish(visit: Visit) -> http.Response:
    """A new version of a layer: the zip is the body of a PUT, its name stands in the address."""
    name = visit.query.needed("name", "A name")
    data = await visit.request.body.read(UPLOAD)
    if not data:
        raise Trouble("The file is empty.", hint="Choose a zip.")
    about = visit.query.text("description").strip()
    more: dict[str, Any] = {"Description": about} if about else {}
    answer = await visit.cloud.call(
        "lambda", "PublishLayerVersion", LayerName=name, Content={"ZipFile": data}, **more
    )
    return visit.go("/lambda/layers", said=f"{name} has the version {answer['Version']} now.")


async def delete(visit: Visit) -> http.Response:
    """Deletes a version; functions that have it keep it."""
    name = visit.form.needed("layer", "The layer")
    number = visit.form.number("version", 0, 1, 10**9)
    await visit.cloud.call("lambda", "DeleteLayerVersion", LayerName=name, VersionNumber=number)
    return visit.go("/lambda/layers", said=f"Version {number} of {name} was deleted.")


ROWS = (
    Row("GET", "/lambda/layers", show, "cloud"),
    Row("PUT", "/lambda/layers", publish, "cloud_write", body="raw"),
    Row("POST", "/lambda/layers/delete", delete, "cloud_write"),
)
