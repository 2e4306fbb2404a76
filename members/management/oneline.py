"""Commands that say what is wrong in one line on stderr and leave with 2, for scripts and people alike."""

import sys
from typing import Any, NoReturn

from django.core.management.base import BaseCommand, CommandError, CommandParser


class OneLineParser(CommandParser):
    def error(self, message: str) -> NoReturn:
        """As its parents, without the lines on usage: `--help` has them."""
        if not self.called_from_command_line:
            raise CommandError(f"Error: {message}", returncode=2)
        self.exit(2, f"{self.prog}: {message}\n")


class OneLineCommand(BaseCommand):
    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        parser = super().create_parser(prog_name, subcommand, **kwargs)
        parser.__class__ = OneLineParser
        return parser

    def fail(self, message: object) -> NoReturn:
        """Leaves with 2 and one line, whatever line breaks the reason had."""
        raise CommandError(" ".join(str(message).split()), returncode=2)

    @property
    def shows_progress(self) -> bool:
        return sys.stderr.isatty()
