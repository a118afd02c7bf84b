"""Owns the checks of the installation: the server half, the browser half, and the kernels that show the panel."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

from exlab_wizard.api.models import HealthCheck
from exlab_wizard.doctor.report import bad, doubtful, good

EXTENSION_KEY = "server extension"
PANEL_KEY = "panel"
KERNEL_KEY = "kernel"
_LAB_HALVES = ("anywidget", "@jupyter-widgets/jupyterlab-manager")
_KERNEL_SECONDS = 20.0
_KERNEL_TEST = "import anywidget, exlab_wizard"


def check_installation() -> Iterator[HealthCheck]:
    """Whether this environment's Jupyter will load the extension and show the panel."""
    yield check_extension()
    yield check_panel()
    yield from check_kernels()


def check_extension() -> HealthCheck:
    """Enabled in Jupyter's configuration and importable here."""
    from jupyter_core.paths import jupyter_config_path
    from jupyter_server.extension.config import ExtensionConfigManager

    # without the paths it reads the user's own folder alone, and the wheel enables the extension in the environment's
    manager = ExtensionConfigManager(read_config_path=jupyter_config_path())
    enabled = manager.get_jpserver_extensions().get("exlab_wizard", False)  # type: ignore[no-untyped-call]
    if not enabled:
        remedy = "jupyter server extension enable exlab_wizard, or reinstall the package."
        return bad(EXTENSION_KEY, f"It is not enabled for {sys.executable}.", remedy)
    try:
        import_module("exlab_wizard.extension")
    except ImportError as error:
        return bad(
            EXTENSION_KEY, f"It cannot be loaded ({error}).", "Install the package into the server's environment."
        )
    return good(EXTENSION_KEY, "It is enabled and loads.")


def check_panel() -> HealthCheck:
    """The widget's browser half lies where this environment's JupyterLab looks."""
    from jupyter_core.paths import jupyter_path

    places = [Path(folder) for folder in jupyter_path("labextensions")]
    missing = [name for name in _LAB_HALVES if not any((place / name / "package.json").is_file() for place in places)]
    if missing:
        remedy = "pip install anywidget ipywidgets, in the environment of the Jupyter server."
        return bad(PANEL_KEY, f"JupyterLab here has no {' and no '.join(missing)}.", remedy)
    return good(PANEL_KEY, "JupyterLab here can show it.")


def check_kernels() -> Iterator[HealthCheck]:
    """Each Python kernel of another environment, asked whether it has the package."""
    from jupyter_client.kernelspec import KernelSpecManager

    specs = KernelSpecManager().get_all_specs()
    for name, entry in sorted(specs.items()):
        program = (entry["spec"].get("argv") or [""])[0]
        if entry["spec"].get("language") == "python" and not _is_ours(program):
            yield _kernel_verdict(name, program, _imports(program))
    if not specs:
        yield bad(KERNEL_KEY, "This environment has no kernel.", "pip install ipykernel")


def _is_ours(program: str) -> bool:
    return program in ("python", "python3") or Path(program).absolute() == Path(sys.executable).absolute()


def _imports(program: str) -> bool:
    try:
        done = subprocess.run(
            [program, "-c", _KERNEL_TEST], capture_output=True, timeout=_KERNEL_SECONDS, stdin=subprocess.DEVNULL
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


def _kernel_verdict(name: str, program: str, has_it: bool) -> HealthCheck:
    key = f"{KERNEL_KEY} {name}"
    if has_it:
        return good(key, f"{program} can show the panel.")
    remedy = f"{program} -m pip install exlab-wizard, to use the panel and the client there."
    return doubtful(key, f"{program} cannot import exlab_wizard and anywidget.", remedy)
