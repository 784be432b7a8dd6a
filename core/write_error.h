// What claims tell apart from everything else that can go wrong.
#pragma once

#include "core/error.h"

namespace omenbench {

/// What was to be kept cannot be: an output that cannot be created or written. It says nothing about what is measured.
class WriteError : public Error {
 public:
  using Error::Error;
};

}  // namespace omenbench
