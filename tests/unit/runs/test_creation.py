"""creation.json: read leniently, written as a courtesy, obeyed never."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exlab_wizard.runs.creation import (
    MAX_BYTES,
    Creation,
    LimsProject,
    disagreements,
    parse_creation,
    with_sync_status,
)
from exlab_wizard.runs.paths import RunPath

RUN = RunPath.parse("CONFOCAL_01/PROJ-0042/Runs/Run_2026-04-17T14-32")
FULL: dict[str, Any] = {
    "schema_version": "1.8",
    "created_at": "2026-04-17T14:32:00Z",
    "created_by": "asmith",
    "level": "run",
    "run_kind": "experimental",
    "lims_project": {"uid": "u-1", "short_id": "PROJ-0042", "name_at_creation": "Cell Wall"},
    "paths": {"local": "/staging/" + str(RUN)},
    "orchestrator": {"label": "Lab PC 4"},
}
OVERRIDE = {"id": "o1", "problem_class": "orphan", "operator": "admin"}


def dump(document: Any, **options: Any) -> bytes:
    return json.dumps(document, **options).encode()


def changed(**fields: Any) -> bytes:
    return dump({**FULL, **fields})


def test_a_full_file_is_understood_without_problems() -> None:
    parsed = parse_creation(dump(FULL))
    assert parsed == Creation(
        present=True,
        schema_version="1.8",
        created_at="2026-04-17T14:32:00Z",
        created_by="asmith",
        run_kind_stated=True,
        lims_project=LimsProject("u-1", "PROJ-0042", "Cell Wall"),
        paths=FULL["paths"],
        orchestrator=FULL["orchestrator"],
        raw=FULL,
    )
    assert not parsed.foreign_major


def test_absent_is_not_the_same_as_empty() -> None:
    assert parse_creation(None) == Creation(present=False)
    assert parse_creation(b"") == Creation(present=True, problems=("it is empty or cannot be read",))


def test_an_older_minor_gets_the_documented_defaults() -> None:
    parsed = parse_creation(dump({"schema_version": "1.0", "created_at": "2026-04-17T14:32:00Z", "created_by": "a"}))
    assert (parsed.problems, parsed.missing) == ((), ())
    assert (parsed.level, parsed.run_kind, parsed.run_kind_stated) == ("run", "experimental", False)
    assert parsed.lims_project is None and parsed.paths == {} and parsed.orchestrator == {}


def test_a_newer_minor_and_null_fields_are_fine() -> None:
    parsed = parse_creation(changed(schema_version="1.99", lims_project=None, future={"x": 1}))
    assert (parsed.problems, parsed.missing, parsed.foreign_major) == ((), (), False)


@pytest.mark.parametrize("version", ["2.0", "2", "0.9", "10.1", 2, 2.5])
def test_a_foreign_major_is_recognised_and_nothing_else_is_read(version: object) -> None:
    parsed = parse_creation(changed(schema_version=version, run_kind="test"))
    assert parsed.foreign_major and parsed.raw is None and not parsed.run_kind_stated
    assert "another major version" in parsed.problems[0]


@pytest.mark.parametrize("field", ["schema_version", "created_at", "created_by"])
@pytest.mark.parametrize("value", [None, "", "  ", [], {"x": 1}, True])
def test_a_required_field_without_a_usable_value_is_missing(field: str, value: object) -> None:
    parsed = parse_creation(changed(**{field: value}))
    assert parsed.missing == (field,)
    assert parsed.problems == (() if value is None else (f"its {field} is not usable",))
    assert not parsed.foreign_major


def test_the_required_fields_are_all_named_when_all_are_gone() -> None:
    assert parse_creation(b"{}").missing == ("schema_version", "created_at", "created_by")


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"schema_version": "banana"}, "its schema_version is not usable"),
        ({"schema_version": "\u0661.8"}, "its schema_version is not usable"),
        ({"schema_version": "1" * 400}, "its schema_version is not usable"),
        ({"created_at": "yesterday"}, "its created_at is not usable"),
        ({"created_at": 1776436320}, "its created_at is not usable"),
        ({"level": 3}, "its level is not usable"),
        ({"run_kind": ["test"]}, "its run_kind is not usable"),
        ({"lims_project": "PROJ"}, "its lims_project is not usable"),
        ({"lims_project": {"uid": 5}}, "lims_project: its uid is not usable"),
        ({"paths": "/etc"}, "its paths is not usable"),
        ({"orchestrator": []}, "its orchestrator is not usable"),
    ],
)
def test_a_wrong_type_is_a_problem_and_the_default_stands(fields: dict[str, Any], problem: str) -> None:
    parsed = parse_creation(changed(**fields))
    assert parsed.problems == (problem,)
    assert (parsed.level, parsed.run_kind) == ("run", "experimental")


@pytest.mark.parametrize(
    ("data", "word"),
    [
        (b"{", "half written"),
        (b"nonsense", "not valid JSON"),
        (b"[]", "not a JSON object"),
        (b"\xff\xfe{\0}\0", "UTF-16"),
        (changed(x=float("nan")), "NaN"),
        (b'{"x": 1, "x": 2}', "'x' twice"),
        (b'{"x":' * 100_000, "nested too deeply"),
        (b"[" * 100_000, "nested too deeply"),
        (changed(x="y" * MAX_BYTES), "larger than 1,048,576 bytes"),
        (b'{"x": ' + b"1" * 10_000 + b"}", "too long"),
    ],
)
def test_what_is_no_usable_json_is_one_problem(data: bytes, word: str) -> None:
    parsed = parse_creation(data)
    assert parsed.present and parsed.raw is None and len(parsed.problems) == 1
    assert word in parsed.problems[0]
    assert with_sync_status(data, "synced", []) is None


_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(exclude_categories=()), max_size=6),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from([*FULL, "uid", "x"]), inner),
    max_leaves=8,
)


@settings(max_examples=400, deadline=None)
@given(st.dictionaries(st.sampled_from([*FULL, "x"]), _VALUES).map(dump) | st.binary(max_size=40))
def test_no_bytes_at_all_cause_an_exception(data: bytes) -> None:
    parsed = parse_creation(data)
    assert parsed.present
    assert all(text.isprintable() for text in [*parsed.problems, *disagreements(parsed, RUN)])
    written = with_sync_status(data, "synced", [OVERRIDE])
    if written is not None:
        again = json.loads(written)
        assert {**json.loads(data), "sync_status": "synced", "validation_overrides": [OVERRIDE]} == again
        assert with_sync_status(written, "synced", [OVERRIDE]) is None


def test_sync_status_is_added_and_everything_else_kept_in_order() -> None:
    document = {"x-vendor": {"z": 1.5, "a": [None, True, 2**70]}, **FULL, "sync_status": "pending", "zzz": "é"}
    written = with_sync_status(dump(document), "synced", [])
    assert written is not None
    again = json.loads(written)
    assert again == {**document, "sync_status": "synced"} and list(again) == list(document)


@pytest.mark.parametrize(
    "options",
    [{}, {"indent": 2}, {"ensure_ascii": False}, {"indent": 2, "ensure_ascii": False}],
)
@pytest.mark.parametrize("ending", [b"", b"\n"])
def test_the_layout_is_kept(options: dict[str, Any], ending: bytes) -> None:
    document = {**FULL, "created_by": "Müller", "sync_status": "pending"}
    expected = dump({**document, "sync_status": "blocked_by_validation"}, **options) + ending
    assert with_sync_status(dump(document, **options) + ending, "blocked_by_validation", []) == expected


def test_a_granted_override_in_the_file_is_replaced_by_our_records() -> None:
    forged = changed(validation_overrides=[{"id": "mine", "problem_class": "unsupported_entry"}])
    for ours in ([], [OVERRIDE]):
        written = with_sync_status(forged, "synced", ours)
        assert written is not None and json.loads(written)["validation_overrides"] == ours


@pytest.mark.parametrize(
    "data",
    [
        changed(sync_status="synced"),
        changed(schema_version="2.0"),
        changed(schema_version=None),
        changed(schema_version="banana"),
        dump([]),
        b"",
        b"{",
        b'{"schema_version": "1.8", "a": 1, "a": 2}',
        changed(x="y" * (MAX_BYTES - 500)),
        '{"schema_version": "1.8", "x": "é\\ud800"}'.encode(),
    ],
)
def test_nothing_is_written_when_nothing_changes_or_it_cannot_be_done_without_loss(data: bytes) -> None:
    assert with_sync_status(data, "synced", [{**OVERRIDE, "reason": "r" * 500}] if len(data) > 9999 else []) is None


def test_a_file_that_agrees_gives_no_report() -> None:
    places = {
        "local": f"/staging/{RUN}",
        "nas": "\\\\nas\\lab\\" + str(RUN).replace("/", "\\") + "\\",
        "project": "/mnt/nas/CONFOCAL_01/PROJ-0042",
        "self": f"/staging/{RUN}/.exlab-wizard/creation.json",
        "relative": str(RUN),
        "none": None,
        "empty": "",
    }
    document = changed(paths=places, equipment_id="CONFOCAL_01", run_path=str(RUN), nas_root="/mnt/nas")
    assert disagreements(parse_creation(document), RUN, {"nas_root": "/mnt/nas"}) == []
    assert disagreements(parse_creation(None), RUN) == []


def test_what_differs_is_reported_with_the_value_that_counts() -> None:
    document = changed(
        equipment_id="OTHER_02",
        orchestrator={"completeness_signal": "quiet_period", "label": "x"},
        paths={"local": "/etc/passwd", "run_path": "EVIL/../x", "n": 5},
    )
    found = disagreements(parse_creation(document), RUN, {"completeness_signal": "manifest"})
    assert found == [
        "creation.json says equipment_id is 'OTHER_02'; 'CONFOCAL_01' is used",
        "creation.json says orchestrator.completeness_signal is 'quiet_period'; 'manifest' is used",
        f"creation.json says paths.run_path is 'EVIL/../x'; '{RUN}' is used",
        f"creation.json names the path '/etc/passwd' ('paths.local'); the run stays at '{RUN}'",
    ]


def test_the_report_is_bounded() -> None:
    paths = {f"p{number}": "/x" * 5000 for number in range(100)}
    found = disagreements(parse_creation(changed(paths=paths)), RUN)
    assert len(found) == 20 and all(len(sentence) < 400 for sentence in found)
