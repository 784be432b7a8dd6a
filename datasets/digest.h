// Checksums of bytes and files: OpenSSL's digests, which use the processor's instructions for them.
#pragma once

#include <filesystem>
#include <memory>
#include <span>
#include <string>

struct evp_md_ctx_st;

namespace omenbench::datasets {

class Digest {
 public:
  /// `algorithm`: "sha256" or "md5". Throws Error when OpenSSL lacks it.
  explicit Digest(const std::string& algorithm);
  void update(std::span<const char> bytes);
  /// Lower-case hexadecimal. Ends the digest.
  std::string hex();

 private:
  std::unique_ptr<evp_md_ctx_st, void (*)(evp_md_ctx_st*)> context_;
};

/// What a file's content should be; empty when nothing is known.
struct Checksum {
  std::string algorithm;  ///< "sha256", "md5" or ""
  std::string hex;
  bool known() const { return !algorithm.empty(); }
};

/// Of a file's bytes. Throws Error naming the file.
std::string digest_of_file(const std::string& algorithm, const std::filesystem::path& file);

}  // namespace omenbench::datasets
