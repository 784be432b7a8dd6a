// Registers the implicit binary tree in breadth-first order.
#include "indexes/arrays/eytzinger.h"

#include "harness/register.h"

namespace omenbench {
namespace {

const bool registered = add_index<Eytzinger>({.name = "eytzinger",
                                              .display = "Eytzinger layout with prefetch",
                                              .family = Family::kArray,
                                              .citation = "Khuong and Morin, Array layouts for comparison-based "
                                                          "searching, JEA 2017",
                                              .peak_bytes_per_key = 17});

}  // namespace
}  // namespace omenbench
