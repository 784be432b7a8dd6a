// How the library of an engine was built, as far as the loaded library shows it: a distribution may have left its
// assertions on, which costs time in every call, and a number should say so.
#pragma once

#include <elf.h>
#include <link.h>

#include <cstdint>
#include <string>
#include <string_view>

namespace omenbench {

namespace library_build_detail {

struct Search {
  std::string_view library;  ///< "librocksdb"
  std::string found = "unknown";
};

/// Whether the object imports `name`. Its imports come before the symbols that its hash table covers (System V ABI,
/// "GNU hash section").
inline bool imports(const ElfW(Dyn) * dynamic, std::string_view name) {
  const ElfW(Sym)* symbols = nullptr;
  const char* names = nullptr;
  const std::uint32_t* hash = nullptr;
  for (; dynamic->d_tag != DT_NULL; ++dynamic) {
    if (dynamic->d_tag == DT_SYMTAB) symbols = reinterpret_cast<const ElfW(Sym)*>(dynamic->d_un.d_ptr);
    if (dynamic->d_tag == DT_STRTAB) names = reinterpret_cast<const char*>(dynamic->d_un.d_ptr);
    if (dynamic->d_tag == DT_GNU_HASH) hash = reinterpret_cast<const std::uint32_t*>(dynamic->d_un.d_ptr);
  }
  if (symbols == nullptr || names == nullptr || hash == nullptr) return false;
  const std::uint32_t first_hashed = hash[1];
  for (std::uint32_t i = 1; i < first_hashed; ++i) {
    if (symbols[i].st_shndx == SHN_UNDEF && names + symbols[i].st_name == name) return true;
  }
  return false;
}

inline int look_at(dl_phdr_info* object, std::size_t, void* context) {
  auto& search = *static_cast<Search*>(context);
  const std::string_view path = object->dlpi_name;
  if (!path.substr(path.rfind('/') + 1).starts_with(std::string(search.library) + ".so")) return 0;
  for (int i = 0; i < object->dlpi_phnum; ++i) {
    const ElfW(Phdr)& header = object->dlpi_phdr[i];
    if (header.p_type != PT_DYNAMIC) continue;
    const auto* dynamic = reinterpret_cast<const ElfW(Dyn)*>(object->dlpi_addr + header.p_vaddr);
    search.found = imports(dynamic, "__assert_fail") ? "compiled in" : "compiled out";
  }
  return 1;
}

}  // namespace library_build_detail

/// "compiled in" when the shared library of that name ("librocksdb") calls the C library's failed assertion, so that it
/// was built without NDEBUG; else "compiled out"; "unknown" when no such library is loaded.
inline std::string assertions_in(std::string_view library) {
  library_build_detail::Search search{library};
  dl_iterate_phdr(&library_build_detail::look_at, &search);
  return search.found;
}

}  // namespace omenbench
