// See the header.
#include "results/report/assets.h"

#include <openssl/evp.h>

#include <array>
#include <cassert>

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
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int size = 0;
  EVP_Digest(content.data(), content.size(), digest.data(), &size, EVP_sha256(), nullptr);
  std::array<unsigned char, 2 * EVP_MAX_MD_SIZE> base64{};
  const int length = EVP_EncodeBlock(base64.data(), digest.data(), static_cast<int>(size));
  return "'sha256-" + std::string(base64.begin(), base64.begin() + length) + "'";
}

}  // namespace omenbench::report
