"""Pieces of a formula to one line of text: spacing, scripts, and parentheses where precedence needs them.

Two-dimensional notation shows by position what belongs together. On one line only parentheses can, so
every piece knows how loosely its outermost operator binds, and what encloses it decides from that.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import IntEnum
from typing import NamedTuple

from quizcli.render.symbols import SUBSCRIPTS, SUPERSCRIPTS, Kind


class Bond(IntEnum):
    """How tightly the outermost operator of a piece binds, the loosest first."""

    RELATION = 0
    SUM = 1
    SLASH = 2
    SIGN = 3
    PRODUCT = 4
    SIDE_BY_SIDE = 5
    ATOM = 6


class Piece(NamedTuple):
    """A part of a formula as text.

    Attributes:
        text: the text.
        kind: what it is to its neighbours.
        bond: how tightly its outermost operator binds.
        raised: whether it ends with a superscript.
        open_ended: whether its end would swallow a letter or a bracket that follows, e.g. ``d_ff``.
    """

    text: str
    kind: Kind = "atom"
    bond: Bond = Bond.ATOM
    raised: bool = False
    open_ended: bool = False


# What a plus or minus has on its left when it is a sign, not an operation.
_BEFORE_SIGN = frozenset({"open", "rel", "sum", "sign", "prod", "slash", "punct", "big", "func"})
# The neighbours beside which a fraction needs no parentheses.
_FREE_LEFT = frozenset({"open", "rel", "sum", "sign", "punct"})
_FREE_RIGHT = frozenset({"close", "rel", "sum", "punct"})
_OPERANDS = frozenset({"atom", "word", "func", "big", "frac", "root", "open", "close"})
_BONDS: dict[Kind, Bond] = {
    "rel": Bond.RELATION,
    "punct": Bond.RELATION,
    "sum": Bond.SUM,
    "big": Bond.SUM,
    "slash": Bond.SLASH,
    "frac": Bond.SLASH,
    "sign": Bond.SIGN,
    "prod": Bond.PRODUCT,
}


def row(pieces: Sequence[Piece], *, tight: bool = False) -> Piece:
    """Side by side: one piece of all; `tight` without spaces around operators, as scripts are set."""
    solid = [index for index, piece in enumerate(pieces) if piece.kind != "space"]
    if len(solid) == 1:
        return pieces[solid[0]]
    settled = _settled(pieces, solid)
    text, left, gap = "", None, ""
    for piece in settled:
        if piece.kind == "space":
            gap = max(gap, piece.text, key=len)
            continue
        if left is not None:
            own = _gap(left, piece, tight)
            text += own if own.strip() else max(own, gap, key=len)
        text += piece.text
        left, gap = piece, ""
    last = settled[solid[-1]] if solid else Piece("")
    return Piece(text, "atom", _bond(settled), last.raised, last.open_ended)


def _settled(pieces: Sequence[Piece], solid: Sequence[int]) -> list[Piece]:
    """The pieces once it is known which minus is a sign and which fraction stands alone."""
    settled = list(pieces)
    for place, index in enumerate(solid):
        left = settled[solid[place - 1]].kind if place else None
        right = pieces[solid[place + 1]].kind if place + 1 < len(solid) else None
        piece = pieces[index]
        if piece.kind == "sum" and (left is None or left in _BEFORE_SIGN):
            settled[index] = piece._replace(kind="sign")
        elif piece.kind == "frac" and not (
            (left is None or left in _FREE_LEFT) and (right is None or right in _FREE_RIGHT)
        ):
            settled[index] = Piece(f"({piece.text})")
    return settled


def _gap(left: Piece, right: Piece, tight: bool) -> str:
    """What stands between two neighbours."""
    pair = {left.kind, right.kind}
    if pair & {"rel", "sum"} or any(p.kind == "prod" and p.text != "·" for p in (left, right)):
        return "" if tight else " "
    if left.kind == "punct":
        return "" if tight or right.kind == "close" else " "
    if (
        left.kind not in _OPERANDS
        or right.kind not in _OPERANDS
        or left.kind == "open"
        or right.kind == "close"
    ):
        return " " if left.open_ended and right.text.startswith(("(", "[")) else ""
    if left.kind == "root" and right.kind not in {"func", "big", "word"}:
        return "·" if not left.text.endswith(")") else ""
    if left.open_ended or "big" in pair or (left.text[-1:].isdigit() and right.text[:1].isdigit()):
        return " "
    bracketed = right.text.startswith(("(", "["))
    words = left.kind in {"func", "word"} and not bracketed
    return " " if words or right.kind in {"func", "word"} else ""


def _bond(pieces: Sequence[Piece]) -> Bond:
    """The loosest bond outside of brackets."""
    bond, depth, outer = Bond.ATOM, 0, 0
    for piece in pieces:
        if piece.kind == "space":
            continue
        depth -= piece.kind == "close"
        if depth <= 0:
            outer += piece.kind not in {"open", "func", "word"}
            bond = min(bond, _BONDS.get(piece.kind, piece.bond))
        depth += piece.kind == "open"
    if _differential(pieces) or (outer == 1 and _one_group(pieces)):
        return bond
    return min(bond, Bond.SIDE_BY_SIDE)


def _one_group(pieces: Sequence[Piece]) -> bool:
    """Whether it is a bracketed group, perhaps with the name of a function before it."""
    solid = [piece for piece in pieces if piece.kind != "space"]
    names = [piece.kind in {"func", "word"} for piece in solid]
    start = names.index(False) if False in names else len(solid)
    return start <= 1 and start < len(solid) and solid[start].kind == "open" and solid[-1].kind == "close"


def _differential(pieces: Sequence[Piece]) -> bool:
    """Whether it is a single partial differential, which a quotient needs no parentheses for."""
    return [piece.kind for piece in pieces] == ["atom", "atom"] and pieces[0].text in {"∂", "∇"}


def enclosed(piece: Piece) -> str:
    """The text in parentheses, unless it is a parenthesised group already."""
    text = piece.text
    whole = piece.bond is Bond.ATOM and text.startswith("(") and text.endswith(")")
    return text if whole else f"({text})"


def fraction(top: Piece, bottom: Piece) -> Piece:
    """A quotient, with the parentheses that its parts need."""
    above = enclosed(top) if top.bond <= Bond.SLASH else top.text
    below = enclosed(bottom) if bottom.bond < Bond.ATOM or bottom.kind == "frac" else bottom.text
    slash = "/" if max(len(above), len(below)) <= 3 else " / "
    return Piece(f"{above}{slash}{below}", "frac", Bond.SLASH)


def root(radicand: Piece, degree: str = "") -> Piece:
    """A root; the radicand in parentheses unless it is one symbol or number."""
    sign = {"": "√", "2": "√", "3": "∛", "4": "∜"}.get(degree) or _raised(degree) + "√"
    single = radicand.bond is Bond.ATOM and not radicand.raised and radicand.kind not in {"frac", "root"}
    text = radicand.text if single else enclosed(radicand)
    return Piece(sign + text, "root", open_ended=radicand.open_ended and single)


def scripted(base: Piece, below: Piece | None, above: Piece | None, primes: int) -> Piece:
    """A base with a subscript, primes and a superscript."""
    compound = base.bond < Bond.ATOM or base.kind in {"frac", "root"} or (base.raised and above is not None)
    text = enclosed(base) if compound and base.kind in {"atom", "frac", "root"} else base.text
    open_ended = False
    if below is not None:
        lowered = _lowered(below.text)
        open_ended = lowered.startswith("_") and not lowered.endswith("}")
        text += lowered
    text += "′" * primes
    if above is not None:
        # A raised capital on a sum would read as a transpose: the limit T stays a plain letter.
        raised = _plain_raised(above) if base.kind == "big" and above.text.isupper() else _raised(above)
        open_ended = raised.startswith("^") and not raised.endswith(")")
        text += raised
    kind = "atom" if base.kind in {"frac", "root"} else base.kind
    bond = Bond.ATOM if kind == "atom" else base.bond
    return Piece(text, kind, bond, above is not None or (base.raised and not compound), open_ended)


def _lowered(text: str) -> str:
    if all(character in SUBSCRIPTS for character in text):
        return "".join(SUBSCRIPTS[character] for character in text)
    plain = re.fullmatch(r"[A-Za-z0-9]+|\w", text) and not text.endswith(tuple(SUBSCRIPTS.values()))
    return f"_{text}" if plain else f"_{{{text}}}"


def _raised(script: Piece | str) -> str:
    text = script if isinstance(script, str) else script.text
    if all(character in SUPERSCRIPTS for character in text):
        return "".join(SUPERSCRIPTS[character] for character in text)
    return _plain_raised(script if isinstance(script, Piece) else Piece(text, bond=Bond.SUM))


def _plain_raised(script: Piece) -> str:
    return f"^{script.text}" if len(script.text) == 1 else f"^{enclosed(script)}"
