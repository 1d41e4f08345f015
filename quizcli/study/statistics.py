"""Where the person stands, computed from the log: counts, retention, readiness, forecast, calibration."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from quizcli.cards.card import CodeCard, Item
from quizcli.event import Event
from quizcli.study.progress import Progress, Review, replay, standing
from quizcli.study.schedule import Schedule

Z90 = 1.645
CALIBRATION_BINS = 10


@dataclass(frozen=True, slots=True)
class TopicStanding:
    """How one topic stands.

    Attributes:
        cards, seen: how many cards it has, and how many of them were asked at least once.
        retrievability: the mean predicted recall of the items seen; None before the first.
        readiness: the expected share of the topic's items recalled today, unseen ones counting 0.
        low, high: a 90% interval around readiness (Wilson's score interval over the items seen).
    """

    topic: str
    cards: int
    seen: int
    retrievability: float | None
    readiness: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class CodeStanding:
    """The exercises: how many passed and tried; by exercise the best stars, the attempts, and the time
    from the first submission or hint to the first pass; the mistakes made."""

    passed: int
    attempted: int
    stars: Mapping[str, int]
    attempts: Mapping[str, int]
    mistakes: Mapping[str, int]
    time_to_pass: Mapping[str, timedelta]


@dataclass(frozen=True, slots=True)
class Bin:
    """Reviews whose predicted recall was alike: the mean prediction and the share recalled."""

    predicted: float
    actual: float
    reviews: int


@dataclass(frozen=True, slots=True)
class Statistics:
    """Everything ``stats`` reports."""

    reviews: int
    streak: int
    true_retention: float | None
    by_topic: Sequence[TopicStanding]
    forecast: Mapping[date, int]
    calibration: Sequence[Bin]
    code: CodeStanding
    progress: Progress = field(repr=False)


def statistics(
    events: Iterable[Event], items: Mapping[str, Item], schedule: Schedule, today: date, topics: Iterable[str]
) -> Statistics:
    """The statistics of a log over a deck's items, for the named topics in their order."""
    events = standing(events)
    progress: Progress = {}
    reviews = list(replay(events, schedule, progress))
    names = list(topics)
    counted = [review for review in reviews if review.event.item in items]
    counted = [review for review in counted if items[review.event.item or ""].card.topic in names]
    chosen = {key: item for key, item in items.items() if item.card.topic in names}
    return Statistics(
        reviews=len(counted),
        streak=streak({review.day for review in reviews}, today),
        true_retention=true_retention(counted),
        by_topic=[topic_standing(name, chosen, progress, schedule, today) for name in names],
        forecast=coming_due(progress, chosen, today, days=30),
        calibration=calibration(counted),
        code=code_standing(events, chosen),
        progress=progress,
    )


def streak(days: set[date], today: date) -> int:
    """How many study days in a row had an answer, up to today or yesterday."""
    day = today if today in days else today - timedelta(days=1)
    count = 0
    while day in days:
        count += 1
        day -= timedelta(days=1)
    return count


def true_retention(reviews: Iterable[Review]) -> float | None:
    """The share recalled among items in the review phase that had waited at least a day."""
    recalled = [review.rating > 1 for review in reviews if _waited(review)]
    return sum(recalled) / len(recalled) if recalled else None


def calibration(reviews: Iterable[Review]) -> list[Bin]:
    """Predicted recall against what happened, in bins of a tenth."""
    bins: dict[int, list[Review]] = {}
    for review in reviews:
        if _waited(review) and review.predicted is not None:
            index = min(CALIBRATION_BINS - 1, int(review.predicted * CALIBRATION_BINS))
            bins.setdefault(index, []).append(review)
    return [
        Bin(
            predicted=sum(review.predicted or 0.0 for review in found) / len(found),
            actual=sum(review.rating > 1 for review in found) / len(found),
            reviews=len(found),
        )
        for _, found in sorted(bins.items())
    ]


def _waited(review: Review) -> bool:
    before = review.before
    return before is not None and before.phase == "review" and review.day > before.last_day


def topic_standing(
    topic: str, items: Mapping[str, Item], progress: Progress, schedule: Schedule, today: date
) -> TopicStanding:
    """How a topic stands today. Suspended items are left out of it."""
    own = [item for item in items.values() if item.card.topic == topic]
    own = [item for item in own if item.id not in progress or not progress[item.id].suspended]
    states = [record.state for item in own if (record := progress.get(item.id)) and record.state]
    seen = {item.card.id for item in own if (record := progress.get(item.id)) and record.state}
    recall = [schedule.retrievability(state, today) for state in states]
    mean = sum(recall) / len(recall) if recall else None
    coverage = len(states) / len(own) if own else 0.0
    low, high = wilson(mean, len(recall)) if mean is not None else (0.0, 0.0)
    return TopicStanding(
        topic=topic,
        cards=len({item.card.id for item in own}),
        seen=len(seen),
        retrievability=mean,
        readiness=coverage * (mean or 0.0),
        low=coverage * low,
        high=coverage * high,
    )


def wilson(share: float, count: int, z: float = Z90) -> tuple[float, float]:
    """Wilson's score interval of a share seen in `count` trials (Wilson 1927)."""
    centre = (share + z * z / (2 * count)) / (1 + z * z / count)
    reach = z / (1 + z * z / count) * math.sqrt(share * (1 - share) / count + z * z / (4 * count * count))
    return max(0.0, centre - reach), min(1.0, centre + reach)


def coming_due(progress: Progress, items: Mapping[str, Item], today: date, days: int) -> dict[date, int]:
    """How many items come due on each of the next days; what is overdue counts today."""
    last = today + timedelta(days=days - 1)
    due = Counter(
        max(today, record.state.due_day)
        for key, record in progress.items()
        if key in items and record.state and not record.suspended
    )
    return {day: count for day, count in sorted(due.items()) if day <= last}


def code_standing(events: Iterable[Event], items: Mapping[str, Item]) -> CodeStanding:
    """Best stars, attempts and mistakes of the exercises, from the submissions."""
    stars: dict[str, int] = {}
    attempts: Counter[str] = Counter()
    mistakes: Counter[str] = Counter()
    begun: dict[str, datetime] = {}
    took: dict[str, timedelta] = {}
    for event in events:
        item = items.get(event.item or "")
        if event.kind not in ("submission", "hint") or item is None or not isinstance(item.card, CodeCard):
            continue
        begun.setdefault(item.id, event.at)
        if event.kind == "hint":
            continue
        attempts[item.id] += 1
        stars[item.id] = max(stars.get(item.id, 0), int(str(event.body["stars"])))
        named = event.body.get("mistakes")
        if isinstance(named, (list, tuple)) and named:
            mistakes[str(named[0])] += 1
        if event.body["verdict"] == "pass":
            took.setdefault(item.id, event.at - begun[item.id])
    return CodeStanding(len(took), len(attempts), stars, dict(attempts), dict(mistakes), took)
