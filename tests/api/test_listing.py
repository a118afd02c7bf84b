"""`GET /staging`: the fixed nine fields, one ETag per revision, and a 304 that asks no thread."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from exlab_wizard.api.routers import staging as public
from exlab_wizard.api.wire import to_json
from exlab_wizard.errors import Code, StagingError
from tests.api.conftest import TOKEN, Send, until
from tests.api.recording import RUN, RecordingStation, row

NINE = [
    "path", "current_state", "equipment_id", "project_name", "run_kind", "file_count", "byte_total",
    "elapsed_seconds_since_last_activity", "last_activity_at",
]  # fmt: skip


def test_the_public_names_and_fields() -> None:
    assert set(public.__all__) == {
        "StagedRunRow", "StagingListResponse", "ForceSyncResponse", "ClearResponse", "build_staging_router",
    }  # fmt: skip
    assert list(public.StagedRunRow.model_fields) == NINE
    assert list(public.StagingListResponse.model_fields) == ["runs"]
    assert list(public.ForceSyncResponse.model_fields) == ["run_path", "state", "job_id"]
    assert list(public.ClearResponse.model_fields) == ["run_path", "files_freed", "bytes_freed"]
    for name in ("StagedRunRow", "StagingListResponse", "ForceSyncResponse", "ClearResponse"):
        assert getattr(public, name).model_config["extra"] == "forbid"


async def test_a_row_has_exactly_nine_fields(send: Send, station: RecordingStation) -> None:
    answer = await send("GET", "/staging")
    assert (answer.status, list(answer.body)) == (200, ["runs"])
    assert [list(found) for found in answer.body["runs"]] == [NINE]
    assert answer.body["runs"][0]["last_activity_at"] == "2026-04-17T14:35:00Z"
    assert answer.headers["Content-Type"].startswith("application/json")
    assert answer.headers["Cache-Control"] == "no-cache"


async def test_a_slash_at_the_end_is_the_same(send: Send, station: RecordingStation) -> None:
    assert (await send("GET", "/staging/")).body == (await send("GET", "/staging")).body


async def test_unchanged_is_304_and_asks_no_thread(send: Send, station: RecordingStation) -> None:
    first = await send("GET", "/staging")
    assert first.headers["Etag"] == 'W/"1"'
    station.rows = [row().model_copy(update={"elapsed_seconds_since_last_activity": 99.0})]
    for tag in ('W/"1"', '"1"', 'W/"0", W/"1"', "*"):
        again = await send("GET", "/staging", headers={"If-None-Match": tag})
        assert (again.status, again.body, again.headers["Etag"]) == (304, None, 'W/"1"')
    assert [call[0] for call in station.calls] == ["listing"]


async def test_a_tag_never_hides_that_the_station_cannot_answer(send: Send, station: RecordingStation) -> None:
    station.fail = station.unavailable = StagingError(Code.STAGING_UNAVAILABLE, "The disk is away. Mount it.")
    answer = await send("GET", "/staging", headers={"If-None-Match": 'W/"1"'})
    assert (answer.status, answer.code) == (503, "staging_unavailable")


async def test_a_new_revision_is_a_new_answer(send: Send, station: RecordingStation) -> None:
    station.revision = 2
    answer = await send("GET", "/staging", headers={"If-None-Match": 'W/"1"'})
    assert (answer.status, answer.headers["Etag"]) == (200, 'W/"2"')


async def test_a_tag_is_never_newer_than_its_rows(
    send: Send, station: RecordingStation, monkeypatch: pytest.MonkeyPatch
) -> None:
    def listing() -> Any:
        station.revision += 1
        return public.StagingListResponse(runs=[])

    monkeypatch.setattr(station, "listing", listing)
    assert (await send("GET", "/staging")).headers["Etag"] == 'W/"1"'


@pytest.mark.parametrize("path", ["/overview", "/health", f"/{RUN}/detail"])
async def test_other_answers_have_no_tag(send: Send, station: RecordingStation, path: str) -> None:
    answer = await send("GET", f"/staging{path}")
    assert answer.status == 200
    assert "Etag" not in answer.headers


async def test_polling_is_no_activity_but_acting_is(send: Send, station: RecordingStation, jp_serverapp: Any) -> None:
    settings = jp_serverapp.web_app.settings
    settings.pop("api_last_activity", None)
    for path in ("", "/overview", "/health", "/openapi.json", f"/{RUN}/detail", f"/{RUN}/log"):
        await send("GET", f"/staging{path}")
    assert "api_last_activity" not in settings
    await send("POST", f"/staging/{RUN}/force-sync")
    assert "api_last_activity" in settings


async def test_one_name_that_is_not_unicode_never_spoils_the_list(send: Send, station: RecordingStation) -> None:
    station.rows = [row(), row().model_copy(update={"project_name": "caf\udce9"})]
    answer = await send("GET", "/staging")
    assert [found["project_name"] for found in answer.body["runs"]] == ["PROJ-0042", "caf?"]
    assert answer.body["runs"][1]["last_activity_at"].startswith("2026-04-17T14:35:00")


def test_json_of_a_model() -> None:
    assert to_json(public.ClearResponse(run_path="ü", files_freed=1, bytes_freed=2)) == (
        '{"run_path":"ü","files_freed":1,"bytes_freed":2}'.encode()
    )


LONG = [b"[", *(b'"%b",' % (b"x" * (1 << 20)) for _ in range(24)), b"0]"]  # more than any socket buffer holds


@pytest.fixture
def long(station: RecordingStation, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(station, "listing_json", lambda: LONG)
    monkeypatch.setattr(station, "overview_json", lambda since: LONG)


async def asked(port: int, base_url: str, path: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """A connection on which a GET was sent, and its answer's head read."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(f"GET {base_url}{path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: token {TOKEN}\r\n\r\n".encode())
    await writer.drain()
    head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
    assert "200 ok" in head and f"content-length: {sum(map(len, LONG))}" in head
    assert "content-type: application/json" in head
    assert ('etag: w/"1"' in head) is (path == "staging")
    return reader, writer


@pytest.mark.usefixtures("long")
@pytest.mark.parametrize("path", ["staging", "staging/overview"])
async def test_a_long_answer_goes_on_beside_others(send: Send, jp_http_port: int, jp_base_url: str, path: str) -> None:
    reader, writer = await asked(jp_http_port, jp_base_url, path)
    assert (await send("GET", "/api")).status == 200
    body = await reader.readexactly(sum(map(len, LONG)))
    assert body == b"".join(LONG)
    writer.close()


@pytest.mark.usefixtures("long")
async def test_a_caller_that_goes_in_the_middle_is_no_failure(
    send: Send, jp_http_port: int, jp_base_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    _, writer = await asked(jp_http_port, jp_base_url, "staging")
    writer.transport.abort()
    done = lambda: any("Closing" in one.message or "200 GET" in one.message for one in caplog.records)  # noqa: E731
    with caplog.at_level("DEBUG"):
        assert (await send("GET", "/api")).status == 200
        await until(done, what="the answer is given up")
    assert not [one for one in caplog.records if one.levelname in ("ERROR", "WARNING")]
