# CMake package of the static library dim @VERSION@ for @TARGET@, and of the encoder @NAME@.
#
# dim::dim      the library and its header
# dim::encoder  the encoder as an array, dim_encoder.h with its sizes, and the library
get_filename_component(_dim_root "${CMAKE_CURRENT_LIST_DIR}/../../.." ABSOLUTE)

if(NOT TARGET dim::dim)
  add_library(dim::dim STATIC IMPORTED)
  set_target_properties(dim::dim PROPERTIES
    IMPORTED_LOCATION "${_dim_root}/lib/libdim.a"
    INTERFACE_INCLUDE_DIRECTORIES "${_dim_root}/include")

  add_library(dim::encoder INTERFACE IMPORTED)
  set_target_properties(dim::encoder PROPERTIES
    INTERFACE_SOURCES "${_dim_root}/src/dim_encoder.c"
    INTERFACE_LINK_LIBRARIES dim::dim)
endif()

unset(_dim_root)
