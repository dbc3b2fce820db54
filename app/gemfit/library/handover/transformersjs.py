"""Transformers.js: Gemma 4 in a browser or in Node.js, from repositories in ONNX."""

from gemfit.library.handover import own_repos
from gemfit.library.handover.common import FETCHES, found, licence_of
from gemfit.library.handover.types import Handover, Subject
from gemfit.words import QT_TRANSLATE_NOOP, say

PROGRAM = "Transformers.js"
_TESTED = QT_TRANSLATE_NOOP(
    "gemfit", "Not tested: its weights were not at hand. Names, revision and sizes are those that its repository gives."
)
_NONE = QT_TRANSLATE_NOOP("gemfit", "For Transformers.js there are E2B and E4B, in the mobile format, and no others.")
_NEEDS = QT_TRANSLATE_NOOP(
    "gemfit", "It needs the npm package @huggingface/transformers 4.2 or later, and a browser with WebGPU."
)
_SCRIPT = """\
import {{ AutoProcessor, Gemma4ForConditionalGeneration, TextStreamer }} from "@huggingface/transformers";

const repo = "{repo}";
const revision = "{revision}";
const processor = await AutoProcessor.from_pretrained(repo, {{ revision }});
const model = await Gemma4ForConditionalGeneration.from_pretrained(repo, {{
  revision,
  device: "webgpu",
  dtype: {{ embed_tokens: "q2f16", decoder_model_merged: "q2f16" }},
}});
const messages = [{{ role: "user", content: [{{ type: "text", text: "Hello" }}] }}];
const prompt = processor.apply_chat_template(messages, {{ add_generation_prompt: true }});
const inputs = await processor(prompt, null, null, {{ add_special_tokens: false }});
const streamer = new TextStreamer(processor.tokenizer, {{ skip_prompt: true, skip_special_tokens: true }});
await model.generate({{ ...inputs, max_new_tokens: 256, streamer }});
"""


def offer(subject: Subject) -> Handover:
    """The repository and a script that uses it."""
    model_id = own_repos.family_id(subject)
    repo = own_repos.onnx(model_id) if model_id else None
    script = _SCRIPT.format(repo=repo.repo, revision=repo.revision) if repo else ""
    return Handover(
        target="transformersjs",
        program=PROGRAM,
        found=found("node"),
        possible=repo is not None,
        document_name="chat.mjs" if repo else "",
        document=script,
        repos=[repo] if repo else [],
        notes=[say(FETCHES, program=PROGRAM), say(_NEEDS)] if repo else [say(_NONE)],
        tested=say(_TESTED),
        licence=licence_of(subject),
    )
