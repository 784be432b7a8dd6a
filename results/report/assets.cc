// See the header.
#include "results/report/assets.h"

#include <cassert>

#include "base/digest.h"
#include "embedded/report_files.h"

namespace omenbench::report {

std::string_view embedded_file(std::string_view name) {
  for (const EmbeddedFile& file : embedded::report_files()) {
    if (file.name == name) return file.content;
  }
  assert(false && "the build embeds every file of the report");
  return {};
}

std::string csp_hash(std::string_view content) {
  Digest digest;
  digest.update(content);
  return "'sha256-" + digest.base64() + "'";
}

}  // namespace omenbench::report
