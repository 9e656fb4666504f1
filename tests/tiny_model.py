"""A causal language model of a few thousand random weights with a byte tokenizer and a chat template, made here.

It writes noise; `make_scripted` has it write what a test wants, token by token, through the same generation.
"""

from __future__ import annotations

import time
from importlib import import_module
from pathlib import Path
from typing import Any

TURN, END = "[TURN]", "[END]"
TEMPLATE = (
    "{% for message in messages %}[TURN]{{ message['role'] }}: {{ message['content'] }}[END]{% endfor %}"
    "{% if add_generation_prompt %}[TURN]assistant: {% endif %}"
)


def make_tokenizer(*, template: str | None = TEMPLATE) -> Any:
    """One token a byte, and the two marks of the chat template."""
    tokenizers: Any = import_module("tokenizers")
    byte_level = tokenizers.pre_tokenizers.ByteLevel
    vocabulary = {letter: number for number, letter in enumerate(sorted(byte_level.alphabet()))}
    tokenizer = tokenizers.Tokenizer(tokenizers.models.BPE(vocab=vocabulary, merges=[]))
    tokenizer.pre_tokenizer = byte_level(add_prefix_space=False, use_regex=False)
    tokenizer.decoder = tokenizers.decoders.ByteLevel()
    fast = import_module("transformers").PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, eos_token=END, additional_special_tokens=[TURN]
    )
    if template:
        fast.chat_template = template
    return fast


def make_model(tokenizer: Any, *, context: int = 16_384) -> Any:
    """A Llama of one layer with random weights, the same every time."""
    torch: Any = import_module("torch")
    transformers: Any = import_module("transformers")
    with torch.random.fork_rng():
        torch.manual_seed(0)
        config = transformers.LlamaConfig(
            vocab_size=len(tokenizer), hidden_size=16, intermediate_size=16, num_hidden_layers=1,
            num_attention_heads=2, max_position_embeddings=context, bos_token_id=None,
            eos_token_id=tokenizer.eos_token_id,
        )  # fmt: skip
        return transformers.LlamaForCausalLM(config).eval()


def make_folder(folder: Path, *, context: int = 16_384, template: str | None = TEMPLATE) -> Path:
    """The model in a folder, as it would lie after a download."""
    tokenizer = make_tokenizer(template=template)
    make_model(tokenizer, context=context).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


def make_scripted(
    answer: str, *, ends: bool = True, pause: float = 0.0, context: int = 16_384, template: str | None = TEMPLATE
) -> tuple[Any, Any]:
    """Model and tokenizer that say `answer` to whatever they are asked, `pause` seconds a token, then end or go on."""
    torch: Any = import_module("torch")
    tokenizer = make_tokenizer(template=template)
    model = make_model(tokenizer, context=context)
    tokens = tokenizer.encode(answer)
    tokens += [tokenizer.eos_token_id] if ends else tokenizer.encode(" and so on" * 99)
    forward = model.forward
    said = 0

    def say(*args: Any, **kwargs: Any) -> Any:
        nonlocal said
        output = forward(*args, **kwargs)
        said = 0 if kwargs["input_ids"].shape[1] > 1 else said + 1  # the prompt comes in one piece
        output.logits = torch.full_like(output.logits, -1e9)
        output.logits[:, -1, tokens[said % len(tokens)]] = 1e9
        time.sleep(pause)
        return output

    model.forward = say
    return model, tokenizer
