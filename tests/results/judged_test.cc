// What a person is told of claims beside their verdicts.
#include "results/claims/judged.h"

#include <gmock/gmock.h>

namespace omenbench {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

Judged judged(std::uint64_t repeated) {
  Judged one{.claim = {}, .verdict = {}, .failure = "planted"};
  one.verdict.word = ClaimWord::kNotTestable;
  one.doubts = {{.found = "the load is 21", .why = "others compute", .remedy = "end them"}};
  one.repeats.lost = repeated;
  return one;
}

TEST(Judged, SaysOnceWhatTheMachineDidToAllRuns) {
  const std::vector<Judged> all = {judged(2), judged(3)};
  const std::vector<std::string> notes = claims_json(all, 0).at("notes");
  EXPECT_THAT(notes, ElementsAre("at the start the load is 21: others compute. What helps: end them",
                                 HasSubstr("5 trials had lost the processor")));
  for (const Detail detail : {Detail::kBrief, Detail::kFull}) {
    const std::string text = as_text(claims_document(all, 0, detail), {});
    for (const std::string& note : notes) EXPECT_THAT(text, HasSubstr("note: " + note.substr(0, 30)));
  }
}

}  // namespace
}  // namespace omenbench
