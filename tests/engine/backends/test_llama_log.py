"""What llama.cpp's log says, read from lines of real logs."""

from gemfit.engine.backends import llama_log

E2B = """
add: tensor per_layer_token_embd.weight (size = 1260 MiB) lazy read enabled
load_tensors:          CPU model buffer size =     0.00 MiB
llama_context:        CPU  output buffer size =     1.00 MiB
llama_kv_cache_iswa: creating non-SWA KV cache, size = 4096 cells
llama_kv_cache:        CPU KV buffer size =     0.00 MiB
llama_kv_cache: size =   24.00 MiB (  4096 cells,   3 layers,  1/1 seqs), K (f16):   12.00 MiB, V (f16):   12.00 MiB
llama_kv_cache: size =   12.00 MiB (  1024 cells,  12 layers,  1/1 seqs), K (f16):    6.00 MiB, V (f16):    6.00 MiB
sched_reserve:        CPU compute buffer size =   114.52 MiB
""".splitlines()


def test_the_figures_of_a_load_are_summed() -> None:
    logged = llama_log.read(E2B)
    assert logged.kv_bytes == 36 << 20
    assert logged.buffers[-1] == ("compute", "CPU", round(114.52 * (1 << 20)))
    assert [buffer[:2] for buffer in logged.buffers] == [("model", "CPU"), ("KV", "CPU"), ("compute", "CPU")]
    assert logged.lazy_tensors == ["per_layer_token_embd.weight"]


def test_a_log_without_figures_gives_none() -> None:
    assert llama_log.read(["nothing", ""]) == (0, [], [])


def test_the_reason_of_a_failure_is_the_line_that_names_it() -> None:
    lines = [
        "llama_model_loader: loaded meta data\n",
        "load: control token: 98 '<|think|>' is not marked as EOG\n",
        "llama_model_load: error loading model: unknown model architecture: 'gemma9'\n",
        "llama_model_load_from_file_impl: failed to load model\n",
    ]
    assert llama_log.reason(lines) == "unknown model architecture: 'gemma9'"
    assert llama_log.reason(["all is well"]) == ""
