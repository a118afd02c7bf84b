"""Bodies: JSON whatever the Content-Type, 64 KiB at most, and every refusal names the key."""

from __future__ import annotations

import json
from typing import Any

import pytest

from exlab_wizard.api.requests import MAX_BODY_BYTES
from tests.api.conftest import Send
from tests.api.recording import RUN, RecordingStation

FORCE = f"/staging/{RUN}/force-sync"
CLEAR = f"/staging/{RUN}/clear"
OVERRIDES = f"/staging/{RUN}/overrides"
ACCEPT = "/staging/targets/accept"
GOOD = {"problem_class": "orphan", "reason": "known and accepted"}

REFUSED: dict[str, tuple[str, Any, str]] = {
    "not JSON": (FORCE, "even_if_incomplete=true", "body"),
    "half a JSON": (FORCE, '{"even_if_incomplete": tr', "body"),
    "not UTF-8": (FORCE, b'{"even_if_incomplete": "\xff"}', "body"),
    "a list": (FORCE, [], "body"),
    "null": (FORCE, "null", "body"),
    "a number": (FORCE, "1", "body"),
    "unknown key": (FORCE, {"even_if_incomplete": True, "force": True}, "force"),
    "a word for a flag": (FORCE, {"even_if_incomplete": "yes"}, "even_if_incomplete"),
    "a number for a flag": (FORCE, {"even_if_incomplete": 1}, "even_if_incomplete"),
    "null for a flag": (FORCE, {"even_if_incomplete": None}, "even_if_incomplete"),
    "clear takes none": (CLEAR, {"force": True}, "force"),
    "verify takes none": (f"/staging/{RUN}/verify", {"now": True}, "now"),
    "acknowledge takes none": (f"/staging/{RUN}/acknowledge", {"by": "eve"}, "by"),
    "missing key": (OVERRIDES, {"reason": "known and accepted"}, "problem_class"),
    "reason too short": (OVERRIDES, {**GOOD, "reason": "short"}, "reason"),
    "reason too long": (OVERRIDES, {**GOOD, "reason": "x" * 501}, "reason"),
    "somebody else's name": (OVERRIDES, {**GOOD, "operator": "eve"}, "operator"),
    "no date": (OVERRIDES, {**GOOD, "expires_at": "tomorrow"}, "expires_at"),
    "revoke without a reason": (f"{OVERRIDES}/o1/revoke", {}, "reason"),
    "NAS id missing": (ACCEPT, {"nas_root": "/nas"}, "nas_id"),
    "nested too deep": (FORCE, "[" * 5000, "body"),
}


@pytest.mark.parametrize(("path", "body", "key"), REFUSED.values(), ids=REFUSED)
async def test_refused_by_name(send: Send, station: RecordingStation, path: str, body: Any, key: str) -> None:
    answer = await send("POST", path, body=body)
    assert (answer.status, answer.code, answer.body["key"]) == (400, "invalid_request", key), answer
    assert key in answer.body["message"]
    assert station.calls == []


async def test_too_large_is_refused_whatever_the_call(send: Send, station: RecordingStation) -> None:
    body = json.dumps({"even_if_incomplete": True, "padding": "x" * MAX_BODY_BYTES})
    for path in (FORCE, CLEAR, OVERRIDES, ACCEPT):
        answer = await send("POST", path, body=body)
        assert (answer.status, answer.code, answer.body["key"]) == (400, "invalid_request", "body")
        assert "65,536" in answer.body["message"]
    assert station.calls == []


async def test_the_limit_itself_is_allowed(send: Send, station: RecordingStation) -> None:
    answer = await send("POST", FORCE, body="{}".ljust(MAX_BODY_BYTES))
    assert answer.status == 200
    assert (await send("POST", FORCE, body="{}".ljust(MAX_BODY_BYTES + 1))).status == 400


async def test_a_stranger_is_not_told_about_sizes(send: Send) -> None:
    assert (await send("POST", FORCE, token=None, body="x" * (MAX_BODY_BYTES + 1))).status == 403


TYPES = [None, "application/json", "text/plain", "application/x-www-form-urlencoded", "application/octet-stream"]


@pytest.mark.parametrize("content_type", TYPES)
async def test_the_content_type_does_not_matter(
    send: Send, station: RecordingStation, content_type: str | None
) -> None:
    headers = {"Content-Type": content_type} if content_type else {}
    answer = await send("POST", FORCE, headers=headers, body={"even_if_incomplete": True})
    assert answer.status == 200
    assert station.calls[0][3] is True


@pytest.mark.parametrize("body", [None, "", "{}", "  {} \n"])
async def test_an_empty_body_is_all_defaults(send: Send, station: RecordingStation, body: str | None) -> None:
    assert (await send("POST", FORCE, body=body)).status == 200
    assert station.calls[0][3] is False
    assert (await send("POST", CLEAR, body=body)).status == 200


async def test_a_broken_form_is_json_too(send: Send) -> None:
    headers = {"Content-Type": "multipart/form-data"}
    answer = await send("POST", FORCE, headers=headers, body="no boundary")
    assert (answer.status, answer.code) == (400, "invalid_request")


async def test_what_was_sent_reaches_the_station(send: Send, station: RecordingStation) -> None:
    await send("POST", OVERRIDES, body={**GOOD, "expires_at": "2026-05-01T00:00:00Z"})
    await send("POST", f"{OVERRIDES}/abc-1/revoke", body={"reason": "no longer needed"})
    await send("POST", ACCEPT, body={"nas_root": "/nas", "nas_id": "one"})
    (_, run, _, request), (_, _, _, override_id, reason), (_, _, accepted) = station.calls
    assert (run, request.problem_class, request.expires_at.year) == (RUN, "orphan", 2026)
    assert (override_id, reason) == ("abc-1", "no longer needed")
    assert (accepted.nas_root, accepted.nas_id) == ("/nas", "one")


async def test_who_did_it_is_the_account_when_a_bare_token_names_nobody(
    send: Send, station: RecordingStation, monkeypatch: pytest.MonkeyPatch
) -> None:
    await send("POST", CLEAR)
    assert station.calls[0][2].endswith(" (by token)")


@pytest.mark.parametrize(
    ("query", "key"),
    [
        ("since=x", "since"),
        ("since=-1", "since"),
        ("since=1.5", "since"),
        (f"since={2**63}", "since"),
        ("since=", "since"),
    ],
)
async def test_numbers_in_queries(send: Send, station: RecordingStation, query: str, key: str) -> None:
    answer = await send("GET", f"/staging/overview?{query}")
    assert (answer.status, answer.code, answer.body["key"]) == (400, "invalid_request", key)
    assert station.calls == []


@pytest.mark.parametrize("lines", ["0", "10001", "-5", "ten", "9" * 5000, "١٢"])
async def test_lines_of_a_log(send: Send, station: RecordingStation, lines: str) -> None:
    from urllib.parse import quote

    answer = await send("GET", f"/staging/{RUN}/log?lines={quote(lines)}")
    assert (answer.status, answer.body["key"]) == (400, "lines")
    assert station.calls == []


async def test_good_numbers_arrive(send: Send, station: RecordingStation) -> None:
    await send("GET", "/staging/overview?since=12")
    await send("GET", f"/staging/{RUN}/log?lines=20")
    await send("GET", f"/staging/{RUN}/log")
    assert station.calls == [("overview", 12), ("log", RUN, 20), ("log", RUN, 500)]
