"""A wheel, installed into an environment of its own, works outside the checkout."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import sysconfig
import venv
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """quizcli from the wheel. What it depends on comes from this environment, without its quizcli."""
    folder = tmp_path_factory.mktemp("wheel")
    pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"]
    build = ["wheel", "--no-deps", "--no-index", "--no-build-isolation", "--wheel-dir", str(folder)]
    subprocess.run([*pip, *build, str(ROOT)], check=True, capture_output=True)
    (wheel,) = folder.glob("quizcli-*.whl")
    venv.create(folder / "venv", with_pip=False)
    python = folder / "venv" / "bin" / "python"
    install = ["--python", str(python), "install", "--no-deps", "--no-index", str(wheel)]
    subprocess.run([*pip, *install], check=True, capture_output=True)
    (site,) = (folder / "venv" / "lib").glob("python*/site-packages")
    # A path in a .pth comes after the environment's own packages, and .pth files in there are not read:
    # an editable quizcli of this environment stays unseen.
    (site / "dependencies.pth").write_text(sysconfig.get_paths()["purelib"] + "\n", "utf-8")
    (folder / "elsewhere").mkdir()
    kept = {name: os.environ[name] for name in ("PATH", "LD_LIBRARY_PATH") if name in os.environ}

    def run(*args: str, **options: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [str(python.with_name("quizcli")), *args],
            capture_output=True,
            text=True,
            cwd=folder / "elsewhere",
            env={**kept, "QUIZCLI_HOME": str(folder / "home"), "LANG": "en_US.UTF-8", "PYTHONUTF8": "1"},
            **options,  # type: ignore[call-overload]
        )

    return run


def test_the_deck_comes_from_the_wheel(installed: Run) -> None:
    done = installed("cards", "check")
    assert (done.returncode, done.stderr) == (0, "")
    cards = json.loads(installed("cards", "list", "--json").stdout)
    in_checkout = [path for path in (ROOT / "questions").rglob("*.yaml") if path.parent.name != "questions"]
    assert len(cards) == len(in_checkout) >= 37


def test_a_card_is_asked_and_kept(installed: Run) -> None:
    done = installed("quiz", "q09", input="\n4\n")
    assert "✓ saved · q09" in done.stdout
    assert json.loads(installed("stats", "--json").stdout)["reviews"] == 1


def test_a_submission_is_graded_by_the_textbook_of_the_wheel(installed: Run, tmp_path: Path) -> None:
    submission = tmp_path / "mine.py"
    submission.write_text(
        "def causal_mask(n, m=None):\n    import torch\n    return torch.ones(n, n).tril()\n"
    )
    report = json.loads(installed("code", "check", "causal_mask", str(submission), "--json").stdout)
    assert report["verdict"] == "fail"
    submission.write_text(
        "import torch\n\n\ndef causal_mask(n, m=None):\n    m = n if m is None else m\n"
        "    return torch.ones(n, m, dtype=torch.bool).tril(m - n)\n"
    )
    done = installed("code", "check", "causal_mask", str(submission), "--json")
    assert (done.returncode, json.loads(done.stdout)["verdict"]) == (0, "pass")
