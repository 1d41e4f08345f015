"""What grading found, as plain data: no torch, so that every part of the program can hold one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

Verdict = Literal["pass", "fail", "error", "timeout", "crashed", "refused"]
TierName = Literal["correct", "robust", "efficient"]
TIERS: tuple[TierName, ...] = ("correct", "robust", "efficient")

# A value of JSON. A tensor is {"shape": [..], "dtype": "float32", "values": nested lists, "truncated": bool};
# its numbers that JSON lacks are the strings "nan", "inf" and "-inf".
Json = Any


@dataclass(frozen=True, slots=True)
class Tier:
    """How many cases of one tier held. A tier without cases gives no star."""

    passed: int = 0
    total: int = 0

    @property
    def complete(self) -> bool:
        """Whether there are cases and all of them held."""
        return self.total > 0 and self.passed == self.total


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was found out about a submission, as a sentence in both languages."""

    en: str
    zh: str


@dataclass(frozen=True, slots=True)
class Failure:
    """The smallest input found on which the submission is not right.

    Attributes:
        tier: the tier of the case.
        case: the case's name, e.g. ``"B=1 N=2 M=3 float32"``; None when no case was reached.
        message: what is wrong, in one or a few lines.
        inputs: the arguments by parameter name, tensors as plain data.
        expected: what the reference returns (or its gradient, when the message says so).
        got: what the submission returned; None where it returned nothing.
        findings: what holds and what does not, where that says more than the message.
    """

    message: str
    tier: TierName = "correct"
    case: str | None = None
    inputs: Mapping[str, Json] = field(default_factory=dict)
    expected: Json = None
    got: Json = None
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class Cost:
    """Counted, never timed; None where nothing was measured."""

    flops: int | None = None
    peak_bytes: int | None = None
    operators: int | None = None
    memory_exponent: float | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """The outcome of grading one submission: a function of the exercise and the source alone."""

    exercise: str
    verdict: Verdict
    correct: Tier = Tier()
    robust: Tier = Tier()
    efficient: Tier = Tier()
    mistakes: tuple[str, ...] = ()
    failure: Failure | None = None
    cost: Cost = Cost()
    notice: str | None = None

    @property
    def passed(self) -> bool:
        """Whether every case of the first tier held."""
        return self.verdict == "pass"

    @property
    def stars(self) -> int:
        """0 to 3: one a tier, each only on top of the one before."""
        count = 0
        for tier in (self.correct, self.robust, self.efficient):
            if not (self.passed and tier.complete):
                break
            count += 1
        return count

    @property
    def tiers(self) -> dict[TierName, Tier]:
        """The three tiers by name, in order."""
        return {"correct": self.correct, "robust": self.robust, "efficient": self.efficient}

    def as_json(self) -> dict[str, Json]:
        """The document that ``code check --json`` prints."""
        return {
            "exercise": self.exercise,
            "verdict": self.verdict,
            "stars": self.stars,
            "tiers": {
                name: {"passed": tier.passed, "total": tier.total} for name, tier in self.tiers.items()
            },
            "mistakes": list(self.mistakes),
            "failure": None if self.failure is None else _failure_json(self.failure),
            "cost": asdict(self.cost),
            "notice": self.notice,
        }

    @classmethod
    def from_json(cls, document: Mapping[str, Json]) -> Report:
        """The report that :meth:`as_json` wrote.

        Raises:
            KeyError, TypeError: the document is not one of ours.
        """
        failure = document["failure"]
        return cls(
            exercise=document["exercise"],
            verdict=document["verdict"],
            **{name: Tier(**document["tiers"][name]) for name in TIERS},
            mistakes=tuple(document["mistakes"]),
            failure=None if failure is None else _failure(failure),
            cost=Cost(**document["cost"]),
            notice=document["notice"],
        )


def _failure_json(failure: Failure) -> dict[str, Json]:
    return {
        "tier": failure.tier,
        "case": failure.case,
        "message": failure.message,
        "inputs": dict(failure.inputs),
        "expected": failure.expected,
        "got": failure.got,
        "findings": [asdict(finding) for finding in failure.findings],
    }


def _failure(document: Mapping[str, Json]) -> Failure:
    findings = tuple(Finding(**finding) for finding in document.get("findings", ()))
    return Failure(**{**document, "findings": findings})
