"""The registry of reply models: versions, the champion's pointer, checks before anything is loaded (F-4, F-3)."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from retraining_corpus import SALT

from overture import ConfigurationError, InputError
from overture.classification.manifest import MANIFEST, Manifest, shipped_model
from overture.feedback.erasure_rows import digest_of_person
from overture.feedback.registry import CARD, DECISION, LINEAGE, METRICS, Registry
from overture.feedback.registry_files import only_one, sha256_of
from overture.feedback.registry_lineage import Lineage, LineageRow
from overture.feedback.registry_versions import VersionRecord, library_versions
from overture.feedback.splits import Salt


def add_version(registry: Registry, *, outcome: Any = "PROMOTE", parent: str = "v0", candidate: str = "ada") -> str:
    """A version whose model is the one that ships."""
    work = registry.folder / "work" / "key"
    work.mkdir(parents=True)
    for file in shipped_model().iterdir():
        shutil.copy(file, work / file.name)
    manifest = Manifest.model_validate_json((work / MANIFEST).read_bytes())
    manifest = manifest.model_copy(update={"libraries": library_versions(), "review_below": 0.5})
    (work / MANIFEST).write_text(manifest.model_dump_json(), encoding="utf-8")
    row = LineageRow(
        reply="0" * 64, candidate=digest_of_person(candidate), seats=(digest_of_person("s1"),), events=(1,),
        split="train", weight=0.9,
    )  # fmt: skip
    lineage = Lineage(parent="x", files=manifest.files, corpus="c", salt=Salt(SALT).id, rows=(row,))
    (work / LINEAGE).write_text(lineage.model_dump_json(), encoding="utf-8")
    record = VersionRecord(
        key=candidate, created="2026-11-02", parent=parent, parent_label="x", label=manifest.label, outcome=outcome,
        reasons=("because",), corpus="c", learned_from=1, tested_on=0, left_out=0, seats_used=1, seats_left_out=0,
        settings={"hold": 1.0},
    )  # fmt: skip
    return registry.add(work, record)


@pytest.fixture
def registry(tmp_path: Path) -> Registry:
    return Registry(tmp_path / "models")


def test_f4_version_0_is_the_model_that_ships_and_is_not_copied(registry: Registry) -> None:
    assert registry.champion == "v0"
    assert registry.champion_folder() == shipped_model()
    assert [(each.name, each.is_champion) for each in registry.list()] == [("v0", True)]
    assert not registry.folder.exists()


def test_f4_promote_and_roll_back(registry: Registry) -> None:
    assert (add_version(registry), add_version(registry, parent="v1")) == ("v1", "v2")
    assert registry.promote("v1") == "v0"
    assert registry.promote("v2") == "v1"
    assert registry.champion_folder() == registry.folder / "versions" / "v2"
    assert [each.name for each in Registry(registry.folder).list() if each.is_champion] == ["v2"]
    assert (registry.rollback(), registry.rollback(), registry.champion) == ("v1", "v0", "v0")
    with pytest.raises(ConfigurationError, match="F-4: v0 is the first champion"):
        registry.rollback()


def test_f4_only_what_the_gate_let_through_is_promoted(registry: Registry) -> None:
    add_version(registry, outcome="KEEP")
    add_version(registry)
    add_version(registry)
    with pytest.raises(ConfigurationError, match="F-4: the verdict on v1 is KEEP"):
        registry.promote("v1")
    registry.promote("v2")
    with pytest.raises(ConfigurationError, match="v3 was compared with v0, and v2 is the champion now"):
        registry.promote("v3")
    assert registry.promote("v1", anyway=True) == "v2"
    with pytest.raises(InputError, match="no such version"):
        registry.promote("v9")
    with pytest.raises(InputError, match="no such version"):
        registry.promote("../v1")


def test_f4_a_version_that_was_changed_or_lacks_a_file_is_not_loaded(registry: Registry) -> None:
    add_version(registry)
    registry.promote("v1")
    heads = registry.champion_folder() / "heads.safetensors"
    data = bytearray(heads.read_bytes())
    data[1000] ^= 1
    heads.write_bytes(data)
    with pytest.raises(InputError, match="changed since it was made"):
        registry.champion_folder()
    heads.unlink()
    with pytest.raises(InputError, match="missing"):
        registry.champion_folder()
    assert registry.rollback() == "v0"


@pytest.mark.parametrize(("library", "release"), [("onnxruntime", "1.2.0"), ("tokenizers", "0.3.1"), ("numpy", "1.9")])
def test_f4_other_library_versions_are_refused_in_words(registry: Registry, library: str, release: str) -> None:
    add_version(registry)
    file = registry.folder / "versions" / "v1" / MANIFEST
    held = json.loads(file.read_text(encoding="utf-8"))
    held["libraries"][library] = release
    file.write_text(json.dumps(held), encoding="utf-8")
    with pytest.raises(ConfigurationError, match=f"v1 was made with {library} {release}, and .* is here: install"):
        registry.promote("v1")
    held["libraries"][library] = library_versions()[library] + ".post1"
    file.write_text(json.dumps(held), encoding="utf-8")
    assert registry.promote("v1") == "v0"


def test_f3_versions_with_a_candidate_or_a_seat(registry: Registry) -> None:
    add_version(registry, candidate="ada")
    add_version(registry, candidate="bob")
    assert registry.versions_with(digest_of_person("ada")) == ("v1",)
    assert registry.versions_with(digest_of_person("s1")) == ("v1", "v2")
    assert registry.versions_with(digest_of_person("eve")) == ()


def test_f4_diff_names_what_changed(registry: Registry) -> None:
    add_version(registry)
    found = registry.diff("v0", "v1")
    assert found.figures == ()
    assert found.files == ()
    changed = {change.what: (change.first, change.second) for change in found.settings}
    assert changed["review_below"][1] == 0.5
    assert "exit_above" not in changed


def test_f4_a_broken_note_is_named(registry: Registry) -> None:
    add_version(registry)
    (registry.folder / "versions" / "v1" / METRICS).write_text("{}", encoding="utf-8")
    with pytest.raises(InputError, match=METRICS):
        registry.list()


def test_f4_one_at_a_time_and_a_lock_goes_with_its_holder(tmp_path: Path) -> None:
    at_work = pytest.raises(ConfigurationError, match="another retraining is at work")
    with only_one(tmp_path, "retraining"), at_work, only_one(tmp_path, "retraining"):
        pass
    with only_one(tmp_path, "retraining"):
        pass


def test_f4_a_version_is_whole(registry: Registry) -> None:
    name = add_version(registry)
    folder = registry.folder / "versions" / name
    assert sorted(file.name for file in (registry.folder / "work").iterdir()) == []
    assert {MANIFEST, LINEAGE, CARD, METRICS} <= {file.name for file in folder.iterdir()}
    assert not [file for file in folder.rglob("*") if file.suffix in {".pkl", ".joblib", ".pt"}]
    assert registry.decision(name) is None
    assert not (folder / DECISION).exists()
    assert sha256_of(folder / "first.onnx") == sha256_of(shipped_model() / "first.onnx")
