// See digest.h.
#include "datasets/digest.h"

#include <fmt/format.h>
#include <openssl/evp.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <vector>

#include "core/error.h"

namespace omenbench::datasets {

Digest::Digest(const std::string& algorithm) : context_(EVP_MD_CTX_new(), &EVP_MD_CTX_free) {
  const EVP_MD* digest = algorithm == "sha256" ? EVP_sha256() : algorithm == "md5" ? EVP_md5() : nullptr;
  if (!context_ || !digest || EVP_DigestInit_ex(context_.get(), digest, nullptr) != 1) {
    throw Error(fmt::format("checksum '{}' is not available in OpenSSL's libcrypto", algorithm));
  }
}

void Digest::update(std::span<const char> bytes) { EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size()); }

std::string Digest::hex() {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  EVP_DigestFinal_ex(context_.get(), digest.data(), &size);
  return fmt::format("{:02x}", fmt::join(digest.begin(), digest.begin() + size, ""));
}

std::string digest_of_file(const std::string& algorithm, const std::filesystem::path& file) {
  Digest digest(algorithm);
  const auto close = [](std::FILE* open) { std::fclose(open); };
  const std::unique_ptr<std::FILE, decltype(close)> in(std::fopen(file.c_str(), "rb"), close);
  if (!in) throw Error(fmt::format("file '{}': {}", file.string(), std::strerror(errno)));
  std::vector<char> buffer(1 << 20);
  while (const std::size_t got = std::fread(buffer.data(), 1, buffer.size(), in.get())) {
    digest.update({buffer.data(), got});
  }
  if (std::ferror(in.get())) throw Error(fmt::format("file '{}': {}", file.string(), std::strerror(errno)));
  return digest.hex();
}

}  // namespace omenbench::datasets
