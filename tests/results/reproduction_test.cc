// A run and its repetition, on rows whose outcome is known by construction.
#include "results/compare/reproduction.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "results/report/answer.h"
#include "results/summarise.h"
#include "synthetic_run.h"

namespace omenbench {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

/// "mine" takes `learned_ns`, the tree 100 ns; 12 rounds that differ by a thousandth each.
Run measured(double learned_ns, double tree_ns = 100) {
  Run run = testing::empty_run({testing::index_summary("mine", "learned"), testing::index_summary("tree", "tree")});
  testing::add_rounds(run, 12, [&](const std::string& index, std::uint64_t round) {
    return (index == "mine" ? learned_ns : tree_ns) * (1 + 0.001 * static_cast<double>(round));
  });
  return run;
}

Reproduction again(const Run& then, const Run& now) { return compare_again(summarise(then), summarise(now)); }

const Conclusion& headline(const Reproduction& all) {
  return *std::ranges::find_if(all.conclusions, &Conclusion::headline);
}

TEST(Reproduction, ConfirmsWhatIsTheSame) {
  const Reproduction all = again(measured(50), measured(50.2));
  EXPECT_TRUE(all.same_machine);
  EXPECT_TRUE(all.same_program);
  EXPECT_THAT(all.differences, IsEmpty());
  EXPECT_EQ(all.same_rows, 1U);
  EXPECT_EQ(headline(all).agreement, Agreement::kAgrees);
  EXPECT_NEAR(headline(all).change->ratio, 1.004, 1e-6);
  EXPECT_EQ(all.count(Agreement::kDiffers), 0U);
  EXPECT_EQ(all.moved(), 0U);
}

TEST(Reproduction, AVerdictOnTheOtherSideContradicts) {
  const Reproduction all = again(measured(50), measured(150));
  EXPECT_EQ(headline(all).then.word, VerdictWord::kWins);
  EXPECT_EQ(headline(all).now.word, VerdictWord::kLoses);
  EXPECT_EQ(headline(all).agreement, Agreement::kDiffers);
  EXPECT_EQ(again(measured(50), measured(100)).count(Agreement::kDiffers), 5U) << "a tie contradicts a win";
  EXPECT_THAT(as_text(reproduction_document(all)), HasSubstr("contradicted"));
}

TEST(Reproduction, AVerdictThatCannotBeRepeatedStaysOpen) {
  omenbench::Run noisy = measured(50);
  for (TrialRecord& trial : noisy.trials) {
    if (trial.index == "mine") trial.passes[0].ns_per_op *= trial.round % 2 == 0 ? 0.5 : 3;
  }
  const Reproduction all = again(measured(50), noisy);
  EXPECT_EQ(headline(all).agreement, Agreement::kOpen);
  EXPECT_EQ(headline(all).reason, "inconclusive now");
  EXPECT_EQ(all.open_headlines(), 1U);
  // What was open then cannot be contradicted now.
  const Reproduction back = again(noisy, measured(50));
  EXPECT_GT(back.open_then, 0U);
  EXPECT_EQ(back.open_headlines(), 0U);
}

TEST(Reproduction, SaysThatFewerRoundsMayBeWhyConclusionsAreOpen) {
  omenbench::Run brief = measured(50);
  std::erase_if(brief.trials, [](const TrialRecord& trial) { return trial.round >= 3; });
  const Reproduction all = again(measured(50), brief);
  EXPECT_EQ(all.shorter_rows, 1U);
  EXPECT_THAT(as_text(reproduction_document(all), {.width = 300}), HasSubstr("1 of 1 row has fewer rounds than then"));
  EXPECT_EQ(again(measured(50), measured(50)).shorter_rows, 0U);
}

TEST(Reproduction, FindsDatasetsByTheirKeysWhateverTheyAreCalledNow) {
  Result then = summarise(measured(50));
  then.datasets.push_back(then.datasets[0]);
  then.datasets[1].name = "second";
  then.rows.push_back(then.rows[0]);
  then.rows[1].dataset = "second";
  const auto same_rows = [&](const Result& now) { return compare_again(then, now).same_rows; };
  EXPECT_EQ(same_rows(then), 2U) << "equal keys under two names";
  then.datasets[1].sha256 = "other keys";
  Result now = then;
  std::swap(now.datasets[0].name, now.datasets[1].name);
  std::swap(now.rows[0].dataset, now.rows[1].dataset);
  EXPECT_EQ(same_rows(now), 2U) << "they changed their names";
  now.datasets[0].name = now.rows[0].dataset = "third";
  EXPECT_EQ(same_rows(now), 2U);
}

TEST(Reproduction, IsAskedForWithNamesThatAShellTakesAsTheyAre) {
  Result then = summarise(measured(50));
  then.datasets[0].kind = "real";
  then.datasets[0].name = "my keys";
  EXPECT_EQ(report::repeat_command(then), "omenbench reproduce results.json -d 'my keys=FILE'");
  then.datasets.push_back(then.datasets[0]);
  EXPECT_EQ(report::repeat_command(then), "omenbench reproduce results.json -d 'my keys=FILE'") << "at another size";
}

TEST(Reproduction, TimesThatAllMoveAreToldAndContradictNothing) {
  const Reproduction all = again(measured(50), measured(100, 200));
  EXPECT_EQ(all.count(Agreement::kDiffers), 0U);
  EXPECT_EQ(headline(all).agreement, Agreement::kAgrees);
  EXPECT_GT(all.moved(), 0U);
  for (const Moved& moved : all.measurements) {
    if (moved.metric == "ns_per_op") EXPECT_NEAR(moved.change->ratio, 2, 1e-6);
  }
}

TEST(Reproduction, DatasetsAreTheSameByTheirKeysWhateverTheyAreCalled) {
  omenbench::Run other = measured(50);
  other.header.datasets[0].name = other.header.rows[0].dataset = "elsewhere";
  const Reproduction all = again(measured(50), other);
  EXPECT_EQ(headline(all).agreement, Agreement::kAgrees);
  EXPECT_EQ(all.same_rows, 1U);
}

TEST(Reproduction, OtherOperationsOtherProgramsAndNewFailuresAreNamed) {
  omenbench::Run other = measured(50);
  for (TrialRecord& trial : other.trials) trial.stream_sha256 = std::string(64, 'f');
  other.header.tool.commit = "another";
  other.header.tool.build_id = "another";
  omenbench::Run then = measured(50);
  for (TrialRecord& trial : then.trials) trial.stream_sha256 = std::string(64, 'a');
  const Reproduction all = again(then, other);
  EXPECT_EQ(all.same_rows, 0U);
  EXPECT_FALSE(all.same_program);
  EXPECT_THAT(all.measurements, IsEmpty()) << "times of other operations say nothing";
  EXPECT_EQ(headline(all).agreement, Agreement::kAgrees) << "conclusions are about the workload";
  ASSERT_FALSE(all.differences.empty());
  EXPECT_THAT(all.differences.back().now, HasSubstr("ran other operations"));
  EXPECT_THAT(as_text(reproduction_document(all)), HasSubstr("(another) now"));

  omenbench::Run failing = measured(50);
  for (TrialRecord& trial : failing.trials) {
    if (trial.index != "tree") continue;
    trial.status = TrialStatus::kCrash;
    trial.reason = "killed by signal 11";
  }
  EXPECT_THAT(again(measured(50), failing).newly_failed, ::testing::ElementsAre(HasSubstr("tree: crash: killed")));
}

}  // namespace
}  // namespace omenbench
