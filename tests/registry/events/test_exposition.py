"""What Prometheus gets, read by its own parsers."""

import math
import os

import pytest
from prometheus_client import parser
from prometheus_client.openmetrics import parser as open_parser
from tests.registry.events.stage import request

from homeport import errors
from homeport.registry.events import exposition, openmetrics
from homeport.registry.events.exposition import Metrics
from homeport.registry.events.metrics import Counts
from homeport.registry.events.openmetrics import Family, Sample
from homeport.registry.events.watch import Watch
from homeport.registry.options import Webhook
from homeport.registry.upstream.counters import Counters
from homeport.storage.quota import Quota

OPEN = "application/openmetrics-text;version=1.0.0;q=0.6,text/plain;version=0.0.4;q=0.3,*/*;q=0.2"
PLAIN = "text/plain"
PARSERS = {
    OPEN: open_parser.text_string_to_metric_families,
    PLAIN: parser.text_string_to_metric_families,
}


class Scraped:
    """A registry that is watched, and what a scrape of it says."""

    def __init__(self, stage, **more):
        self.stage = stage
        self.counts = Counts()
        backend = stage.home.registry._backend
        backend.journal.listen(tell=self.counts.tell)
        self.metrics = Metrics(
            stage.db, stage.clock, self.counts, endpoints=stage.notifications.endpoints, **more
        )

    async def text(self, accept=PLAIN):
        response = await self.metrics.answer(request(path="/metrics", accept=accept))
        assert response.status == 200
        return response.body.decode()

    async def read(self, accept=PLAIN):
        """Values by name and labels."""
        await self.stage.clock.advance(exposition.FRESH_S)
        return {
            (sample.name, *sorted(sample.labels.items())): sample.value
            for family in PARSERS[accept](await self.text(accept))
            for sample in family.samples
        }


@pytest.fixture
def scraped(stage):
    caches = {"docker.io": Counters(hits=3, misses=2, stale=1, bytes_fetched=99, errors=4)}
    return Scraped(stage, quota=Quota(1000), caches=caches)


async def fill(scraped):
    stage = scraped.stage
    await stage.push("x", "y")
    await stage.ask("GET", "/v2/a/b/manifests/x")
    await stage.ask("POST", "/v2/a/b/blobs/uploads/")
    await stage.ask("DELETE", "/v2/a/b/manifests/y")
    await stage.finish()
    await stage.db.write(lambda connection: connection.execute("UPDATE blob SET rotten = 1"))
    scraped.counts.record(0, request(path="/v2/a/manifests/x"), 200, 5000, 0.03)
    watch = Watch(scraped.counts, None)
    watch.login_failed("ann", "192.0.2.7:1", "wrong password")
    watch.refused(request(), "push", "a")
    watch.ran("gc", "", 0, freed=77)
    watch.ran("gc", "", 0, error="full")


WANTED = {
    ("registry_storage_bytes", ("kind", "blobs")): 2,
    ("registry_storage_limit_bytes",): 1000,
    ("registry_repositories",): 1,
    ("registry_manifests",): 1,
    ("registry_blobs",): 1,
    ("registry_tags",): 1,
    ("registry_uploads",): 1,
    ("registry_rotten",): 1,
    ("registry_pulls_total", ("kind", "manifest")): 1,
    ("registry_pushes_total", ("kind", "manifest")): 2,
    ("registry_deletes_total", ("kind", "tag")): 1,
    ("registry_login_failures_total",): 1,
    ("registry_refusals_total", ("action", "push")): 1,
    ("registry_runs_total", ("kind", "gc"), ("result", "done")): 1,
    ("registry_runs_total", ("kind", "gc"), ("result", "failed")): 1,
    ("registry_freed_bytes_total", ("kind", "gc")): 77,
    ("registry_proxy_hits_total", ("upstream", "docker.io")): 3,
    ("registry_proxy_misses_total", ("upstream", "docker.io")): 2,
    ("registry_proxy_stale_total", ("upstream", "docker.io")): 1,
    ("registry_proxy_pulled_bytes_total", ("upstream", "docker.io")): 99,
    ("registry_notifications_events_total", ("endpoint", "hook"), ("type", "Successes")): 6,
    ("registry_notifications_pending_total", ("endpoint", "hook")): 0,
    ("registry_http_response_size_bytes_sum", ("handler", "manifest")): 5000,
}


@pytest.mark.parametrize("accept", [OPEN, PLAIN], ids=["OpenMetrics", "text"])
async def test_all_of_it(scraped, accept):
    await fill(scraped)
    found = await scraped.read(accept)
    assert {key: found.get(key) for key in WANTED} == WANTED
    assert found["registry_database_commits_total",] > 0
    requests = (
        "registry_http_requests_total",
        ("code", "200"),
        ("handler", "manifest"),
        ("method", "get"),
    )
    assert found[requests] == 1
    bucket = (
        "registry_http_request_duration_seconds_bucket",
        ("handler", "manifest"),
        ("le", "0.05"),
    )
    assert found[(*bucket, ("method", "get"))] == 1


async def test_the_forms(scraped):
    plain = await scraped.metrics.answer(request(accept=PLAIN))
    assert dict(plain.headers) == {"Content-Type": "text/plain; version=0.0.4; charset=utf-8"}
    assert b"# TYPE registry_login_failures_total counter\n" in plain.body
    opened = await scraped.metrics.answer(request(accept=OPEN))
    assert dict(opened.headers)["Content-Type"].startswith(
        "application/openmetrics-text; version=1"
    )
    assert b"# TYPE registry_login_failures counter\n" in opened.body
    assert opened.body.endswith(b"# EOF\n")
    assert b"EOF" not in plain.body


async def test_the_process(scraped):
    found = await scraped.read()
    assert found["process_resident_memory_bytes",] > 2**20
    assert found["process_open_fds",] <= found["process_max_fds",]
    assert found["process_cpu_seconds_total",] == pytest.approx(sum(os.times()[:2]), abs=1)
    assert 1.6e9 < found["process_start_time_seconds",] < 4e9


async def test_what_is_not_there_is_not_told(stage_of):
    scraped = Scraped(await stage_of())
    text = await scraped.text()
    for name in ("limit_bytes", "notifications", "proxy"):
        assert name not in text


async def test_endpoints(scraped, stage):
    stage.receivers.answers["hook"] = 500
    await stage.push("x")
    await stage.settle()
    found = await scraped.read()
    tally = stage.notifications.endpoints[0].tally
    assert found["registry_notifications_pending_total", ("endpoint", "hook")] == 2
    code = ("code", "500 Internal Server Error")
    status = "registry_notifications_status_total"
    assert found[status, code, ("endpoint", "hook")] == tally.statuses[500] > 1
    tally.statuses[599], tally.expired = 1, 7
    found = await scraped.read()
    dropped = ("registry_notifications_dropped_total", ("endpoint", "hook"))
    assert [found[(*dropped, ("reason", why))] for why in ("full", "old")] == [0, 7]
    assert found[status, ("code", "599"), ("endpoint", "hook")] == 1


async def test_rows_are_counted_once_for_all_who_ask_at_a_time(scraped, monkeypatch):
    scans, scan = [], scraped.stage.db.scan

    async def counted(work):
        scans.append(work)
        return await scan(work)

    monkeypatch.setattr(scraped.stage.db, "scan", counted)
    for _ in range(3):
        await scraped.text()
    assert len(scans) == 1
    await scraped.stage.clock.advance(exposition.FRESH_S)
    await scraped.text()
    assert len(scans) == 2


async def test_a_count_that_failed_is_made_again(scraped, monkeypatch):
    async def broken(work):
        raise errors.StorageError("The disk is gone.")

    with monkeypatch.context() as patch:
        patch.setattr(scraped.stage.db, "scan", broken)
        with pytest.raises(errors.StorageError):
            await scraped.text()
    assert "registry_tags 0\n" in await scraped.text()


ODD = 'a"b\\c\nd'


@pytest.mark.parametrize("is_open", [True, False])
def test_odd_labels_come_back_as_they_were(is_open):
    families = [
        openmetrics.gauge("g", "A gauge.", [({"x": ODD}, 1.5)]),
        openmetrics.counter("c", "A counter.", [({}, 2**60)]),
        Family("h", openmetrics.HISTOGRAM, "h", openmetrics.buckets({}, (0.5, 1), [1, 0, 2], 7.5)),
    ]
    text = openmetrics.render(families, is_open_metrics=is_open)
    gauge, counter, histogram = PARSERS[OPEN if is_open else PLAIN](text)
    assert gauge.samples[0].labels == {"x": ODD}
    assert (gauge.samples[0].value, counter.samples[0].value) == (1.5, 2**60)
    assert [(each.labels.get("le"), each.value) for each in histogram.samples] == [
        ("0.5", 1),
        ("1.0", 1),
        ("+Inf", 3),
        (None, 7.5),
        (None, 3),
    ]
    assert histogram.type == "histogram"


def test_numbers():
    lines = openmetrics.render(
        [Family("n", openmetrics.GAUGE, "n", [Sample("", {}, each) for each in (1, 0.1, 1e300)])],
        is_open_metrics=False,
    )
    values = [float(line.split()[1]) for line in lines.splitlines()[2:]]
    assert values == [1, 0.1, 1e300]
    assert math.isfinite(sum(values))


async def test_any_name_of_a_webhook(stage_of):
    scraped = Scraped(await stage_of(Webhook(ODD, "http://example.com/")))
    found = await scraped.read(OPEN)
    assert ("registry_notifications_pending_total", ("endpoint", ODD)) in found
