// The only names that are ever created or dropped on a server.
#pragma once

#include <string>

#include "core/error.h"
#include "core/index.h"

namespace omenbench {

/// The site's table name, which is of the form omb_<hex> and so needs no quotes anywhere. Throws Error otherwise.
inline std::string checked_table(const EngineSite& site, const std::string& server) {
  const std::string& name = site.table;
  const bool good = name.starts_with("omb_") && name.size() > 4 && name.size() <= 48 &&
                    name.find_first_not_of("0123456789abcdef", 4) == std::string::npos;
  if (!good) throw Error(server + ": table name '" + name + "' is not of the form omb_<hex>");
  return name;
}

}  // namespace omenbench
