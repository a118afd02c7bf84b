"""Owns the three ways a check can end."""

from __future__ import annotations

from exlab_wizard.api.models import HealthCheck


def good(name: str, message: str) -> HealthCheck:
    """Nothing to do."""
    return HealthCheck(name=name, ok=True, severity="ok", message=message)


def doubtful(name: str, message: str, remedy: str) -> HealthCheck:
    """It works, but not as well as it could; does not fail the examination."""
    return HealthCheck(name=name, ok=True, severity="warning", message=message, remedy=remedy)


def bad(name: str, message: str, remedy: str) -> HealthCheck:
    """It does not work until somebody acts."""
    return HealthCheck(name=name, ok=False, severity="error", message=message, remedy=remedy)
