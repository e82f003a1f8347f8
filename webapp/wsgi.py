"""The web process's entry: what granian loads and serves."""

from __future__ import annotations

import gc

from models.database import Database
from webapp.app import create_app
from webapp.settings import Settings
from workflows.city import City
from workflows.supervisor import CannotRun

settings = Settings.read()
if settings.database_url is None:
    raise CannotRun("DATABASE_URL is not set", "name the city's PostgreSQL server in it.")

application = create_app(
    City(Database(settings.database_url, schema=settings.schema, pool_size=settings.threads)),
    {
        "SECRET_KEY": settings.secret_key(),
        "CITY_NAME": settings.city_name,
        "HOTLINE": settings.hotline,
        "TRUSTED_PROXIES": settings.proxies,
    },
)

# Modules and specifications stay for good: the collector need not look at them again.
gc.collect()
gc.freeze()
