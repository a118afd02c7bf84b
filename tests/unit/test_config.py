"""The configuration: what loads, with which defaults, and that every refusal names key, cause and remedy."""

from __future__ import annotations

from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from exlab_wizard.config import Config, ConfigError, find_config, load_config, parse_config
from exlab_wizard.errors import Code

MINIMAL: dict[str, Any] = {
    "orchestrator": {"enabled": True, "staging_root": "/staging"},
    "equipment": [{"id": "CONFOCAL_01", "completeness_signal": "sentinel_file", "nas_root": "/mnt/nas/lab"}],
}
DESIGN = """
orchestrator: {enabled: true, label: "Bench", staging_root: /staging, state_dir: null,
               staging_cleanup: {mode: manual, retain_hours: 24}}
equipment:
  - id: CONFOCAL_01
    label: Confocal Microscope 1
    completeness_signal: sentinel_file        # or manifest, quiet_period
    sentinel_filename: acquisition_complete.flag
    settle_seconds: 60
    nas_root: /mnt/nas/lab
    nas_id: null
    transport: {type: mount}
proof: {reverify_after_hours: 168, min_verify_passes: 2, min_age_hours: 24, scrub_gib_per_day: 0}
sync: {workers: 2, allow_same_storage: false}
logging: {level: INFO}
"""


def changed(path: str, value: Any) -> dict[str, Any]:
    """MINIMAL with one key (dots, list positions as numbers) set."""
    data = deepcopy(MINIMAL)
    *way, last = path.split(".")
    here: Any = data
    for part in way:
        here = here[int(part)] if part.isdigit() else here.setdefault(part, {})
    here[int(last) if last.isdigit() else last] = value
    return data


def refused(data: dict[str, Any]) -> ConfigError:
    with pytest.raises(ConfigError) as caught:
        parse_config(data, "lab.yaml")
    error = caught.value
    assert error.code is Code.CONFIG_INVALID
    assert error.status == 503
    assert error.details["file"] == "lab.yaml"
    assert error.details["key"]
    assert error.details["remedy"].endswith(".")
    assert error.details["key"] in error.message
    return error


def test_short_config_gets_the_documented_defaults() -> None:
    config = parse_config(MINIMAL)
    one = config.equipment[0]
    assert (one.label, one.sentinel_filename, one.manifest_filename) == (
        "CONFOCAL_01",
        "acquisition_complete.flag",
        "manifest.json",
    )
    assert (one.quiet_minutes, one.settle_seconds, one.no_signal_after_hours, one.nas_id) == (60, 60, 24, None)
    assert (one.transport.type, one.transport.bandwidth) == ("mount", None)
    assert (config.proof.reverify_after_hours, config.proof.min_verify_passes, config.proof.min_age_hours) == (
        168,
        2,
        24,
    )
    assert (config.proof.scrub_gib_per_day, config.proof.reread_before_clear) == (0, True)
    assert (config.sync.workers, config.sync.allow_same_storage) == (2, False)
    assert (config.orchestrator.staging_cleanup.mode, config.logging.level) == ("manual", "INFO")
    assert config.state_dir == "/staging/.exlab-wizard"


def test_the_documented_file_loads(tmp_path: Path) -> None:
    path = tmp_path / "exlab_wizard.yaml"
    path.write_text(DESIGN)
    config = load_config(path)
    assert config.orchestrator.label == "Bench"
    assert config.by_equipment("CONFOCAL_01") is config.equipment[0]
    assert config.by_equipment("SEM_01") is None


@pytest.mark.parametrize("text", ["", "# nothing yet\n", "orchestrator:\n", "orchestrator: {enabled: false}\n"])
def test_nothing_configured_is_disabled_not_an_error(tmp_path: Path, text: str) -> None:
    path = tmp_path / "exlab_wizard.yaml"
    path.write_text(text)
    config = load_config(path)
    assert not config.orchestrator.enabled
    assert config.state_dir == ""


def test_empty_sections_mean_their_defaults() -> None:
    assert parse_config({**MINIMAL, "sync": None, "proof": None}).sync.workers == 2


def test_roots_are_normalised() -> None:
    config = parse_config(changed("orchestrator.staging_root", "//staging//disk/"))
    assert config.orchestrator.staging_root == "/staging/disk"


@pytest.mark.parametrize(
    ("path", "value", "key"),
    [
        ("synch", {}, "synch"),
        ("sync.worker", 2, "sync.worker"),
        ("sync.workers", 0, "sync.workers"),
        ("sync.workers", 17, "sync.workers"),
        ("sync.workers", True, "sync.workers"),
        ("sync.workers", "2", "sync.workers"),
        ("sync.workers", 1.5, "sync.workers"),
        ("sync", [], "sync"),
        ("equipment", {}, "equipment"),
        ("equipment", [], "equipment"),
        ("equipment.0.id", "confocal", "equipment[0].id"),
        ("equipment.0.id", "A" * 33, "equipment[0].id"),
        ("equipment.0.id", "../X", "equipment[0].id"),
        ("equipment.0.id", True, "equipment[0].id"),
        ("equipment.0.completeness_signal", "sentinel", "equipment[0].completeness_signal"),
        ("equipment.0.sentinel_filename", "meta/done.flag", "equipment[0].sentinel_filename"),
        ("equipment.0.sentinel_filename", "..", "equipment[0].sentinel_filename"),
        ("equipment.0.sentinel_filename", ".exlab-wizard", "equipment[0].sentinel_filename"),
        ("equipment.0.manifest_filename", "a\nb", "equipment[0].manifest_filename"),
        ("equipment.0.quiet_minutes", 0, "equipment[0].quiet_minutes"),
        ("equipment.0.quiet_minutes", float("nan"), "equipment[0].quiet_minutes"),
        ("equipment.0.quiet_minutes", float("inf"), "equipment[0].quiet_minutes"),
        ("equipment.0.settle_seconds", -1, "equipment[0].settle_seconds"),
        ("equipment.0.no_signal_after_hours", 0, "equipment[0].no_signal_after_hours"),
        ("equipment.0.nas_root", "nas", "equipment[0].nas_root"),
        ("equipment.0.nas_root", "", "equipment[0].nas_root"),
        ("equipment.0.nas_root", "/", "equipment[0].nas_root"),
        ("equipment.0.nas_root", "/mnt/../nas", "equipment[0].nas_root"),
        ("equipment.0.nas_root", "/mnt/a\nb", "equipment[0].nas_root"),
        ("equipment.0.nas_root", "/staging", "equipment[0].nas_root"),
        ("equipment.0.nas_root", "/staging/nas", "equipment[0].nas_root"),
        ("equipment.0.nas_id", "", "equipment[0].nas_id"),
        ("equipment.0.transport.type", "ftp", "equipment[0].transport.type"),
        ("orchestrator.enabled", "yes please", "orchestrator.enabled"),
        ("orchestrator.staging_root", "", "orchestrator.staging_root"),
        ("orchestrator.staging_root", "staging", "orchestrator.staging_root"),
        ("orchestrator.staging_root", "~/staging", "orchestrator.staging_root"),
        ("orchestrator.staging_root", "/mnt", "equipment[0].nas_root"),
        ("orchestrator.state_dir", "state", "orchestrator.state_dir"),
        ("orchestrator.state_dir", "/staging/CONFOCAL_01", "orchestrator.state_dir"),
        ("orchestrator.state_dir", "/mnt/nas/lab/state", "orchestrator.state_dir"),
        ("proof.reverify_after_hours", 0, "proof.reverify_after_hours"),
        ("proof.min_verify_passes", 0, "proof.min_verify_passes"),
        ("proof.scrub_gib_per_day", -1, "proof.scrub_gib_per_day"),
        ("proof.reread_before_clear", "no", "proof.reread_before_clear"),
        ("logging.level", "LOUD", "logging.level"),
    ],
)
def test_each_bad_value_is_refused_by_its_key(path: str, value: Any, key: str) -> None:
    assert refused(changed(path, value)).details["key"] == key


@pytest.mark.parametrize(
    ("path", "value", "key"),
    [
        ("equipment.0.transport.type", "rclone", "equipment[0].transport.type"),
        ("equipment.0.transport.type", "rsync_ssh", "equipment[0].transport.type"),
        ("equipment.0.transport.bandwidth", {"upload_mbit_per_s": 50}, "equipment[0].transport.bandwidth"),
        ("orchestrator.staging_cleanup.mode", "scheduled", "orchestrator.staging_cleanup.mode"),
        ("validator.content_scan_max_mib", 50, "validator"),
        ("validator.content_scan_extensions", [".log"], "validator"),
    ],
)
def test_what_is_not_built_is_never_ignored(path: str, value: Any, key: str) -> None:
    error = refused(changed(path, value))
    assert error.details["key"] == key
    assert "not available yet" in error.message


def test_an_unknown_key_is_told_its_likely_name() -> None:
    error = refused(changed("equipment.0.nas_rot", "/x"))
    assert "Did you mean nas_root?" in error.message


def test_a_missing_key_says_what_to_set() -> None:
    data = deepcopy(MINIMAL)
    del data["equipment"][0]["nas_root"]
    error = refused(data)
    assert error.details["key"] == "equipment[0].nas_root"
    assert "an absolute path" in error.details["remedy"]


def test_all_problems_come_at_once() -> None:
    data = changed("sync.workers", 99)
    data["equipment"][0]["id"] = "x"
    keys = {problem["key"] for problem in refused(data).details["problems"]}
    assert keys == {"sync.workers", "equipment[0].id"}


def test_ids_are_unique() -> None:
    data = deepcopy(MINIMAL)
    data["equipment"].append({**data["equipment"][0]})
    assert refused(data).details["key"] == "equipment[1].id"


def test_instruments_may_share_a_nas_but_not_nest_in_one() -> None:
    data = deepcopy(MINIMAL)
    data["equipment"].append({**data["equipment"][0], "id": "SEM_01"})
    assert len(parse_config(data).equipment) == 2
    data["equipment"][1]["nas_root"] = "/mnt/nas/lab/sem"
    assert refused(data).details["key"] == "equipment[1].nas_root"


def test_a_neighbour_with_the_same_beginning_is_not_nested() -> None:
    assert parse_config(changed("equipment.0.nas_root", "/staging-nas")).equipment[0].nas_root == "/staging-nas"


@pytest.mark.parametrize("state", ["/var/lib/exlab", "/staging/.exlab-wizard", "/staging/.exlab-wizard/state"])
def test_state_may_live_elsewhere_or_beside_the_marker(state: str) -> None:
    assert parse_config(changed("orchestrator.state_dir", state)).state_dir == state


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("sync: {workers: 2}\nsync: {workers: 3}\n", "line 2"),
        ("sync:\n  workers: 2\n  workers: 3\n", "line 3"),
        ("orchestrator: {enabled: true\nequipment: [\n", "line"),
        ("orchestrator:\n\tenabled: true\n", "line 2"),
        ("- a\n- b\n", "line 1"),
        ("1: 2\n", "line 1"),
        ("sync: !!python/object/apply:os.system ['true']\n", "line 1"),
        ("just words", "line 1"),
    ],
)
def test_broken_yaml_is_refused_with_its_line(tmp_path: Path, text: str, line: str) -> None:
    path = tmp_path / "exlab_wizard.yaml"
    path.write_text(text)
    with pytest.raises(ConfigError) as caught:
        load_config(path)
    assert line in caught.value.message
    assert str(path) in caught.value.message


@pytest.mark.parametrize(("content", "says"), [(b"\xff\xfe\x00", "UTF-8"), (b"#" * (2 << 20), "1 MiB")])
def test_a_file_that_is_no_config_is_refused(tmp_path: Path, content: bytes, says: str) -> None:
    path = tmp_path / "exlab_wizard.yaml"
    path.write_bytes(content)
    with pytest.raises(ConfigError, match=says):
        load_config(path)


def test_a_file_that_is_not_there_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be read"):
        load_config(tmp_path / "none.yaml")


def test_overrides_reach_into_sections(tmp_path: Path) -> None:
    path = tmp_path / "exlab_wizard.yaml"
    path.write_text(DESIGN)
    config = load_config(path, {"sync": {"workers": 7}, "logging": {"level": "DEBUG"}})
    assert (config.sync.workers, config.sync.allow_same_storage, config.logging.level) == (7, False, "DEBUG")
    with pytest.raises(ConfigError, match=r"sync\.workers"):
        load_config(path, {"sync": {"workers": 99}})


def test_a_config_is_frozen() -> None:
    config = parse_config(MINIMAL)
    with pytest.raises(ValidationError, match="frozen"):
        config.sync.workers = 9  # type: ignore[misc]


def test_digest_follows_what_decides_and_not_the_log_level() -> None:
    base = parse_config(MINIMAL).digest
    assert parse_config(changed("logging.level", "DEBUG")).digest == base
    assert parse_config(changed("orchestrator.staging_root", "/staging/")).digest == base
    assert parse_config(changed("equipment.0.settle_seconds", 61)).digest != base


def test_find_prefers_the_argument_then_the_environment_then_jupyters_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("EXLAB_WIZARD_CONFIG", raising=False)
    monkeypatch.setenv("JUPYTER_CONFIG_DIR", str(tmp_path))
    monkeypatch.setenv("JUPYTER_CONFIG_PATH", "")
    assert find_config() is None
    (tmp_path / "exlab_wizard.yaml").write_text("")
    assert find_config() == tmp_path / "exlab_wizard.yaml"
    monkeypatch.setenv("EXLAB_WIZARD_CONFIG", str(tmp_path / "other.yaml"))
    assert find_config() == tmp_path / "other.yaml"
    assert find_config(tmp_path / "named.yaml") == tmp_path / "named.yaml"


json_like = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3),
    max_leaves=8,
)


@given(st.sampled_from(sorted(Config.model_fields)), json_like)
def test_no_value_whatever_escapes_as_another_error(section: str, value: Any) -> None:
    try:
        parse_config({**MINIMAL, section: value})
    except ConfigError as error:
        assert error.details["key"].startswith(section)


@given(st.text(max_size=200))
def test_no_text_whatever_escapes_as_another_error(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    path = tmp_path_factory.getbasetemp() / "any.yaml"
    path.write_text(text, encoding="utf-8", errors="surrogatepass")
    try:
        load_config(path)
    except ConfigError as error:
        assert error.details["file"] == str(path)


def test_every_key_says_what_is_allowed() -> None:
    def described(model: Any) -> bool:
        return all(field.description for field in model.model_fields.values())

    config = parse_config(yaml.safe_load(DESIGN))
    sections = [config, config.orchestrator, config.orchestrator.staging_cleanup, config.equipment[0]]
    sections += [config.equipment[0].transport, config.proof, config.sync, config.validator, config.logging]
    assert all(described(type(section)) for section in sections)
