"""Serve the baseline: `python -m bench.plain PORT`."""

from __future__ import annotations

import os
import sys

import uvicorn
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from bench.plain.app import create_app
from models.connection import Address


def engine() -> AsyncEngine:
    """Return a pool of as many connections as the other servers have."""
    dsn = Address.parse(os.environ["DATABASE_URL"]).dsn
    size = int(os.environ["POOL_SIZE"])
    return create_async_engine(
        dsn.replace("postgresql://", "postgresql+asyncpg://"), pool_size=size, max_overflow=0
    )


def main() -> None:
    """Serve until SIGTERM."""
    app = create_app(engine(), int(os.environ["TEAM_ID"]), int(os.environ["MEMBER_ID"]), os.environ["KEY"])
    uvicorn.run(
        app, host="127.0.0.1", port=int(sys.argv[1]), loop="uvloop", http="httptools", log_level="warning"
    )


if __name__ == "__main__":
    main()
