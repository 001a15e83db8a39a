/*
 * Sizes that the header states are those that the library asks for, and wrong arguments are refused by name and touch nothing.
 * It runs on a workstation, under sanitizers too, and in QEMU.
 */
#include <stdio.h>
#include <string.h>

#include "dim.h"
#include "dim_encoder.h"

enum { CLASSES = 3, EXAMPLES = 7 };

DIM_ALIGNED static uint8_t arena_bytes[DIM_ENCODER_ARENA_BYTES];
DIM_ALIGNED static uint8_t before[DIM_ENCODER_ARENA_BYTES];
static uint8_t pixels[DIM_ENCODER_IMAGE_BYTES];
DIM_ALIGNED static uint8_t means_bytes[DIM_MEANS_BYTES(DIM_ENCODER_UNITS, CLASSES)];
DIM_ALIGNED static uint8_t neighbours_bytes[DIM_NEIGHBOURS_BYTES(DIM_ENCODER_UNITS, CLASSES, EXAMPLES)];
DIM_ALIGNED static uint8_t novelty_bytes[DIM_NOVELTY_BYTES(DIM_ENCODER_MAP_CODES)];
DIM_ALIGNED static uint8_t copy[sizeof means_bytes];

static int failures;

static void expect(int32_t status, int32_t expected, int line) {
    if (status != expected) {
        printf("line %d: %s in place of %s\n", line, dim_status_name(status), dim_status_name(expected));
        failures++;
    }
}
#define EXPECT(call, status) expect((call), (status), __LINE__)

static dim_memory less(dim_memory memory, size_t bytes) {
    memory.bytes -= bytes;
    return memory;
}

int main(void) {
    const dim_memory arena = DIM_MEMORY(arena_bytes);
    const dim_memory means = DIM_MEMORY(means_bytes);
    const dim_memory neighbours = DIM_MEMORY(neighbours_bytes);
    const dim_memory novelty = DIM_MEMORY(novelty_bytes);
    const dim_memory copied = DIM_MEMORY(copy);
    dim_memory shifted = arena;
    shifted.data = arena_bytes + 1;
    shifted.bytes--;
    dim_memory nothing = {NULL, 0};
    dim_model model, unparsed;
    dim_tensor embedding, map;
    memset(&unparsed, 0, sizeof unparsed);

    EXPECT((int32_t)dim_abi(), DIM_ABI);
    EXPECT(dim_parse_abi(DIM_ABI + 1, &model, dim_encoder, sizeof dim_encoder), DIM_OTHER_ABI);
    EXPECT(dim_parse(NULL, dim_encoder, sizeof dim_encoder), DIM_NULL_POINTER);
    EXPECT(dim_parse(&model, NULL, sizeof dim_encoder), DIM_NULL_POINTER);
    EXPECT(dim_parse(&model, dim_encoder + 4, sizeof dim_encoder - 4), DIM_MISALIGNED);
    // Half of it: a signature behind an encoder is no part of it.
    EXPECT(dim_parse(&model, dim_encoder, sizeof dim_encoder / 2), DIM_TRUNCATED);
    EXPECT(dim_parse(&model, arena_bytes, sizeof arena_bytes), DIM_NOT_A_DIM_FILE);
    EXPECT(dim_parse(&model, dim_encoder, sizeof dim_encoder), DIM_OK);

    memset(arena_bytes, 0xa5, sizeof arena_bytes);
    memcpy(before, arena_bytes, sizeof before);
    EXPECT(dim_encode(&unparsed, arena, pixels, sizeof pixels, &embedding), DIM_NOT_BEGUN);
    EXPECT(dim_encode(NULL, arena, pixels, sizeof pixels, &embedding), DIM_NULL_POINTER);
    EXPECT(dim_encode(&model, nothing, pixels, sizeof pixels, &embedding), DIM_NULL_POINTER);
    EXPECT(dim_encode(&model, shifted, pixels, sizeof pixels, &embedding), DIM_MISALIGNED);
    EXPECT(dim_encode(&model, less(arena, 1), pixels, sizeof pixels, &embedding), DIM_MEMORY_TOO_SMALL);
    EXPECT(dim_encode(&model, arena, NULL, sizeof pixels, &embedding), DIM_NULL_POINTER);
    EXPECT(dim_encode(&model, arena, pixels, sizeof pixels - 1, &embedding), DIM_IMAGE_LENGTH);
    EXPECT(dim_encode(&model, arena, arena_bytes + sizeof arena_bytes - 1, 1, &embedding), DIM_OVERLAP);
    EXPECT(dim_prove(&model, less(arena, 1)), DIM_MEMORY_TOO_SMALL);
    EXPECT(dim_tap(&model, arena, 99, &map), DIM_NO_TAP);
    EXPECT(memcmp(before, arena_bytes, sizeof before), 0);
    EXPECT(dim_prove(&model, arena), DIM_OK);
    EXPECT(dim_encode(&model, arena, pixels, sizeof pixels, &embedding), DIM_OK);
    EXPECT(dim_tap(&model, arena, DIM_TAP_FEATURE_MAP, &map), DIM_OK);

    /* The bytes that the macros state are enough, and one less is not. */
    EXPECT(dim_classes_begin_means(less(means, 8), &model, CLASSES), DIM_MEMORY_TOO_SMALL);
    EXPECT(dim_classes_begin_means(means, &model, CLASSES), DIM_OK);
    EXPECT(dim_classes_begin_means(means, &model, CLASSES + 1), DIM_MEMORY_TOO_SMALL);
    EXPECT(dim_classes_begin_neighbours(less(neighbours, 1), &model, CLASSES, EXAMPLES, 3), DIM_MEMORY_TOO_SMALL);
    EXPECT(dim_classes_begin_neighbours(neighbours, &model, CLASSES, EXAMPLES, 3), DIM_OK);
    EXPECT(dim_classes_begin_neighbours(neighbours, &model, CLASSES, EXAMPLES, 99), DIM_OUT_OF_RANGE);
    EXPECT(dim_novelty_begin(less(novelty, 1), &model), DIM_MEMORY_TOO_SMALL);
    EXPECT(dim_novelty_begin(novelty, &model), DIM_OK);

    const dim_memory heads[] = {means, neighbours};
    for (int i = 0; i < 2; i++) {
        dim_verdict verdict;
        dim_class known;
        uint32_t examples;
        const dim_memory head = heads[i];
        const int8_t *const codes = embedding.codes;
        EXPECT(dim_classes_open(head, &model), DIM_OK);
        EXPECT(dim_classes_classify(head, codes, embedding.count, &verdict), DIM_NO_CLASS);
        EXPECT(dim_classes_learn(head, "", codes, embedding.count, &examples), DIM_NAME);
        EXPECT(dim_classes_learn(head, "a name that is longer than 24", codes, embedding.count, NULL), DIM_NAME);
        EXPECT(dim_classes_learn(head, NULL, codes, embedding.count, NULL), DIM_NULL_POINTER);
        EXPECT(dim_classes_learn(head, "cup", codes, embedding.count - 1, NULL), DIM_CODES_LENGTH);
        EXPECT(dim_classes_learn(head, "cup", (const int8_t *)head.data, embedding.count, NULL), DIM_OVERLAP);
        EXPECT(dim_classes_learn(head, "exactly 24 bytes long...", codes, embedding.count, &examples), DIM_OK);
        EXPECT((int32_t)examples, 1);
        EXPECT(dim_classes_class(head, 0, &known), DIM_OK);
        EXPECT(strcmp(known.name, "exactly 24 bytes long..."), 0);
        EXPECT(dim_classes_class(head, 1, &known), DIM_NO_CLASS);
        EXPECT(dim_classes_classify(head, codes, embedding.count, &verdict), DIM_OK);
        EXPECT((int32_t)verdict.distance, 0);
        EXPECT(verdict.second == DIM_NONE, true);
        EXPECT(dim_classes_forget(head, "cup"), DIM_NO_CLASS);
        EXPECT(dim_classes_forget(head, NULL), DIM_OK);
    }
    /* What is kept is its bytes. */
    EXPECT(dim_classes_learn(means, "cup", embedding.codes, embedding.count, NULL), DIM_OK);
    memcpy(copy, means_bytes, sizeof copy);
    EXPECT(dim_classes_open(copied, &model), DIM_OK);
    copy[20] ^= 1;
    EXPECT(dim_classes_open(copied, &model), DIM_OTHER_ENCODER);
    copy[0] ^= 1;
    EXPECT(dim_classes_open(copied, &model), DIM_NOT_BEGUN);

    dim_score score;
    uint32_t cells[DIM_ENCODER_MAP_HEIGHT * DIM_ENCODER_MAP_WIDTH];
    const size_t count = sizeof cells / sizeof cells[0];
    EXPECT(dim_novelty_learn(novelty, map.codes, map.count - 1, NULL), DIM_CODES_LENGTH);
    EXPECT(dim_novelty_learn(novelty, map.codes, map.count, NULL), DIM_OK);
    EXPECT(dim_novelty_judge(novelty, map.codes, map.count, &score), DIM_TOO_FEW);
    EXPECT(dim_novelty_learn(novelty, map.codes, map.count, NULL), DIM_OK);
    EXPECT(dim_novelty_judge(novelty, map.codes, map.count, &score), DIM_OK);
    EXPECT(score.threshold == DIM_NONE && score.value == 0, true);
    EXPECT(dim_novelty_cells(novelty, map.codes, map.count, cells, count - 1), DIM_CODES_LENGTH);
    EXPECT(dim_novelty_cells(novelty, map.codes, map.count, cells, count), DIM_OK);
    EXPECT(dim_novelty_open(novelty, &model), DIM_OK);

    printf("%d failures\n", failures);
    return failures != 0;
}
