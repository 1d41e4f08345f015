"""The loop of a quiz: show, answer, reveal, rate, commit, next."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from rich.console import Group, RenderableType
from rich.text import Text as Line

from quizcli.cards.card import CodeCard, OpenCard, Point
from quizcli.cli.output import notice, show
from quizcli.cli.screen import Action, Rated, Screen
from quizcli.cli.workspace import Workspace
from quizcli.event import Event
from quizcli.render import card as view
from quizcli.render.interval import interval
from quizcli.render.labels import label
from quizcli.render.quiz import RATING_STYLES, header, ratings, summary
from quizcli.study.progress import Progress, Record
from quizcli.study.queue import Entry, entry_of
from quizcli.study.rating import Rating
from quizcli.study.session import Outcome, Session
from quizcli.study.statistics import coming_due

OTHER = {"zh": "en", "en": "zh", "both": "zh"}


class Quiz:
    """One sitting. Every answer is on the disk before the next question is shown."""

    def __init__(
        self,
        workspace: Workspace,
        session: Session,
        progress: Progress,
        screen: Screen,
        language: str,
        *,
        cram: bool,
    ) -> None:
        self.workspace = workspace
        self.session = session
        self.progress = progress
        self.screen = screen
        self.language = language
        self.cram = cram
        self.undone = 0

    def run(self, deadline: datetime | None) -> None:
        """Ask until nothing is left, the time is up, or the person stops; then sum up."""
        asked = False
        try:
            while deadline is None or self.workspace.now() < deadline:
                entry = self.session.next(self.workspace.now())
                if entry is None:
                    break
                asked = True
                if not self._ask(entry):
                    break
        finally:
            if self.session.done or self.undone:
                self._sum_up()
        if not asked:
            show(self._nothing_due())

    def _nothing_due(self) -> RenderableType:
        """What to say when there is nothing to ask."""
        parts: list[RenderableType] = [Line(label("nothing_due", self.language), style="bold")]
        due = coming_due(self.progress, self.workspace.deck.items, self.workspace.today(), days=30)
        waiting = [entry.due for entry in self.session.waiting if entry.due]
        if waiting:
            span = interval(min(waiting) - self.workspace.now(), self.language)
            parts.append(Line(f"{label('learning', self.language)}: {len(waiting)}, {span}"))
        for day, count in sorted(due.items())[:1]:
            parts.append(Line(f"{label('next_due', self.language)}: {day:%Y-%m-%d} ({count})"))
        parts.append(Line("quizcli quiz --new 5 · quizcli quiz --cram · quizcli code list", style="dim"))
        return Group(*parts)

    def _ask(self, entry: Entry) -> bool:
        """One item from question to rating; False to stop."""
        started = self.workspace.now()
        while True:
            done = self.session.answered
            show(header(entry, self.workspace.deck, self.language, done, max(self.session.planned, done + 1)))
            show(view.question(entry.item, self.language))
            reply = self._reply(entry)
            if reply is Action.LANGUAGE:
                self.language = OTHER[self.language]
                continue
            if isinstance(reply, Action):
                return self._act(reply, entry)
            if isinstance(entry.item.card, CodeCard):
                return self._grade(entry, reply if isinstance(reply, str) else "")
            return self._reveal(entry, reply, started)

    def _reply(self, entry: Entry) -> str | bool | Action | None:
        """What the person answers to the question, before anything is revealed."""
        keys = self._keys(entry)
        if view.truth(entry.item) is not None:
            show(Line(label("judge", self.language), style="bold"))
            return self.screen.judged(keys)
        return self.screen.typed(keys)

    def _keys(self, entry: Entry) -> str:
        first = "reveal_keys"
        if view.truth(entry.item) is not None:
            first = "judge_keys"
        elif isinstance(entry.item.card, CodeCard):
            first = "code_keys"
        names = ("undo_key", "skip_key", "suspend_key", "language_key", "stop_key")
        return " · ".join(label(name, self.language) for name in (first, *names))

    def _reveal(self, entry: Entry, reply: str | bool | None, started: datetime) -> bool:
        """Show the answer and take the rating."""
        right = None if isinstance(reply, str) else reply == view.truth(entry.item)
        ticked: tuple[str, ...] = ()
        deck = self.workspace.deck
        while True:
            if right is not None:
                show(Line(label("judged_right" if right else "judged_wrong", self.language), style="bold"))
            self.screen.reveal(view.revealed(entry.item, deck, self.language), self.language)
            answer = self._rating(entry, right, ticked)
            while answer is Action.FULL:
                if isinstance(entry.item.card, OpenCard):
                    self.screen.reveal(view.full_answer(entry.item.card, deck, self.language), self.language)
                answer = self._rating(entry, right, self.screen.ticked())
            ticked = self.screen.ticked()
            if answer is Action.LANGUAGE:
                self.language = OTHER[self.language]
                continue
            if isinstance(answer, Action):
                return self._act(answer, entry)
            assert isinstance(answer, Rated)
            self._keep(entry, answer, reply, right, started)
            return True

    def _rating(self, entry: Entry, right: bool | None, ticked: tuple[str, ...]) -> Rated | Action:
        """Ask for the rating. A claim judged wrong is Again, whatever one feels."""
        now, today, state = self.workspace.now(), self.workspace.today(), self._record(entry).state
        schedule = self.workspace.schedule
        spans = {
            rating: schedule.review(entry.item.id, state, rating, now, today).due - now
            for rating in Rating
            if right is not False or rating is Rating.AGAIN
        }
        if not self.screen.shows_ratings:
            show(Line(), ratings(spans, self.language))
        answer = self.screen.rated(self._points(entry), spans, ticked, self.language)
        if isinstance(answer, Rated) and answer.rating not in spans:
            return Rated(Rating.AGAIN, answer.ticked)
        return answer

    def _points(self, entry: Entry) -> tuple[Point, ...]:
        card = entry.item.card
        return card.rubric if isinstance(card, OpenCard) and entry.item.claim is None else ()

    def _record(self, entry: Entry) -> Record:
        return self.progress.get(entry.item.id, Record())

    def _keep(
        self, entry: Entry, answer: Rated, reply: str | bool | None, right: bool | None, started: datetime
    ) -> None:
        """Commit the rating and go on."""
        now = self.workspace.now()
        more: dict[str, str | int | bool | list[str]] = {"seconds": round((now - started).total_seconds())}
        if isinstance(reply, str) and reply.strip():
            more["answer"] = reply
        if right is not None:
            more["correct"] = right
        if answer.ticked:
            more["ticked"] = list(answer.ticked)
        event = None if self.cram else self.workspace.record(entry.item.id, answer.rating, **more)
        self._advance(entry, answer.rating, event)

    def _advance(self, entry: Entry, rating: Rating, event: Event | None) -> None:
        """Say when the item comes back, and move the session on."""
        now, today, record = self.workspace.now(), self.workspace.today(), self._record(entry)
        state = self.workspace.schedule.review(entry.item.id, record.state, rating, now, today)
        if event:
            self.progress[entry.item.id] = Record(state, False, record.first_day or today, event.id)
        outcome = Outcome(entry, rating, state, event.id if event else None)
        self.session.rated(outcome, again_today=event is not None)
        words = label("saved" if event else "cram_saved", self.language)
        line = Line(f"✓ {words} · {entry.item.id} · ")
        line.append(label(rating.word, self.language), RATING_STYLES[rating])
        if event:
            line.append(f" · {label('next', self.language)}: {interval(state.due - now, self.language)}")
        show(line)

    def _grade(self, entry: Entry, reply: str) -> bool:
        """Grade the file of a coding exercise; the verdict is the rating."""
        from quizcli.cli.submission import grade_file, shown

        file = Path(reply.strip() or f"{entry.item.id}.py")
        if not file.is_file():
            notice(f"{file}: no such file; write it first: quizcli code start {entry.item.id}")
            return True
        graded = grade_file(self.workspace, entry.item.id, file, None, record=not self.cram)
        show(shown(self.workspace, graded.report, self.language))
        if graded.rating is not None:
            self._advance(entry, graded.rating, graded.event)
        return True

    def _act(self, action: Action, entry: Entry) -> bool:
        """Do what was asked instead of answering; False to stop."""
        if action is Action.STOP:
            return False
        if action is Action.SKIP:
            self.session.drop(entry.item.id)
            show(Line(f"{label('skipped', self.language)}: {entry.item.id}"))
        elif action is Action.SUSPEND:
            if not self.cram:
                self.workspace.suspend(entry.item.id)
            self.session.drop(entry.item.id)
            show(Line(f"{label('suspended', self.language)}: {entry.item.id}"))
        elif action is Action.UNDO:
            self.session.put_back(entry)
            self._undo()
        else:
            self.session.put_back(entry)
        return True

    def _undo(self) -> None:
        """Take back the last answer (or suspension), of this sitting or an earlier one, and ask it again."""
        event = None if self.cram else self.workspace.undo()
        if event is None:
            notice("there is nothing to take back")
            return
        self.undone += 1
        self.progress = self.workspace.progress()
        show(Line(f"{label('undone', self.language)}: {event.item}"))
        item = self.workspace.deck.items.get(event.item or "")
        if item:
            entry = entry_of(item, self.progress, self.workspace.schedule, self.workspace.today())
            self.session.undone(event.id, entry)

    def _sum_up(self) -> None:
        today = self.workspace.today()
        due = coming_due(self.progress, self.workspace.deck.items, today, days=30)
        show(summary(self.session.done, self.undone, due, today, self.language))
