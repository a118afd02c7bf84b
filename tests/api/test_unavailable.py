"""Without a station every call answers 503 with what to do, behind the same authentication; the server runs on."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from exlab_wizard.api.openapi import CALLS
from tests.api.conftest import Send
from tests.api.recording import RUN

ADDRESSES = [
    (call.method.upper(), call.path.replace("{run_path}", RUN).replace("{override_id}", "o1")) for call in CALLS
]


async def assert_all_answer(send: Send, code: str, *words: str) -> None:
    for method, path in ADDRESSES:
        answer = await send(method, path)
        assert (answer.status, answer.code) == (503, code), (method, path, answer.body)
        assert answer.body["reason"] == answer.body["message"]
        for word in words:
            assert word in answer.body["message"]
        refused = await send(method, path, token=None)
        assert (refused.status, refused.code) == (403, "forbidden"), (method, path)


async def test_no_configuration_at_all(send: Send) -> None:
    await assert_all_answer(send, "orchestrator_disabled", "exlab-wizard init", "restart")


class TestSwitchedOff:
    @pytest.fixture
    def extension_config(self) -> dict[str, Any]:
        return {"orchestrator": {"enabled": False}}

    async def test_says_which_key(self, send: Send) -> None:
        await assert_all_answer(send, "orchestrator_disabled", "orchestrator.enabled: true")


class TestBadConfiguration:
    @pytest.fixture
    def extension_config(self, tmp_path: Path) -> dict[str, Any]:
        path = tmp_path / "lab.yaml"
        path.write_text("orchestrator: {enabled: true, staging_root: relative/path}\n")
        return {"config_file": str(path)}

    async def test_names_key_and_remedy(self, send: Send) -> None:
        await assert_all_answer(send, "config_invalid", "orchestrator.staging_root", "absolute path")
        answer = await send("GET", "/staging")
        assert answer.body["key"] == "orchestrator.staging_root"
        assert answer.body["remedy"]

    async def test_the_server_itself_is_up(self, send: Send) -> None:
        assert (await send("GET", "/api/me")).status == 200


class TestMissingFile:
    @pytest.fixture
    def extension_config(self, tmp_path: Path) -> dict[str, Any]:
        return {"config_file": str(tmp_path / "gone.yaml")}

    async def test_a_named_file_that_is_not_there_is_not_the_same_as_none(self, send: Send) -> None:
        await assert_all_answer(send, "config_invalid", "gone.yaml")


class TestTraitsOverTheFile:
    @pytest.fixture
    def extension_config(self, tmp_path: Path) -> dict[str, Any]:
        path = tmp_path / "lab.yaml"
        path.write_text("orchestrator: {enabled: false}\n")
        return {"config_file": str(path), "sync": {"workers": 99}}

    async def test_a_trait_is_laid_over_its_section(self, send: Send) -> None:
        answer = await send("GET", "/staging")
        assert (answer.code, answer.body["key"]) == ("config_invalid", "sync.workers")


class TestJupytersOwnConfigFile:
    @pytest.fixture
    def jp_server_config(self, jp_server_config: Any, tmp_path: Path) -> Any:
        """`jupyter server --config=my.py` sets JupyterApp.config_file, which every app inherits."""
        path = tmp_path / "my_jupyter_config.py"
        path.write_text("c.ServerApp.quit_button = False\n")
        jp_server_config.JupyterApp.config_file = str(path)
        return jp_server_config

    async def test_is_not_taken_for_ours(self, send: Send) -> None:
        assert (await send("GET", "/staging")).code == "orchestrator_disabled"


class TestFoundOnJupytersPath:
    @pytest.fixture
    def jp_server_config(self, jp_server_config: Any, jp_environ: Any, jp_config_dir: Path) -> Any:
        (jp_config_dir / "exlab_wizard.yaml").write_text("nonsense: 1\n")
        return jp_server_config

    async def test_without_being_named(self, send: Send) -> None:
        assert (await send("GET", "/staging")).body["key"] == "nonsense"


class TestNotStartedYet:
    @pytest.fixture
    def extension_config(self, tmp_path: Path) -> dict[str, Any]:
        root = tmp_path / "staging"
        one = {"id": "CONFOCAL_01", "completeness_signal": "sentinel_file", "nas_root": str(tmp_path / "nas")}
        return {"orchestrator": {"enabled": True, "staging_root": str(root)}, "equipment": [one]}

    async def test_is_starting(self, send: Send) -> None:
        await assert_all_answer(send, "station_starting", "few seconds")
        assert (await send("GET", "/staging")).headers["Retry-After"] == "2"
