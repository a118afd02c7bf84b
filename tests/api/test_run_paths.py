"""A malformed run path is refused in every encoding before anything is touched; a good one arrives whole."""

from __future__ import annotations

from urllib.parse import quote

import pytest

from exlab_wizard.api.requests import run_text
from exlab_wizard.errors import StagingError
from tests.api.conftest import Send
from tests.api.recording import RUN, RecordingStation

CALLS = [
    ("GET", "detail"),
    ("GET", "log"),
    ("GET", "checksums"),
    ("GET", "overrides"),
    ("POST", "force-sync"),
    ("POST", "clear"),
    ("POST", "verify"),
    ("POST", "overrides"),
    ("POST", "overrides/o1/revoke"),
    ("POST", "acknowledge"),
]
MALFORMED = {
    "empty": "",
    "empty, one slash": "/",
    "only slashes": "///",
    "traversal": "../../etc",
    "traversal, %2f": "..%2f..%2fetc",
    "traversal, %2e": "%2e%2e/%2e%2e/etc",
    "traversal, all encoded": "%2e%2e%2f%2e%2e%2fetc",
    "traversal, twice encoded": "%252e%252e%252f%252e%252e%252fetc",
    "traversal inside a run path": "CONFOCAL_01/../Runs/Run_2026-04-17T14-32",
    "twice encoded dots as project": "CONFOCAL_01/%252e%252e/Runs/Run_2026-04-17T14-32",
    "thrice encoded dots as project": "CONFOCAL_01/%25252e%25252e/Runs/Run_2026-04-17T14-32",
    "twice encoded slashes and dots": "CONFOCAL_01/..%252f..%252fetc/Runs/Run_2026-04-17T14-32",
    "a run, twice encoded": "CONFOCAL_01%252FPROJ-0042%252FRuns%252FRun_2026-04-17T14-32",
    "dots below a run": f"{RUN}/..",
    "a dot": f"./{RUN}",
    "absolute": "/etc/passwd",
    "absolute, %2f": "%2fetc%2fpasswd",
    "absolute, twice encoded": "%252fetc%252fpasswd",
    "absolute, as long as the root": "/srv/stagingX/" + RUN,
    "absolute, leaving the root": "/srv/staging/../staging/" + RUN,
    "the root itself": "/srv/staging",
    "NUL": "CONFOCAL_01/a%00b/Runs/Run_2026-04-17T14-32",
    "NUL, twice encoded": "CONFOCAL_01/a%2500b/Runs/Run_2026-04-17T14-32",
    "NUL alone": "%00",
    "newline": "CONFOCAL_01/a%0ab/Runs/Run_2026-04-17T14-32",
    "newline at the end": f"{RUN}%0a",
    "carriage return, twice encoded": "CONFOCAL_01/a%250db/Runs/Run_2026-04-17T14-32",
    "line separator": "CONFOCAL_01/a%E2%80%A8b/Runs/Run_2026-04-17T14-32",
    "not UTF-8": "CONFOCAL_01/a%ffb/Runs/Run_2026-04-17T14-32",
    "lone surrogate": "CONFOCAL_01/a%ed%a0%80b/Runs/Run_2026-04-17T14-32",
    "a project": "CONFOCAL_01/PROJ-0042",
    "an instrument": "CONFOCAL_01",
    "a folder of runs": "CONFOCAL_01/PROJ-0042/Runs",
    "a file of a run": f"{RUN}/data.tif",
    "small letters": "confocal_01/PROJ-0042/Runs/Run_2026-04-17T14-32",
    "wrong prefix": "CONFOCAL_01/PROJ-0042/Runs/TestRun_2026-04-17T14-32",
    "too long": "CONFOCAL_01/" + "p" * 5000 + "/Runs/Run_2026-04-17T14-32",
    "a bomb of encodings": "CONFOCAL_01/" + "%25" * 3000 + "/Runs/Run_2026-04-17T14-32",
    "backslashes": RUN.replace("/", "%5c"),
    "the control folder as project": "CONFOCAL_01/.exlab-wizard/Runs/Run_2026-04-17T14-32",
}


@pytest.mark.parametrize("text", MALFORMED.values(), ids=MALFORMED)
async def test_malformed_is_400_and_nothing_is_touched(send: Send, station: RecordingStation, text: str) -> None:
    for method, verb in CALLS:
        body = {"problem_class": "orphan", "reason": "known and accepted"} if method == "POST" else None
        answer = await send(method, f"/staging/{text}/{verb}", body=body)
        assert (answer.status, answer.code) == (400, "invalid_run_path"), (method, verb, answer)
    assert station.calls == []


async def test_a_call_with_no_run_path_at_all_is_refused_as_one(send: Send, station: RecordingStation) -> None:
    for method, verb in CALLS:
        answer = await send(method, f"/staging/{verb}", body={} if method == "POST" else None)
        assert (answer.status, answer.code) == (400, "invalid_run_path"), (method, verb)
    assert station.calls == []


ODD_PROJECTS = ["PROJ-0042", "two words", "détail", "50% yield", "50%25", "overview", "clear", "a+b", "ß;ü=?#&", "日本"]


@pytest.mark.parametrize("project", ODD_PROJECTS)
@pytest.mark.parametrize("safe", ["/", ""], ids=["slashes", "%2F"])
async def test_a_good_one_arrives_whole(send: Send, station: RecordingStation, project: str, safe: str) -> None:
    run = f"CONFOCAL_01/{project}/Runs/Run_2026-04-17T14-32"
    answer = await send("POST", f"/staging/{quote(run, safe=safe)}/force-sync")
    assert (answer.status, answer.body["run_path"]) == (200, run)
    assert [call[:2] for call in station.calls] == [("force_sync", run)]


@pytest.mark.parametrize("prefix", ["/srv/staging/", "%2Fsrv%2Fstaging%2F"])
async def test_an_absolute_path_inside_staging_is_the_same_run(
    send: Send, station: RecordingStation, prefix: str
) -> None:
    answer = await send("POST", f"/staging/{prefix}{RUN}/clear")
    assert (answer.status, answer.body["run_path"]) == (200, RUN)


def test_reserved_words_are_no_instruments() -> None:
    station = RecordingStation()
    for word in ("overview", "health", "openapi.json", "targets"):
        with pytest.raises(StagingError):
            station.parse_run(f"{word}/PROJ/Runs/Run_2026-04-17T14-32")


@pytest.mark.parametrize(
    "text", ["CONFOCAL_01/a%2Fb/Runs/Run_x", "CONFOCAL_01/100%/Runs/Run_x", "CONFOCAL_01/%zz/Runs/Run_x"]
)
def test_a_percent_sign_in_a_name_is_only_a_character(text: str) -> None:
    assert run_text("/" + text) == text
