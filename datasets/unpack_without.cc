// See unpack.h: the stand-in of a build without libarchive.
#include <fmt/format.h>

#include "core/error.h"
#include "datasets/unpack.h"

namespace omenbench::datasets {

PassedOver visit_archive(const std::filesystem::path& file, const std::string&, const ArchiveLimits&, bool,
                         const std::function<void(const Member&, ByteSource&)>&) {
  throw Error(fmt::format(
      "file '{}': this omenbench was built without libarchive, which reads compressed files and archives; unpack the "
      "file, or install libarchive-dev and build again",
      file.string()));
}

}  // namespace omenbench::datasets
