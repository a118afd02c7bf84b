"""The OpenAPI document is fresh, valid, and says exactly what the routes do."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from openapi_spec_validator import validate

from exlab_wizard.api.guard import Guard, guarded_verbs
from exlab_wizard.api.openapi import CALLS, FILE, build, render
from exlab_wizard.api.routers.staging import UnknownCallHandler, build_staging_router
from exlab_wizard.errors import Code
from tests.api.conftest import Send
from tests.api.recording import RUN, RecordingStation

RULES = build_staging_router()


def test_the_shipped_file_is_what_the_models_say_now() -> None:
    assert json.loads(FILE.read_text()) == build(), "run: python -m exlab_wizard.api.openapi"
    assert FILE.read_text() == render()


def test_it_is_a_valid_openapi_document() -> None:
    validate(build())


def first_match(path: str) -> Any:
    """The handler Tornado would take for an address."""
    return next(handler for pattern, handler, _ in RULES if re.fullmatch(pattern, path))


def sample(path: str) -> str:
    return path.replace("{run_path}", RUN).replace("{override_id}", "o1")


def test_every_described_call_is_there_with_its_action_and_resource() -> None:
    for call in CALLS:
        verbs = guarded_verbs(first_match(sample(call.path)))
        assert verbs[call.method.upper()] == Guard(call.action, call.resource), call


def test_every_rule_and_verb_is_described() -> None:
    described = {(first_match(sample(call.path)), call.method.upper()) for call in CALLS}
    real = {(handler, verb) for _, handler, _ in RULES for verb in guarded_verbs(handler)}
    assert real == described
    assert len(described) == len(CALLS)
    assert [handler for _, handler, _ in RULES if not guarded_verbs(handler)] == [UnknownCallHandler]


def test_operations_say_what_the_authorizer_is_asked() -> None:
    for call in CALLS:
        operation = build()["paths"][call.path][call.method]
        assert operation["x-authorize"] == {"action": call.action, "resource": call.resource}
        assert ("requestBody" in operation) == (call.request is not None)
    assert len({call.operation_id for call in CALLS}) == len(CALLS)


def test_the_closed_list_of_codes_is_in_it() -> None:
    assert build()["components"]["schemas"]["ErrorCode"]["enum"] == [str(code) for code in Code]


async def test_it_is_served(send: Send, station: RecordingStation) -> None:
    answer = await send("GET", "/staging/openapi.json")
    assert (answer.status, answer.body) == (200, build())


@pytest.mark.parametrize("call", CALLS, ids=lambda call: call.operation_id)
async def test_answers_have_the_fields_described(send: Send, station: RecordingStation, call: Any) -> None:
    if call.response is None:
        return
    bodies = {
        "OverrideRequest": {"problem_class": "orphan", "reason": "known and accepted"},
        "RevokeRequest": {"reason": "no longer needed"},
        "AcceptNasRequest": {"nas_root": "/nas", "nas_id": "one"},
        "ForceSyncRequest": {},
        "BulkClearRequest": {"dry_run": True},
        "PausesRequest": {"equipment_id": "CONFOCAL_01"},
    }
    body = bodies[call.request.__name__] if call.request else None
    answer = await send(call.method.upper(), sample(call.path), body=body)
    assert answer.status == 200
    call.response.model_validate(answer.body)
