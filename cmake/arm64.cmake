# Compiles for arm64 on another processor, with Debian's cross compiler, against the libraries of a folder that
# scripts/arm64 fills (OMENBENCH_ARM64_ROOT, default: build/arm64-root). Tests and whatever the build itself runs go
# through QEMU's user mode.
set(CMAKE_SYSTEM_NAME Linux)
set(CMAKE_SYSTEM_PROCESSOR aarch64)
set(CMAKE_LIBRARY_ARCHITECTURE aarch64-linux-gnu)
set(CMAKE_CXX_COMPILER aarch64-linux-gnu-g++)

list(APPEND CMAKE_TRY_COMPILE_PLATFORM_VARIABLES OMENBENCH_ARM64_ROOT)
set(OMENBENCH_ARM64_ROOT ${CMAKE_CURRENT_LIST_DIR}/../build/arm64-root CACHE PATH "Headers and libraries of arm64")
get_filename_component(root ${OMENBENCH_ARM64_ROOT} ABSOLUTE)
if(NOT EXISTS ${root}/usr/include)
  message(FATAL_ERROR "no headers of arm64 in ${root}; scripts/arm64 fetches them")
endif()
set(CMAKE_SYSROOT ${root})
set(CMAKE_FIND_ROOT_PATH ${root})
set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_INCLUDE ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_PACKAGE ONLY)
set(CMAKE_CROSSCOMPILING_EMULATOR qemu-aarch64-static -L ${root})
