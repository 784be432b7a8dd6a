// The concurrent skip list under threads that write.
#include "indexes/trees/skip_list.h"

#include <gtest/gtest.h>

#include "tests/indexes/concurrent_tree.h"

namespace omenbench {
namespace {

TEST(SkipList, SurvivesThreadsWithKeysOfTheirOwn) { tree_test::survives_threads_with_keys_of_their_own<SkipList>(); }

TEST(SkipList, ShowsEachWriterInOrder) { tree_test::shows_each_writer_in_order<SkipList>(); }

TEST(SkipList, CountsEveryInsertOnce) { tree_test::counts_every_insert_once<SkipList>(); }

}  // namespace
}  // namespace omenbench
