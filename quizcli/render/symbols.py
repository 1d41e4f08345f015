"""What LaTeX's characters and commands look like in Unicode, and what they are to their neighbours."""

from __future__ import annotations

from typing import Literal

# What a piece of a formula is to the pieces beside it.
Kind = Literal[
    "atom",
    "word",
    "func",
    "big",
    "frac",
    "root",
    "open",
    "close",
    "rel",
    "sum",
    "sign",
    "prod",
    "slash",
    "punct",
    "space",
]

_LOWER = (
    "alpha α beta β gamma γ delta δ epsilon ε varepsilon ε zeta ζ eta η theta θ iota ι kappa κ lambda λ mu μ"
)
_LOWER += " nu ν xi ξ pi π rho ρ sigma σ tau τ upsilon υ phi φ varphi φ chi χ psi ψ omega ω"
_UPPER = "Gamma Γ Delta Δ Theta Θ Lambda Λ Xi Ξ Pi Π Sigma Σ Upsilon Υ Phi Φ Psi Ψ Omega Ω"
_ORDINARY = r"top ᵀ infty ∞ partial ∂ nabla ∇ ldots … cdots ⋯ dots … ell ℓ forall ∀ exists ∃ emptyset ∅"
_ORDINARY += " % % # # & & _ _"
_RELATIONS = "le ≤ leq ≤ ge ≥ geq ≥ ne ≠ neq ≠ approx ≈ equiv ≡ ll ≪ gg ≫ propto ∝ sim ∼ to → rightarrow →"
_RELATIONS += (
    " leftarrow ← leftrightarrow ↔ Rightarrow ⇒ Leftrightarrow ⇔ mapsto ↦ in ∈ notin ∉ subset ⊂ subseteq ⊆"
)
_RELATIONS += " mid |"
_PRODUCTS = "times × odot ⊙ otimes ⊗ circ ∘"
_SUMS = "pm ± mp ∓ oplus ⊕ cup ∪ cap ∩"
_BIG = "sum ∑ prod ∏ int ∫"
_OPENING = "{ { lfloor ⌊ lceil ⌈ langle ⟨"
_CLOSING = "} } rfloor ⌋ rceil ⌉ rangle ⟩"


def _pairs(words: str) -> dict[str, str]:
    parts = words.split()
    return dict(zip(parts[::2], parts[1::2], strict=True))


ORDINARY = _pairs(f"{_LOWER} {_UPPER} {_ORDINARY}")
BIG = _pairs(_BIG)
OPENING = _pairs(_OPENING)
CLOSING = _pairs(_CLOSING)
FENCES = {"Vert": "‖", "|": "‖", "vert": "|"}
RELATIONS = _pairs(_RELATIONS)
PRODUCTS = _pairs(_PRODUCTS) | {"cdot": "·"}
SUMS = _pairs(_SUMS)
SPACES = {"quad": "  ", "qquad": "  ", ",": " ", ";": " ", ":": " ", " ": " ", "!": ""}
FUNCTIONS = frozenset(
    [
        "log",
        "ln",
        "exp",
        "max",
        "min",
        "tanh",
        "sinh",
        "cosh",
        "sin",
        "cos",
        "tan",
        "arg",
        "argmax",
        "argmin",
        "det",
        "lim",
        "sup",
        "inf",
        "Pr",
        "gcd",
    ]
)
# The commands that only change the type face; the value says whether the argument is text, not mathematics.
FACES = {
    "text": True,
    "textbf": True,
    "mathrm": True,
    "operatorname": True,
    "mathbf": False,
    "boldsymbol": False,
}
ACCENTS = {"hat": "\u0302", "bar": "\u0304", "tilde": "\u0303", "dot": "\u0307", "vec": "\u20d7"}
# Only letters of the Basic Multilingual Plane: many terminal fonts have no others.
DOUBLE_STRUCK = _pairs("C ℂ H ℍ N ℕ P ℙ Q ℚ R ℝ Z ℤ")
SCRIPT = _pairs("B ℬ E ℰ F ℱ H ℋ I ℐ L ℒ M ℳ R ℛ")
LETTERS = {"mathbb": DOUBLE_STRUCK, "mathcal": SCRIPT}

SUPERSCRIPTS = dict(
    zip(
        "0123456789+−=()abcdefghijklmnoprstuvwxyzABDEGHIJKLMNOPRTUVWᵀβγδθφχ",
        "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻᴬᴮᴰᴱᴳᴴᴵᴶᴷᴸᴹᴺᴼᴾᴿᵀᵁⱽᵂᵀᵝᵞᵟᶿᵠᵡ",
        strict=True,
    )
)
SUBSCRIPTS = dict(
    zip("0123456789+−=()aehijklmnoprstuvxβγρφχ", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓᵦᵧᵨᵩᵪ", strict=True)
)

CHARACTERS: dict[str, tuple[str, Kind]] = {
    "-": ("−", "sum"),
    "+": ("+", "sum"),
    "/": ("/", "slash"),
    "~": (" ", "space"),
    **{sign: (sign, "rel") for sign in "<>="},
    **{sign: (sign, "punct") for sign in ",;:"},
    **{"(": ("(", "open"), "[": ("[", "open"), ")": (")", "close"), "]": ("]", "close")},
}
COMMANDS: dict[str, tuple[str, Kind]] = {
    **{name: (text, "atom") for name, text in (ORDINARY | FENCES).items()},
    **{name: (text, "rel") for name, text in RELATIONS.items()},
    **{name: (text, "prod") for name, text in PRODUCTS.items()},
    **{name: (text, "sum") for name, text in SUMS.items()},
    **{name: (text, "big") for name, text in BIG.items()},
    **{name: (text, "open") for name, text in OPENING.items()},
    **{name: (text, "close") for name, text in CLOSING.items()},
    **{name: (text, "space") for name, text in SPACES.items()},
    **{name: (name, "func") for name in FUNCTIONS},
}
