from __future__ import annotations

import json

import pytest

from exlab_wizard.errors import ADVICE, HTTP_STATUS, Code, StagingError


def test_every_code_has_a_status_of_its_class() -> None:
    assert set(HTTP_STATUS) == set(Code)
    assert set(HTTP_STATUS.values()) == {400, 403, 404, 409, 500, 503}


@pytest.mark.parametrize("code", Code, ids=str)
def test_an_error_travels_between_servers_and_back(code: Code) -> None:
    error = StagingError(code, "The flag has not arrived.", missing=["a.tif"], run_path="CONFOCAL_01/p")
    wire = json.loads(json.dumps(error.to_dict()))
    again = StagingError.from_dict(wire)
    assert (again.code, again.message, again.details) == (error.code, error.message, error.details)
    assert again.status == HTTP_STATUS[code]
    assert str(again) == f"{code}: The flag has not arrived."


def test_the_wire_shape_serves_jupyter_front_ends_too() -> None:
    wire = StagingError(Code.RUN_BUSY, "Ask again.", job_id="7").to_dict()
    assert wire == {"code": "run_busy", "message": "Ask again.", "reason": "Ask again.", "job_id": "7"}


@pytest.mark.parametrize("code", ADVICE, ids=str)
def test_the_next_step_is_the_codes_unless_the_case_has_its_own(code: Code) -> None:
    assert StagingError(code, "No.").next_step == ADVICE[code]
    assert StagingError(code, "No.", remedy="Use less.").next_step == "Use less."
    assert StagingError(code, "No.", next_step="Do this.", remedy="Use less.").next_step == "Do this."
    assert StagingError.from_dict(StagingError(code, "No.", remedy="Use less.").to_dict()).next_step == "Use less."


def test_a_code_without_advice_has_no_next_step() -> None:
    error = StagingError(Code.INTERNAL_ERROR, "The log has it.")
    assert error.next_step == ""
    assert "next_step" not in error.to_dict()
