"""What the README shows works."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from quizcli.settings import Settings, read_settings

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text("utf-8")
COMMANDS = sorted(set(re.findall(r"`quizcli ([a-z]+)", README)))


def block(language: str) -> str:
    """The first code block of a language."""
    found = re.search(rf"```{language}\n(.*?)```", README, re.DOTALL)
    assert found
    return found[1]


def quizcli(home: Path, *args: str, **env: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "quizcli", *args],
        capture_output=True,
        text=True,
        env={**os.environ, "QUIZCLI_HOME": str(home), "LANG": "en_US.UTF-8", **env},
        cwd=ROOT,
    )


def test_the_card_of_the_readme_is_a_card(tmp_path: Path) -> None:
    (tmp_path / "deck").mkdir()
    (tmp_path / "deck" / "mine.yaml").write_text(block("yaml"), "utf-8")
    done = quizcli(tmp_path / "home", "cards", "show", "my-claim", QUIZCLI_DECKS=str(tmp_path / "deck"))
    assert (done.returncode, done.stderr) == (0, "")
    assert "The claim is: false" in done.stdout


def test_the_settings_of_the_readme_are_settings(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text(block("toml"), "utf-8")
    read = read_settings(tmp_path)
    assert set(tomllib.loads(block("toml"))) <= set(Settings.__dataclass_fields__)
    assert (read.lang, read.new_per_day, read.desired_retention) == ("zh", 8, 0.9)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_of_the_readme_exists(tmp_path: Path, command: str) -> None:
    assert quizcli(tmp_path, command, "--help").returncode == 0


@pytest.mark.parametrize("target", [*re.findall(r"`make ([a-z]+)", README), "quiz", "test"])
def test_every_make_target_of_the_readme_exists(target: str) -> None:
    assert re.search(rf"^{target}:", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)


@pytest.mark.parametrize("script", re.findall(r"`(\w+\.py)`", README))
def test_every_script_of_the_readme_exists(script: str) -> None:
    assert (ROOT / "benchmarks" / script).is_file()
