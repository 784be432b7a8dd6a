# What `cmake --install` puts under a prefix: the program, its workers, what it takes to compile plugins against them, its
# documentation, and the script that draws figures for papers.
include(CMakePackageConfigHelpers)

# Compiled into every plugin. With plugin.h they draw in every header that a plugin is compiled with: those are the kit.
set(OMENBENCH_SDK_SOURCES core/page_allocator.cc core/registry.cc harness/plugin/table.cc harness/worker/process_usage.cc)

# A quoted include is written from the project's root, and an installed header would meet a plugin's own "core/types.h" by
# that path, whatever directories the compiler is given. So the kit lies below include/omenbench/, and its files name each
# other by that path.
set(sdk_dir ${CMAKE_BINARY_DIR}/sdk)
set(left harness/plugin/plugin.h ${OMENBENCH_SDK_SOURCES})
set(seen ${left})
while(left)
  list(POP_FRONT left file)
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/${file})
  file(READ ${CMAKE_SOURCE_DIR}/${file} text)
  string(REGEX MATCHALL "\n#include \"[^\"\n]+" includes "${text}")
  list(TRANSFORM includes REPLACE "^\n#include \"" "")
  foreach(included IN LISTS includes)
    if(NOT included IN_LIST seen)
      list(APPEND seen ${included})
      list(APPEND left ${included})
    endif()
  endforeach()
  string(REPLACE "\n#include \"" "\n#include \"omenbench/" text "${text}")
  if(file MATCHES "\\.cc$")
    string(REPLACE "/" "_" name ${file})
    file(CONFIGURE OUTPUT ${sdk_dir}/plugin/${name} CONTENT "${text}" @ONLY)
  else()
    file(CONFIGURE OUTPUT ${sdk_dir}/include/omenbench/${file} CONTENT "${text}" @ONLY)
  endif()
endwhile()
file(CONFIGURE OUTPUT ${sdk_dir}/include/omenbench/plugin.h CONTENT
     "// See harness/plugin/plugin.h.\n#pragma once\n\n#include \"omenbench/harness/plugin/plugin.h\"\n" @ONLY)
configure_package_config_file(${CMAKE_SOURCE_DIR}/cmake/omenbenchConfig.cmake.in ${sdk_dir}/omenbenchConfig.cmake
                              INSTALL_DESTINATION lib/cmake/omenbench)
write_basic_package_version_file(${sdk_dir}/omenbenchConfigVersion.cmake COMPATIBILITY SameMinorVersion)

# omenbench_install(TARGETS...): the program goes to bin/, its workers to where it looks for them.
function(omenbench_install)
  foreach(target IN LISTS ARGN)
    set(folder libexec/omenbench)
    if(target STREQUAL omenbench)
      set(folder bin)
    endif()
    omenbench_find_bundled(${target} ${folder})
    install(TARGETS ${target} RUNTIME_DEPENDENCY_SET omenbench_libraries RUNTIME DESTINATION ${folder})
  endforeach()
endfunction()

install(DIRECTORY ${sdk_dir}/include/omenbench DESTINATION include)
install(FILES core/c_plugin.h DESTINATION include/omenbench)  # plugins in C take nothing else
install(DIRECTORY ${sdk_dir}/plugin DESTINATION share/omenbench)
install(FILES ${sdk_dir}/omenbenchConfig.cmake ${sdk_dir}/omenbenchConfigVersion.cmake
        DESTINATION lib/cmake/omenbench)
install(PROGRAMS ${CMAKE_SOURCE_DIR}/scripts/plot.py DESTINATION libexec/omenbench)
install(DIRECTORY ${CMAKE_SOURCE_DIR}/scripts/plots DESTINATION libexec/omenbench FILES_MATCHING PATTERN "*.py")
# A relative link, as a package needs it; Python looks for plots/ beside the file that the link leads to.
file(MAKE_DIRECTORY ${sdk_dir}/bin)
file(CREATE_LINK ../libexec/omenbench/plot.py ${sdk_dir}/bin/omenbench-plot SYMBOLIC)
install(FILES ${sdk_dir}/bin/omenbench-plot DESTINATION bin)

# The documentation as it lies in the tree, with the few sources that it links to.
set(doc share/doc/omenbench)
file(GLOB pages CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/*.md)
install(FILES ${pages} LICENSE DESTINATION ${doc})
install(DIRECTORY docs DESTINATION ${doc} FILES_MATCHING PATTERN "*.md")
install(DIRECTORY results/published DESTINATION ${doc}/results)
install(FILES results/report/figures/README.md DESTINATION ${doc}/results/report/figures)
install(FILES tests/datasets/real_data_test.cc DESTINATION ${doc}/tests/datasets)
install(DIRECTORY examples/ DESTINATION ${doc}/examples)
install(FILES templates/gate.yml templates/slurm.sh templates/kubernetes.yaml DESTINATION ${doc}/templates)
install(FILES .github/workflows/gate.yml .github/workflows/history.yml DESTINATION ${doc}/.github/workflows)
