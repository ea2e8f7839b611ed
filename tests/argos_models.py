"""Small real models of Argos Translate: transformers whose decoder walks along one chain of words, whatever it is given."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np


def make_model(folder: Path, source: str, target: str, words: str) -> None:
    """Write the folder of an installed model that translates everything into the same words, of which none is there twice."""
    import sentencepiece
    from ctranslate2.specs.transformer_spec import TransformerSpec

    folder.mkdir(parents=True)
    metadata = {"package_version": "1.0", "argos_version": "1.9", "from_code": source, "to_code": target}
    (folder / "metadata.json").write_text(json.dumps(metadata | {"from_name": source, "to_name": target}))
    prefix = str(folder / "sentencepiece")
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter([words, "taman baru di kota"]), model_prefix=prefix, vocab_size=60, model_type="word",
        hard_vocab_limit=False, minloglevel=2, num_threads=1,
    )  # fmt: skip
    tokenizer = sentencepiece.SentencePieceProcessor(model_file=f"{prefix}.model")
    special = ["<unk>", "<s>", "</s>"]
    pieces = [tokenizer.id_to_piece(i) for i in range(tokenizer.get_piece_size())]
    vocabulary = [*special, *(p for p in pieces if p not in special)]
    chain = [vocabulary.index(p) for p in ["<s>", *tokenizer.encode(words, out_type=str), "</s>"]]
    size = len(vocabulary) + -len(vocabulary) % 8
    spec = TransformerSpec.from_config(num_layers=1, num_heads=1)
    one_of_each = np.eye(len(vocabulary), size, dtype=np.float32)
    spec.encoder.embeddings[0].weight = spec.decoder.embeddings.weight = one_of_each
    for part in (spec.encoder, spec.decoder):
        part.position_encodings.encodings = np.zeros((256, size), np.float32)
        _even(part.layer_norm, size)
        for layer in part.layer:
            _silent_layer(layer, size)
    # What comes next depends on the word before alone.
    projection = np.zeros((len(vocabulary), size), np.float32)
    projection[chain[1:], chain[:-1]] = 50.0
    spec.decoder.projection.weight = projection
    spec.decoder.projection.bias = np.zeros(len(vocabulary), np.float32)
    spec.register_source_vocabulary(vocabulary)
    spec.register_target_vocabulary(vocabulary)
    spec.config.layer_norm_epsilon = 1e-6
    spec.validate()
    spec.optimize()
    (folder / "model").mkdir()
    spec.save(str(folder / "model"))


def _silent_layer(layer: object, size: int) -> None:
    for name, linears in (("self_attention", [3, 1]), ("attention", [1, 2, 1])):
        attention = getattr(layer, name, None)
        if attention is not None:
            _even(attention.layer_norm, size)
            for linear, times in zip(attention.linear, linears, strict=True):
                _silent(linear, times * size, size)
    feed = layer.ffn  # type: ignore[attr-defined]
    _even(feed.layer_norm, size)
    _silent(feed.linear_0, 8, size)
    _silent(feed.linear_1, size, 8)


def _even(norm: object, size: int) -> None:
    norm.gamma, norm.beta = np.ones(size, np.float32), np.zeros(size, np.float32)  # type: ignore[attr-defined]


def _silent(linear: object, out: int, into: int) -> None:
    linear.weight, linear.bias = np.zeros((out, into), np.float32), np.zeros(out, np.float32)  # type: ignore[attr-defined]
