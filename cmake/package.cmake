# What a package holds beyond the program: its manual page and completions, made by the program itself, and how `cpack`
# makes a Debian package of it all (preset `package`).
find_package(Python3 REQUIRED COMPONENTS Interpreter)
set(made ${CMAKE_BINARY_DIR}/made)
add_custom_command(
  OUTPUT ${made}/omenbench.1 ${made}/omenbench ${made}/_omenbench ${made}/omenbench.fish
  COMMAND ${CMAKE_COMMAND} -E make_directory ${made}
  COMMAND ${Python3_EXECUTABLE} ${CMAKE_SOURCE_DIR}/scripts/man_page $<TARGET_FILE:omenbench> > ${made}/omenbench.1
  COMMAND omenbench completion bash > ${made}/omenbench
  COMMAND omenbench completion zsh > ${made}/_omenbench
  COMMAND omenbench completion fish > ${made}/omenbench.fish
  DEPENDS omenbench ${CMAKE_SOURCE_DIR}/scripts/man_page
  VERBATIM)
add_custom_target(omenbench_manual ALL DEPENDS ${made}/omenbench.1)

# Optional: scripts/quickstart builds the program and its workers alone, which can be installed all the same.
install(FILES ${made}/omenbench.1 DESTINATION share/man/man1 OPTIONAL)
install(FILES ${made}/omenbench DESTINATION share/bash-completion/completions OPTIONAL)
install(FILES ${made}/_omenbench DESTINATION share/zsh/vendor-completions OPTIONAL)
install(FILES ${made}/omenbench.fish DESTINATION share/fish/vendor_completions.d OPTIONAL)

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_PACKAGE_CONTACT "the omenbench authors <omenbench@localhost>")
set(CPACK_STRIP_FILES ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION database)
# scripts/release names the system here, because a package depends on the libraries of the one that made it.
set(OMENBENCH_RELEASE "" CACHE STRING "Release of the Debian package, behind the version and a hyphen")
set(CPACK_DEBIAN_PACKAGE_RELEASE "${OMENBENCH_RELEASE}")
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS "postgresql, redis-tools, python3-matplotlib, wamerican-insane")
set(CPACK_DEBIAN_PACKAGE_SUGGESTS "g++, cmake, tor-geoipdb")
include(CPack)
