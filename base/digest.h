// Checksums of bytes and files: OpenSSL's digests, which use the processor's instructions for them.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

struct evp_md_ctx_st;

namespace omenbench {

class Digest {
 public:
  /// `algorithm`: "sha256" or "md5". Throws Error when OpenSSL lacks it.
  explicit Digest(const std::string& algorithm = "sha256");
  void update(std::span<const char> bytes);
  /// Adds a file's content and says how many bytes it has. Throws Error naming the file.
  std::uint64_t update_from(const std::filesystem::path& file);
  /// Lower-case hexadecimal. Ends the digest.
  std::string hex();
  /// Ends the digest, too.
  std::string base64();

 private:
  std::vector<unsigned char> finish();
  std::unique_ptr<evp_md_ctx_st, void (*)(evp_md_ctx_st*)> context_;
};

/// In hexadecimal.
std::string sha256_of(std::string_view bytes);
/// Of a file's bytes. Throws Error naming the file.
std::string digest_of_file(const std::string& algorithm, const std::filesystem::path& file);

/// What a file's content should be; empty when nothing is known.
struct Checksum {
  std::string algorithm;  ///< "sha256", "md5" or ""
  std::string hex;
  bool known() const { return !algorithm.empty(); }
};

}  // namespace omenbench
