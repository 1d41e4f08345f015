"""Hostile submissions against the isolation that Linux offers without root, as root and as an ordinary user.

Each attack either raises, so that the verdict is ``error`` with the system's refusal, or ends the process, so
that the verdict says how. The person's folder, the database and the grader are the same afterwards.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import socket
import sqlite3
import subprocess
import sys
import tempfile
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from quizcli.grading import client, landlock, sandbox, seccomp
from quizcli.grading.linux import LINUX
from quizcli.grading.report import Report
from quizcli.grading.sandbox import Sandbox

pytestmark = pytest.mark.skipif(
    not LINUX or bool(Sandbox().lacking), reason="the kernel offers no Landlock or no seccomp"
)
NOBODY = 65534
ROOT = Path(__file__).parents[2]
RIGHT = (Path(__file__).parent / "right/causal_mask/tril.py").read_text("utf-8")

# Each is executed before a right answer. What it must not get at is in {braces}.
REFUSED = {
    "reads a file of the home folder": "open('{home}/secret').read()",
    "lists the home folder": "os.listdir('{home}')",
    "reads the database": "open('{database}', 'rb').read()",
    "opens the database": "import sqlite3; sqlite3.connect('{database}').execute('SELECT * FROM events')",
    "overwrites the database": "open('{database}', 'wb').write(b'')",
    "deletes the database": "os.remove('{database}')",
    "empties the database by opening it to read": "os.open('{database}', os.O_RDONLY | os.O_TRUNC)",
    "truncates the database": "os.truncate('{database}', 0)",
    "renames the database": "os.rename('{database}', '{database}.gone')",
    "moves the database here": "os.rename('{database}', 'mine')",
    "appends to a start-up file": "open('{home}/.profile', 'a').write('evil')",
    "makes a file at home": "open('{home}/new', 'w')",
    "makes a folder at home": "os.mkdir('{home}/new')",
    "makes a link at home": "os.symlink('/etc/passwd', '{home}/new')",
    "makes a pipe at home": "os.mkfifo('{home}/new')",
    "deletes a tree": "import shutil; shutil.rmtree('{home}')",
    "links the secret here": "os.link('{home}/secret', 'mine'); open('mine').read()",
    "follows a link to the secret": "os.symlink('{home}/secret', 'mine'); open('mine').read()",
    "climbs to the secret": "open('../' * 20 + '{home}/secret').read()",
    "locks the home folder": "os.chmod('{home}', 0)",
    "gives the secret away": "os.chown('{home}/secret', os.getuid(), os.getgid())",
    "changes a date": "os.utime('{home}/secret', (0, 0))",
    "attaches an attribute": "os.setxattr('{home}/secret', 'user.x', b'1')",
    "writes beside its folder": "open('{elsewhere}/new', 'w')",
    "reads the reference's source": "open('{root}/reference_impl/masks.py').read()",
    "reads the known wrong versions": "list(open('{root}/questions/mistakes.yaml'))",
    "imports the reference by its path": """
        import sys
        sys.path.insert(0, '{root}')
        sys.modules.pop('reference_impl')
        from reference_impl.masks import causal_mask
    """,
    "reads the accounts": "open('/etc/passwd').read()",
    "reads the parent's environment": "open(f'/proc/{{os.getppid()}}/environ').read()",
    "opens the parent's memory": "open(f'/proc/{{os.getppid()}}/mem', 'r+b')",
    "opens the parent's channel": "open(f'/proc/{{os.getppid()}}/fd/0')",
    "attaches to its parent": "ptrace(16, os.getppid())",
    "reads the parent's memory": "call(310 if machine == 'x86_64' else 270, os.getppid(), 0, 0, 0, 0, 0)",
    "connects to loopback": "import socket; socket.create_connection(('127.0.0.1', {port}))",
    "sends a datagram": """
        import socket
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b'x', ('127.0.0.1', {port}))
    """,
    "connects to a local socket": """
        import socket
        socket.socket(socket.AF_UNIX).connect('{home}/socket')
    """,
    "resolves a name": "import socket; socket.getaddrinfo('localhost', 80)",
    "fetches a page": "import urllib.request; urllib.request.urlopen('http://127.0.0.1:{port}')",
    "makes an io_uring": "call(425, 8, 0)",
    "forks": "os.fork()",
    "forks from C": "checked(libc.fork())",
    "clones without the library": "call(56 if machine == 'x86_64' else 220, 17, 0, 0, 0, 0)",
    "clones the new way": "call(435, 0, 0)",
    "starts a program": "import subprocess; subprocess.run(['true'])",
    "spawns a program": "os.posix_spawn('/bin/true', ['true'], {{}})",
    "starts a shell": "assert os.system('true') == 0, 'Operation not permitted'",
    "becomes another program": "os.execv(sys.executable, ['python', '-c', 'pass'])",
    "starts a worker": "import multiprocessing as m; m.get_context('fork').Process(target=print).start()",
    "starts a pool": """
        from concurrent.futures import ProcessPoolExecutor
        ProcessPoolExecutor(1).submit(print).result()
    """,
    "leaves the session": "os.fork() or os.setsid()",
    "kills its parent": "os.kill(os.getppid(), 9)",
    "stops its parent": "os.kill(os.getppid(), 19)",
    "kills all": "os.kill(-1, 9)",
    "kills its group": "os.killpg(0, 9)",
    "kills the grader's own caller": "os.kill({test}, 9)",
    "has its parent signalled": "import fcntl; fcntl.fcntl(1, fcntl.F_SETOWN, os.getppid())",
    "takes a handle of its parent": "os.pidfd_open(os.getppid())",
    "slows its parent": "os.setpriority(os.PRIO_PROCESS, os.getppid(), 19)",
    "lifts its limits": "import resource; resource.setrlimit(resource.RLIMIT_AS, (-1, -1))",
    "lifts its limits from C": "call(302 if machine == 'x86_64' else 261, 0, 9, addressof(new), 0)",
    "lowers its parent's limits": "import resource; resource.prlimit(os.getppid(), 0, (1, 1))",
    "opens many files": "files = [open('/dev/null') for _ in range(10000)]",
    "writes a large file": "open('large', 'wb').write(bytes(300 << 20))",
    "leaves shared memory behind": "call(29 if machine == 'x86_64' else 194, 0, 4096, 0o1600)",
    "leaves named shared memory behind": """
        from multiprocessing.shared_memory import SharedMemory
        SharedMemory('quizcli', create=True, size=1024)
    """,
    "mounts": "checked(libc.mount(b'none', b'.', b'tmpfs', 0, None))",
    "enters a namespace": "checked(libc.unshare(0x10000000))",
    "changes its root": "os.chroot('.')",
    "writes to a terminal": "open('/dev/tty', 'w')",
    "watches the home folder": "checked(libc.inotify_init1(0))",
}
TOOLS = """
import ctypes, os, platform, sys
machine = platform.machine()
libc = ctypes.CDLL(None, use_errno=True)
new = (ctypes.c_uint64 * 2)(1 << 40, 1 << 40)
addressof = ctypes.addressof
def checked(result):
    if result < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return result
def call(number, *arguments):
    return checked(libc.syscall(*map(ctypes.c_long, (number, *arguments))))
def ptrace(request, process):
    return checked(libc.ptrace(ctypes.c_long(request), ctypes.c_long(process), None, None))
"""
REFUSALS = (
    "Operation not permitted", "Permission denied", "PermissionError", "not allowed to raise",
    "not implemented", "Too many open files", "File too large", "unable to open database", "name resolution",
    "Invalid cross-device link", "BrokenProcessPool",
)  # fmt: skip

ENDINGS = {
    "an endless loop": ("while True: pass", "timeout"),
    "an endless loop in C": ("sum(__import__('itertools').repeat(0))", "timeout"),
    "sleeping": ("__import__('time').sleep(600)", "timeout"),
    "waiting for a thread": (
        "import threading, time\nt = threading.Thread(target=time.sleep, args=(600,))\nt.start(); t.join()",
        "timeout",
    ),
    "stopping itself": ("os.kill(os.getpid(), 19)", "timeout"),
    "an early exit": ("os._exit(0)", "crashed"),
    "a polite early exit": ("sys.exit(0)", "crashed"),
    "an exit from a thread": (
        "import threading\nt = threading.Thread(target=os._exit, args=(0,))\nt.start(); t.join()",
        "crashed",
    ),
    "killing itself": ("os.kill(os.getpid(), 9)", "crashed"),
    "an abort": ("os.abort()", "crashed"),
    "a wild pointer": ("ctypes.string_at(0)", "crashed"),
    "gigabytes of output": ("while True: os.write(1, bytes(1 << 20))", "crashed"),
    "a tensor of 8 GiB": ("import torch; torch.zeros(1 << 31).add_(1)", "crashed"),
    "8 GiB of bytes": ("x = bytes(1 << 33)", "crashed"),
    "closing every descriptor": ("os.closerange(0, 64)", "crashed"),
    "the null device over every descriptor": (
        "null = os.open('/dev/null', 2)\nfor other in range(64):\n    other != null and os.dup2(null, other)",
        "crashed",
    ),
    "junk on every descriptor": (
        "for other in range(3, 64):\n    try: os.write(other, b'x' * 100)\n    except OSError: pass",
        "crashed",
    ),
}


@dataclass
class Grader:
    """A grader that runs as some user, and the folders that a submission must leave alone."""

    process: subprocess.Popen[str]
    places: dict[str, object]

    def __call__(self, source: str, seconds: float = 3.0) -> Report:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        request = {"exercise": "causal_mask", "source": source, "seconds": seconds}
        self.process.stdin.write(json.dumps(request) + "\n")
        self.process.stdin.flush()
        return Report.from_json(json.loads(self.process.stdout.readline()))


@pytest.fixture(scope="module", params=["as we are", "as an ordinary user"])
def grader(request: pytest.FixtureRequest) -> Iterator[Grader]:
    other = request.param == "as an ordinary user"
    if other and os.getuid() != 0:
        pytest.skip("we are an ordinary user: the other round shows it")
    folder = Path(tempfile.mkdtemp(prefix="isolation-"))
    home, elsewhere, scratch = folder / "home", folder / "elsewhere", folder / "scratch"
    for path in (home, elsewhere, scratch):
        path.mkdir()
    (home / "secret").write_text("a secret")
    (home / ".profile").write_text("export A=1\n")
    database = home / "quizcli.db"
    with sqlite3.connect(database) as connection:
        connection.execute("CREATE TABLE events (id TEXT)")
    connection.close()
    with socket.create_server(("127.0.0.1", 0)) as tcp, socket.socket(socket.AF_UNIX) as local:
        local.bind(str(home / "socket"))
        local.listen()
        for path in (folder, *folder.rglob("*")):
            if other:
                os.chown(path, NOBODY, NOBODY)
        process = subprocess.Popen(
            [sys.executable, Path(__file__).with_name("grading_as.py"), *([str(NOBODY)] if other else [])],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "HOME": str(home), "QUIZCLI_HOME": str(home), "TMPDIR": str(scratch)},
        )
        places: dict[str, object] = {
            "home": home,
            "database": database,
            "elsewhere": elsewhere,
            "scratch": scratch,
            "root": ROOT,
            "test": os.getpid(),
            "port": tcp.getsockname()[1],
        }
        found = Grader(process, places)
        yield found
        process.communicate(timeout=30)
    shutil.rmtree(folder)


@pytest.fixture
def unharmed(grader: Grader) -> Iterator[None]:
    """The folders are the same afterwards, and the grader lives and grades."""

    def state() -> dict[str, tuple[object, ...]]:
        folders = (Path(str(grader.places["home"])), Path(str(grader.places["elsewhere"])))
        found = {}
        for path in [inner for folder in folders for inner in (folder, *folder.rglob("*"))]:
            about = path.stat()
            content = hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""
            attributes = tuple(os.listxattr(path)) if path.is_file() else ()
            found[str(path)] = (about.st_mode, about.st_uid, about.st_mtime_ns, content, attributes)
        return found

    before = state()
    yield
    assert state() == before
    assert grader.process.poll() is None
    assert grader(RIGHT).stars == 3
    assert list(Path(str(grader.places["scratch"])).iterdir()) == []


@pytest.mark.usefixtures("unharmed")
@pytest.mark.parametrize("attack", REFUSED.values(), ids=REFUSED.keys())
def test_system_refuses_and_the_report_says_so(grader: Grader, attack: str) -> None:
    source = TOOLS + textwrap.dedent(attack).format(**grader.places) + "\n" + RIGHT
    report = grader(source)
    assert report.verdict == "error"
    assert report.failure is not None
    assert any(words in report.failure.message for words in REFUSALS), report.failure.message


@pytest.mark.usefixtures("unharmed")
@pytest.mark.parametrize(("attack", "verdict"), ENDINGS.values(), ids=ENDINGS.keys())
def test_verdict_names_how_it_ended(grader: Grader, attack: str, verdict: str) -> None:
    assert grader(TOOLS + attack + "\n" + RIGHT, seconds=1).verdict == verdict


@pytest.mark.usefixtures("unharmed")
@pytest.mark.parametrize(
    "attack", [*REFUSED.values(), *(source for source, _ in ENDINGS.values())], ids=[*REFUSED, *ENDINGS]
)
def test_attack_inside_the_call_is_no_better(grader: Grader, attack: str) -> None:
    body = textwrap.indent(textwrap.dedent(attack).format(**grader.places), "    ")
    source = f"{TOOLS}\ndef causal_mask(n_query, n_key=None):\n{body}\n    return None\n"
    report = grader(source, seconds=1)
    assert report.verdict in ("fail", "error", "timeout", "crashed")
    assert report.correct.passed == 0


@pytest.mark.usefixtures("unharmed")
def test_hundred_thousand_files_are_gone_afterwards(grader: Grader) -> None:
    grader("for n in range(100_000): open(str(n), 'w').close()\n" + RIGHT, seconds=1)


@pytest.mark.usefixtures("unharmed")
def test_what_a_right_answer_may_need_stays_in_reach(grader: Grader) -> None:
    source = """
        import threading, tempfile, subprocess, sympy, torch.nn.attention.flex_attention, torch.fft
        thread = threading.Thread(target=lambda: open("own", "w").write("x"))
        thread.start(); thread.join()
        with tempfile.TemporaryDirectory() as folder, open(folder + "/a", "w") as file:
            file.write("x")
        x = torch.ones(64, 64, requires_grad=True)
        torch.linalg.qr(x @ x.T)[0].sum().backward()
    """
    assert grader(textwrap.dedent(source) + RIGHT, seconds=20).stars == 3


def test_ours_is_hidden_where_it_is_installed_among_other_packages(tmp_path: Path) -> None:
    for name in ("torch/nn", "quizcli", "reference_impl", "questions", "numpy"):
        (tmp_path / name).mkdir(parents=True)
    granted = dict(sandbox.without(tmp_path, {tmp_path / name for name in sandbox.OURS}))
    assert granted == {
        tmp_path: landlock.LIST,
        tmp_path / "torch": landlock.READ,
        tmp_path / "numpy": landlock.READ,
    }


WITHOUT_KERNEL = """
import sys
sys.path.insert(0, sys.argv[1])
from quizcli.grading import judge, server
server.BOOT = server.BOOT.replace(
    "from quizcli.grading.candidate",
    "from quizcli.grading import landlock, seccomp; "
    "landlock.version = lambda: 0; seccomp.offered = lambda: False; "
    "from quizcli.grading.candidate",
)
judge.main()
"""


def test_kernel_without_isolation_is_a_notice_on_the_report(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "BOOT", WITHOUT_KERNEL)
    report = client.grade("causal_mask", RIGHT, "mine.py")
    assert report.stars == 3
    assert report.notice is not None
    assert "your files" in report.notice
    assert "the network" in report.notice


def test_full_isolation_needs_no_notice(grader: Grader) -> None:
    assert grader(RIGHT).notice is None


@pytest.mark.parametrize(
    ("machine", "header"),
    [("x86_64", "x86_64-linux-gnu/asm/unistd_64.h"), ("aarch64", "asm-generic/unistd.h")],
)
def test_numbers_are_those_of_the_system(machine: str, header: str) -> None:
    file = Path("/usr/include") / header
    if not file.exists():
        pytest.skip("the headers of the C library are not installed")
    names = {
        int(n): name for name, n in re.findall(r"#define __NR(?:3264)?_(\w+)\s+(\d+)\n", file.read_text())
    }
    found = seccomp.MACHINES[machine]
    expected = (
        "socket connect accept bind listen accept4 execve execveat ptrace process_vm_readv tkill setsid"
    )
    assert set(expected.split()) <= {names[number] for number in found.refused}
    assert [names[number] for number in (found.clone, found.prlimit, found.fcntl, *found.signals)] == [
        "clone", "prlimit64", "fcntl", "kill", "tgkill",
    ]  # fmt: skip
    assert [names[number] for number, _ in found.opens][-1] == "openat"
    refused = {names[number] for number in found.refused}
    assert not refused & {"read", "write", "mmap", "futex", "exit_group", "clone", "openat", "rt_sigreturn"}
