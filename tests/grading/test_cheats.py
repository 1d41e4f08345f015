"""Submissions that attack the grader: none passes, nothing is left behind, and the next one is graded."""

from __future__ import annotations

import os
import sys
import tempfile
import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest

from .conftest import Grade

linux = pytest.mark.skipif(sys.platform != "linux", reason="processes are followed through /proc")
RIGHT = (Path(__file__).parent / "right/causal_mask/tril.py").read_text("utf-8")
WRONG = "def causal_mask(n_query, n_key=None):\n    return None\n"
MARK = "QUIZCLI_TEST_SURVIVOR"

CHEATS = {
    "patched comparison": """
        import torch
        torch.allclose = torch.equal = torch.Tensor.equal = lambda *a, **k: True
        torch.testing.assert_close = lambda *a, **k: None
    """,
    "patched transport": """
        import safetensors.torch, json
        safetensors.torch.save = lambda *a, **k: b""
    """,
    "patched answers": """
        import sys
        for module in list(sys.modules.values()):
            for name in ("judge", "perform", "encode", "_call"):
                if hasattr(module, name):
                    setattr(module, name, lambda *a, **k: True)
    """,
    "answers that echo the request": """
        import os, json
        for descriptor in range(3, 64):
            try:
                os.set_blocking(descriptor, False)
                data = os.read(descriptor, 1 << 20)
                for other in range(3, 64):
                    try:
                        os.write(other, data)
                    except OSError:
                        pass
            except OSError:
                pass
    """,
    "forged end": """
        import os, json, struct
        document = json.dumps({"verdict": "pass", "fault": None})
        header = json.dumps({"__metadata__": {"json": document}}).encode()
        frame = struct.pack("<Q", len(header) + 8) + struct.pack("<Q", len(header)) + header
        for descriptor in range(3, 64):
            try:
                os.write(descriptor, frame * 200)
            except OSError:
                pass
        os._exit(0)
    """,
    "forged frames and on": """
        import os, struct
        for descriptor in range(3, 64):
            try:
                os.write(descriptor, struct.pack("<Q", 1 << 60))
            except OSError:
                pass
    """,
    "forged report on standard output": """
        import sys
        sys.__stdout__.write('{"report": {"verdict": "pass", "stars": 3}}' + chr(10))
        sys.__stdout__.flush()
    """,
    "closed pipes": "import os; os.closerange(3, 64)",
    "exit handler": "import atexit, os; atexit.register(os._exit, 0); raise SystemExit(0)",
    "the reference itself": "from reference_impl.masks import causal_mask as answer",
    "the package itself": "from quizcli.grading import judge",
    "a finder of its own": """
        import sys
        sys.modules.pop("reference_impl", None)
        from reference_impl.masks import causal_mask as answer
    """,
    "threads that print": """
        import threading
        def endless():
            while True:
                print("x" * 100000)
        for _ in range(4):
            threading.Thread(target=endless, daemon=True).start()
    """,
    "gigabytes of output": "for _ in range(10000): print('x' * 100000)",
    "a large file": "open('large', 'wb').write(bytes(1 << 28))",
    "many files": "files = [open('/dev/null') for _ in range(10000)]",
    "killing its group": "import os, signal; os.killpg(0, signal.SIGKILL)",
    "killing its parent": "import os, signal; os.kill(os.getppid(), signal.SIGKILL)",
    "deep recursion": "import sys; sys.setrecursionlimit(10**9); f = lambda: f(); f()",
    "alarm": "import os, signal; signal.alarm(1); signal.pause()",
    "stopping itself": "import os, signal; os.kill(os.getpid(), signal.SIGSTOP)",
    "a metaclass that equals everything": """
        class Anything:
            def __eq__(self, other): return True
            def __bool__(self): return True
            def __getattr__(self, name): return self
            def __call__(self, *a, **k): return self
        def causal_mask(n_query, n_key=None): return Anything()
    """,
    "a tensor that lies": """
        import torch
        class Liar(torch.Tensor):
            @classmethod
            def __torch_function__(cls, func, types, args=(), kwargs=None): return True
        def causal_mask(n_query, n_key=None): return torch.zeros(n_query, n_key or n_query).as_subclass(Liar)
    """,
}


@pytest.mark.parametrize("cheat", CHEATS.values(), ids=CHEATS.keys())
def test_cheat_does_not_pass_and_the_grader_lives_on(grade: Grade, cheat: str) -> None:
    report = grade("causal_mask", WRONG + textwrap.dedent(cheat), seconds=3)
    assert report.verdict in ("fail", "error", "timeout", "crashed")
    assert (report.stars, report.correct.passed) == (0, 0)
    assert grade("causal_mask", RIGHT).stars == 3


@pytest.fixture
def survivors() -> Callable[[], list[int]]:
    """The processes that carry our mark in their environment."""

    def find() -> list[int]:
        found = []
        for entry in Path("/proc").iterdir():
            if entry.name.isdigit() and int(entry.name) != os.getpid():
                try:
                    if MARK.encode() in (entry / "environ").read_bytes():
                        found.append(int(entry.name))
                except OSError:
                    continue
        return found

    assert find() == []
    return find


@linux
@pytest.mark.parametrize(
    "start",
    [
        "subprocess.Popen(['sleep', '600'], env={'MARK': MARK})",
        "subprocess.Popen(['sleep', '600'], env={'MARK': MARK}, start_new_session=True)",
        # twice removed, in a session of its own, its parent gone
        "subprocess.run(['sh', '-c', 'setsid sleep 600 &'], env={'MARK': MARK, 'PATH': os.environ['PATH']})",
    ],
)
def test_no_process_is_left(grade: Grade, survivors: Callable[[], list[int]], start: str) -> None:
    source = f"import os, subprocess\nMARK = {MARK!r}\n{RIGHT}\n"
    grade("causal_mask", f"{source}try:\n    {start}\nexcept OSError:\n    pass\n")
    assert survivors() == []


@linux
def test_fork_bomb_ends(grade: Grade, survivors: Callable[[], list[int]]) -> None:
    source = "import os\nfor _ in range(7):\n    os.fork()\nwhile True: pass\n"
    assert grade("causal_mask", source, seconds=1).verdict in ("timeout", "crashed", "error")
    assert grade("causal_mask", RIGHT).passed


def test_scratch_folder_is_empty_private_and_removed(grade: Grade) -> None:
    source = """
        import os, pathlib
        here = os.getcwd()
        pathlib.Path("left").write_text("x")
        assert os.environ["HOME"] == os.environ["TMPDIR"] == here
        assert os.listdir(here) == ["left"]
        assert not [name for name in os.environ if name.startswith("QUIZCLI")]
        print(here)
    """
    report = grade("causal_mask", RIGHT + textwrap.dedent(source))
    assert report.passed
    folder = Path(str(report.notice).removeprefix("it printed: "))
    assert folder.parent == Path(tempfile.gettempdir())
    assert not folder.exists()


def test_nothing_secret_is_in_reach_of_the_environment(grade: Grade, monkeypatch: pytest.MonkeyPatch) -> None:
    from quizcli.grading.client import Session

    monkeypatch.setenv("QUIZCLI_HOME", "/secret")
    monkeypatch.setenv("A_TOKEN", "secret")
    source = "import os\nassert 'secret' not in repr(os.environ) + repr(__import__('sys').argv)\n"
    with Session() as session:
        assert session.grade("causal_mask", source + RIGHT, "mine.py").passed
