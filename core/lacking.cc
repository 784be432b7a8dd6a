// See lacking.h.
#include "core/lacking.h"

#include <functional>
#include <map>

namespace omenbench {
namespace {

std::map<std::string, std::string, std::less<>>& all() {
  static std::map<std::string, std::string, std::less<>> instance;
  return instance;
}

}  // namespace

bool say_lacking(const std::string& name, const std::string& what) {
  all()[name] = what;
  return true;
}

std::string lacking_of(std::string_view name) {
  const auto found = all().find(name);
  return found == all().end() ? "" : found->second;
}

}  // namespace omenbench
