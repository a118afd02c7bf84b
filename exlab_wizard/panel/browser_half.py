"""Owns whether the pages of this kernel's server can show a widget: the server's environment needs its halves, too."""

from __future__ import annotations

from typing import Final

from exlab_wizard.client import StagingClient
from exlab_wizard.client.discovery import kernel_address

# What has to lie in the server's environment, and the package that brings it.
_HALVES: Final = {"anywidget": "anywidget", "@jupyter-widgets/jupyterlab-manager": "ipywidgets"}


def what_is_missing(client: StagingClient) -> str:
    """What to install where, or "": asked of the server this kernel runs under only, as others show no page of it."""
    own = kernel_address()
    if own is None or own.url != client.url:
        return ""
    missing = [package for half, package in _HALVES.items() if not client.serves(f"lab/extensions/{half}/package.json")]
    if not missing or not client.serves("lab"):  # without JupyterLab nothing is known
        return ""
    return (
        f"The Jupyter server at {client.url} lacks {' and '.join(missing)}: its pages say 'Error displaying widget' "
        f"instead of the panel. `pip install {' '.join(missing)}` in that server's environment, then reload the page."
    )
