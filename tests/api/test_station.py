"""The real extension over a real station and real directories: what the routes promise, end to end."""

from __future__ import annotations

import asyncio
import hashlib
import shutil
from collections.abc import Callable
from typing import Any

import pytest

from exlab_wizard import __version__
from exlab_wizard.api.models import Health, OverridesResponse, Overview, RunDetail, StagingListResponse
from exlab_wizard.extension import ExLabWizard
from tests.api.conftest import Answer, Send, until
from tests.support.lab import Lab

FILES = {"image.tif": b"pixels" * 1000, "notes/read me.txt": b"hello"}


@pytest.fixture
def extension_config(lab: Lab) -> dict[str, Any]:
    return {"config_file": str(lab.write_config())}


@pytest.fixture
def started(extension: ExLabWizard) -> Callable[[], Any]:
    """pytest-jupyter never starts extensions: `await started()` does."""

    async def start() -> None:
        await extension._start_jupyter_server_extension(extension.serverapp)

    return start


async def listed(send: Send) -> Answer:
    """The listing, once there is a first index."""
    for _ in range(400):
        answer = await send("GET", "/staging")
        if answer.status != 503:
            return answer
        assert answer.code == "station_starting"
        await asyncio.sleep(0.05)
    raise AssertionError("the station never finished starting")


async def in_state(send: Send, run: str, state: str) -> dict[str, Any]:
    """The run's row, once it is in `state`."""
    for _ in range(600):
        rows = {row["path"]: row for row in (await listed(send)).body["runs"]}
        if rows.get(run, {}).get("current_state") == state:
            return dict(rows[run])
        await asyncio.sleep(0.05)
    detail = await send("GET", f"/staging/{run}/detail")
    raise AssertionError(f"{run} never became {state}: {detail.body}")


async def test_a_run_from_its_last_byte_to_cleared(send: Send, started: Any, lab: Lab) -> None:
    run = lab.run_path()
    lab.push(run, FILES)
    await started()
    row = await in_state(send, run, "sync_verified")
    assert (row["file_count"], row["byte_total"]) == (3, 6005)
    assert lab.on_nas(run) == {**FILES, "acquisition_complete.flag": b""}
    listed = await send("GET", f"/staging/{run}/checksums?offset=1&limit=1")
    assert listed.status == 200, listed
    assert (listed.body["file_total"], listed.body["byte_total"], listed.body["offset"]) == (3, 6005, 1)
    ordered = sorted({**FILES, "acquisition_complete.flag": b""}.items())
    assert [(file["path"], file["size"], file["sha256"]) for file in listed.body["files"]] == [
        (name, len(content), hashlib.sha256(content).hexdigest()) for name, content in ordered[1:2]
    ]
    on_nas = (lab.nas / run / ".exlab-wizard" / "checksums.sha256").read_bytes()
    assert hashlib.sha256(on_nas).hexdigest() == listed.body["manifest_digest"]
    assert listed.body["checksums_path"] == f"{lab.nas}/{run}/.exlab-wizard/checksums.sha256"
    answer = await send("POST", f"/staging/{run}/clear", body={})
    assert (answer.status, answer.body) == (200, {"run_path": run, "files_freed": 3, "bytes_freed": 6005})
    await in_state(send, run, "cleared")
    again = await send("POST", f"/staging/{run}/clear")
    assert (again.status, again.code) == (409, "run_cleared"), again
    forced = await send("POST", f"/staging/{run}/force-sync")
    assert (forced.status, forced.code) == (409, "run_cleared")
    assert lab.on_nas(run) == {**FILES, "acquisition_complete.flag": b""}
    assert (await send("GET", f"/staging/{run}/checksums?offset=1&limit=1")).body == listed.body, "cleared or not"


async def test_every_reading_call_answers_in_its_shape(send: Send, started: Any, lab: Lab) -> None:
    run = lab.run_path()
    lab.push(run, FILES, done=False)
    await started()
    await in_state(send, run, "staging")
    shapes = {
        "": StagingListResponse,
        "/overview": Overview,
        "/health": Health,
        f"/{run}/detail": RunDetail,
        f"/{run}/overrides": OverridesResponse,
    }
    for path, shape in shapes.items():
        answer = await send("GET", f"/staging{path}")
        assert answer.status == 200, (path, answer)
        shape.model_validate(answer.body)
    assert (await send("GET", f"/staging/{run}/log")).status == 200


async def test_refusals_of_a_real_station(send: Send, started: Any, lab: Lab) -> None:
    run = lab.run_path()
    pushed = lab.push(run, FILES, done=False)
    await started()
    await in_state(send, run, "staging")
    missing = run.replace("PROJ-0042", "PROJ-0043")
    for verb in ("force-sync", "clear"):
        answer = await send("POST", f"/staging/{missing}/{verb}")
        assert (answer.status, answer.code) == (404, "run_not_found")
    assert (await send("GET", f"/staging/{missing}/detail")).code == "run_not_found"
    listed = await send("GET", f"/staging/{run}/checksums")
    assert (listed.status, listed.code) == (409, "staging_not_sync_verified")
    assert (await send("GET", f"/staging/{run}/checksums?limit=0")).code == "invalid_request"
    clear = await send("POST", f"/staging/{run}/clear")
    assert (clear.status, clear.code) == (409, "staging_not_sync_verified")
    forced = await send("POST", f"/staging/{run}/force-sync")
    assert (forced.status, forced.code) == (409, "run_not_complete")
    assert "acquisition_complete.flag" in forced.body["message"]
    assert (pushed / "image.tif").read_bytes() == FILES["image.tif"]


async def test_fifty_force_syncs_are_one_job(send: Send, started: Any, lab: Lab) -> None:
    run = lab.run_path()
    lab.push(run, FILES, done=False)
    await started()
    await in_state(send, run, "staging")
    (lab.staging / run / "acquisition_complete.flag").touch()
    await asyncio.sleep(0)
    answers = await asyncio.gather(
        *(send("POST", f"/staging/{run}/force-sync", body={"even_if_incomplete": True}) for _ in range(50))
    )
    assert {answer.status for answer in answers} == {200}
    assert {answer.body["state"] for answer in answers} == {"queued"}
    await in_state(send, run, "sync_verified")


async def test_unchanged_is_304_until_something_happens(send: Send, started: Any, lab: Lab) -> None:
    run = lab.run_path()
    lab.push(run, FILES, done=False)
    await started()
    await in_state(send, run, "staging")
    for _ in range(100):
        tag = (await listed(send)).headers["Etag"]
        if (await send("GET", "/staging", headers={"If-None-Match": tag})).status == 304:
            break
    else:
        raise AssertionError("never at rest")
    (lab.staging / run / "acquisition_complete.flag").touch()
    await in_state(send, run, "sync_verified")
    assert (await send("GET", "/staging", headers={"If-None-Match": tag})).status == 200


async def test_overview_since_tells_what_changed(send: Send, started: Any, lab: Lab) -> None:
    one, two = lab.run_path(), lab.run_path(stamp="2026-04-18T09-00")
    lab.push(one, FILES)
    await started()
    await in_state(send, one, "sync_verified")
    before = (await send("GET", "/staging/overview")).body["revision"]
    lab.push(two, FILES, done=False)
    await in_state(send, two, "staging")
    changed = (await send("GET", f"/staging/overview?since={before}")).body
    assert changed["since"] == before
    assert two in [row["path"] for row in changed["runs"]]


async def test_staging_gone_is_503_not_an_empty_list(send: Send, started: Any, lab: Lab) -> None:
    run = lab.run_path()
    lab.push(run, FILES, done=False)
    await started()
    await in_state(send, run, "staging")
    tag = (await listed(send)).headers["Etag"]
    aside = lab.base / "unmounted"
    lab.staging.rename(aside)
    lab.staging.mkdir()
    for _ in range(600):
        answer = await send("GET", "/staging", headers={"If-None-Match": tag})
        if answer.status == 503:
            break
        await asyncio.sleep(0.05)
    assert (answer.status, answer.code) == (503, "staging_unavailable"), answer
    assert list(lab.staging.iterdir()) == []
    shutil.rmtree(lab.staging)
    aside.rename(lab.staging)


async def test_stop_leaves_no_thread_of_ours(send: Send, started: Any, extension: ExLabWizard, lab: Lab) -> None:
    import threading

    lab.push(lab.run_path(), FILES)
    await started()
    await in_state(send, lab.run_path(), "sync_verified")
    await extension.stop_extension()
    assert extension.host.ended.done()
    await until(lambda: not [t for t in threading.enumerate() if t.name == "exlab-wizard-host"])


async def test_pausing_over_http(send: Send, started: Any, lab: Lab) -> None:
    run = lab.run_path()
    await started()
    await listed(send)
    everything = await send("POST", "/staging/pause", body={})
    assert everything.status == 200 and everything.body["paused"]["all"]["by"]
    lab.push(run, FILES)
    await in_state(send, run, "sync_queued")
    overview = (await send("GET", "/staging/overview")).body
    assert overview["paused"] == everything.body["paused"] and overview["version"] == __version__
    (row,) = overview["runs"]
    assert (row["display_state"], row["next_step"]) == ("Paused", "Resume everything to go on.")
    for verb in ("force-sync", "resume"):
        refused = await send("POST", f"/staging/{run}/{verb}")
        assert (refused.status, refused.code) == (409, "paused"), refused
        assert refused.body["next_step"] == "`exlab-wizard resume --all`" and refused.body["paused_by"]
    one = await send("POST", f"/staging/{run}/pause")
    assert one.status == 200 and one.body["run_path"] == run and one.body["paused"] is True
    resumed = await send("POST", "/staging/resume")
    assert resumed.body == {"paused": {"all": None, "equipment": {}}}
    still = (await send("GET", f"/staging/{run}/detail")).body["row"]
    assert still["display_state"] == "Paused" and still["actions"][0] == "resume", "its own pause stays"
    assert (await send("POST", f"/staging/{run}/resume")).body["paused"] is False
    await in_state(send, run, "sync_verified")
    nothing = await send("POST", f"/staging/{run}/retry")
    assert (nothing.status, nothing.code) == (409, "nothing_to_retry")


async def test_pausing_refuses_by_name(send: Send, started: Any, lab: Lab) -> None:
    await started()
    await listed(send)
    unknown = await send("POST", "/staging/pause", body={"equipment_id": "LASER_9"})
    assert (unknown.status, unknown.code) == (400, "invalid_request") and "CONFOCAL_01" in unknown.body["message"]
    odd = await send("POST", "/staging/pause", body={"equipment": "CONFOCAL_01"})
    assert (odd.status, odd.code) == (400, "invalid_request") and "equipment_id" in odd.body["message"]
    for verb in ("pause", "resume", "retry"):
        nobody = await send("POST", f"/staging/{lab.run_path('none')}/{verb}")
        assert (nobody.status, nobody.code) == (404, "run_not_found"), verb
    assert (await send("GET", "/staging/overview")).body["paused"] == {"all": None, "equipment": {}}
