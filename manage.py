#!/usr/bin/env python3
import contextlib
import os
import sys
from pathlib import Path

import environ


def main() -> None:
    checkout = Path(__file__).resolve().parent
    environ.Env.read_env(checkout / ".env")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "alliance.settings")
    servers: contextlib.AbstractContextManager[None] = contextlib.nullcontext()
    if os.environ.get("PORTAL_MODE") == "demo" and not os.environ.get("DATABASE_URL"):
        from alliance.embedded import demo

        servers = demo.servers_for(sys.argv, checkout)

    from django.core.management import execute_from_command_line

    with servers:
        execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
