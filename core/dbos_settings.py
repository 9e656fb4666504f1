"""How every room sets up DBOS: in its own database, with few threads, and silent towards everybody else."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from sqlalchemy import Engine

if TYPE_CHECKING:
    from dbos import DBOSConfig


def dbos_url(engine: Engine) -> str:
    """The address of an engine's database as DBOS takes it."""
    driver = "sqlite" if engine.dialect.name == "sqlite" else "postgresql"
    return engine.url.set(drivername=driver).render_as_string(hide_password=False)


def dbos_config(url: str, *, application: str, version: str, executor: str, threads: int) -> DBOSConfig:
    """The configuration of one worker; what DBOS logs goes where the application has it go, else nowhere."""
    logger = logging.getLogger("dbos")
    if not logger.handlers:
        logger.addHandler(logging.NullHandler())  # else DBOS writes to stderr, past the application's logging
    return {
        "name": application,
        "system_database_url": url,
        "executor_id": executor,
        "application_version": version,
        "max_executor_threads": threads,
        "sys_db_pool_size": threads + 4,
        "run_migrations": False,
        "log_level": "WARNING",
        "enable_otlp": False,
        "otlp_traces_endpoints": [],
        "otlp_logs_endpoints": [],
        "conductor_key": None,
    }
