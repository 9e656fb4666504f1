"""Batch retraining: corrections and corpus make a challenger, compared with the champion on frozen rows (F-4)."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple, Protocol

from overture.base import Value
from overture.classification.examples import read_other_languages
from overture.classification.manifest import MANIFEST, Manifest
from overture.classification.refitting import Material, digest_of_rows, read_material
from overture.classification.report import Report, report_on

from .comparison import EXIT_CODES, Decision, Gate, Outcome, compare
from .corrections import CorrectedReply, Corrections, standing_words, weigh_corrections
from .corrections_seats import SeatReliability
from .receipts import ReplyState
from .registry import CARD, DECISION, LINEAGE, METRICS, SHIPPED, Registry
from .registry_files import replace_file
from .registry_lineage import Lineage, lineage_rows
from .registry_versions import VersionRecord
from .retraining_card import write_challenger_card
from .retraining_challenger import (
    Base,
    Fitting,
    Refit,
    Replies,
    calibration_profile,
    corpus_vectors,
    encode_replies,
    opinions_of,
    write_challenger,
)
from .retraining_frozen import FrozenRow, Sides, frozen_rows, sides_of
from .splits import EVAL_SHARE, Salt, check_share

if TYPE_CHECKING:
    from overture.classification.classifier import ReplyClassifier
    from overture.classification.verdict import Verdict

_GROUP: Final = 64


class Step(NamedTuple):
    """How far a run is: rows done of `total`, which is 0 where a step is not counted."""

    name: str
    done: int = 0
    total: int = 0


Progress = Callable[[Step], None]


class ReplyStates(Protocol):
    """What retraining reads of a store."""

    def reply_states(self) -> Iterator[ReplyState]:
        """Each seat's last word on each reply's label."""
        ...


class RetrainPlan(Value):
    """How a run is done. `trusted` seats are believed whatever their corrections look like."""

    corpus: Path | None = None
    eval_share: float = EVAL_SHARE
    refit: Refit = Refit()
    gate: Gate = Gate()
    trusted: tuple[str, ...] = ()


class RetrainVerdict(Value):
    """What came of a run. `version` is the challenger's name in the registry; without a correction none is made.

    The outcome PROMOTE does not promote: `Registry.promote` does.
    """

    outcome: Outcome
    reasons: tuple[str, ...]
    champion: str
    version: str | None = None
    learned_from: int = 0
    tested_on: int = 0
    left_out: int = 0
    seats: tuple[SeatReliability, ...] = ()
    decision: Decision | None = None

    @property
    def exit_code(self) -> int:
        """0 promote, 10 keep, 20 inconclusive."""
        return EXIT_CODES[self.outcome]


def retrain(
    store: ReplyStates,
    registry: Registry,
    *,
    salt: str,
    plan: RetrainPlan | None = None,
    today: date | None = None,
    progress: Progress = lambda _: None,
) -> RetrainVerdict:
    """Make a challenger of the corrections in a store, compare it with the champion, and keep it as a version (F-4).

    Candidates on the evaluation side of `salt` are tested on and never learned from (F-2). Killed at any instant, a
    run leaves the champion as it was, and goes on when it is run again; the same input gives the same version.

    Raises:
        ConfigurationError: another run is on in this registry, or the champion cannot be loaded here.
        InputError: the corpus cannot be read, or a model was changed.
    """
    plan = plan or RetrainPlan()
    check_share(plan.eval_share)
    run = _Run(registry=registry, salt=Salt(salt), plan=plan, progress=progress)
    with registry.retraining() as work:
        return _retrain(run, store, work, today or datetime.now(UTC).date())


def vectors_file(registry: Path, base: Base) -> Path:
    """Where a registry keeps what an encoder makes of the corpus."""
    return registry / "vectors" / f"{_digest(base.encoder_files.values())[:16]}.bin"


class _Run(NamedTuple):
    """What stays the same through a run."""

    registry: Registry
    salt: Salt
    plan: RetrainPlan
    progress: Progress

    def counted(self, name: str) -> Callable[[int, int], None]:
        return lambda done, total: self.progress(Step(name, done, total))


def _retrain(run: _Run, store: ReplyStates, work: Path, today: date) -> RetrainVerdict:
    registry, plan = run.registry, run.plan
    champion = registry.champion
    champion_folder = registry.champion_folder()
    run.progress(Step("reading corrections and corpus"))
    words = standing_words(store.reply_states())
    if not words:
        return RetrainVerdict(outcome="KEEP", reasons=("there is no correction to learn from",), champion=champion)
    material = read_material(plan.corpus)
    base = Base.load(registry.model_folder(SHIPPED))
    vectors = vectors_file(registry.folder, base)
    calibration, learned = corpus_vectors(base, material, vectors, counted=run.counted("encoding the corpus"))
    replies = encode_replies(
        base, [states[0].reply for states in words.values()], counted=run.counted("encoding corrections")
    )
    found = weigh_corrections(
        words,
        dict(zip(words, opinions_of(base, replies), strict=True)),
        calibration_profile(base, material, calibration),
        trusted=plan.trusted,
    )
    sides = sides_of(found, run.salt, eval_share=plan.eval_share)
    if not sides.learned:
        return RetrainVerdict(
            outcome="KEEP",
            reasons=("no correction of the training side is believed",),
            champion=champion,
            tested_on=len(sides.tested),
            left_out=found.left_out,
            seats=found.seats,
        )
    data = _digest([digest_of_rows(material), *map(_content, sides.learned)])
    key = _key(run, base, _label(champion_folder), data, sides, material)
    name = registry.made_by(key)
    if name is None:
        registry.clear_work(but=key)
        folder = work / key
        folder.mkdir(parents=True, exist_ok=True)
        manifest = write_challenger(
            base,
            folder,
            Fitting(material, calibration, learned, sides.learned, _of_side(replies, list(words), sides.learned)),
            data=data,
            refit=plan.refit,
            today=today,
            said=lambda part: run.progress(Step(f"fitting the {part}")),
        )
        decision, report = _test(run, champion_folder, folder, material, sides)
        record = VersionRecord(
            key=key,
            created=today.isoformat(),
            parent=champion,
            parent_label=_label(champion_folder),
            label=manifest.label,
            outcome=decision.outcome,
            reasons=decision.reasons,
            corpus=digest_of_rows(material),
            learned_from=len(sides.learned),
            tested_on=len(sides.tested),
            left_out=found.left_out,
            seats_used=sum(seat.is_used for seat in found.seats),
            seats_left_out=sum(not seat.is_used for seat in found.seats),
            settings=plan.refit.model_dump(),
        )
        _write_notes(folder, run, record, manifest, decision, report, sides)
        name = registry.add(folder, record)
    return _verdict(registry, name, found)


def _test(run: _Run, champion: Path, challenger: Path, material: Material, sides: Sides) -> tuple[Decision, Report]:
    from overture.classification.classifier import ReplyClassifier

    corpus = material.splits["test"]
    rows = frozen_rows(corpus, sides.tested)
    before = _judge(ReplyClassifier.load(champion), rows, run.counted("testing the champion"))
    model = ReplyClassifier.load(challenger)
    after = _judge(model, rows, run.counted("testing the challenger"))
    decision = compare([row.paired(old, new) for row, old, new in zip(rows, before, after, strict=True)], run.plan.gate)
    strangers = read_other_languages(material.folder, split="test")
    of_strangers = model.classify_batch([row.text for row in strangers])
    return decision, report_on(after[: len(corpus)], corpus, of_strangers)


def _judge(
    classifier: ReplyClassifier, rows: Sequence[FrozenRow], counted: Callable[[int, int], None]
) -> list[Verdict]:
    verdicts: list[Verdict] = []
    for start in range(0, len(rows), _GROUP):
        some = rows[start : start + _GROUP]
        verdicts += classifier.classify_batch([row.text for row in some], [row.outreach for row in some])
        counted(len(verdicts), len(rows))
    return verdicts


def _write_notes(
    folder: Path,
    run: _Run,
    record: VersionRecord,
    manifest: Manifest,
    decision: Decision,
    report: Report,
    sides: Sides,
) -> None:
    lineage = Lineage(
        parent=record.parent_label,
        files=manifest.files,
        corpus=record.corpus,
        salt=run.salt.id,
        rows=(*lineage_rows(sides.learned, split="train"), *lineage_rows(sides.tested, split="eval")),
    )
    replace_file(folder / METRICS, report.model_dump_json(indent=2) + "\n")
    replace_file(folder / DECISION, decision.model_dump_json(indent=2) + "\n")
    replace_file(folder / LINEAGE, lineage.model_dump_json(indent=1) + "\n")
    replace_file(folder / CARD, write_challenger_card(manifest, record, decision, report))


def _verdict(registry: Registry, name: str, found: Corrections) -> RetrainVerdict:
    """The verdict on a version that is in the registry."""
    record = registry.record(name)
    assert record is not None  # noqa: S101 - a version that was made by a run has its record
    return RetrainVerdict(
        outcome=record.outcome,
        reasons=record.reasons,
        champion=record.parent,
        version=name,
        learned_from=record.learned_from,
        tested_on=record.tested_on,
        left_out=record.left_out,
        seats=found.seats,
        decision=registry.decision(name),
    )


def _of_side(replies: Replies, ids: Sequence[str], rows: Sequence[CorrectedReply]) -> Replies:
    places = {reply: place for place, reply in enumerate(ids)}
    return replies.take([places[row.reply.id] for row in rows])


def _label(folder: Path) -> str:
    return Manifest.model_validate_json((folder / MANIFEST).read_bytes()).label


def _key(run: _Run, base: Base, champion: str, data: str, sides: Sides, material: Material) -> str:
    """What stands for all that goes into a run but the day."""
    test = _digest(row.model_dump_json() for row in material.splits["test"])
    settings = run.plan.model_dump_json(exclude={"corpus"})
    parts = [base.manifest.label, champion, data, test, settings, run.salt.id]
    return _digest([*parts, *map(_content, sides.tested)])[:32]


def _content(row: CorrectedReply) -> str:
    return row.model_dump_json()


def _digest(parts: Iterable[str]) -> str:
    digest = hashlib.sha256()
    for part in parts:
        digest.update(hashlib.sha256(part.encode()).digest())
    return digest.hexdigest()
