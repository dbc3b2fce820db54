/* The shortest decode loop that llama.cpp's C API allows: the peer of bench_generation.py.
 *
 *   bare_loop MODEL PROMPT_TOKENS TOKENS THREADS   ->   prints "generation_tps prompt_tps"
 *
 * Same library, same settings as Gemfit's engine, greedy sampling, the prompt is one token repeated.
 */
#include "llama.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double) t.tv_sec + 1e-9 * (double) t.tv_nsec;
}

static void quiet(enum ggml_log_level level, const char * text, void * data) {
    (void) level, (void) text, (void) data;
}

int main(int argc, char ** argv) {
    if (argc != 5) {
        fprintf(stderr, "usage: bare_loop MODEL PROMPT_TOKENS TOKENS THREADS\n");
        return 2;
    }
    const int n_prompt = atoi(argv[2]), n_gen = atoi(argv[3]), n_threads = atoi(argv[4]);
    llama_log_set(quiet, NULL);
    llama_backend_init();
    struct llama_model_params mp = llama_model_default_params();
    mp.n_gpu_layers = 0;
    mp.load_mode = LLAMA_LOAD_MODE_NONE;
    mp.lazy_mode = LLAMA_LAZY_MODE_ON;
    struct llama_model * model = llama_model_load_from_file(argv[1], mp);
    struct llama_context_params cp = llama_context_default_params();
    cp.n_ctx = 4096;
    cp.n_batch = cp.n_ubatch = 512;
    cp.n_seq_max = cp.n_outputs_max = 1;
    cp.swa_full = false;
    cp.n_threads = cp.n_threads_batch = n_threads;
    struct llama_context * ctx = model ? llama_init_from_model(model, cp) : NULL;
    if (!ctx) {
        fprintf(stderr, "cannot load %s\n", argv[1]);
        return 1;
    }
    struct llama_sampler * greedy = llama_sampler_init_greedy();
    llama_token * prompt = malloc(sizeof(llama_token) * (size_t) n_prompt);
    for (int i = 0; i < n_prompt; i++) {
        prompt[i] = 300;
    }
    const double begun = now();
    if (llama_decode(ctx, llama_batch_get_one(prompt, n_prompt)) != 0) {
        return 1;
    }
    llama_token token = llama_sampler_sample(greedy, ctx, -1);
    const double first = now();
    for (int i = 1; i < n_gen; i++) {
        if (llama_decode(ctx, llama_batch_get_one(&token, 1)) != 0) {
            return 1;
        }
        token = llama_sampler_sample(greedy, ctx, -1);
    }
    printf("%.3f %.3f\n", (n_gen - 1) / (now() - first), n_prompt / (first - begun));
    free(prompt);
    llama_sampler_free(greedy);
    llama_free(ctx);
    llama_model_free(model);
    return 0;
}
