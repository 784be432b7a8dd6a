# Functions that keep the rooms' CMakeLists short. A room is an OBJECT library of every .cc in its folder: executables
# name the rooms they need directly, so that registrations are never dropped by a linker.

# What is compiled so is the same instruction by instruction, in about three quarters of the time, but a compiler cache
# knows it as something else: scripts/build_steps.sh chooses.
option(OMENBENCH_PRECOMPILE "Parse the headers that most files of a room include once for all of them" OFF)

find_program(CCACHE ccache)
if(CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  # Paths below the source tree are hashed as relative ones, so that a second clone finds what the first one compiled.
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env CCACHE_BASEDIR=${CMAKE_SOURCE_DIR} CCACHE_NOHASHDIR=1)
  if(OMENBENCH_PRECOMPILE)
    # Or it would take nothing that uses them. No file has __TIME__ in it.
    list(APPEND CMAKE_CXX_COMPILER_LAUNCHER CCACHE_SLOPPINESS=pch_defines,time_macros)
  endif()
  list(APPEND CMAKE_CXX_COMPILER_LAUNCHER ${CCACHE})
endif()

add_library(omenbench_warnings INTERFACE)
target_compile_options(omenbench_warnings INTERFACE -Wall -Wextra -Wshadow -Wconversion -Wno-sign-conversion
                       # GCC 12 reports std::string concatenation (bug 105651).
                       $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict>)
if(OMENBENCH_SANITIZE)
  add_compile_options(-fsanitize=${OMENBENCH_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=undefined)
  add_link_options(-fsanitize=${OMENBENCH_SANITIZE})
  # Sanitizers describe what they check in data full of addresses, 170 MB of it in a program with every index. In a
  # program with a place of its own it is final; else every process would relocate it, and every fork copy its pages.
  string(APPEND CMAKE_EXE_LINKER_FLAGS " -no-pie")
  add_compile_definitions(OMENBENCH_SANITIZED=1)
endif()

# omenbench_room(NAME SOURCES... ): an OBJECT library with the project's include root, alias omenbench::NAME.
function(omenbench_room name)
  if(NOT ARGN)
    file(WRITE ${CMAKE_BINARY_DIR}/generated/empty.cc "")
    set(ARGN ${CMAKE_BINARY_DIR}/generated/empty.cc)
  endif()
  add_library(omenbench_${name} OBJECT ${ARGN})
  add_library(omenbench::${name} ALIAS omenbench_${name})
  target_include_directories(omenbench_${name} PUBLIC ${CMAKE_SOURCE_DIR})
  target_link_libraries(omenbench_${name} PRIVATE omenbench_warnings)
endfunction()

# omenbench_precompile(TARGET HEADERS...): parses headers that most of the target's files include once for all of them.
# omenbench_precompile(TARGET LIKE OTHER): takes those of a target that is compiled with the same flags. A file includes
# what it needs all the same: without -DOMENBENCH_PRECOMPILE=ON these do nothing.
set(OMENBENCH_COMMON_HEADERS <algorithm> <array> <cmath> <filesystem> <functional> <map> <memory> <optional> <span> <string>
    <vector> <fmt/format.h> <nlohmann/json.hpp>)
# CMake would declare what a precompiled header includes a system's, and hide warnings about our own headers.
set(CMAKE_PCH_PROLOGUE "")
function(omenbench_precompile target)
  if(NOT OMENBENCH_PRECOMPILE)
    return()
  endif()
  if(ARGV1 STREQUAL "LIKE")
    target_precompile_headers(${target} REUSE_FROM ${ARGV2})
  else()
    target_precompile_headers(${target} PRIVATE ${ARGN})
  endif()
endfunction()

# omenbench_unmeasured(TARGETS...): code outside of every clock. Compiling it with -O1 takes a third less time, and the
# standard library checks indexes and iterators there: a fault ends the program instead of making up a number.
function(omenbench_unmeasured)
  foreach(target IN LISTS ARGN)
    target_compile_options(${target} PRIVATE $<$<CONFIG:Release>:-O1>)
    target_compile_definitions(${target} PRIVATE _GLIBCXX_ASSERTIONS)
  endforeach()
endfunction()

# omenbench_isa_flags(ISA OUT): compiler flags of one instruction set.
function(omenbench_isa_flags isa out)
  set(${out} -march=${isa} PARENT_SCOPE)
endfunction()

# Instruction sets whose workers are built when somebody asks for them: --target omenbench-workers-x86-64-v3. valgrind
# knows no AVX-512, which the native ones may use (docs/explain.md).
set(OMENBENCH_ISAS_ON_DEMAND "")
if(CMAKE_SYSTEM_PROCESSOR STREQUAL "x86_64" AND NOT "x86-64-v3" IN_LIST OMENBENCH_ISAS)
  set(OMENBENCH_ISAS_ON_DEMAND "x86-64-v3")
endif()
set(OMENBENCH_ALL_ISAS ${OMENBENCH_ISAS} ${OMENBENCH_ISAS_ON_DEMAND})

# omenbench_isa_room(NAME SOURCES...): the same room once per instruction set, named omenbench_NAME-ISA. Everything
# that is linked into one worker is compiled for one instruction set.
function(omenbench_isa_room name)
  foreach(isa IN LISTS OMENBENCH_ALL_ISAS)
    omenbench_room(${name}-${isa} ${ARGN})
    omenbench_isa_flags(${isa} flags)
    target_compile_options(omenbench_${name}-${isa} PRIVATE ${flags})
    if(isa IN_LIST OMENBENCH_ISAS_ON_DEMAND)
      set_target_properties(omenbench_${name}-${isa} PROPERTIES EXCLUDE_FROM_ALL ON)
    endif()
  endforeach()
endfunction()

# omenbench_embed(TARGET NAMESPACE FILES...): compiles files into TARGET. `#include "embedded/NAMESPACE.h"` declares
# `std::span<const omenbench::EmbeddedFile> omenbench::embedded::NAMESPACE()` with {name, content} sorted by name.
function(omenbench_embed target namespace)
  set(dir ${CMAKE_BINARY_DIR}/generated)
  set(source ${dir}/embedded/${namespace}.cc)
  set(header ${dir}/embedded/${namespace}.h)
  add_custom_command(
    OUTPUT ${source} ${header}
    COMMAND ${CMAKE_COMMAND} -DOUT=${source} -DHEADER=${header} -DNAMESPACE=${namespace} "-DFILES=${ARGN}"
            -P ${CMAKE_SOURCE_DIR}/cmake/embed.cmake
    DEPENDS ${ARGN} ${CMAKE_SOURCE_DIR}/cmake/embed.cmake
    VERBATIM)
  target_sources(${target} PRIVATE ${source} ${header})
  target_include_directories(${target} PRIVATE ${dir})
endfunction()

# omenbench_test(NAME LIBRARIES...): tests/NAME/*_test.cc as one GoogleTest program, every test known to ctest. Files whose
# needs are not met are left out.
function(omenbench_test name)
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/tests/${name}/*.cc)
  omenbench_buildable(sources libraries ${sources})
  if(NOT sources)
    return()
  endif()
  add_executable(test_${name} ${sources})
  target_include_directories(test_${name} PRIVATE ${CMAKE_SOURCE_DIR} ${CMAKE_BINARY_DIR}/generated)
  target_link_libraries(test_${name} PRIVATE omenbench_warnings ${ARGN} ${libraries} GTest::gmock GTest::gtest_main)
  target_compile_definitions(test_${name} PRIVATE OMENBENCH_SOURCE_DIR="${CMAKE_SOURCE_DIR}"
                                                  OMENBENCH_BINARY_DIR="${CMAKE_BINARY_DIR}")
  omenbench_unmeasured(test_${name})
  if(name STREQUAL "base")
    omenbench_precompile(test_base ${OMENBENCH_COMMON_HEADERS} <gmock/gmock.h> <gtest/gtest.h>)
  elseif("omenbench::base" IN_LIST ARGN)
    omenbench_precompile(test_${name} LIKE test_base)
  elseif(name STREQUAL "indexes")
    omenbench_precompile(test_indexes <algorithm> <memory> <string> <vector> <gmock/gmock.h> <gtest/gtest.h>)
  endif()
  gtest_discover_tests(test_${name} TEST_PREFIX "${name}/" DISCOVERY_TIMEOUT 60 PROPERTIES TIMEOUT 600)
endfunction()
