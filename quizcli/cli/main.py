"""Dispatch only: finds the command's module, runs it, turns errors into one line and an exit code.

A command's module is imported when the command runs. `--help` lists them from the table below, so that
neither pays for what the other commands import.
"""

from __future__ import annotations

import importlib
import json
import os
import sys
from typing import Annotated, Any

import typer
from typer.core import TyperCommand, TyperGroup

from quizcli import __version__
from quizcli.errors import QuizError, UsageError

COMMANDS = {
    "quiz": "The daily quiz: what is due and some new cards.",
    "due": "Today's queue.",
    "review": "Record one review, for scripts and editors.",
    "undo": "Take back the last answer, again and again.",
    "stats": "Progress: retention, readiness by topic, what comes due.",
    "code": "The coding exercises: list, start, check, watch, hint, solution, batch.",
    "cards": "The deck: list, show, search, check, schema.",
}


class LazyGroup(TyperGroup):
    """The commands of the table above, each imported when it is called."""

    def list_commands(self, ctx: Any) -> list[str]:
        """The names, in the table's order."""
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """A stand-in with the summary, which is all that help needs."""
        return TyperCommand(cmd_name, help=COMMANDS[cmd_name]) if cmd_name in COMMANDS else None

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """The real command, for it is about to run."""
        self.commands = {name: self.get_command(ctx, name) for name in COMMANDS}
        name, stand_in, rest = super().resolve_command(ctx, args)
        if stand_in is None or name is None:
            return name, stand_in, rest
        module = importlib.import_module(f"quizcli.cli.{name}")
        command = typer.main.get_command(module.app)
        command.name = name
        return name, command, rest


app = typer.Typer(
    cls=LazyGroup,
    invoke_without_command=True,
    add_completion=True,
    context_settings={"help_option_names": ["-h", "--help"]},
)


@app.callback()
def root(
    ctx: typer.Context,
    version: Annotated[bool, typer.Option("--version", help="Show the version and stop.")] = False,
) -> None:
    """Prepare for a transformer or LLM interview: a daily quiz, and a grader for handwritten attention.

    Without a command: where you stand today.
    """
    if version:
        typer.echo(f"quizcli {__version__}")
        raise typer.Exit
    if ctx.invoked_subcommand is None:
        from quizcli.cli.today import today

        today()


def main() -> None:
    """Run the program; ends the process with the exit code of the contract."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:  # closed by whoever started us
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: SIM115, PTH123
        getattr(sys, name).reconfigure(errors="replace")  # an old locale loses signs, not the run
    try:
        code = typer.main.get_command(app)(prog_name="quizcli", standalone_mode=False)
        sys.stdout.flush()
    except typer.TyperException as error:
        if not error.format_message():  # a group without a command: its help has been shown
            sys.exit(2)
        code = _fail(UsageError(error.format_message().rstrip("."), remedy="see: " + _help_command(error)))
    except QuizError as error:
        code = _fail(error)
    except (KeyboardInterrupt, typer.Abort):
        code = 130
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 1
    sys.exit(code if isinstance(code, int) else 0)


def _help_command(error: typer.TyperException) -> str:
    context = getattr(error, "ctx", None)
    return f"{context.command_path if context else 'quizcli'} --help"


def _fail(error: QuizError) -> int:
    """One line for a person, or the document of the contract for ``--json``."""
    if "--json" in sys.argv[1:]:
        sys.stdout.write(json.dumps(error.as_json(), ensure_ascii=False) + "\n")
    else:
        sys.stderr.write(f"quizcli: {error}\n")
    return 2
