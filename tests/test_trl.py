"""TRL trains from the exports: a step of KTO and one of DPO on a tiny random model, on the CPU (F-6)."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

trl: Any = pytest.importorskip("trl", reason="in the group `trl`, for the night")

from eval_sets import SALT, judged, store_of  # noqa: E402 - after the check for trl
from tiny_model import make_folder  # noqa: E402 - after the check for trl

from overture.feedback import build_eval_set, export_feedback  # noqa: E402 - after the check for trl
from overture.feedback.exports import Form  # noqa: E402 - after the check for trl

pytestmark = [
    pytest.mark.nightly,
    pytest.mark.filterwarnings("ignore"),  # trl and transformers speak of each other's deprecations
]


@pytest.mark.parametrize("suffix", [".jsonl", ".parquet"])
@pytest.mark.parametrize(
    ("method", "form"),
    [("KTO", "unpaired"), ("KTO", "conversational"), ("DPO", "paired"), ("DPO", "conversational-paired")],
)
def test_f6_a_step_of_training_runs_on_the_files_as_they_are(
    tmp_path: Path, method: str, form: Form, suffix: str
) -> None:
    """The loss is a number, and the weights have moved."""
    torch: Any = import_module("torch")
    datasets: Any = import_module("datasets")
    with store_of(tmp_path / "o.db", [judged(n, "up" if n % 2 else "down") for n in range(8)]) as store:
        build_eval_set(store, tmp_path / "set", salt=SALT)
    out = tmp_path / f"out{suffix}"
    rows = export_feedback(tmp_path / "set", out, form=form, splits=("train", "eval")).rows
    loaded = datasets.load_dataset(
        "parquet" if suffix == ".parquet" else "json", data_files=str(out), split="train",
        cache_dir=str(tmp_path / "cache"),
    )  # fmt: skip
    assert len(loaded) == rows >= 4
    transformers: Any = import_module("transformers")
    folder = str(make_folder(tmp_path / "model"))
    tokenizer = transformers.AutoTokenizer.from_pretrained(folder)
    tokenizer.pad_token = tokenizer.eos_token
    model = transformers.AutoModelForCausalLM.from_pretrained(folder)
    before = [weight.detach().clone() for weight in model.parameters()]
    settings = getattr(trl, f"{method}Config")(
        output_dir=str(tmp_path / "run"), max_steps=1, per_device_train_batch_size=2, learning_rate=0.1,
        use_cpu=True, bf16=False, report_to=[], save_strategy="no", logging_steps=1, max_length=16_000,
        disable_tqdm=True,
    )  # fmt: skip
    trainer = getattr(trl, f"{method}Trainer")(
        model=model, args=settings, train_dataset=loaded, processing_class=tokenizer
    )
    assert len(trainer.train_dataset) == rows, "nothing was dropped for its length"
    result = trainer.train()
    assert result.global_step == 1
    assert torch.isfinite(torch.tensor(result.training_loss))
    assert any(not torch.equal(old, new) for old, new in zip(before, model.parameters(), strict=True))
