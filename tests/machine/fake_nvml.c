// Stands in for the driver's libnvidia-ml.so.1. FAKE_NVML says how it behaves.
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int is(const char *what) { const char *mode = getenv("FAKE_NVML"); return mode && !strcmp(mode, what); }
static int devices[2] = {0, 1};

int nvmlInitWithFlags(unsigned flags) {
    printf("driver says hello\n");
    fflush(stdout);
    if (is("crash")) raise(SIGSEGV);
    if (is("hang")) sleep(600);
    if (is("mismatch")) return 18;
    if (is("not_loaded")) return 9;
    return 0;
}
int nvmlShutdown(void) { return 0; }
int nvmlDeviceGetCount_v2(unsigned *count) { *count = 2; return 0; }
int nvmlDeviceGetHandleByIndex_v2(unsigned index, void **device) {
    if (is("lost") && index == 0) return 15;
    *device = &devices[index];
    return 0;
}
int nvmlDeviceGetName(void *device, char *name, unsigned length) {
    strncpy(name, *(int *)device ? "Tesla T4" : "NVIDIA GeForce RTX 3060", length);
    return 0;
}
int nvmlDeviceGetMemoryInfo(void *device, unsigned long long *memory) {
    if (is("shared")) return 3;
    memory[0] = 12ull << 30;
    memory[1] = 11ull << 30;
    memory[2] = 1ull << 30;
    return 0;
}
int nvmlSystemGetDriverVersion(char *version, unsigned length) {
    if (is("no_version")) return 999;
    strncpy(version, "550.54.15", length);
    return 0;
}
int nvmlSystemGetCudaDriverVersion(int *version) { *version = 12040; return 0; }
const char *nvmlErrorString(int code) { return code == 18 ? "Driver/library version mismatch" : "GPU is lost"; }
