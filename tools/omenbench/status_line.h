// The one line of a terminal that says where something stands, and is written again and again.
#pragma once

#include <string>

namespace omenbench {

/// On stderr, for who found that interactive (command.h).
class StatusLine {
 public:
  /// In place of what it said before, on one line of the terminal: what is longer is cut, for a line that wraps around
  /// would leave a part of itself behind each time.
  void show(const std::string& text);
  /// Takes it away, for what is printed next.
  void clear();

 private:
  bool drawn_ = false;
};

}  // namespace omenbench
