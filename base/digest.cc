// See the header.
#include "base/digest.h"

#include <fmt/format.h>
#include <openssl/evp.h>

#include <cerrno>
#include <cstdio>
#include <cstring>

#include "core/error.h"

namespace omenbench {

Digest::Digest(const std::string& algorithm) : context_(EVP_MD_CTX_new(), &EVP_MD_CTX_free) {
  const EVP_MD* digest = algorithm == "sha256" ? EVP_sha256() : algorithm == "md5" ? EVP_md5() : nullptr;
  if (!context_ || !digest || EVP_DigestInit_ex(context_.get(), digest, nullptr) != 1) {
    throw Error(fmt::format("checksum '{}' is not available in OpenSSL's libcrypto", algorithm));
  }
}

void Digest::update(std::span<const char> bytes) { EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size()); }

std::uint64_t Digest::update_from(const std::filesystem::path& file) {
  const auto close = [](std::FILE* open) { std::fclose(open); };
  const std::unique_ptr<std::FILE, decltype(close)> in(std::fopen(file.c_str(), "rb"), close);
  if (!in) throw Error(fmt::format("file '{}': {}", file.string(), std::strerror(errno)));
  std::vector<char> buffer(64 * 1024);  // stays in the processor's cache, and touches no new pages for a small file
  std::uint64_t length = 0;
  while (const std::size_t got = std::fread(buffer.data(), 1, buffer.size(), in.get())) {
    update({buffer.data(), got});
    length += got;
  }
  if (std::ferror(in.get())) throw Error(fmt::format("file '{}': {}", file.string(), std::strerror(errno)));
  return length;
}

std::vector<unsigned char> Digest::finish() {
  std::vector<unsigned char> digest(EVP_MAX_MD_SIZE);
  unsigned size = 0;
  EVP_DigestFinal_ex(context_.get(), digest.data(), &size);
  digest.resize(size);
  return digest;
}

std::string Digest::hex() { return fmt::format("{:02x}", fmt::join(finish(), "")); }

std::string Digest::base64() {
  const std::vector<unsigned char> digest = finish();
  std::vector<unsigned char> text(2 * digest.size() + 4);
  const int length = EVP_EncodeBlock(text.data(), digest.data(), static_cast<int>(digest.size()));
  return {text.begin(), text.begin() + length};
}

std::string sha256_of(std::string_view bytes) {
  Digest digest;
  digest.update(bytes);
  return digest.hex();
}

std::string digest_of_file(const std::string& algorithm, const std::filesystem::path& file) {
  Digest digest(algorithm);
  digest.update_from(file);
  return digest.hex();
}

}  // namespace omenbench
