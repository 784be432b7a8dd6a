# Libraries that a package takes along: those whose file names hold a version that changes from one release of a
# distribution to the next (libfmt.so.9). A package that has them inside installs on the release that made it and on later
# ones. Everything else it takes from the system, with its security updates.
set(OMENBENCH_BUNDLE "" CACHE STRING
    "Libraries that an installation takes along: regular expressions of their names without lib, as fmt or absl_.*")
set(OMENBENCH_BUNDLE_DIR lib/omenbench)

# omenbench_find_bundled(TARGET FOLDER): makes a program, installed into FOLDER, look there first.
function(omenbench_find_bundled target folder)
  if(NOT OMENBENCH_BUNDLE)
    return()
  endif()
  file(RELATIVE_PATH way /${folder} /${OMENBENCH_BUNDLE_DIR})
  set_target_properties(${target} PROPERTIES INSTALL_RPATH "$ORIGIN/${way}")
  # The older kind of entry, which holds for the libraries of these libraries too.
  target_link_options(${target} PRIVATE -Wl,--disable-new-dtags)
endfunction()

# omenbench_install_bundled(DOC): what the programs of the set omenbench_libraries need of these, and the copyright files of
# the Debian packages that they come from, as DOC/bundled/PACKAGE.
function(omenbench_install_bundled doc)
  if(NOT OMENBENCH_BUNDLE)
    return()
  endif()
  list(TRANSFORM OMENBENCH_BUNDLE REPLACE "(.+)" "^lib\\1[-.0-9]*\\\\.so" OUTPUT_VARIABLE names)
  install(RUNTIME_DEPENDENCY_SET omenbench_libraries PRE_INCLUDE_REGEXES ${names} PRE_EXCLUDE_REGEXES .
          LIBRARY DESTINATION ${OMENBENCH_BUNDLE_DIR})
  set(OMENBENCH_DOC_DIR ${doc})
  configure_file(${CMAKE_CURRENT_FUNCTION_LIST_DIR}/bundled_copyright.cmake.in
                 ${CMAKE_BINARY_DIR}/bundled_copyright.cmake @ONLY)
  install(SCRIPT ${CMAKE_BINARY_DIR}/bundled_copyright.cmake)
  # Where dpkg-shlibdeps finds what these libraries need of each other: below the package's root.
  set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS_PRIVATE_DIRS ${CPACK_PACKAGING_INSTALL_PREFIX}/${OMENBENCH_BUNDLE_DIR} PARENT_SCOPE)
endfunction()
