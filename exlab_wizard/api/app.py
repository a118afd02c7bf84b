"""Owns where a Tornado application gets its `/staging` routes."""

from __future__ import annotations

import re
import secrets
from typing import Any

from jupyter_server.auth.authorizer import AllowAllAuthorizer
from jupyter_server.auth.identity import IdentityProvider
from tornado import web

from exlab_wizard.api.access import Access, StationPort, Unavailable
from exlab_wizard.api.routers.staging import build_staging_router


def create_app(
    station: StationPort | Unavailable | Access | None = None,
    *,
    web_app: web.Application | None = None,
    base_url: str = "/",
) -> web.Application:
    """`web_app` with the `/staging` routes below its base URL; without one, a new application.

    The new one is safe by itself: it asks for the token that is in
    `app.settings["identity_provider"].token` (`$JUPYTER_TOKEN`, else made up).
    """
    app = web_app if web_app is not None else web.Application(**_own_settings(base_url))
    root = re.escape(str(app.settings.get("base_url", base_url)).rstrip("/"))
    rules = [(root + pattern, handler, kwargs) for pattern, handler, kwargs in build_staging_router(station)]
    app.add_handlers(".*$", rules)
    return app


def _own_settings(base_url: str) -> dict[str, Any]:
    identity = IdentityProvider()
    if not identity.token:  # an empty $JUPYTER_TOKEN_FILE would mean no authentication at all
        identity.token = secrets.token_hex(24)
    return {
        "base_url": base_url,
        "login_url": f"{base_url.rstrip('/')}/login",
        "cookie_secret": secrets.token_bytes(32),
        "xsrf_cookies": True,
        "allow_unauthenticated_access": False,
        "identity_provider": identity,
        "authorizer": AllowAllAuthorizer(identity_provider=identity),
    }
