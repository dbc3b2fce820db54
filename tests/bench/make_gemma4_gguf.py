#!/usr/bin/env python3
"""Write a GGUF with the real shapes, vocabulary and chat template of a Gemma 4 model, and made-up weights.

What such a file is for: everything about it is real but what it says. Its memory use and its speed in
llama.cpp are those of the real model of the same size and format, so a prediction of either can be
checked without downloading anything.

    make_gemma4_gguf.py --vocab ggml-vocab-gemma-4.gguf --size E2B --format q4_0 --out e2b.gguf
    make_gemma4_gguf.py --vocab ... --size tiny --keep-tokens 4096 --out tiny.gguf   (about 1 MB, loads in 50 ms)
    make_gemma4_gguf.py --vocab ... --size tiny --copycat --out copycat.gguf         (repeats the last token)
    make_gemma4_gguf.py --size 12B --header-only --out 12b.gguf    (without a vocabulary: to lay out, not to talk to)

Formats: q4_0 (as Unsloth packs it: all large tensors Q4_0), q4_0_google (E2B/E4B embeddings in Q6_K),
bf16. Needs numpy and gguf from PyPI.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import numpy as np

import gguf
from gguf import GGMLQuantizationType as T

SIZES = {
    # layers, every n-th layer is full attention, hidden, ffn, q heads, kv heads (swa, full), shared-kv layers,
    # per-layer-embedding width, window, context, (experts, used, expert ffn), k_eq_v
    "E2B": {
        "n_layer": 35,
        "every": 5,
        "d": 1536,
        "ff": 6144,
        "wide": True,
        "nh": 8,
        "kv": (1, 1),
        "shared": 20,
        "ple": 256,
        "win": 512,
        "ctx": 131072,
        "moe": None,
        "k_eq_v": False,
    },
    "E4B": {
        "n_layer": 42,
        "every": 6,
        "d": 2560,
        "ff": 10240,
        "wide": False,
        "nh": 8,
        "kv": (2, 2),
        "shared": 18,
        "ple": 256,
        "win": 512,
        "ctx": 131072,
        "moe": None,
        "k_eq_v": False,
    },
    "12B": {
        "n_layer": 48,
        "every": 6,
        "d": 3840,
        "ff": 15360,
        "wide": False,
        "nh": 16,
        "kv": (8, 1),
        "shared": 0,
        "ple": 0,
        "win": 1024,
        "ctx": 262144,
        "moe": None,
        "k_eq_v": True,
    },
    "26B-A4B": {
        "n_layer": 30,
        "every": 6,
        "d": 2816,
        "ff": 2112,
        "wide": False,
        "nh": 16,
        "kv": (8, 2),
        "shared": 0,
        "ple": 0,
        "win": 1024,
        "ctx": 262144,
        "moe": (128, 8, 704),
        "k_eq_v": True,
    },
    "31B": {
        "n_layer": 60,
        "every": 6,
        "d": 5376,
        "ff": 21504,
        "wide": False,
        "nh": 32,
        "kv": (16, 4),
        "shared": 0,
        "ple": 0,
        "win": 1024,
        "ctx": 262144,
        "moe": None,
        "k_eq_v": True,
    },
    "tiny": {
        "n_layer": 4,
        "every": 2,
        "d": 64,
        "ff": 128,
        "wide": False,
        "nh": 2,
        "kv": (1, 1),
        "shared": 2,
        "ple": 32,
        "win": 512,
        "ctx": 8192,
        "moe": None,
        "k_eq_v": False,
        "hd": (32, 64),
    },
    "tiny-moe": {
        "n_layer": 4,
        "every": 2,
        "d": 64,
        "ff": 64,
        "wide": False,
        "nh": 2,
        "kv": (1, 1),
        "shared": 0,
        "ple": 0,
        "win": 512,
        "ctx": 8192,
        "moe": (8, 2, 32),
        "k_eq_v": True,
        "hd": (32, 64),
    },
}
SHOWN = {"<|channel>", "<channel|>", "<|tool_call>", "<tool_call|>", "<|tool_response>", "<tool_response|>", '<|"|>'}
BLOCK = {T.Q4_0: (32, 18), T.Q6_K: (256, 210), T.BF16: (1, 2), T.F16: (1, 2), T.F32: (1, 4)}


VOCABULARY = 262_144


def packed(t: T, rows: int, cols: int, rng: np.random.Generator):
    """Made-up bytes for a rows x cols tensor of type t: small finite values, tiled from one 4 MiB pattern."""
    n, b = BLOCK[t]
    row_bytes = cols // n * b
    total = rows * row_bytes
    blocks = max(1, (4 << 20) // b)
    if t == T.Q4_0:
        pat = rng.integers(0, 256, (blocks, 18), dtype=np.uint8)
        pat[:, :2] = np.full(blocks, 0.004, np.float16).view(np.uint8).reshape(-1, 2)
    elif t == T.Q6_K:
        pat = rng.integers(0, 256, (blocks, 210), dtype=np.uint8)
        pat[:, 192:208] = 4
        pat[:, 208:] = np.full(blocks, 0.0005, np.float16).view(np.uint8).reshape(-1, 2)
    elif t == T.BF16:
        pat = (rng.standard_normal(blocks).astype(np.float32) * 0.02).view(np.uint32)
        pat = (pat >> 16).astype(np.uint16).view(np.uint8).reshape(-1, 2)
    elif t == T.F16:
        pat = (rng.standard_normal(blocks) * 0.02).astype(np.float16).view(np.uint8).reshape(-1, 2)
    else:
        raise ValueError(t)
    return pat.reshape(-1).tobytes(), total, (rows, row_bytes)


def plan(s: dict, fmt: str, n_vocab: int):
    """Yield (name, shape as numpy sees it, type, constant or None) for every tensor, in file order."""
    big = T.BF16 if fmt == "bf16" else T.Q4_0
    emb = T.Q6_K if fmt == "q4_0_google" else big
    if emb is T.Q6_K and s["d"] % 256:
        emb = big
    hd_swa, hd_full = s.get("hd", (256, 512))
    yield "token_embd.weight", (n_vocab, s["d"]), emb, None
    if s["ple"]:
        yield "per_layer_token_embd.weight", (n_vocab, s["ple"] * s["n_layer"]), emb, None
        yield (
            "per_layer_model_proj.weight",
            (s["ple"] * s["n_layer"], s["d"]),
            T.F16 if fmt == "q4_0_google" else big,
            None,
        )
        yield "per_layer_proj_norm.weight", (s["ple"],), T.F32, 1.0
    yield "output_norm.weight", (s["d"],), T.F32, 1.0
    yield "rope_freqs.weight", (hd_full // 2,), T.F32, "rope"
    for i in range(s["n_layer"]):
        full = (i + 1) % s["every"] == 0
        hd, kv = (hd_full, s["kv"][1]) if full else (hd_swa, s["kv"][0])
        p = f"blk.{i}."
        ff = s["ff"] * 2 if s["wide"] and i >= s["n_layer"] - s["shared"] else s["ff"]
        yield p + "attn_norm.weight", (s["d"],), T.F32, 1.0
        yield p + "attn_q.weight", (hd * s["nh"], s["d"]), big, None
        if i < s["n_layer"] - s["shared"]:
            yield p + "attn_k.weight", (hd * kv, s["d"]), big, None
            if not (s["k_eq_v"] and full):
                yield p + "attn_v.weight", (hd * kv, s["d"]), big, None
            yield p + "attn_k_norm.weight", (hd,), T.F32, 1.0
        yield p + "attn_output.weight", (s["d"], hd * s["nh"]), big, None
        yield p + "attn_q_norm.weight", (hd,), T.F32, 1.0
        yield p + "post_attention_norm.weight", (s["d"],), T.F32, 1.0
        yield p + "layer_output_scale.weight", (1,), T.F32, 1.0
        yield p + "ffn_norm.weight", (s["d"],), T.F32, 1.0
        yield p + "ffn_gate.weight", (ff, s["d"]), big, None
        yield p + "ffn_up.weight", (ff, s["d"]), big, None
        yield p + "ffn_down.weight", (s["d"], ff), big, None
        yield p + "post_ffw_norm.weight", (s["d"],), T.F32, 1.0
        if s["moe"]:
            ne, _, nff = s["moe"]
            yield p + "ffn_gate_inp.weight", (ne, s["d"]), T.F32, "router"
            yield p + "ffn_gate_inp.scale", (s["d"],), T.F32, 1.0
            yield p + "pre_ffw_norm_2.weight", (s["d"],), T.F32, 1.0
            yield p + "post_ffw_norm_1.weight", (s["d"],), T.F32, 1.0
            yield p + "post_ffw_norm_2.weight", (s["d"],), T.F32, 1.0
            yield p + "ffn_gate_up_exps.weight", (ne, nff * 2, s["d"]), big, None
            yield p + "ffn_down_exps.weight", (ne, s["d"], nff), big if nff % 32 == 0 else T.F16, None
            yield p + "ffn_down_exps.scale", (ne,), T.F32, 1.0
        if s["ple"]:
            yield p + "inp_gate.weight", (s["ple"], s["d"]), big, None
            yield p + "proj.weight", (s["d"], s["ple"]), big if s["ple"] % 32 == 0 else T.F16, None
            yield p + "post_norm.weight", (s["d"],), T.F32, 1.0


def tokenizer(src: gguf.GGUFReader, keep: int | None) -> dict:
    """The tokenizer's keys and values; with keep, its first tokens, the control tokens and what their merges need."""
    kv = {k: (f.contents(), f.types) for k, f in src.fields.items() if k.startswith("tokenizer.")}
    tokens, types = kv["tokenizer.ggml.tokens"][0], kv["tokenizer.ggml.token_type"][0]
    scores, merges = kv["tokenizer.ggml.scores"][0], kv["tokenizer.ggml.merges"][0]
    types = [4 if t in SHOWN else k for t, k in zip(tokens, types, strict=False)]
    if keep:
        ids = [
            i
            for i, t in enumerate(tokens)
            if i < keep or types[i] in (3, 4) or (len(t) == 1 and t.isprintable() and ord(t) < 0x2600)
        ]
        kept = {tokens[i] for i in ids}
        merges = [m for m in merges if all(p in kept for p in m.split(" ", 1)) and m.replace(" ", "", 1) in kept]
        tokens, types, scores = ([x[i] for i in ids] for x in (tokens, types, scores))
    for key, v in (("tokens", tokens), ("token_type", types), ("scores", scores), ("merges", merges)):
        kv[f"tokenizer.ggml.{key}"] = (v, kv[f"tokenizer.ggml.{key}"][1])
    return kv


def write(
    vocab: Path | None,
    size: str,
    fmt: str,
    out: Path,
    seed: int = 0,
    copycat: bool = False,
    header_only: bool = False,
    keep: int | None = None,
) -> None:
    """Write the whole file. Without a vocabulary it has as many tokens as the real one, and no words for them."""
    w = gguf.GGUFWriter(str(out), "gemma4")
    add_metadata(w, size, fmt)
    data = add_tensors(w, SIZES[size], fmt, add_tokenizer(w, vocab, keep), seed, copycat, header_only)
    write_out(w, data, header_only)


def add_tokenizer(w: gguf.GGUFWriter, vocab: Path | None, keep: int | None) -> int:
    """The tokenizer's keys; returns the number of tokens."""
    if vocab is None:
        w.add_tokenizer_model("none")
        w.add_vocab_size(VOCABULARY)
        return VOCABULARY
    kv = tokenizer(gguf.GGUFReader(str(vocab)), keep)
    for key, (value, kinds) in kv.items():
        if kinds[0] == gguf.GGUFValueType.ARRAY:
            w.add_array(key, value)
        else:
            w.add_key_value(key, value, kinds[0])
    return len(kv["tokenizer.ggml.tokens"][0])


def add_metadata(w: gguf.GGUFWriter, size: str, fmt: str) -> None:
    """The keys that describe the architecture and the sampling."""
    s = SIZES[size]
    a = "gemma4."
    hd_swa, hd_full = s.get("hd", (256, 512))
    full = [(i + 1) % s["every"] == 0 for i in range(s["n_layer"])]
    w.add_name(f"Gemma 4 {size} (made-up weights)")
    w.add_uint32(a + "block_count", s["n_layer"])
    w.add_uint32(a + "context_length", s["ctx"])
    w.add_uint32(a + "embedding_length", s["d"])
    ff = [s["ff"] * (2 if s["wide"] and i >= s["n_layer"] - s["shared"] else 1) for i in range(s["n_layer"])]
    w.add_array(a + "feed_forward_length", ff) if s["wide"] else w.add_uint32(a + "feed_forward_length", s["ff"])
    w.add_uint32(a + "attention.head_count", s["nh"])
    w.add_array(a + "attention.head_count_kv", [s["kv"][1] if f else s["kv"][0] for f in full])
    w.add_float32(a + "rope.freq_base", 1e6)
    w.add_float32(a + "rope.freq_base_swa", 1e4)
    w.add_float32(a + "attention.layer_norm_rms_epsilon", 1e-6)
    for k, v in (
        ("attention.key_length", hd_full),
        ("attention.value_length", hd_full),
        ("attention.key_length_swa", hd_swa),
        ("attention.value_length_swa", hd_swa),
        ("rope.dimension_count", hd_full),
        ("rope.dimension_count_swa", hd_swa),
        ("attention.sliding_window", s["win"]),
        ("attention.shared_kv_layers", s["shared"]),
        ("embedding_length_per_layer_input", s["ple"]),
    ):
        w.add_uint32(a + k, v)
    w.add_array(a + "attention.sliding_window_pattern", [not f for f in full])
    w.add_float32(a + "final_logit_softcapping", 30.0)
    if s["moe"]:
        w.add_uint32(a + "expert_count", s["moe"][0])
        w.add_uint32(a + "expert_used_count", s["moe"][1])
        w.add_uint32(a + "expert_feed_forward_length", s["moe"][2])
    w.add_uint32("general.file_type", 32 if fmt == "bf16" else 2)
    w.add_float32("general.sampling.temp", 1.0)
    w.add_float32("general.sampling.top_p", 0.95)
    w.add_int32("general.sampling.top_k", 64)


def add_tensors(
    w: gguf.GGUFWriter, s: dict, fmt: str, n_vocab: int, seed: int, copycat: bool, header_only: bool
) -> list:
    """Announce every tensor; returns for each the pattern that fills it and its bytes."""
    rng = np.random.default_rng(seed)
    data = []
    for name, shape, t, const in plan(s, fmt, n_vocab):
        if t in (T.F32,):
            n = int(np.prod(shape))
            if const == "rope":
                arr = np.concatenate([np.ones(n // 4, np.float32), np.full(n - n // 4, 1e30, np.float32)])
            elif const == "router":
                arr = rng.standard_normal(shape).astype(np.float32) * 0.05
            else:
                arr = np.full(shape, const, np.float32)
            w.add_tensor_info(name, arr.shape, arr.dtype, arr.nbytes, raw_dtype=T.F32)
            data.append((arr.tobytes(), arr.nbytes))
            continue
        rows, cols = int(np.prod(shape[:-1])), shape[-1]
        n, b = BLOCK[t]
        pat, total = b"", rows * (cols // n * b)
        if not header_only:
            pat, _, _ = packed(t, rows, cols, rng)
        if copycat and name.split(".")[-2] in ("attn_output", "ffn_down", "proj", "ffn_down_exps"):
            pat = bytes(1 << 20)  # the layers add nothing, so the likeliest next token is the last one again
        byte_shape = (*shape[:-1], cols // n * b)
        w.add_tensor_info(
            name,
            byte_shape if t in (T.Q4_0, T.Q6_K) else shape,
            np.uint8 if t in (T.Q4_0, T.Q6_K) else np.float16,
            total,
            raw_dtype=t,
        )
        data.append((pat, total))
    return data


def write_out(w: gguf.GGUFWriter, data: list, header_only: bool) -> None:
    """The header, then the tensors, each padded to 32 bytes."""
    w.write_header_to_file()
    w.write_kv_data_to_file()
    w.write_ti_data_to_file()
    f = w.fout[0]
    f.flush()
    pos = f.tell()
    f.write(bytes(-pos % 32))
    for pat, total in data:
        if header_only:
            f.seek(total, 1)
        else:
            q, r = divmod(total, len(pat))
            for _ in range(q):
                f.write(pat)
            f.write(pat[:r])
        pad = -total % 32
        f.seek(pad, 1) if header_only else f.write(bytes(pad))
    f.truncate()
    w.close()


if __name__ == "__main__":
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("--vocab", type=Path, help="a GGUF with the vocabulary; without it there are no words")
    ap.add_argument("--size", choices=SIZES, required=True)
    ap.add_argument("--format", choices=("q4_0", "q4_0_google", "bf16"), default="q4_0")
    ap.add_argument("--out", type=Path, required=True)
    ap.add_argument("--seed", type=int, default=0)
    ap.add_argument("--copycat", action="store_true")
    ap.add_argument(
        "--header-only", action="store_true", help="a sparse file: the header is real, the weights are a hole"
    )
    ap.add_argument(
        "--keep-tokens",
        type=int,
        metavar="N",
        help="a small vocabulary: the first N tokens, every control token and character",
    )
    x = ap.parse_args()
    write(x.vocab, x.size, x.format, x.out, x.seed, x.copycat, x.header_only, x.keep_tokens)
    print(f"{x.out}: {x.out.stat().st_size:,} bytes", file=sys.stderr)
