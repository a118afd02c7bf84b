"""Owns the OpenAPI document: built from the wire models and one table of calls, shipped as `openapi.json`.

`python -m exlab_wizard.api.openapi` writes the file anew; a test compares file, table and real routes.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from exlab_wizard.api import activity_models, bulk_models, models
from exlab_wizard.errors import HTTP_STATUS, Code

API_VERSION = "1.0.0"
FILE = Path(__file__).with_name("openapi.json")
_SCHEMA = "#/components/schemas/{model}"
_RUN = "/staging/{run_path}"
_REFUSALS = {
    400: "The request is not understood: `invalid_run_path` or `invalid_request`, naming what is wrong.",
    403: "`forbidden`: no valid token, or the server does not allow it.",
    404: "`run_not_found`.",
    409: "Not now, and why: the code says which condition is missing.",
    503: "No station answers, and what to do: `orchestrator_disabled`, `config_invalid`, `station_starting`, ...",
}


@dataclass(frozen=True, slots=True)
class Call:
    """One verb of one address, with the action and resource the server's authorizer is asked about."""

    method: str
    path: str
    action: str
    resource: str
    summary: str
    response: type[BaseModel] | None = None
    request: type[BaseModel] | None = None
    query: tuple[tuple[str, str, int, int], ...] = ()  # name, description, lowest, highest

    @property
    def operation_id(self) -> str:
        """`get_staging_overview`, `post_run_force_sync`: for generated clients."""
        words = self.path.replace("/{override_id}", "").replace("/staging/{run_path}", "/run").split("/")[1:]
        return "_".join([self.method, *words]).replace("-", "_").replace(".", "_")


CALLS: tuple[Call, ...] = (
    Call(
        "get",
        "/staging",
        "read",
        "staging",
        'Every staged run, most recent activity first. `ETag: W/"<revision>"`; 304 while nothing changed.',
        models.StagingListResponse,
    ),
    Call(
        "get",
        "/staging/overview",
        "read",
        "staging",
        "Runs as people see them, and the state of the whole station.",
        models.Overview,
        query=(("since", "a revision: only rows changed since, and the paths removed", 0, 2**63 - 1),),
    ),
    Call("get", "/staging/health", "read", "staging", "Whether the station can do its work.", models.Health),
    Call(
        "get",
        "/staging/activity",
        "read",
        "staging",
        "What was synced and how full staging was over the last 24 h, five minutes a point.",
        activity_models.ActivityResponse,
    ),
    Call("get", "/staging/openapi.json", "read", "staging", "This document."),
    Call("get", f"{_RUN}/detail", "read", "staging", "Everything about one run.", models.RunDetail),
    Call(
        "get",
        f"{_RUN}/log",
        "read",
        "staging",
        "The last lines of the run's log, oldest first.",
        models.LogResponse,
        query=(("lines", "how many lines; default 500", 1, 10_000),),
    ),
    Call(
        "get",
        f"{_RUN}/checksums",
        "read",
        "staging",
        "The run's verified files with their SHA-256, as on the NAS, page by page.",
        models.ChecksumsResponse,
        query=(
            ("offset", "how many files to pass over; default 0", 0, 2**31 - 1),
            ("limit", "how many files; default 500", 1, 10_000),
        ),
    ),
    Call(
        "get", f"{_RUN}/overrides", "read", "staging", "Overrides of one run, ended ones too.", models.OverridesResponse
    ),
    Call(
        "post",
        f"{_RUN}/force-sync",
        "write",
        "staging_sync",
        "Do not wait any longer: queue, re-arm or verify afresh now.",
        models.ForceSyncResponse,
        models.ForceSyncRequest,
    ),
    Call(
        "post",
        f"{_RUN}/clear",
        "write",
        "staging_clear",
        "Free the local copy of a verified run. Goes on if the caller disconnects.",
        models.ClearResponse,
    ),
    Call(
        "post",
        "/staging/clear-verified",
        "write",
        "staging_clear",
        "Free the local copies of the verified runs chosen, each under the same proof as a single clear; what cannot "
        "be cleared is kept, and named with its reason. Goes on if the caller disconnects. A dry run only lists. "
        'A body that chooses nothing is refused: `"keep_newest": 0` asks for every verified run.',
        bulk_models.BulkClearResponse,
        bulk_models.BulkClearRequest,
    ),
    Call(
        "post",
        f"{_RUN}/restore",
        "write",
        "staging_sync",
        "Bring a cleared run's data back from the NAS, proven; queued, and waits while the NAS is away.",
        models.RestoreResponse,
    ),
    Call(
        "post",
        f"{_RUN}/verify",
        "write",
        "staging_sync",
        "Read the run's copy on the NAS again, here or cleared; a verification under way answers with its job.",
        models.VerifyResponse,
    ),
    Call(
        "post",
        f"{_RUN}/retry",
        "write",
        "staging_sync",
        "Have the job that failed, or waits for its next attempt, go now.",
        models.RetryResponse,
    ),
    Call(
        "post",
        f"{_RUN}/pause",
        "write",
        "staging_sync",
        "Hold this run's copying, reading and restoring until it is resumed; what is finished stays.",
        models.PauseResponse,
    ),
    Call(
        "post",
        f"{_RUN}/resume",
        "write",
        "staging_sync",
        "Let this run go on. 409 `paused` while its instrument, or everything, is paused.",
        models.PauseResponse,
    ),
    Call(
        "post",
        "/staging/pause",
        "write",
        "staging_admin",
        "Hold one instrument's runs, or everything, until resumed. Clearing and watching go on.",
        models.PausesResponse,
        models.PausesRequest,
    ),
    Call(
        "post",
        "/staging/resume",
        "write",
        "staging_admin",
        "Let one instrument's runs, or everything, go on; what was paused by itself stays paused.",
        models.PausesResponse,
        models.PausesRequest,
    ),
    Call(
        "post",
        f"{_RUN}/overrides",
        "write",
        "staging_admin",
        "Let a finding pass, with a reason.",
        models.OverridesResponse,
        models.OverrideRequest,
    ),
    Call(
        "post",
        f"{_RUN}/overrides/{{override_id}}/revoke",
        "write",
        "staging_admin",
        "End one override.",
        models.OverridesResponse,
        models.RevokeRequest,
    ),
    Call(
        "post",
        f"{_RUN}/acknowledge",
        "write",
        "staging_admin",
        "A person has seen that this run is missing, or that its copy on the NAS is damaged.",
        models.AcknowledgeResponse,
    ),
    Call(
        "post",
        "/staging/targets/accept",
        "write",
        "staging_admin",
        "A person says that the NAS with this id is the right one.",
        models.AcceptNasResponse,
        models.AcceptNasRequest,
    ),
)


def build() -> dict[str, Any]:
    """The whole document, OpenAPI 3.1."""
    paths: dict[str, dict[str, Any]] = {}
    for call in CALLS:
        paths.setdefault(call.path, {})[call.method] = _operation(call)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "ExLab-Wizard for Jupyter",
            "version": API_VERSION,
            "description": "Staged instrument runs: what is here, what is safe on the NAS, and what may be cleared.",
        },
        "servers": [
            {
                "url": "{server}",
                "description": "the Jupyter server, with its base URL",
                "variables": {"server": {"default": "http://localhost:8888"}},
            }
        ],
        "security": [{"token": []}, {"bearer": []}],
        "paths": paths,
        "components": {"schemas": _schemas(), "securitySchemes": _security()},
    }


def render() -> str:
    """`build()` as the text of the file."""
    return json.dumps(build(), indent=1, sort_keys=True) + "\n"


def _operation(call: Call) -> dict[str, Any]:
    operation: dict[str, Any] = {
        "operationId": call.operation_id,
        "summary": call.summary,
        "x-authorize": {"action": call.action, "resource": call.resource},
        "parameters": [*_path_parameters(call.path), *map(_query_parameter, call.query)],
        "responses": _responses(call),
    }
    if call.request is not None:
        required = any(field.is_required() for field in call.request.model_fields.values())
        operation["requestBody"] = {"required": required, **_json(call.request)}
    return operation


def _responses(call: Call) -> dict[str, Any]:
    ok = _json(call.response) if call.response else {"content": {"application/json": {"schema": {"type": "object"}}}}
    answers: dict[str, Any] = {"200": {"description": HTTPStatus.OK.phrase, **ok}}
    if call.path == "/staging":
        answers["304"] = {"description": "The revision in If-None-Match is still the one here."}
    about_run = "{run_path}" in call.path
    for status, text in _REFUSALS.items():
        if about_run or status not in (404, 409):
            answers[str(status)] = {"description": text, **_json(models.ErrorResponse)}
    return answers


def _json(model: type[BaseModel]) -> dict[str, Any]:
    return {"content": {"application/json": {"schema": {"$ref": _SCHEMA.format(model=model.__name__)}}}}


def _path_parameters(path: str) -> list[dict[str, Any]]:
    described = {
        "run_path": "The run path, `CONFOCAL_01/PROJ-0042/Runs/Run_2026-04-17T14-32`, slashes sent as they are or as "
        "%2F, or the run's absolute path.",
        "override_id": "The override's id.",
    }
    return [
        {"name": name, "in": "path", "required": True, "description": text, "schema": {"type": "string"}}
        for name, text in described.items()
        if f"{{{name}}}" in path
    ]


def _query_parameter(query: tuple[str, str, int, int]) -> dict[str, Any]:
    name, description, lowest, highest = query
    schema = {"type": "integer", "minimum": lowest, "maximum": highest}
    return {"name": name, "in": "query", "required": False, "description": description, "schema": schema}


def _schemas() -> dict[str, Any]:
    responses = {call.response for call in CALLS if call.response} | {models.ErrorResponse}
    requests = {call.request for call in CALLS if call.request}
    wanted = [(model, "serialization") for model in responses] + [(model, "validation") for model in requests]
    wanted.sort(key=lambda pair: pair[0].__name__)
    schemas: dict[str, Any] = models_json_schema(wanted, ref_template=_SCHEMA)[1]["$defs"]  # type: ignore[arg-type]
    schemas["ErrorResponse"]["properties"]["code"] = {"$ref": _SCHEMA.format(model="ErrorCode")}
    schemas["ErrorCode"] = {"type": "string", "enum": list(Code), "description": _statuses()}
    return schemas


def _statuses() -> str:
    return "The closed list, with the HTTP status of each: " + ", ".join(f"{code} {HTTP_STATUS[code]}" for code in Code)


def _security() -> dict[str, Any]:
    said = "`Authorization: token <token>`; `jupyter server list` prints it."
    return {
        "token": {"type": "apiKey", "in": "header", "name": "Authorization", "description": said},
        "bearer": {"type": "http", "scheme": "bearer", "description": "the same token"},
    }


if __name__ == "__main__":
    FILE.write_text(render(), encoding="utf-8")
