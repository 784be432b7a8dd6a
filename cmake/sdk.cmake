# What `cmake --install` puts under a prefix: the program, its workers, and what it takes to compile plugins against
# them. Installed headers lie below include/omenbench/ and name each other by that path, so that they never meet other
# projects' "core/".
include(CMakePackageConfigHelpers)

set(sdk_headers
    core/index.h core/operation.h core/page_allocator.h core/plugin.h core/recording.h core/registry.h core/rng.h
    core/trial_io.h core/types.h harness/clock.h harness/recording.h harness/register.h harness/trial.h
    harness/trial/answer.h harness/trial/closed_loop.h harness/trial/open_loop.h harness/trial/rate_search.h
    harness/trial/stops.h harness/trial/team.h harness/worker/process_usage.h harness/plugin/plugin.h)
# Compiled into every plugin.
set(sdk_sources core/page_allocator.cc core/registry.cc harness/plugin/table.cc harness/worker/process_usage.cc)

set(sdk_dir ${CMAKE_BINARY_DIR}/sdk)
foreach(file IN LISTS sdk_headers sdk_sources)
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/${file})
  file(READ ${CMAKE_SOURCE_DIR}/${file} text)
  string(REGEX REPLACE "#include \"(core|harness)/" "#include \"omenbench/\\1/" text "${text}")
  if(file IN_LIST sdk_headers)
    file(CONFIGURE OUTPUT ${sdk_dir}/include/omenbench/${file} CONTENT "${text}" @ONLY)
  else()
    string(REPLACE "/" "_" name ${file})
    file(CONFIGURE OUTPUT ${sdk_dir}/plugin/${name} CONTENT "${text}" @ONLY)
  endif()
endforeach()
file(CONFIGURE OUTPUT ${sdk_dir}/include/omenbench/plugin.h CONTENT
     "// See harness/plugin/plugin.h.\n#pragma once\n\n#include \"omenbench/harness/plugin/plugin.h\"\n" @ONLY)
configure_package_config_file(${CMAKE_SOURCE_DIR}/cmake/omenbenchConfig.cmake.in ${sdk_dir}/omenbenchConfig.cmake
                              INSTALL_DESTINATION lib/cmake/omenbench)
write_basic_package_version_file(${sdk_dir}/omenbenchConfigVersion.cmake COMPATIBILITY SameMinorVersion)

# omenbench_install(TARGETS...): the program goes to bin/, its workers to where it looks for them.
function(omenbench_install)
  foreach(target IN LISTS ARGN)
    if(target STREQUAL omenbench)
      install(TARGETS ${target} RUNTIME DESTINATION bin)
    else()
      install(TARGETS ${target} RUNTIME DESTINATION libexec/omenbench)
    endif()
  endforeach()
endfunction()

install(DIRECTORY ${sdk_dir}/include/omenbench DESTINATION include)
install(DIRECTORY ${sdk_dir}/plugin DESTINATION share/omenbench)
install(FILES ${sdk_dir}/omenbenchConfig.cmake ${sdk_dir}/omenbenchConfigVersion.cmake
        DESTINATION lib/cmake/omenbench)
install(FILES ${CMAKE_SOURCE_DIR}/README.md ${CMAKE_SOURCE_DIR}/LICENSE DESTINATION share/doc/omenbench)
install(FILES ${CMAKE_SOURCE_DIR}/docs/adding-an-index.md DESTINATION share/doc/omenbench/docs)
