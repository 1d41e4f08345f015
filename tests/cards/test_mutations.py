"""Ten thousand damaged cards: each is a card or a list of faults, never an exception."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from quizcli.cards.deck import bundled_questions
from quizcli.cards.loader import Loaded, _load_file

CARDS = sorted((bundled_questions() / "notes").glob("*.yaml"))
TOKENS = [b"&a ", b"*a", b"!!str ", b"? ", b": ", b"- ", b"[", b"]", b"{", b"}", b"|", b">", b"'", b'"', b"#"]
TOKENS += [
    b"\t",
    b"\n",
    b"\r",
    b"---\n",
    b"...\n",
    b"%YAML 1.1\n",
    b"<<: ",
    b"null",
    b"true",
    b"\xff",
    b"\x00",
]
TOKENS += [
    "，".encode(),
    "\u2028".encode(),
    "\ufeff".encode(),
    b"0x1F",
    b"1e999",
    b"~",
    b"@",
    b"`",
    b"!",
    b"&",
    b"*",
]


def mutate(data: bytes, draw: random.Random) -> bytes:
    """One to four changes: bytes flipped, cut, doubled or moved, or a token of YAML put in."""
    for _ in range(draw.randint(1, 4)):
        at, length = draw.randrange(len(data) + 1), draw.randint(1, 60)
        kind = draw.randrange(6)
        if kind == 0:
            data = data[:at] + bytes([draw.randrange(256)]) + data[at + 1 :]
        elif kind == 1:
            data = data[:at] + data[at + length :]
        elif kind == 2:
            data = data[:at] + data[at : at + length] * draw.randint(2, 5) + data[at:]
        elif kind == 3:
            data = data[:at]
        elif kind == 4:
            lines = data.split(b"\n")
            here, there = draw.randrange(len(lines)), draw.randrange(len(lines))
            lines[here], lines[there] = lines[there], lines[here]
            data = b"\n".join(lines)
        else:
            data = data[:at] + draw.choice(TOKENS) + data[at:]
        data = data or b"x"
    return data


@pytest.mark.parametrize("seed", range(10))
def test_a_damaged_card_is_a_card_or_faults(seed: int, tmp_path: Path) -> None:
    draw = random.Random(seed)
    sources = [file.read_bytes() for file in CARDS]
    file = tmp_path / "card.yaml"
    refused = 0
    for _ in range(1000):
        file.write_bytes(mutate(draw.choice(sources), draw))
        loaded = Loaded()
        _load_file(file, loaded)
        assert loaded.cards or loaded.faults
        for fault in loaded.faults:
            assert str(fault).startswith(f"{file}:{fault.line}:{fault.column}: ")
            assert "\n" not in str(fault)
            assert fault.line >= 1
            assert fault.column >= 1
        refused += bool(loaded.faults)
    assert refused > 300  # the mutations do bite
