"""Owns the two flags that keep new pictures: those the panel is compared with, and those the README shows."""

from __future__ import annotations

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add `--new-pictures` and `--pictures`."""
    parser.addoption("--new-pictures", action="store_true", help="keep how the panel looks now as how it should look")
    parser.addoption("--pictures", action="store_true", help="make the pictures in docs/ anew, which takes a minute")


@pytest.fixture
def new_pictures(request: pytest.FixtureRequest) -> bool:
    """Whether what is seen becomes what is expected."""
    return bool(request.config.getoption("new_pictures"))


@pytest.fixture
def docs_pictures(request: pytest.FixtureRequest) -> bool:
    """Whether the pictures of the documentation are made anew."""
    return bool(request.config.getoption("pictures"))
