# Writes the C++ source that puts files into a program. The assembler takes the bytes in (.incbin): escaping a megabyte
# into string literals takes CMake and the compiler many seconds. Each file ends in a zero that is not counted.
list(SORT FILES)
set(assembly "")
set(declarations "")
set(entries "")
set(index 0)
foreach(file IN LISTS FILES)
  get_filename_component(name "${file}" NAME)
  file(SIZE "${file}" size)
  set(symbol omenbench_embedded_${NAMESPACE}_${index})
  string(APPEND assembly
         "asm(R\"asm(\n.section .rodata, \"a\"\n.balign 16\n${symbol}:\n.incbin \"${file}\"\n.byte 0\n.previous\n)asm\");\n")
  string(APPEND declarations "extern \"C\" __attribute__((visibility(\"hidden\"))) const char ${symbol}[];\n")
  string(APPEND entries "    {R\"name(${name})name\", {${symbol}, ${size}}},\n")
  math(EXPR index "${index} + 1")
endforeach()
file(WRITE ${HEADER} "#pragma once\n#include <span>\n#include \"core/embedded_file.h\"\n"
     "namespace omenbench::embedded {\nstd::span<const EmbeddedFile> ${NAMESPACE}();\n}\n")
if(entries)
  set(files "constexpr EmbeddedFile kFiles[] = {\n${entries}};\n")
  set(result kFiles)
else()
  set(files "")
  set(result "{}")
endif()
file(WRITE ${OUT} "#include \"embedded/${NAMESPACE}.h\"\n${assembly}${declarations}"
     "namespace omenbench::embedded {\nnamespace {\n${files}}\n"
     "std::span<const EmbeddedFile> ${NAMESPACE}() { return ${result}; }\n}\n")
