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
