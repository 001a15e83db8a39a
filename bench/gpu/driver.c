/* A libcuda.so.1 that computes nothing: host memory stands for the GPU's, and a launch is only counted. A program that
 * is compiled for NVIDIA GPUs runs with it where there is none, and shows which kernels it would compile and how often it
 * would launch them. It never shows that they are right. Who measures kernels to take the quickest reads a clock that only
 * launches move: a few microseconds each, as for small encoders on a GPU, and one more each time all processors are full.
 *
 *   DRY_CAPABILITY   compute capability that the device claims, such as 9.0 (the default)
 *   DRY_KERNELS      folder for the PTX of each kernel that is loaded
 *   DRY_LAUNCHES     file for a line per launch: kernel, grid, block
 */
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ENTRY(name, ...) __attribute__((visibility("default"))) int name(__VA_ARGS__)
#define GIBIBYTE ((size_t)1 << 30)

enum { SUCCESS = 0, OUT_OF_MEMORY = 2, INVALID_DEVICE = 101 };

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static FILE *launches;
static long modules, launched, uploaded, downloaded, nanoseconds;

/* Of the device, and of the clock, in nanoseconds. */
enum { PROCESSORS = 132, THREADS = 2048, OF_A_LAUNCH = 3000, OF_ALL_THREADS = 1000 };

__attribute__((constructor)) static void begin(void) {
    const char *path = getenv("DRY_LAUNCHES");
    if (path) launches = fopen(path, "w");
}

__attribute__((destructor)) static void end(void) {
    fprintf(stderr, "dry: %ld kernels, %ld launches, %ld bytes up, %ld bytes down\n", modules, launched, uploaded, downloaded);
    if (launches) fclose(launches);
}

/* The device. */

static void capability(int *major, int *minor) {
    const char *claimed = getenv("DRY_CAPABILITY");
    if (!claimed || sscanf(claimed, "%d.%d", major, minor) != 2) *major = 9, *minor = 0;
}

ENTRY(cuInit, unsigned flags) { return SUCCESS; }
ENTRY(cuDriverGetVersion, int *version) { *version = 13000; return SUCCESS; }
ENTRY(cuDeviceGetCount, int *count) { *count = 1; return SUCCESS; }
ENTRY(cuDeviceGet, int *device, int ordinal) { *device = ordinal; return ordinal ? INVALID_DEVICE : SUCCESS; }
ENTRY(cuDeviceGetName, char *name, int size, int device) { snprintf(name, size, "nothing"); return SUCCESS; }
ENTRY(cuDeviceTotalMem_v2, size_t *bytes, int device) { *bytes = 16 * GIBIBYTE; return SUCCESS; }
ENTRY(cuDeviceGetPCIBusId, char *id, int size, int device) { snprintf(id, size, "0000:01:00.0"); return SUCCESS; }
ENTRY(cuDeviceGetUuid_v2, char *uuid, int device) { memset(uuid, 1, 16); return SUCCESS; }

/* Numbers of CUdevice_attribute; the values are those of data center GPUs. */
ENTRY(cuDeviceGetAttribute, int *value, int attribute, int device) {
    static const int known[][2] = {
        {1, 1024}, {2, 1024}, {3, 1024}, {4, 64},      /* threads of a block, and its extents */
        {5, 2147483647}, {6, 65535}, {7, 65535},       /* extents of a grid */
        {8, 49152}, {81, 233472}, {97, 232448},        /* shared memory: a block, a multiprocessor, a block that asks */
        {10, 32}, {12, 65536}, {16, PROCESSORS},       /* width of a warp, registers, multiprocessors */
        {39, THREADS}, {115, 1},                       /* threads of a multiprocessor; memory pools */
    };
    int major, minor;
    capability(&major, &minor);
    *value = attribute == 75 ? major : attribute == 76 ? minor : 1;
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (known[i][0] == attribute) *value = known[i][1];
    return SUCCESS;
}

/* Contexts, streams and events: all work is done when it is asked for. */

static int some;

ENTRY(cuDevicePrimaryCtxRetain, void **context, int device) { *context = &some; return SUCCESS; }
ENTRY(cuDevicePrimaryCtxRelease_v2, int device) { return SUCCESS; }
ENTRY(cuCtxSetCurrent, void *context) { return SUCCESS; }
ENTRY(cuCtxGetCurrent, void **context) { *context = &some; return SUCCESS; }
ENTRY(cuCtxSynchronize, void) { return SUCCESS; }
ENTRY(cuCtxGetStreamPriorityRange, int *least, int *greatest) { *least = 0, *greatest = -5; return SUCCESS; }
ENTRY(cuStreamCreate, void **stream, unsigned flags) { *stream = malloc(1); return SUCCESS; }
ENTRY(cuStreamCreateWithPriority, void **stream, unsigned flags, int priority) { *stream = malloc(1); return SUCCESS; }
ENTRY(cuStreamSynchronize, void *stream) { return SUCCESS; }
ENTRY(cuStreamDestroy_v2, void *stream) { free(stream); return SUCCESS; }
ENTRY(cuStreamWaitEvent, void *stream, void *event, unsigned flags) { return SUCCESS; }
ENTRY(cuStreamIsCapturing, void *stream, int *status) { *status = 0; return SUCCESS; }
ENTRY(cuEventCreate, void **event, unsigned flags) { *event = calloc(1, sizeof(long)); return SUCCESS; }
ENTRY(cuEventDestroy_v2, void *event) { free(event); return SUCCESS; }
ENTRY(cuEventRecord, long *event, void *stream) {
    pthread_mutex_lock(&lock);
    *event = nanoseconds;
    pthread_mutex_unlock(&lock);
    return SUCCESS;
}
ENTRY(cuEventSynchronize, void *event) { return SUCCESS; }
ENTRY(cuEventQuery, void *event) { return SUCCESS; }
ENTRY(cuEventElapsedTime_v2, float *milliseconds, const long *from, const long *to) {
    *milliseconds = (*to - *from) * 1e-6f;
    return SUCCESS;
}
ENTRY(cuEventElapsedTime, float *milliseconds, const long *from, const long *to) {
    return cuEventElapsedTime_v2(milliseconds, from, to);
}

/* Memory, which no kernel ever touches: so most of it costs nothing. */

static int take(void **memory, size_t bytes) {
    return posix_memalign(memory, 4096, bytes ? bytes : 1) ? OUT_OF_MEMORY : SUCCESS;
}

ENTRY(cuMemGetInfo_v2, size_t *free, size_t *total) { *free = *total = 16 * GIBIBYTE; return SUCCESS; }
ENTRY(cuMemAlloc_v2, void **memory, size_t bytes) { return take(memory, bytes); }
ENTRY(cuMemAllocAsync, void **memory, size_t bytes, void *stream) { return take(memory, bytes); }
ENTRY(cuMemAllocHost_v2, void **memory, size_t bytes) { return take(memory, bytes); }
ENTRY(cuMemHostAlloc, void **memory, size_t bytes, unsigned flags) { return take(memory, bytes); }
ENTRY(cuMemFree_v2, void *memory) { free(memory); return SUCCESS; }
ENTRY(cuMemFreeAsync, void *memory, void *stream) { free(memory); return SUCCESS; }
ENTRY(cuMemFreeHost, void *memory) { free(memory); return SUCCESS; }
ENTRY(cuMemcpyHtoDAsync_v2, void *device, const void *host, size_t bytes, void *stream) {
    uploaded += bytes;
    memcpy(device, host, bytes);
    return SUCCESS;
}
ENTRY(cuMemcpyDtoHAsync_v2, void *host, const void *device, size_t bytes, void *stream) {
    downloaded += bytes;
    memcpy(host, device, bytes);
    return SUCCESS;
}
ENTRY(cuMemcpyDtoDAsync_v2, void *to, const void *from, size_t bytes, void *stream) { memmove(to, from, bytes); return SUCCESS; }
ENTRY(cuMemsetD8Async, void *memory, unsigned char value, size_t bytes, void *stream) { memset(memory, value, bytes); return SUCCESS; }

/* CUDA_MEMCPY2D: a side is in host memory where its kind is 1. */
struct side { size_t x, y; int kind; void *host, *device, *array; size_t pitch; };
struct copy { struct side from, to; size_t width, height; };

ENTRY(cuMemcpy2DAsync_v2, const struct copy *copy, void *stream) {
    const struct side *from = &copy->from, *to = &copy->to;
    const char *source = from->kind == 1 ? from->host : from->device;
    char *target = to->kind == 1 ? to->host : to->device;
    if (from->kind == 1) uploaded += copy->width * copy->height;
    if (to->kind == 1) downloaded += copy->width * copy->height;
    for (size_t row = 0; row < copy->height; row++)
        memcpy(target + row * to->pitch, source + row * from->pitch, copy->width);
    return SUCCESS;
}

/* Kernels. */

struct function { long module; char name[256]; };

ENTRY(cuModuleLoadData, void **module, const char *ptx) {
    pthread_mutex_lock(&lock);
    long number = ++modules;
    pthread_mutex_unlock(&lock);
    const char *folder = getenv("DRY_KERNELS");
    if (folder) {
        char path[4096];
        snprintf(path, sizeof path, "%s/%05ld.ptx", folder, number);
        FILE *file = fopen(path, "w");
        if (!file) return OUT_OF_MEMORY;
        fputs(ptx, file);
        fclose(file);
    }
    *module = (void *)number;
    return SUCCESS;
}
ENTRY(cuModuleUnload, void *module) { return SUCCESS; }
ENTRY(cuModuleGetFunction, void **function, void *module, const char *name) {
    struct function *found = calloc(1, sizeof *found);
    found->module = (long)module;
    snprintf(found->name, sizeof found->name, "%s", name);
    *function = found;
    return SUCCESS;
}
ENTRY(cuFuncSetAttribute, void *function, int attribute, int value) { return SUCCESS; }
ENTRY(cuFuncGetAttribute, int *value, int attribute, void *function) { *value = 0; return SUCCESS; }
ENTRY(cuLaunchKernel, struct function *function, unsigned gx, unsigned gy, unsigned gz, unsigned bx, unsigned by,
      unsigned bz, unsigned shared, void *stream, void **parameters, void **extra) {
    pthread_mutex_lock(&lock);
    launched++;
    long threads = (long)gx * gy * gz * bx * by * bz;
    nanoseconds += OF_A_LAUNCH + threads * OF_ALL_THREADS / (PROCESSORS * THREADS);
    if (launches)
        fprintf(launches, "%05ld %s %u,%u,%u %u,%u,%u\n", function->module, function->name, gx, gy, gz, bx, by, bz);
    pthread_mutex_unlock(&lock);
    return SUCCESS;
}
ENTRY(cuTensorMapEncodeTiled, void *map) { memset(map, 0, 128); return SUCCESS; }
ENTRY(cuTensorMapEncodeIm2col, void *map) { memset(map, 0, 128); return SUCCESS; }
ENTRY(cuTensorMapEncodeIm2colWide, void *map) { memset(map, 0, 128); return SUCCESS; }
ENTRY(cuGetErrorName, int error, const char **text) { *text = "DRY"; return SUCCESS; }
ENTRY(cuGetErrorString, int error, const char **text) { *text = "a driver that computes nothing"; return SUCCESS; }
