/**
 * @file dim.h
 * The C interface of dim: int8 image encoders, prototypes, classes that are learned, and novelty, on memory of the caller.
 *
 * Generated from the crate dim-capi: do not edit.
 *
 * **Calls.** Every function that can fail returns a #dim_status; whatever is not #DIM_OK has written to no result and has
 * changed no memory but an arena. Nothing allocates, nothing panics, nothing is kept between two calls but in what the caller
 * lends, and no function calls back.
 *
 * **Pointers.** What is passed has to be valid for the call: of the type and the length that are stated, aligned as that
 * type is in C, and not written to meanwhile. Null, misaligned, short and overlapping memory is refused where it can be seen.
 * What a function borrows for longer, the file of a model and that of prototypes, stays the caller's, where it is and as
 * it is, as long as the model or the prototypes are used. Nothing is ever freed here.
 *
 * **Contexts.** Any function may be called from any thread or interrupt, if no other call uses the same arena or the same
 * memory at that time, and there is about a kilobyte of stack.
 *
 * **Numbers.** Codes are int8; `real = scale * (code - zero_point)`. The same calls give the same bits on every processor.
 */

#ifndef DIM_H
#define DIM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#if !defined(__cplusplus) && (!defined(__STDC_VERSION__) || __STDC_VERSION__ < 201112L)
#error "dim.h needs C11 or C++11"
#endif

#if defined(__cplusplus)
/** A check when this is compiled. */
#define DIM_STATIC_ASSERT(condition, message) static_assert(condition, message)
/** First in the declaration of an array: aligns it to #DIM_ALIGNMENT, which is enough for every function. */
#define DIM_ALIGNED alignas(16)
#else
#define DIM_STATIC_ASSERT(condition, message) _Static_assert(condition, message)
#define DIM_ALIGNED _Alignas(16)
#endif

/** Bytes of memory for classes by their means: of so many units, at most so many classes. Aligned to 8. */
#define DIM_MEANS_BYTES(units, classes) \
    ((32u + (size_t)(classes) * (48u + 4u * (size_t)(units)) + 7u) / 8u * 8u)

/** Bytes of memory for classes by their neighbours: of so many units, at most so many classes and examples. Aligned to 8. */
#define DIM_NEIGHBOURS_BYTES(units, classes, examples) \
    ((32u + 32u * (size_t)(classes) + (size_t)(examples) * (2u + (size_t)(units)) + 7u) / 8u * 8u)

/** Bytes of memory for what is normal: of a local feature map of so many codes. Aligned to 8. */
#define DIM_NOVELTY_BYTES(codes) (64u + 8u * (size_t)(codes))

#ifdef __cplusplus
extern "C" {
#endif

/* What header and library tell each other. */

/** Version of the functions and types of this header. It is another one when a program has to be compiled anew. */
#define DIM_ABI 1

/** Stands for a distance or a threshold that there is none of. */
#define DIM_NONE UINT32_MAX

/**
 * Version of the library.
 *
 * @return Such as `"0.1.0"`; constant.
 * @par Context Any, interrupts too.
 */
const char *dim_version(void);

/**
 * #DIM_ABI of the library, to be compared with that of the header. dim_parse() does so.
 *
 * @par Context Any, interrupts too.
 */
uint32_t dim_abi(void);

/* What every function returns. */

/** What came of a call. Whatever is not #DIM_OK has changed nothing, but where a function says otherwise. */
typedef int32_t dim_status;

/** Values of #dim_status. */
enum {
    /** It is done. */
    DIM_OK = 0,
    /** A pointer is null. */
    DIM_NULL_POINTER = 1,
    /** A pointer is not aligned as its type or the function says. */
    DIM_MISALIGNED = 2,
    /** Two areas of memory overlap that must not. */
    DIM_OVERLAP = 3,
    /** The header was not the one of this library: compile the program anew. */
    DIM_OTHER_ABI = 4,
    /** A model or prototypes that were never parsed, or memory in which nothing was begun. */
    DIM_NOT_BEGUN = 5,
    /** The memory has fewer bytes than are needed. */
    DIM_MEMORY_TOO_SMALL = 6,
    /** A number that is passed is out of its range. */
    DIM_OUT_OF_RANGE = 7,
    /** Not a .dim file: it starts otherwise. */
    DIM_NOT_A_DIM_FILE = 16,
    /** The file ends too early. */
    DIM_TRUNCATED = 17,
    /** The file has a version of the format that this library does not know. */
    DIM_UNSUPPORTED_VERSION = 18,
    /** A byte of the file is not as it was written. */
    DIM_DAMAGED = 19,
    /** The file is not one that could be run. */
    DIM_MALFORMED = 20,
    /** The encoder has an operator that this library was built without. */
    DIM_LEFT_OUT = 21,
    /** The image has another number of bytes than the encoder takes. */
    DIM_IMAGE_LENGTH = 32,
    /** The file states no proof. */
    DIM_NO_PROOF = 33,
    /** The outputs are not those that the file was written for: do not use this encoder on this processor. */
    DIM_DISPROVED = 34,
    /** The encoder is no longer what was parsed: its memory has changed. */
    DIM_CHANGED = 35,
    /** The encoder does not tap this tensor. */
    DIM_NO_TAP = 36,
    /** An embedding or a map has another number of codes than it should. */
    DIM_CODES_LENGTH = 48,
    /** Made of the embeddings of another encoder. */
    DIM_OTHER_ENCODER = 49,
    /** The name is empty, longer than #DIM_NAME_BYTES, or not UTF-8. */
    DIM_NAME = 50,
    /** There is no such class, or none at all. */
    DIM_NO_CLASS = 51,
    /** There is no room for another class, example or image. */
    DIM_FULL = 52,
    /** Fewer than two normal images were learned. */
    DIM_TOO_FEW = 53,
};

/**
 * Name of a status, for logs.
 *
 * @param[in]  status Any number.
 * @return Such as `"DIM_DAMAGED"`, or `"DIM_UNKNOWN"` of a number that is none; constant.
 * @par Context Any, interrupts too.
 */
const char *dim_status_name(int32_t status);

/* Memory of the caller. */

/** Alignment in bytes of a .dim file and of an arena. */
#define DIM_ALIGNMENT 16

/**
 * Memory that a caller lends for the time of a call: an arena, or what classes and normal images are kept in. DIM_MEMORY() makes
 * one of an array.
 */
typedef struct dim_memory {
    /** Its first byte. */
    void *data;
    /** How many bytes there are. */
    size_t bytes;
} dim_memory;

/* What an encoder computes. */

/** Extents of a tensor, channels innermost. */
typedef struct dim_shape {
    /** Rows. */
    uint16_t height;
    /** Columns. */
    uint16_t width;
    /** Channels of a cell. */
    uint16_t channels;
} dim_shape;

/**
 * An int8 tensor in the arena, and its meaning: `real = scale * (code - zero_point)`.
 *
 * It is valid until the arena is used again.
 */
typedef struct dim_tensor {
    /** `[height, width, channels]`, channels innermost; aligned to #DIM_ALIGNMENT. */
    const int8_t *codes;
    /** How many codes there are. */
    size_t count;
    /** Extents of `codes`; of an embedding `[1, 1, units]`. */
    dim_shape shape;
    /** The code of real zero. */
    int8_t zero_point;
    /** Positive. */
    float scale;
} dim_tensor;

/** Tensors that an encoder may tap. */
typedef int32_t dim_tap_kind;

/** Values of #dim_tap_kind. */
enum {
    /** The local feature map, `[M, M, channels]`. */
    DIM_TAP_FEATURE_MAP = 0,
    /** The last convolution. */
    DIM_TAP_CONV = 1,
    /** The last hidden fully connected layer. */
    DIM_TAP_FC = 2,
    /** The global representation, `[1, 1, units]`; every encoder has it. */
    DIM_TAP_EMBEDDING = 3,
};

/* Files that are read. */

/**
 * An encoder that was read. It borrows the bytes of its file, which have to stay where and as they are. It may be copied, used by
 * several threads at once, and forgotten without ado. Only dim_parse() makes one.
 */
typedef struct dim_model {
    /** None of the caller's business. */
    uint64_t opaque[24];
} dim_model;

/**
 * What dim_parse() calls, with the #DIM_ABI that the program was compiled with.
 *
 * @param[in]  abi #DIM_ABI.
 * @see dim_parse()
 */
dim_status dim_parse_abi(uint32_t abi, dim_model *model, const void *file, size_t file_bytes);

/* How much memory an encoder needs. */

/** What an encoder takes and gives. `dim export` writes the same as constants, for arrays. */
typedef struct dim_sizes {
    /** Bytes of the file. */
    size_t file_bytes;
    /** Bytes of the arena. */
    size_t arena_bytes;
    /** Bytes of an image. */
    size_t image_bytes;
    /** Codes of an embedding. */
    size_t units;
    /** Codes of the local feature map; 0 if the encoder taps none. */
    size_t map_codes;
    /** Extents of an image. */
    dim_shape image;
    /** Extents of the local feature map. */
    dim_shape map;
    /** Whether dim_prove() has something to compare with. */
    bool has_proof;
    /** What embeddings depend on: those of two encoders with the same identity can be compared. */
    uint8_t identity[16];
} dim_sizes;

/**
 * Sizes of an encoder.
 *
 * @param[in]  model  Parsed.
 * @param[out] sizes  Written if all is well.
 * @return #DIM_OK, #DIM_NULL_POINTER, #DIM_MISALIGNED, #DIM_NOT_BEGUN
 * @par Context Any, interrupts too.
 */
dim_status dim_model_sizes(const dim_model *model, dim_sizes *sizes);

/* Images are encoded in an arena. */

/**
 * Computes embedding and taps of an image.
 *
 * @param[in]  model      Parsed.
 * @param[in]  arena      #dim_sizes.arena_bytes or more, aligned to #DIM_ALIGNMENT; what it holds does not matter. It holds the
 *                        taps afterwards. After a status other than #DIM_OK it may hold anything.
 * @param[in]  pixels     `[height, width, channels]`, raw, 0 to 255, channels innermost; of any alignment, outside of the arena.
 * @param[in]  count      Bytes of `pixels`, #dim_sizes.image_bytes.
 * @param[out] embedding  The embedding, in the arena. May be null: dim_tap() gives it too.
 * @return #DIM_OK, #DIM_NULL_POINTER, #DIM_MISALIGNED, #DIM_OVERLAP, #DIM_NOT_BEGUN, #DIM_MEMORY_TOO_SMALL, #DIM_LEFT_OUT,
 *         #DIM_IMAGE_LENGTH, #DIM_CHANGED
 * @par Context Any, with about a kilobyte of stack; from several threads at once with an arena each.
 */
dim_status dim_encode(
    const dim_model *model, dim_memory arena, const uint8_t *pixels, size_t count, dim_tensor *embedding);

/**
 * A tensor of the image that was encoded last.
 *
 * @param[in]  model   Parsed.
 * @param[in]  arena   As it was given to dim_encode().
 * @param[in]  tap     One of the values of #dim_tap_kind.
 * @param[out] tensor  The tensor, in the arena; written if all is well.
 * @return #DIM_OK, #DIM_NULL_POINTER, #DIM_MISALIGNED, #DIM_NOT_BEGUN, #DIM_MEMORY_TOO_SMALL, #DIM_NO_TAP
 * @par Context Any, interrupts too.
 */
dim_status dim_tap(const dim_model *model, dim_memory arena, int32_t tap, dim_tensor *tensor);

/**
 * Computes generated images and compares the outputs with the proof in the file: whether this processor, compiler, memory and file
 * make the bits that were measured on the workstation. To be called once at the start.
 *
 * @param[in]  model  Parsed.
 * @param[in]  arena  As for dim_encode(); afterwards it holds nothing of use.
 * @return #DIM_OK, #DIM_NULL_POINTER, #DIM_MISALIGNED, #DIM_NOT_BEGUN, #DIM_MEMORY_TOO_SMALL, #DIM_LEFT_OUT, #DIM_NO_PROOF,
 *         #DIM_DISPROVED, #DIM_CHANGED
 * @par Context As of dim_encode(); it takes as long as two images.
 */
dim_status dim_prove(const dim_model *model, dim_memory arena);

/* Classes that a workstation made. */

/**
 * Classes of a file of `dim prototypes`. It borrows the bytes of its file, as a #dim_model does. Only dim_prototypes_parse() makes
 * one.
 */
typedef struct dim_prototypes {
    /** None of the caller's business. */
    uint64_t opaque[8];
} dim_prototypes;

/** The prototype that an embedding is nearest to. */
typedef struct dim_nearest {
    /** Name of the class, UTF-8, in the file of the prototypes; no zero ends it: print it by `"%.*s"`. */
    const char *name;
    /** Bytes of the name. */
    size_t name_bytes;
    /** Number of the class. */
    uint32_t number;
    /** Squared distance, in codes. */
    uint32_t distance;
} dim_nearest;

/**
 * Reads the prototypes of an encoder.
 *
 * @param[out] prototypes  Written if all is well.
 * @param[in]  model       The encoder that the classes are of, parsed.
 * @param[in]  file        Bytes of the file, of any alignment; they stay where they are as long as the prototypes are used.
 * @param[in]  file_bytes  Bytes of the whole file.
 * @return #DIM_OK, #DIM_NULL_POINTER, #DIM_MISALIGNED, #DIM_NOT_BEGUN, #DIM_MALFORMED, #DIM_OTHER_ENCODER, #DIM_CODES_LENGTH
 * @par Context Any, interrupts too.
 */
dim_status dim_prototypes_parse(
    dim_prototypes *prototypes, const dim_model *model, const void *file, size_t file_bytes);

/**
 * The class whose prototype differs least from an embedding; the first of several.
 *
 * @param[in]  prototypes  Parsed.
 * @param[in]  embedding   `[units]` codes.
 * @param[in]  units       How many there are.
 * @param[out] nearest     Written if all is well.
 * @return #DIM_OK, #DIM_NULL_POINTER, #DIM_MISALIGNED, #DIM_NOT_BEGUN, #DIM_CODES_LENGTH
 * @par Context Any, interrupts too.
 */
dim_status dim_prototypes_nearest(
    const dim_prototypes *prototypes, const int8_t *embedding, size_t units, dim_nearest *nearest);

/* Names of classes. */

/** Longest name of a class in bytes of UTF-8, without the zero that ends it. */
#define DIM_NAME_BYTES 24

/* Classes by examples that are kept, in memory of the caller. */

/** Most examples that vote. */
#define DIM_MOST_NEIGHBOURS 15

/* Classes that are learned from embeddings. */

/** A class that was learned. */
typedef struct dim_class {
    /** Its name, UTF-8, ended by a zero. */
    char name[DIM_NAME_BYTES + 1];
    /** How many examples it was learned from, or keeps. */
    uint32_t examples;
} dim_class;

/** The class that an embedding is of. */
typedef struct dim_verdict {
    /** Name of the nearest class, UTF-8, ended by a zero. */
    char name[DIM_NAME_BYTES + 1];
    /** Whether it is near enough, by the radius that the examples of the class give; else the image is unknown. */
    bool is_known;
    /** Place of the class, as dim_classes_class() counts. */
    uint16_t place;
    /** Squared distance to it, in codes. */
    uint32_t distance;
    /** Squared distance to the second nearest class; #DIM_NONE if there is none. */
    uint32_t second;
} dim_verdict;

/**
 * Begins classes by the means of their examples, as `dim prototypes` makes them: memory does not grow with the examples. What the
 * memory held is overwritten.
 *
 * @param[in]  memory   #DIM_MEANS_BYTES(units, classes) or more, aligned to 8. Its bytes are all there is of the classes: a program
 *                      that keeps them copies them to its flash, and gives them to dim_classes_open() later, on a processor
 *                      of the same byte order.
 * @param[in]  model    The encoder that the embeddings will be of.
 * @param[in]  classes  Most classes, 1 to 65535.
 * @return #DIM_OK, #DIM_NULL_POINTER, #DIM_MISALIGNED, #DIM_NOT_BEGUN, #DIM_MEMORY_TOO_SMALL, #DIM_OUT_OF_RANGE
 * @par Context Any that no other call with the same memory interrupts.
 */
dim_status dim_classes_begin_means(dim_memory memory, const dim_model *model, uint16_t classes);

/**
 * Begins classes by examples that are kept, the nearest of which vote. What the memory held is overwritten.
 *
 * When all places are taken, a new example replaces one of the class with the most, which its codes draw.
 *
 * @param[in]  memory      #DIM_NEIGHBOURS_BYTES(units, classes, examples) or more, aligned to 8; else as of
 *                         dim_classes_begin_means().
 * @param[in]  model       The encoder that the embeddings will be of.
 * @param[in]  classes     Most classes, 1 to `examples`.
 * @param[in]  examples    Most examples of all classes together, up to 65535.
 * @param[in]  neighbours  How many vote, 1 to #DIM_MOST_NEIGHBOURS.
 * @return As of dim_classes_begin_means().
 * @par Context As of dim_classes_begin_means().
 */
dim_status dim_classes_begin_neighbours(
    dim_memory memory, const dim_model *model, uint16_t classes, uint16_t examples, uint16_t neighbours);

/**
 * Checks memory that was copied from elsewhere, such as a flash: whether classes of this encoder are in it, whole and possible.
 * What was begun by this program need not be checked.
 *
 * @param[in]  memory  With classes, aligned to 8.
 * @param[in]  model   The encoder whose embeddings they will be compared with.
 * @return #DIM_OK, #DIM_NULL_POINTER, #DIM_MISALIGNED, #DIM_NOT_BEGUN, #DIM_MEMORY_TOO_SMALL, #DIM_OTHER_ENCODER, #DIM_MALFORMED
 * @par Context As of dim_classes_begin_means().
 */
dim_status dim_classes_open(dim_memory memory, const dim_model *model);

/**
 * Learns an example of a class.
 *
 * @param[in]  memory     With classes.
 * @param[in]  name       Name of the class, 1 to #DIM_NAME_BYTES bytes of UTF-8, ended by a zero. A new one makes a class.
 * @param[in]  embedding  `[units]` codes, outside of the memory.
 * @param[in]  count      How many there are, #dim_sizes.units.
 * @param[out] examples   How many its class has now; may be null.
 * @return #DIM_OK, #DIM_NULL_POINTER, #DIM_MISALIGNED, #DIM_OVERLAP, #DIM_NOT_BEGUN, #DIM_MEMORY_TOO_SMALL, #DIM_NAME,
 *         #DIM_CODES_LENGTH, #DIM_FULL
 * @par Context As of dim_classes_begin_means().
 */
dim_status dim_classes_learn(
    dim_memory memory, const char *name, const int8_t *embedding, size_t count, uint32_t *examples);

/**
 * Forgets a class, or all.
 *
 * @param[in]  memory  With classes.
 * @param[in]  name    Name of the class, ended by a zero; null for all.
 * @return #DIM_OK, #DIM_NULL_POINTER, #DIM_MISALIGNED, #DIM_NOT_BEGUN, #DIM_MEMORY_TOO_SMALL, #DIM_NAME, #DIM_NO_CLASS
 * @par Context As of dim_classes_begin_means().
 */
dim_status dim_classes_forget(dim_memory memory, const char *name);

/**
 * The class of an embedding.
 *
 * @param[in]  memory     With classes.
 * @param[in]  embedding  `[units]` codes, outside of the memory.
 * @param[in]  count      How many there are, #dim_sizes.units.
 * @param[out] verdict    Written if all is well.
 * @return #DIM_OK, #DIM_NULL_POINTER, #DIM_MISALIGNED, #DIM_OVERLAP, #DIM_NOT_BEGUN, #DIM_MEMORY_TOO_SMALL, #DIM_CODES_LENGTH,
 *         #DIM_NO_CLASS
 * @par Context As of dim_classes_begin_means().
 */
dim_status dim_classes_classify(dim_memory memory, const int8_t *embedding, size_t count, dim_verdict *verdict);

/**
 * The class in a place.
 *
 * @param[in]  memory  With classes.
 * @param[in]  place   From 0 to one less than the most classes.
 * @param[out] known   Written if all is well.
 * @return #DIM_OK, #DIM_NULL_POINTER, #DIM_MISALIGNED, #DIM_NOT_BEGUN, #DIM_MEMORY_TOO_SMALL, #DIM_NO_CLASS where the place is
 *         vacant
 * @par Context As of dim_classes_begin_means().
 */
dim_status dim_classes_class(dim_memory memory, uint16_t place, dim_class *known);

/* What normal images look like, and how far others are from them. */

/** How far an image is from normal ones. */
typedef struct dim_score {
    /** Of the cell that differs most, in steps of 1/256. */
    uint32_t value;
    /** Row of that cell. */
    uint32_t row;
    /** Column of that cell. */
    uint32_t column;
    /** Scores above it are of no normal image; #DIM_NONE until dim_novelty_set_threshold() was called. */
    uint32_t threshold;
} dim_score;

/**
 * Begins to learn what is normal for an encoder: nothing is known. What the memory held is overwritten.
 *
 * @param[in]  memory  #DIM_NOVELTY_BYTES(codes) or more for a local feature map of so many codes, aligned to 8. Its bytes are all
 *                     there is of what is known, as of dim_classes_begin_means().
 * @param[in]  model   The encoder that the maps will be of.
 * @return #DIM_OK, #DIM_NULL_POINTER, #DIM_MISALIGNED, #DIM_NOT_BEGUN, #DIM_MEMORY_TOO_SMALL, #DIM_NO_TAP
 * @par Context Any that no other call with the same memory interrupts.
 */
dim_status dim_novelty_begin(dim_memory memory, const dim_model *model);

/**
 * Checks memory that was copied from elsewhere, such as a flash: whether what it knows is of this encoder, whole and possible.
 *
 * @param[in]  memory  With what is known, aligned to 8.
 * @param[in]  model   The encoder whose maps it will be compared with.
 * @return #DIM_OK, #DIM_NULL_POINTER, #DIM_MISALIGNED, #DIM_NOT_BEGUN, #DIM_MEMORY_TOO_SMALL, #DIM_OTHER_ENCODER, #DIM_MALFORMED
 * @par Context As of dim_novelty_begin().
 */
dim_status dim_novelty_open(dim_memory memory, const dim_model *model);

/**
 * Learns a normal image. The threshold has to be set anew.
 *
 * @param[in]  memory  With what is known.
 * @param[in]  map     The local feature map, outside of the memory: dim_tap() gives it.
 * @param[in]  count   How many codes it has, #dim_sizes.map_codes.
 * @param[out] images  How many were learned; may be null.
 * @return #DIM_OK, #DIM_NULL_POINTER, #DIM_MISALIGNED, #DIM_OVERLAP, #DIM_NOT_BEGUN, #DIM_MEMORY_TOO_SMALL, #DIM_MALFORMED,
 *         #DIM_CODES_LENGTH, #DIM_FULL after 65535 images
 * @par Context As of dim_novelty_begin().
 */
dim_status dim_novelty_learn(dim_memory memory, const int8_t *map, size_t count, uint32_t *images);

/**
 * Takes a normal image that was not learned for the threshold, which is the mean of such scores plus three standard deviations.
 *
 * @param[in]  memory  With what is known.
 * @param[in]  map     The local feature map, outside of the memory.
 * @param[in]  count   How many codes it has.
 * @param[out] score   Its score, and the threshold with it; may be null.
 * @return #DIM_OK, #DIM_NULL_POINTER, #DIM_MISALIGNED, #DIM_OVERLAP, #DIM_NOT_BEGUN, #DIM_MEMORY_TOO_SMALL, #DIM_MALFORMED,
 *         #DIM_CODES_LENGTH, #DIM_TOO_FEW
 * @par Context As of dim_novelty_begin().
 */
dim_status dim_novelty_set_threshold(dim_memory memory, const int8_t *map, size_t count, dim_score *score);

/**
 * How far an image is from normal ones.
 *
 * @param[in]  memory  With what is known.
 * @param[in]  map     The local feature map, outside of the memory.
 * @param[in]  count   How many codes it has.
 * @param[out] score   Written if all is well: the image is novel if its value is above its threshold.
 * @return As of dim_novelty_set_threshold().
 * @par Context As of dim_novelty_begin().
 */
dim_status dim_novelty_judge(dim_memory memory, const int8_t *map, size_t count, dim_score *score);

/**
 * Where an image is novel: the score of each cell.
 *
 * @param[in]  memory  With what is known.
 * @param[in]  map     The local feature map, outside of the memory.
 * @param[in]  count   How many codes it has.
 * @param[out] scores  `[height, width]` of the map, in steps of 1/256; written if all is well.
 * @param[in]  cells   How many there are, height times width of the map.
 * @return As of dim_novelty_set_threshold().
 * @par Context As of dim_novelty_begin().
 */
dim_status dim_novelty_cells(dim_memory memory, const int8_t *map, size_t count, uint32_t *scores, size_t cells);

/**
 * Reads a file and checks all of it: checksum, graph, shapes, ranges, memory. To be called once, at the start.
 *
 * @param[out] model       Written if all is well. It borrows the file.
 * @param[in]  file        Bytes of a .dim file, aligned to #DIM_ALIGNMENT. They stay where and as they are as long as the model
 *                         is used; flash will do.
 * @param[in]  file_bytes  Bytes that there are; those behind the file are not looked at.
 * @return #DIM_OK, #DIM_OTHER_ABI, #DIM_NULL_POINTER, #DIM_MISALIGNED, #DIM_NOT_A_DIM_FILE, #DIM_TRUNCATED,
 *         #DIM_UNSUPPORTED_VERSION, #DIM_DAMAGED, #DIM_MALFORMED
 * @par Context Any; it takes about as long as a checksum of the file.
 */
static inline dim_status dim_parse(dim_model *model, const void *file, size_t file_bytes) {
    return dim_parse_abi(DIM_ABI, model, file, file_bytes);
}

/** Memory of an array: `dim_memory arena = DIM_MEMORY(array);` */
#define DIM_MEMORY(array) { (array), sizeof(array) }

/* Library and program have the same types. */
DIM_STATIC_ASSERT(sizeof(dim_status) == 4, "dim_status");
DIM_STATIC_ASSERT(sizeof(dim_memory) == 2 * sizeof(void *), "dim_memory");
DIM_STATIC_ASSERT(sizeof(dim_shape) == 6, "dim_shape");
DIM_STATIC_ASSERT(sizeof(dim_tensor) == (sizeof(void *) == 8 ? 32 : 20), "dim_tensor");
DIM_STATIC_ASSERT(sizeof(dim_model) == 192, "dim_model");
DIM_STATIC_ASSERT(sizeof(dim_sizes) == (sizeof(void *) == 8 ? 72 : 52), "dim_sizes");
DIM_STATIC_ASSERT(sizeof(dim_prototypes) == 64, "dim_prototypes");
DIM_STATIC_ASSERT(sizeof(dim_nearest) == 2 * sizeof(void *) + 8, "dim_nearest");
DIM_STATIC_ASSERT(sizeof(dim_verdict) == 36, "dim_verdict");
DIM_STATIC_ASSERT(sizeof(dim_class) == 32, "dim_class");
DIM_STATIC_ASSERT(sizeof(dim_score) == 16, "dim_score");

#ifdef __cplusplus
}
#endif

#endif
