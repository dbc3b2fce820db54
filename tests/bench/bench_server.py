"""A conversation, and its memory, beside llama-server with the same file, threads and context, in the same run.

    python -m tests.bench.bench_server --server llama-server E2B.gguf [12B.gguf …] [--turns 10] [--contexts 4096,32768]

Time to first token: both answer the same questions turn after turn, each with its own answers in the history, and
llama-server has its cache on. Memory: what is resident after a prompt of some 500 tokens and 16 more, for Gemfit,
llama-server's leanest settings (`-np 1 -lm none -lzm on -cram 0`) and its defaults.
"""

import argparse
import contextlib
import http.client
import json
import queue
import socket
import statistics
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TypeVar

import psutil

from gemfit.engine.client import EngineClient
from gemfit.engine.protocol import (
    ChatMessage,
    Delta,
    Done,
    EngineExit,
    Event,
    Failed,
    Generate,
    Loaded,
    LoadPlan,
    Sampling,
)
from gemfit.engine.threads import physical_cores
from gemfit.fit.header import shape_from_header
from gemfit.fit.memory import checkpoint_bytes
from gemfit.gguf.reader import read_header
from gemfit.words import size

T = TypeVar("T")
LEAN = ["-np", "1", "-lm", "none", "-lzm", "on", "-cram", "0"]
QUESTION = "This is question {turn}: what do you think about the number {turn}, and why? Say it in other words too."
LONG = "one two three four five six seven eight nine ten " * 50
GREEDY = Sampling(temperature=0.0, repeat_penalty=1.0)


class Gemfit:
    """Our engine child."""

    def __init__(self, model: Path, context: int, threads: int) -> None:
        self._events: queue.SimpleQueue[Event | EngineExit] = queue.SimpleQueue()
        self._client = EngineClient(self._events.put)
        self._client.start()
        earlier = checkpoint_bytes(shape_from_header(read_header(model)), context)  # as the program itself plans
        self._client.load(model, LoadPlan(context_tokens=context, threads=threads, checkpoint_bytes=earlier))
        self._wait_for(Loaded)

    def _wait_for(self, *kinds: type[T]) -> T:
        while True:
            event = self._events.get()
            if isinstance(event, kinds):
                return event
            if isinstance(event, Failed | EngineExit):
                raise SystemExit(str(event.sentence))

    def answer(self, messages: list[dict[str, str]], tokens: int) -> tuple[str, float]:
        """The text, and the seconds until its beginning."""
        turns = [ChatMessage(m["role"], m["content"]) for m in messages]  # type: ignore[arg-type]
        started = time.perf_counter()
        self._client.generate(Generate(request_id=1, messages=turns, sampling=GREEDY, max_tokens=tokens))
        text, first_s = "", 0.0
        while not isinstance(event := self._wait_for(Delta, Done), Done):
            first_s = first_s or time.perf_counter() - started
            text += event.text
        return text, first_s or time.perf_counter() - started

    def resident_bytes(self) -> int:
        return self._client.resident_bytes() or 0

    def close(self) -> None:
        self._client.close()


class Server:
    """A llama-server."""

    def __init__(self, program: Path, model: Path, context: int, threads: int, options: list[str]) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self._port = free.getsockname()[1]
        command = [str(program), "-m", str(model), "-c", str(context), "-t", str(threads), "-ngl", "0"]
        command += ["--host", "127.0.0.1", "--port", str(self._port), "--no-warmup", *options]
        self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        while not self._is_ready():
            if self._process.poll() is not None:
                raise SystemExit(f"{program} ended with {self._process.returncode}")
            time.sleep(0.2)

    def _is_ready(self) -> bool:
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=5)
        with contextlib.closing(connection), contextlib.suppress(OSError):
            connection.request("GET", "/health")
            return connection.getresponse().status == 200
        return False

    def answer(self, messages: list[dict[str, str]], tokens: int) -> tuple[str, float]:
        """The text, and the seconds until its beginning."""
        body = {"messages": messages, "max_tokens": tokens, "temperature": 0, "stream": True, "cache_prompt": True}
        body["chat_template_kwargs"] = {"enable_thinking": False}
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=3600)
        with contextlib.closing(connection):
            started = time.perf_counter()
            connection.request("POST", "/v1/chat/completions", json.dumps(body), {"content-type": "application/json"})
            text, first_s = "", 0.0
            for piece in _pieces(connection.getresponse()):
                first_s = first_s or time.perf_counter() - started
                text += piece
        return text, first_s or time.perf_counter() - started

    def resident_bytes(self) -> int:
        return int(psutil.Process(self._process.pid).memory_info().rss)

    def close(self) -> None:
        self._process.terminate()
        self._process.wait()


def _pieces(response: http.client.HTTPResponse) -> Iterator[str]:
    for line in response:
        if line.startswith(b"data: {"):
            delta = json.loads(line[6:])["choices"][0]["delta"]
            if piece := delta.get("content") or delta.get("reasoning_content"):
                yield piece


Peer = Gemfit | Server


def conversation(peers: dict[str, Peer], turns: int, tokens: int) -> dict[str, list[float]]:
    """Seconds to the first token of each turn. The two take turns, so that a busy moment hits both."""
    history: dict[str, list[dict[str, str]]] = {name: [] for name in peers}
    first_s: dict[str, list[float]] = {name: [] for name in peers}
    for turn in range(1, turns + 1):
        for name in sorted(peers, reverse=turn % 2 == 0):
            history[name].append({"role": "user", "content": QUESTION.format(turn=turn)})
            text, took_s = peers[name].answer(history[name], tokens)
            history[name].append({"role": "assistant", "content": text})
            first_s[name].append(took_s)
    return first_s


def compare_turns(args: argparse.Namespace, model: Path) -> None:
    peers: dict[str, Peer] = {
        "gemfit": Gemfit(model, args.contexts[0], args.threads),
        "llama-server": Server(args.server, model, args.contexts[0], args.threads, LEAN),
    }
    found = conversation(peers, args.turns, args.tokens)
    for peer in peers.values():
        peer.close()
    ours, theirs = found["gemfit"], found["llama-server"]
    later = statistics.median(a / b for a, b in zip(ours[1:], theirs[1:], strict=True))
    print(
        f"{model.stem}: turn {args.turns} begins after {ours[-1]:.2f} s, llama-server {theirs[-1]:.2f} s, ratio "
        f"{ours[-1] / theirs[-1]:.2f} (median of turns 2 to {args.turns}: {later:.2f}; "
        f"each: {', '.join(f'{a:.2f}/{b:.2f}' for a, b in zip(ours, theirs, strict=True))})"
    )


def compare_memory(args: argparse.Namespace, model: Path, context: int) -> None:
    resident = {}
    for name in ("gemfit", "lean", "default"):
        peer: Peer = (
            Gemfit(model, context, args.threads)
            if name == "gemfit"
            else Server(args.server, model, context, args.threads, LEAN if name == "lean" else [])
        )
        peer.answer([{"role": "user", "content": LONG}], 16)
        time.sleep(1.0)  # what is given back, is given back after an answer
        resident[name] = peer.resident_bytes()
        peer.close()
    print(
        f"{model.stem} at {context:,}: resident {size(resident['gemfit'])}, llama-server's leanest "
        f"{size(resident['lean'])} (ratio {resident['gemfit'] / resident['lean']:.3f}), its defaults "
        f"{size(resident['default'])} ({1 - resident['gemfit'] / resident['default']:.0%} less)"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("models", nargs="+", type=Path)
    parser.add_argument("--server", type=Path, required=True)
    parser.add_argument("--turns", type=int, default=10)
    parser.add_argument("--tokens", type=int, default=24, help="of each answer")
    parser.add_argument("--contexts", type=lambda text: [int(n) for n in text.split(",")], default=[4096, 32768])
    parser.add_argument("--threads", type=int, default=physical_cores())
    parser.add_argument("--only", choices=("turns", "memory"))
    args = parser.parse_args()
    for model in args.models:
        if args.only != "memory":
            compare_turns(args, model)
        if args.only != "turns":
            for context in args.contexts:
                compare_memory(args, model, context)


if __name__ == "__main__":
    main()
