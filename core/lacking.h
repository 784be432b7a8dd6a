// Indexes that are built but need something that a machine may lack: a library that is opened at run time. They are
// listed with what is missing, and take part in nothing until it is there.
#pragma once

#include <string>
#include <string_view>

namespace omenbench {

/// Says, beside its registration, what the index of that name needs on this machine, and how to get it; empty: nothing.
bool say_lacking(const std::string& name, const std::string& what);

/// What was said of it.
std::string lacking_of(std::string_view name);

}  // namespace omenbench
