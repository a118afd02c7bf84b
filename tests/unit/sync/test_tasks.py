from __future__ import annotations

import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exlab_wizard.sync.tasks import (
    ClearTask,
    ErrorClass,
    Outcome,
    Place,
    ProbeTask,
    Progress,
    PublishTask,
    RecheckTask,
    SyncTask,
    Task,
    TaskError,
    VerifyTask,
    decode_message,
    decode_task,
    encode_message,
    encode_task,
)

RUN = "CONFOCAL_01/p/Runs/Run_2026-04-17T14-32"
TEXT = st.text(st.characters(exclude_categories=[]), max_size=20)  # undecodable names travel as lone surrogates
PLACE = st.builds(Place, TEXT, TEXT, TEXT, st.none() | TEXT, TEXT, st.booleans())
COMMON = {"job_id": TEXT, "token": st.integers(0), "run_path": TEXT, "place": PLACE}
TASKS = st.one_of(
    st.builds(SyncTask, **COMMON, fingerprint=TEXT, skip=st.lists(TEXT).map(tuple), previous_digest=st.none() | TEXT),
    st.builds(RecheckTask, **COMMON, fingerprint=TEXT, previous_digest=st.none() | TEXT),
    st.builds(VerifyTask, **COMMON, manifest_digest=TEXT),
    st.builds(ProbeTask, **COMMON),
    st.builds(PublishTask, **COMMON, files=st.dictionaries(TEXT, TEXT, max_size=3)),
    st.builds(
        ClearTask,
        **COMMON,
        clearing_id=TEXT,
        recover=st.booleans(),
        reread=st.booleans(),
        reverify_after_hours=st.floats(0, 1e6),
    ),
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=5,
)
ERRORS = st.builds(
    TaskError, st.sampled_from(ErrorClass), TEXT, TEXT, st.none() | st.integers(1, 130), st.none() | TEXT
)
MESSAGES = st.one_of(
    st.builds(Progress, TEXT, st.integers(0), st.integers(0), st.integers(0), st.integers(0)),
    st.builds(Outcome, TEXT, st.none() | ERRORS, st.dictionaries(st.text(max_size=8), JSON, max_size=3)),
)


@given(TASKS)
def test_a_task_arrives_as_it_was_sent_on_one_line(task: Task) -> None:
    line = encode_task(task)
    assert line.endswith(b"\n")
    assert line.count(b"\n") == 1
    assert decode_task(line) == task


@given(MESSAGES)
def test_a_message_arrives_as_it_was_sent_on_one_line(message: Progress | Outcome) -> None:
    line = encode_message(message)
    assert line.count(b"\n") == 1
    assert decode_message(line) == message


FIELDS = st.sampled_from(["kind", "message", "place", "skip", "error", "job_id", "phase", "data"])


@given(st.binary(max_size=40) | (JSON | st.dictionaries(FIELDS, JSON)).map(lambda value: json.dumps(value).encode()))
def test_anything_else_is_an_error_the_reader_expects(line: bytes) -> None:
    for decode in (decode_task, decode_message):
        with suppress(ValueError, KeyError, TypeError):
            decode(line)


@pytest.mark.parametrize(
    "line", [b"5", b"null", b'"text"', b"[]", b"{}", b'{"kind": "dance"}', b'{"message": "outcome"}']
)
def test_a_line_that_is_no_message_never_kills_the_reader(line: bytes) -> None:
    for decode in (decode_task, decode_message):
        with pytest.raises((ValueError, KeyError, TypeError)):
            decode(line)


def test_every_kind_has_its_own_name() -> None:
    kinds = [kind.kind for kind in (SyncTask, RecheckTask, ProbeTask, PublishTask, ClearTask)]
    assert kinds == ["sync", "recheck", "probe", "publish", "clear"]


def test_a_newer_workers_progress_is_understood() -> None:
    raw: dict[str, Any] = {"message": "progress", "phase": "verifying", "files_done": 2, "sparks": 7}
    assert decode_message(json.dumps(raw).encode()) == Progress("verifying", 2)
