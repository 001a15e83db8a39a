/*
 * From an image to its embedding, to classes that are learned, and to how far it is from normal images. The same program runs
 * on a workstation and on a microcontroller, and prints the same.
 */
#include <stdio.h>

#include "dim.h"
#include "dim_encoder.h"

/* All memory that is needed; nothing is allocated. */
DIM_ALIGNED static uint8_t arena_bytes[DIM_ENCODER_ARENA_BYTES];
DIM_ALIGNED static uint8_t classes_bytes[DIM_MEANS_BYTES(DIM_ENCODER_UNITS, 4)];
DIM_ALIGNED static uint8_t neighbours_bytes[DIM_NEIGHBOURS_BYTES(DIM_ENCODER_UNITS, 4, 12)];
#if DIM_ENCODER_MAP_CODES > 0
DIM_ALIGNED static uint8_t novelty_bytes[DIM_NOVELTY_BYTES(DIM_ENCODER_MAP_CODES)];
#endif
/* Where a camera would write. */
static uint8_t pixels[DIM_ENCODER_IMAGE_BYTES];

static const dim_memory arena = DIM_MEMORY(arena_bytes);
static const dim_memory classes = DIM_MEMORY(classes_bytes);
static const dim_memory neighbours = DIM_MEMORY(neighbours_bytes);

static int failed(dim_status status, const char *what) {
    if (status != DIM_OK) {
        printf("%s: %s\n", what, dim_status_name(status));
    }
    return status != DIM_OK;
}

/* Pixels of a generator (xorshift, Marsaglia 2003) in place of a camera's. */
static void see(uint32_t seed) {
    uint32_t state = seed * 2654435761u + 1u;
    for (size_t i = 0; i < sizeof pixels; i++) {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        pixels[i] = (uint8_t)(state >> 24);
    }
}

static void print_codes(const char *name, const dim_tensor *tensor) {
    printf("%s", name);
    for (size_t i = 0; i < tensor->count; i++) {
        printf("%02x", (uint8_t)tensor->codes[i]);
    }
    printf("\n");
}

static int classify(const char *head, dim_memory memory, const dim_tensor *embedding) {
    dim_verdict verdict;
    if (failed(dim_classes_classify(memory, embedding->codes, embedding->count, &verdict), "classify")) {
        return 1;
    }
    printf("%s %s distance %lu second %lu %s\n", head, verdict.name, (unsigned long)verdict.distance,
           (unsigned long)verdict.second, verdict.is_known ? "known" : "unknown");
    return 0;
}

int main(void) {
    dim_model model;
    if (failed(dim_parse(&model, dim_encoder, sizeof dim_encoder), "parse")) {
        return 1;
    }
    dim_sizes sizes;
    if (failed(dim_model_sizes(&model, &sizes), "sizes") || sizes.arena_bytes != sizeof arena_bytes ||
        sizes.image_bytes != sizeof pixels || sizes.units != DIM_ENCODER_UNITS ||
        sizes.map_codes != DIM_ENCODER_MAP_CODES) {
        return 1;
    }
    printf("%s, %s, library %s\n", DIM_ENCODER_NAME, DIM_ENCODER_IDENTITY, dim_version());
    printf("proof %s\n", dim_status_name(dim_prove(&model, arena)));

    if (failed(dim_classes_begin_means(classes, &model, 4), "begin means") ||
        failed(dim_classes_begin_neighbours(neighbours, &model, 4, 12, 3), "begin neighbours")) {
        return 1;
    }
    static const char *const names[] = {"cup", "key"};
    for (uint32_t seed = 0; seed < 6; seed++) {
        dim_tensor embedding;
        see(seed);
        if (failed(dim_encode(&model, arena, pixels, sizeof pixels, &embedding), "encode")) {
            return 1;
        }
        print_codes("embedding ", &embedding);
        if (seed < 4) {
            const char *name = names[seed % 2];
            if (failed(dim_classes_learn(classes, name, embedding.codes, embedding.count, NULL), "learn") ||
                failed(dim_classes_learn(neighbours, name, embedding.codes, embedding.count, NULL), "learn")) {
                return 1;
            }
        } else if (classify("mean", classes, &embedding) || classify("neighbours", neighbours, &embedding)) {
            return 1;
        }
    }

#if DIM_ENCODER_MAP_CODES > 0
    const dim_memory novelty = DIM_MEMORY(novelty_bytes);
    if (failed(dim_novelty_begin(novelty, &model), "begin novelty")) {
        return 1;
    }
    for (uint32_t seed = 0; seed < 6; seed++) {
        dim_tensor map;
        dim_score score;
        see(seed);
        if (failed(dim_encode(&model, arena, pixels, sizeof pixels, NULL), "encode") ||
            failed(dim_tap(&model, arena, DIM_TAP_FEATURE_MAP, &map), "tap")) {
            return 1;
        }
        if (seed < 3) {
            if (failed(dim_novelty_learn(novelty, map.codes, map.count, NULL), "learn")) {
                return 1;
            }
            continue;
        }
        if (failed(seed < 5 ? dim_novelty_set_threshold(novelty, map.codes, map.count, &score)
                            : dim_novelty_judge(novelty, map.codes, map.count, &score), "judge")) {
            return 1;
        }
        printf("score %lu at %lu %lu threshold %lu\n", (unsigned long)score.value, (unsigned long)score.row,
               (unsigned long)score.column, (unsigned long)score.threshold);
    }
#endif
    return 0;
}
