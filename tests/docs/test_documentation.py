"""The documentation cannot rot: every code, key, state and command is in it, and nothing that does not exist."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

from exlab_wizard.api.models import DisplayState
from exlab_wizard.cli.main import _GROUPS
from exlab_wizard.client.connection import ProblemCode
from exlab_wizard.config import Config, Equipment
from exlab_wizard.config_template import SIGNALS, Answers, render
from exlab_wizard.errors import Code
from exlab_wizard.gate.findings import ProblemClass
from exlab_wizard.runs.creation import parse_creation
from exlab_wizard.runs.paths import RunPath
from exlab_wizard.runs.states import Lifecycle
from exlab_wizard.strict_yaml import parse_mapping
from tests.support.command import exlab_wizard

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text()
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/*.md")])


def section(title: str) -> str:
    return README.split(f"## {title}\n", 1)[1].split("\n## ", 1)[0]


def config_keys(model: type[BaseModel], prefix: str = "") -> Iterator[str]:
    """Every leaf key as the documentation names it: `equipment[].id`."""
    for name, field in model.model_fields.items():
        kinds = [field.annotation, *getattr(field.annotation, "__args__", ())]
        nested = next((kind for kind in kinds if isinstance(kind, type) and issubclass(kind, BaseModel)), None)
        if nested is None:
            yield prefix + name
        else:
            yield from config_keys(nested, f"{prefix}{name}{'[]' if kinds[1:] else ''}.")


def first_cells(text: str) -> set[str]:
    return set(re.findall(r"^\| `([^`]+)`", text, re.MULTILINE))


def test_the_configuration_table_is_the_configuration() -> None:
    assert first_cells(section("Configuration")) == set(config_keys(Config))


def test_the_defaults_in_the_table_are_the_defaults() -> None:
    rows = dict(re.findall(r"^\| `([^`]+)` \| `([^`]+)` \|", section("Configuration"), re.MULTILINE))
    for key, said in rows.items():
        owner: Any = Config
        for part in key.split(".")[:-1]:
            field = owner.model_fields[part.removesuffix("[]")]
            owner = getattr(field.annotation, "__args__", (field.annotation,))[0]
        default = owner.model_fields[key.split(".")[-1]].default
        shown = str(default).lower() if isinstance(default, bool) else str(default)
        assert shown == said or key == "orchestrator.state_dir", key


def test_every_error_code_has_its_row() -> None:
    assert first_cells(section("When something is wrong")) >= {str(code) for code in Code}


# codes of the client and the commands beside ProblemCode, each where it is made
OWN_CODES = {
    "data_not_here": "client/staging.py",
    "run_blocked": "client/waiting.py",
    "run_failed": "client/waiting.py",
    "run_gone": "client/waiting.py",
    "wait_timeout": "client/waiting.py",
    "copy_damaged": "client/reading.py",
    "reading_overtaken": "client/reading.py",
    "not_confirmed": "cli/failures.py",
}


@pytest.mark.parametrize(("code", "module"), OWN_CODES.items())
def test_the_codes_of_the_client_are_explained_and_real(code: str, module: str) -> None:
    assert f'"{code}"' in (ROOT / "exlab_wizard" / module).read_text()
    assert re.search(rf"^\| (`\w+`, )*`{code}`", section("When something is wrong"), re.MULTILINE)


def test_the_minimal_creation_json_is_complete() -> None:
    shown = re.findall(r"^    (\{.*\})$", section("Set it up"), re.MULTILINE)
    assert len(shown) == 1
    understood = parse_creation(shown[0].encode())
    assert (understood.schema_version, understood.problems, understood.missing) == ("1.8", (), ())


def test_the_run_made_by_hand_is_a_run() -> None:
    (place,) = re.findall(r"^    run=~/staging/(.*)$", section("Set it up"), re.MULTILINE)
    assert str(RunPath.parse(place)) == place
    assert f"touch $run/{Equipment.model_fields['sentinel_filename'].default} " in section("Set it up")
    assert f"settle_seconds is {Equipment.model_fields['settle_seconds'].default:g}" in section("Set it up")


@pytest.mark.parametrize("word", [*ProblemCode, *ProblemClass, *Lifecycle, *SIGNALS])
def test_every_other_code_is_explained(word: str) -> None:
    assert f"`{word}`" in README


@pytest.mark.parametrize("state", DisplayState)
def test_every_display_state_is_explained(state: str) -> None:
    assert re.search(rf"^\| ([\w, ]+, )?{state}[ ,]", section("The panel"), re.MULTILINE), state


@pytest.mark.parametrize("command", sorted({name for names in _GROUPS.values() for name in names}))
def test_every_command_exists_and_has_help(command: str) -> None:
    assert exlab_wizard(command, "--help").returncode == 0


def test_every_command_the_pages_name_exists() -> None:
    known = {name for names in _GROUPS.values() for name in names}
    for page in PAGES:
        named = set(re.findall(r"`exlab-wizard ([a-z-]+)", page.read_text()))
        assert named <= known, page.name


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#]+)\)", page.read_text()):
        assert (page.parent / target).exists(), target


def test_the_written_file_shows_only_keys_that_exist() -> None:
    for signal in SIGNALS:
        data = parse_mapping(render(Answers("/a", "/b", "X", signal)))
        Config.model_validate(data)


def test_the_pages_say_what_must_not_be_overlooked() -> None:
    assert "Nothing syncs while no Jupyter server runs" in README
    assert "./run demo" in README
    assert "./run test" in README
    assert "pip install .\n    exlab-wizard demo" in README
