"""Answers that follow a grammar or a JSON schema, with a real child; and grammars that are none."""

import json
import re

import pytest

from gemfit.engine.backends.grammar import grammar_of
from gemfit.engine.protocol import ChatMessage, Delta, Done, Failed, Generate, Sampling
from gemfit.errors import GemfitError
from tests.engine.conftest import Engine

SCHEMA = {
    "type": "object",
    "properties": {"name": {"type": "string", "maxLength": 12}, "age": {"type": "integer"}, "ok": {"type": "boolean"}},
    "required": ["name", "age", "ok"],
    "additionalProperties": False,
}
DATE = 'root ::= year "-" [0-9]{2} "-" [0-9]{2}\nyear ::= [0-9] [0-9] [0-9] [0-9]'


def ask(number: int = 1, text: str = "Hello", **more: object) -> Generate:
    fields = {"messages": [ChatMessage("user", text)], "sampling": Sampling(seed=1), "max_tokens": 300, **more}
    return Generate(request_id=number, **fields)


def test_an_answer_follows_its_grammar_and_ends_with_it(engine: Engine, starter) -> None:
    engine.load(starter)
    for number, sampling in enumerate((Sampling(temperature=0.0), Sampling(seed=1), Sampling(seed=2, top_k=1))):
        text, _, done = engine.answer(ask(number, grammar=DATE, sampling=sampling))
        assert re.fullmatch(r"\d{4}-\d{2}-\d{2}", text)
        assert done.finish_reason == "stop"
    assert not re.fullmatch(r"\d{4}-\d{2}-\d{2}", engine.answer(ask(9, max_tokens=8))[0])


def test_an_answer_follows_its_schema(engine: Engine, tiny) -> None:
    engine.load(tiny)
    for number in range(3):
        sampling = Sampling(seed=number)
        text, _, done = engine.answer(ask(number, json_schema=json.dumps(SCHEMA), sampling=sampling, max_tokens=900))
        if done.finish_reason == "stop":  # made-up weights may count an age for ever
            found = json.loads(text)
            assert found.keys() == SCHEMA["properties"].keys()
            assert isinstance(found["ok"], bool)
        else:
            assert text.startswith("{")


def test_a_thought_is_free_and_the_answer_after_it_follows(engine: Engine, edited, copycat) -> None:
    template = "{{ bos_token }}{{ messages[0].content }}<|channel>"  # which the copycat says again: it opens a thought
    engine.load(edited(base=copycat, **{"tokenizer.chat_template": template}))
    text, _, done = engine.answer(ask(grammar='root ::= "yes"', think=True, sampling=Sampling(temperature=0.0)))
    assert (text, done.stats.generated_tokens) == ("", 300)
    text, _, done = engine.answer(ask(2, grammar='root ::= "yes"', sampling=Sampling(temperature=0.0)))
    assert (text, done.finish_reason) == ("yes", "stop")


NO_GRAMMARS = [
    "",
    "   ",
    "root",
    "root ::=",
    "root ::= nobody",
    "answer ::= [a-z]",
    "root ::= root [a-z]",
    'root ::= "a" | root "b"',
    'root ::= "a"{99999999}',
    'root ::= "unfinished',
    "root ::= [a-",
    "root ::= " + "(" * 60000,
    "root ::= " + "(" * 5000 + '"a"' + ")" * 5000,
    'root ::= "' + "a" * 70000 + '"',
    'root ::= "\\xZZ"',
    "root ::= <[999999999999999]>",
    "root ::= <|nobody|>",
    "root ::= \0",
    "Only say yes.",
    'root ::= "é" ' + "\ud800".encode("utf-8", "replace").decode(),
]


def test_an_answer_that_goes_on_follows_its_schema_from_where_it_was(engine: Engine, tiny) -> None:
    engine.load(tiny)
    sides = {"ok": {"type": "boolean"}, "side": {"enum": ["left", "right"]}}
    schema = json.dumps({"type": "object", "properties": sides, "required": [*sides]})
    more = {"sampling": Sampling(seed=3), "max_tokens": 900, "json_schema": schema}
    whole, _, _ = engine.answer(ask(1, **more))
    for number, length in enumerate((1, len(whole) // 2, len(whole.rstrip()) - 1), 2):
        rest, _, done = engine.answer(ask(number, prefill=whole[:length], **more))
        assert done.finish_reason == "stop"
        assert json.loads(whole[:length] + rest).keys() == sides.keys()
    engine.client.generate(ask(9, prefill="No", **more))
    end = engine.wait_for(Done, Failed)
    assert isinstance(end, Failed)
    assert "does not follow the grammar" in str(end.sentence)
    assert engine.answer(ask(10, **more))[0]  # the child lives on


def test_a_grammar_that_is_none_is_a_sentence_and_the_child_lives_on(engine: Engine, tiny) -> None:
    engine.load(tiny)
    for number, grammar in enumerate(NO_GRAMMARS):
        engine.client.generate(ask(number, grammar=grammar, max_tokens=5))
        end = engine.wait_for(Failed, Done)
        if isinstance(end, Failed):
            assert (end.code, end.request_id) == ("grammar_bad", number)
    assert engine.answer(ask(99, max_tokens=3))[2].stats.generated_tokens == 3


def nested(depth: int) -> str:
    return '{"items":' * depth + "{}" + "}" * depth


NO_SCHEMAS = [
    "",
    "no JSON",
    "[1, 2]",
    "7",
    '{"type": "nothing"}',
    '{"$ref": "#/nowhere"}',
    '{"$ref": "https://127.0.0.1:9/schema.json"}',
    '{"type": "string", "pattern": "no anchors"}',
    '{"type": "string", "pattern": "^((((a$"}',
    nested(3000),
    nested(50),
    '{"type": "array", "items": {"type": "string"}, "minItems": 100000}',
    '{"$defs": {"a": {"$ref": "#/$defs/a"}}, "$ref": "#/$defs/a"}',
    json.dumps({"enum": ["x" * 70000]}),
]


def test_a_schema_that_is_none_is_a_sentence_and_the_child_lives_on(engine: Engine, tiny) -> None:
    engine.load(tiny)
    for number, schema in enumerate(NO_SCHEMAS):
        engine.client.generate(ask(number, json_schema=schema, max_tokens=5))
        end = engine.wait_for(Failed, Done)
        if isinstance(end, Failed):
            assert end.code in ("schema_bad", "grammar_bad")
    assert engine.answer(ask(99, max_tokens=3))[2].stats.generated_tokens == 3


WORDS = {
    "no JSON": "it is not JSON from line 1, character 1 on",
    "[1, 2]": "a value or a pattern in it is not what JSON Schema has there",
    '{"type": "object", "properties": {"a": 3}}': "a value or a pattern in it is not what JSON Schema has there",
    '{"type": "nothing"}': "Unrecognized schema",
    "[" * 60000: "too large or too deeply nested",
    json.dumps({"enum": ["x" * 70000]}): "too large or too deeply nested",
    '{"type": "string", "pattern": "^a{999999}$"}': "too large or too deeply nested",
}


@pytest.mark.parametrize("schema", WORDS, ids=lambda schema: schema[:20])
def test_what_is_wrong_with_a_schema_is_said_of_the_schema_and_in_words(schema: str) -> None:
    with pytest.raises(GemfitError) as caught:
        grammar_of(ask(json_schema=schema))
    said = str(caught.value)
    assert caught.value.code == "schema_bad"
    assert "made of the JSON schema (" in said
    assert WORDS[schema] in said
    assert "Error" not in said


def test_a_grammar_that_only_the_engine_refuses_is_still_called_a_schema_where_it_was_one(engine: Engine, tiny) -> None:
    engine.load(tiny)
    schema = json.dumps({"type": "string", "pattern": r"^\x$"})
    engine.client.generate(ask(json_schema=schema, max_tokens=5))
    end = engine.wait_for(Failed, Done)
    assert isinstance(end, Failed)
    assert end.code == "schema_bad"
    assert "the engine cannot follow a pattern in it" in str(end.sentence)


def test_a_grammar_that_leads_nowhere_ends_the_answer_with_what_was_written(engine: Engine, edited, tiny) -> None:
    engine.load(tiny)
    engine.client.generate(ask(grammar='root ::= "Hello" [\\U0010FFFE]', sampling=Sampling(temperature=0.0)))
    text, end = "", None
    while not isinstance(end, Failed | Done):
        end = engine.wait_for(Delta, Failed, Done)
        text += end.text if isinstance(end, Delta) else ""
    assert text == "Hello" or text.startswith("Hello")
    assert engine.answer(ask(2, max_tokens=3))[2].stats.generated_tokens == 3


def test_the_answer_ends_before_a_stop_text(engine: Engine, starter) -> None:
    engine.load(starter)
    greedy = Sampling(temperature=0.0)
    whole, _, _ = engine.answer(ask(text="What is the capital of France?", sampling=greedy, max_tokens=30))
    assert "Paris" in whole
    text, _, done = engine.answer(ask(2, "What is the capital of France?", sampling=greedy, stop=["Par", "never"]))
    assert (text, done.finish_reason) == (whole[: whole.index("Par")], "stop")


def test_penalties_change_what_is_said(engine: Engine, copycat) -> None:
    engine.load(copycat)
    greedy = Sampling(temperature=0.0)
    again = engine.answer(ask(sampling=greedy, max_tokens=6))[0]
    for number, penalised in enumerate(
        (Sampling(temperature=0.0, presence_penalty=50.0), Sampling(temperature=0.0, frequency_penalty=50.0)), start=2
    ):
        assert engine.answer(ask(number, sampling=penalised, max_tokens=6))[0] != again
