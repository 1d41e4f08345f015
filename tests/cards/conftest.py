"""A deck folder to write faults into."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from quizcli.cards.loader import Loaded, load

CARD = """\
kind: open
id: own-card
topic: masks
level: basic
title: {zh: 标题, en: Title}
question: {zh: 问题, en: Question}
answer:
  full: {zh: 回答, en: Answer}
"""
TOPICS = "masks: {zh: 掩码, en: Masks}\n"


@pytest.fixture
def card() -> str:
    """The smallest open card."""
    return CARD


@pytest.fixture
def deck(tmp_path: Path) -> Callable[..., Loaded]:
    """Write files into a deck folder (text or bytes by name) and load it."""

    def write_and_load(**files: str | bytes) -> Loaded:
        (tmp_path / "topics.yaml").write_text(TOPICS, "utf-8")
        for name, content in files.items():
            file = tmp_path / f"{name}.yaml"
            file.write_bytes(content.encode() if isinstance(content, str) else content)
        return load([tmp_path])

    return write_and_load
