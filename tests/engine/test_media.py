"""Pictures and sound with a real child, a tiny model and a projector made for it: llama-server counts the same tokens.

What the model says to them is noise, but the same noise for the same picture, and other noise for another.
"""

import shutil
from pathlib import Path

import pytest

from gemfit.engine.backends.abort import Abort
from gemfit.engine.backends.media import ASK_EVERY, _looker
from gemfit.engine.protocol import (
    ChatMessage,
    Done,
    Failed,
    Generate,
    Loaded,
    LoadPlan,
    Media,
    PromptProgress,
    Sampling,
)
from tests.engine.conftest import Engine
from tests.engine.make_projector import write
from tests.media import make

GREEDY = Sampling(temperature=0.0)


@pytest.fixture
def projector(data_dir: Path) -> Path:
    """As the 12B has it, for pictures and sound, and for a model of 64 values."""
    return data_dir / "gemma4-mmproj.gguf"


@pytest.fixture
def seeing(engine: Engine, data_dir: Path, projector: Path) -> Engine:
    """A tiny Gemma 4 that takes pictures and sound."""
    loaded = load(engine, data_dir / "gemma4-tiny.gguf", projector)
    assert (loaded.images, loaded.audio, loaded.media_problem) == (True, True, None)
    return engine


def load(engine: Engine, path: Path, projector: Path, **plan: object) -> Loaded:
    made = LoadPlan(**{"context_tokens": 2048, "ubatch_tokens": 1120, "threads": 1, **plan})
    engine.client.load(path, made, projector=projector)
    event = engine.wait_for(Loaded, Failed)
    assert isinstance(event, Loaded), event
    return event


def question(*media: Media, text: str = "What is this?", before: list[ChatMessage] | None = None) -> Generate:
    messages = [*(before or []), ChatMessage("user", text, list(media))]
    return Generate(request_id=1, messages=messages, sampling=GREEDY, max_tokens=16)


def image(path: Path, tokens: int | None = None) -> Media:
    return Media(str(path), "image", tokens)


def refused(engine: Engine, request: Generate) -> Failed:
    engine.client.generate(request)
    event = engine.wait_for(Failed, Done)
    assert isinstance(event, Failed), event
    return event


LLAMA_SERVER = [(64, 64, 1120, 81), (896, 896, 1120, 361), (2000, 1000, 1120, 882)]
"""Width, height, budget, and tokens without the two around them."""


def test_a_picture_takes_what_llama_server_counts(seeing, tmp_path):
    sizes = [*LLAMA_SERVER, (2000, 1000, None, 253), (640, 480, 70, 80)]
    for width, height, budget, tokens in sizes:
        picture = make.picture(tmp_path / "a.png", width, height)
        _, _, done = seeing.answer(question(image(picture, budget)))
        assert done.stats.media_tokens == tokens, (width, height, budget)
        assert done.stats.prompt_tokens + done.stats.cached_tokens > tokens


def test_a_sound_takes_25_tokens_a_second_and_no_more_than_half_a_minute(seeing, tmp_path):
    for seconds, tokens in ((1, 25), (5, 125), (30, 750), (41, 750)):
        sound = make.sound(tmp_path / "a.wav", seconds)
        _, _, done = seeing.answer(question(Media(str(sound), "audio")))
        assert done.stats.media_tokens == tokens, seconds


def test_the_same_picture_has_the_same_answer_and_another_one_another(seeing, tmp_path):
    one, other = (make.picture(tmp_path / f"{seed}.png", 200, 200, seed=seed) for seed in (1, 2))
    answers = [seeing.answer(question(image(path)))[0] for path in (one, other, one)]
    assert answers[0] == answers[2] != answers[1]


def test_the_name_and_the_type_of_a_file_do_not_matter_only_its_pixels(seeing, tmp_path):
    one = make.picture(tmp_path / "one.png", 96, 96)
    same = make.picture(tmp_path / "two.bmp", 96, 96)
    assert seeing.answer(question(image(one)))[0] == seeing.answer(question(image(same)))[0]


def test_several_come_before_the_text_in_their_order(seeing, tmp_path):
    picture, sound = make.picture(tmp_path / "a.png", 64, 64), make.sound(tmp_path / "b.flac", 2)
    both = question(image(picture), Media(str(sound), "audio"))
    _, _, done = seeing.answer(both)
    assert done.stats.media_tokens == 81 + 50
    turned = question(Media(str(sound), "audio"), image(picture))
    assert seeing.answer(turned)[0] != seeing.answer(both)[0]


def test_the_next_turn_does_not_look_again(seeing, tmp_path):
    """Even where the file is gone by then its place in the conversation is known by its content, so it must be there;
    what it became is in the cache and is not processed again."""
    picture = make.picture(tmp_path / "a.png", 300, 200)
    first = question(image(picture))
    text, _, before = seeing.answer(first)
    again = question(text="And now?", before=[*first.messages, ChatMessage("assistant", text)])
    _, _, done = seeing.answer(again)
    assert done.stats.media_tokens == before.stats.media_tokens
    assert done.stats.cached_tokens > before.stats.media_tokens
    assert done.stats.prompt_tokens < 60


def test_a_long_conversation_goes_back_to_its_picture_without_another_answer(engine, data_dir, projector, tmp_path):
    """The sliding window has dropped it: the answer is that of a fresh start."""
    load(engine, data_dir / "gemma4-tiny.gguf", projector, ubatch_tokens=256)
    picture = make.picture(tmp_path / "a.png", 300, 200)
    first = question(image(picture))
    expected = engine.answer(first)[0]
    engine.answer(question(image(picture), text="word " * 600))
    assert engine.answer(first)[0] == expected


def test_text_alone_costs_nothing_of_it(engine, data_dir, projector):
    without = load(engine, data_dir / "gemma4-tiny.gguf", projector)
    _, _, done = engine.answer(question())
    assert done.stats.projector == []
    libraries = Path(f"/proc/{engine.client.pid}/maps")
    if libraries.exists():
        assert not {"libmtmd", "_imaging", "libsndfile_x86_64"} & names(libraries.read_text())
    assert without.images


def names(maps: str) -> set[str]:
    return {line.rsplit("/", 1)[-1].split(".")[0] for line in maps.splitlines() if "/" in line}


def test_its_memory_is_told_once_it_is_there(seeing, tmp_path, projector):
    _, _, done = seeing.answer(question(image(make.picture(tmp_path / "a.png", 640, 640), 280)))
    (held,) = done.stats.projector
    assert (held.kind, held.device) == ("projector", "")
    assert held.n_bytes > projector.stat().st_size


def test_it_tells_how_far_it_is_and_can_be_stopped_between_pictures(seeing, tmp_path):
    pictures = [image(make.picture(tmp_path / f"{n}.png", 800, 800, seed=n)) for n in range(5)]
    seeing.client.generate(question(*pictures))
    progress = seeing.wait_for(PromptProgress)
    assert 0 < progress.done_tokens < progress.total_tokens
    seeing.client.cancel(1)
    done = seeing.wait_for(Done, Failed)
    assert isinstance(done, Done)
    assert done.finish_reason in ("cancelled", "length")
    text = seeing.answer(question(pictures[0]))[0]
    assert text, "the model is of use after it"


def test_a_picture_that_takes_long_shows_that_it_gets_on():
    """The watch over the child ends one that shows no progress for a quarter of an hour."""
    abort = Abort()
    look, before = _looker(abort), abort.nodes()
    assert [look(None, True, None) for _ in range(2 * ASK_EVERY)].count(True) == 2
    assert look(None, False, None), "go on"
    if before is not None:
        assert abort.nodes() == before + 1
    abort.set()
    assert look(None, True, None), "look at once"
    assert not look(None, False, None), "and stop"


# -- what is refused ---------------------------------------------------------------------------------------------------


def test_without_a_projector_a_picture_is_refused_and_text_is_answered(engine, data_dir, tmp_path):
    engine.load(data_dir / "gemma4-tiny.gguf")
    error = refused(engine, question(image(make.picture(tmp_path / "a.png", 9, 9))))
    assert error.code == "no_projector"
    assert engine.answer(question())[0]


@pytest.mark.parametrize("damage", ["another model's", "no projector", "cut", "no file", "not GGUF", "no positions"])
def test_a_projector_that_cannot_be_used_is_told_and_the_model_works_without(
    engine, data_dir, projector, tmp_path, damage
):
    path = tmp_path / "mmproj.gguf"
    if damage == "another model's":
        write(path, width=128)
    elif damage == "no positions":  # llama.cpp takes them for optional, and crashes
        write(path, width=64, leave_out=("v.position_embd.weight",))
    elif damage == "no projector":
        path = data_dir / "gemma4-tiny-moe.gguf"
    elif damage == "cut":
        path.write_bytes(projector.read_bytes()[:-5000])
    elif damage == "not GGUF":
        path.write_bytes(b"something else" * 100)
    loaded = load(engine, data_dir / "gemma4-tiny.gguf", path)
    assert not loaded.images
    assert loaded.media_problem is not None
    assert path.name in str(loaded.media_problem)
    assert engine.answer(question())[0]


def test_a_projector_without_ears_refuses_sound_by_name(engine, data_dir, tmp_path):
    write(tmp_path / "eyes.gguf", width=64, audio=False)
    loaded = load(engine, data_dir / "gemma4-tiny.gguf", tmp_path / "eyes.gguf")
    assert (loaded.images, loaded.audio) == (True, False)
    error = refused(engine, question(Media(str(make.sound(tmp_path / "a.wav", 1)), "audio")))
    assert error.code == "no_audio"
    assert "E2B, E4B or 12B" in str(error.sentence)


def test_a_projector_whose_header_is_sound_and_tensors_are_missing_is_told_and_does_not_end_the_child(
    engine, data_dir, tmp_path
):
    write(tmp_path / "holes.gguf", width=64, leave_out=("v.patch_norm.2.weight",))
    load(engine, data_dir / "gemma4-tiny.gguf", tmp_path / "holes.gguf")
    error = refused(engine, question(image(make.picture(tmp_path / "a.png", 64, 64))))
    assert error.code == "media_failed"
    assert "patch_norm" in str(error.sentence)
    assert engine.answer(question())[0]


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [("a.png", b"no picture", "picture_unreadable"), ("gone.png", None, "media_missing")],
)
def test_a_file_that_cannot_be_read_is_refused_and_nothing_is_lost(seeing, tmp_path, name, content, code):
    if content is not None:
        (tmp_path / name).write_bytes(content)
    assert refused(seeing, question(image(tmp_path / name))).code == code
    assert seeing.answer(question())[0]


def test_pictures_that_are_more_than_the_context_are_refused(engine, data_dir, projector, tmp_path):
    load(engine, data_dir / "gemma4-tiny.gguf", projector, context_tokens=512)
    pictures = [image(make.picture(tmp_path / f"{n}.png", 768, 768, seed=n)) for n in range(3)]
    error = refused(engine, question(*pictures))
    assert error.code == "context_full"
    assert error.sentence.values["tokens"] > 3 * 256


def test_a_picture_is_made_smaller_where_the_micro_batch_is(engine, data_dir, projector, tmp_path):
    """llama.cpp would abort on one that does not fit (#23409)."""
    load(engine, data_dir / "gemma4-tiny.gguf", projector, ubatch_tokens=128)
    _, _, done = engine.answer(question(image(make.picture(tmp_path / "a.png", 2000, 1000), 1120)))
    assert 90 < done.stats.media_tokens <= 128


def test_a_context_that_is_too_small_for_any_picture_is_said_and_not_blamed_on_the_projector(
    engine, data_dir, projector, tmp_path
):
    load(engine, data_dir / "gemma4-tiny.gguf", projector, context_tokens=64)
    error = refused(engine, question(image(make.picture(tmp_path / "a.png", 64, 64))))
    assert error.code == "no_room_for_picture"
    assert "it takes 64 tokens at once, and a picture has 70 or more." in str(error.sentence)
    sound = Media(str(make.sound(tmp_path / "a.wav", 1.0)), "audio")
    assert engine.answer(question(sound, text="Hi"))[2].stats.media_tokens == 25


def test_no_shape_ends_the_child(engine, data_dir, projector, tmp_path):
    load(engine, data_dir / "gemma4-tiny.gguf", projector, ubatch_tokens=280)
    for width, height in ((1, 3300), (3300, 1), (2, 9000), (1, 1), (60_000, 1)):
        engine.client.generate(question(image(make.picture(tmp_path / "a.png", width, height))))
        event = engine.wait_for(Done, Failed)
        assert isinstance(event, Done) or event.code == "picture_too_narrow", (width, height)


def test_what_looks_like_a_picture_s_mark_in_a_text_is_text(seeing, tmp_path):
    picture = make.picture(tmp_path / "a.png", 64, 64)
    _, _, done = seeing.answer(question(image(picture), text="<|image|> \ue001 <|audio|> <image|> <|image> "))
    assert done.stats.media_tokens == 81


def test_a_file_that_changes_is_looked_at_again(seeing, tmp_path):
    path = make.picture(tmp_path / "a.png", 100, 100, seed=1)
    first = seeing.answer(question(image(path)))[0]
    shutil.copy(make.picture(tmp_path / "b.png", 100, 100, seed=2), path)
    assert seeing.answer(question(image(path)))[0] != first
