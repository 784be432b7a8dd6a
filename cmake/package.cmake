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

# Images that leave out documentation keep this file alone.
install(FILES LICENSE DESTINATION share/doc/omenbench RENAME copyright)

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
omenbench_install_bundled(share/doc/omenbench)
set(CPACK_PACKAGE_CONTACT "the omenbench authors <omenbench@localhost>")
set(CPACK_STRIP_FILES ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION database)
set(CPACK_DEBIAN_PACKAGE_DESCRIPTION
"Runs learned indexes, trees, hash maps, storage engines and databases side by side
on your keys or on public ones, checks every answer, and gives verdicts with
intervals. 'omenbench decide FILE' says which index suits the keys of a file.

Databases take part where their programs are installed: postgresql, redis-tools,
mariadb-server-core.")
# scripts/release names the system here.
set(OMENBENCH_RELEASE "" CACHE STRING "Release of the Debian package, behind the version and a hyphen")
set(CPACK_DEBIAN_PACKAGE_RELEASE "${OMENBENCH_RELEASE}")
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
# Nothing that starts a server: who measures decides what runs there.
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS "wamerican-insane")
set(CPACK_DEBIAN_PACKAGE_SUGGESTS
    "postgresql, redis-tools, mariadb-server-core, python3-matplotlib, valgrind, g++, cmake, tor-geoipdb")
include(CPack)
