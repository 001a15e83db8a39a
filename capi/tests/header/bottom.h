
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
