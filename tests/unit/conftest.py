"""Owns how made-up input is run: never failed for slowness, which a busy machine brings about by itself."""

from __future__ import annotations

from hypothesis import HealthCheck, settings

settings.register_profile("project", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("project")
