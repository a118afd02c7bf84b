"""Every refusal and failure has one shape, says what to do, and never shows a traceback or a path of ours."""

from __future__ import annotations

import json
import logging

import pytest
from tornado.web import HTTPError

from exlab_wizard.api.refusals import ForeignOriginError, refusal
from exlab_wizard.errors import HTTP_STATUS, Code, StagingError
from tests.api.conftest import Send
from tests.api.recording import RUN, RecordingStation

EVIDENCE = {"missing": ["a.tif"], "ask_again_seconds": 30}


@pytest.mark.parametrize("code", list(Code))
async def test_each_code_arrives_with_its_status_and_evidence(
    send: Send, station: RecordingStation, code: Code
) -> None:
    station.fail = StagingError(code, f"This is {code}. Do that.", **EVIDENCE)
    for method, path in (("GET", "/staging"), ("POST", f"/staging/{RUN}/clear")):
        answer = await send(method, path)
        assert answer.status == HTTP_STATUS[code]
        assert answer.body == {
            "code": code,
            "message": f"This is {code}. Do that.",
            "reason": f"This is {code}. Do that.",
            **EVIDENCE,
        }
        assert answer.headers["Content-Type"].startswith("application/json")


def test_every_code_has_a_status() -> None:
    assert set(HTTP_STATUS) == set(Code)


async def test_a_refusal_is_no_error_in_the_log(
    send: Send, station: RecordingStation, caplog: pytest.LogCaptureFixture
) -> None:
    station.fail = StagingError(Code.RUN_BUSY, "Busy. Wait.")
    await send("POST", f"/staging/{RUN}/clear")
    assert "Traceback" not in caplog.text and "Uncaught" not in caplog.text


async def test_the_unexpected_is_stable_silent_and_logged(
    send: Send, station: RecordingStation, caplog: pytest.LogCaptureFixture
) -> None:
    station.fail = RuntimeError("cannot open /srv/secret/place")
    answer = await send("POST", f"/staging/{RUN}/force-sync")
    assert (answer.status, answer.code) == (500, "internal_error")
    assert set(answer.body) == {"code", "message", "reason", "reference"}
    assert "secret" not in json.dumps(answer.body) and "Traceback" not in json.dumps(answer.body)
    found = [record for record in caplog.records if answer.body["reference"] in record.getMessage()]
    assert len(found) == 1 and found[0].levelno == logging.ERROR and found[0].exc_info
    assert "cannot open /srv/secret/place" in caplog.text


async def test_evidence_that_is_not_json_is_shown_as_text(send: Send, station: RecordingStation) -> None:
    station.fail = StagingError(Code.RUN_BUSY, "Busy. Wait.", at={1})
    assert (await send("GET", "/staging")).body["at"] == "{1}"


async def test_an_unknown_address_points_to_the_list_of_calls(send: Send) -> None:
    for path in ("/staging/nothing", f"/staging/{RUN}", f"/staging/{RUN}/delete"):
        answer = await send("GET", path)
        assert (answer.status, answer.code) == (404, "invalid_request")
        assert "staging/openapi.json" in answer.body["message"]


async def test_another_site_is_told_so(send: Send, station: RecordingStation, jp_base_url: str) -> None:
    """A browser with the login cookie, on somebody else's page."""
    signed_in = await send("GET", "/api/me")
    cookie = signed_in.headers["Set-Cookie"].split(";")[0]
    foreign = {"Cookie": f"{cookie}; _xsrf=abc", "X-XSRFToken": "abc", "Origin": "https://elsewhere.example"}
    for method, path in (("POST", f"/staging/{RUN}/clear"), ("GET", "/staging")):
        answer = await send(method, path, token=None, headers=foreign)
        assert (answer.status, answer.code) == (403, "forbidden"), answer
    assert "other web sites" in (await send("GET", "/staging", token=None, headers=foreign)).body["message"]
    assert station.calls == []


async def test_a_browser_without_the_xsrf_header_is_told_which(send: Send, station: RecordingStation) -> None:
    cookie = (await send("GET", "/api/me")).headers["Set-Cookie"].split(";")[0]
    answer = await send("POST", f"/staging/{RUN}/clear", token=None, headers={"Cookie": cookie})
    assert (answer.status, answer.code) == (403, "forbidden")
    assert "X-XSRFToken" in answer.body["message"]
    paired = {"Cookie": f"{cookie}; _xsrf=abc", "X-XSRFToken": "abc"}
    assert (await send("POST", f"/staging/{RUN}/clear", token=None, headers=paired)).status == 200


@pytest.mark.parametrize(
    ("status", "error", "signed_in", "expected", "words"),
    [
        (403, HTTPError(403), False, (403, "forbidden"), "token"),
        (401, HTTPError(401), False, (403, "forbidden"), "token"),
        (403, HTTPError(403, "'_xsrf' argument missing from POST"), False, (403, "forbidden"), "token"),
        (403, HTTPError(403, "'_xsrf' argument missing from POST"), True, (403, "forbidden"), "X-XSRFToken"),
        (403, HTTPError(403, "User is not authorized"), True, (403, "forbidden"), "does not allow"),
        (403, ForeignOriginError(), True, (403, "forbidden"), "web sites"),
        (405, HTTPError(405), True, (405, "invalid_request"), "GET and POST"),
        (413, HTTPError(413), True, (413, "invalid_request"), "could not be read"),
        (500, ValueError("/home/kim/x"), True, (500, "internal_error"), "reference r1"),
        (502, HTTPError(502, "/home/kim/x"), True, (500, "internal_error"), "reference r1"),
        (500, None, True, (500, "internal_error"), "reference r1"),
    ],
)
def test_the_table(
    status: int, error: Exception | None, signed_in: bool, expected: tuple[int, str], words: str
) -> None:
    answer = refusal(status, error, signed_in=signed_in, allowed=["GET", "POST"], reference="r1")
    assert (answer.status, answer.body["code"]) == expected
    assert words in answer.body["message"] and "/home" not in json.dumps(answer.body)
    assert answer.body["reason"] == answer.body["message"]
