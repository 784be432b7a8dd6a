// See transfer.h: the stand-in of a build without libcurl.
#include "core/error.h"
#include "datasets/fetch/transfer.h"

namespace omenbench::datasets {
namespace {

[[noreturn]] void refuse(const std::string& url) {
  throw Error("'" + url +
              "': this omenbench was built without libcurl, which downloads; fetch the file yourself, or "
              "install libcurl4-openssl-dev and build again");
}

}  // namespace

TransferResult transfer(const std::string& url, const std::filesystem::path&, const TransferOptions&) { refuse(url); }

std::string fetch_text(const std::string& url, const TransferOptions&) { refuse(url); }

}  // namespace omenbench::datasets
