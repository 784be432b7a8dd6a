// Records and the answers to reading them.
#include "core/record.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace omenbench {
namespace {

std::string record_of(Payload payload, std::size_t bytes) {
  std::string record(bytes, '\0');
  write_record(record.data(), bytes, payload);
  return record;
}

TEST(Record, BeginsWithThePayloadAndOfEightBytesIsIt) {
  const Payload payload = 0x0123456789abcdef;
  EXPECT_EQ(load_word(record_of(payload, 8).data()), payload);
  EXPECT_EQ(record_answer(record_of(payload, 8)), payload);
  EXPECT_EQ(record_answer_of(payload, 8), payload);
  EXPECT_EQ(load_word(record_of(payload, 4096).data()), payload);
}

TEST(Record, IsThePrefixOfALongerOne) {
  const std::string longest = record_of(77, kMostRecordBytes);
  for (const std::size_t bytes : {9, 15, 16, 17, 100, 511}) {
    EXPECT_EQ(record_of(77, bytes), longest.substr(0, bytes)) << bytes;
  }
}

TEST(Record, AnswersByEveryByte) {
  for (const std::size_t bytes : {8, 9, 12, 15, 16, 23, 64, 100, 4096}) {
    std::string record = record_of(42, bytes);
    const std::uint64_t answer = record_answer(record);
    EXPECT_EQ(answer, record_answer_of(42, bytes));
    for (std::size_t i = 0; i < bytes; ++i) {
      record[i] = static_cast<char>(record[i] ^ 0x80);
      EXPECT_NE(record_answer(record), answer) << "byte " << i << " of " << bytes;
      record[i] = static_cast<char>(record[i] ^ 0x80);
    }
  }
}

TEST(Record, AnswersOtherwiseWhereBytesAreMissingOrZero) {
  const std::string record = record_of(0x0123456789abcdef, 100);
  ASSERT_EQ(record.find(char{0}), std::string::npos);
  std::set<std::uint64_t> answers;
  for (std::size_t bytes = 0; bytes <= record.size(); ++bytes) {
    answers.insert(record_answer(record.substr(0, bytes)));
    if (bytes < record.size()) answers.insert(record_answer(record.substr(0, bytes) + std::string(100 - bytes, '\0')));
  }
  EXPECT_EQ(answers.size(), 2 * record.size() + 1);
}

TEST(Record, AnswersOtherwiseWhereWordsAreSwappedOrOfAnother) {
  std::string record = record_of(42, 64);
  const std::uint64_t answer = record_answer(record);
  const std::string swapped = record.substr(0, 8) + record.substr(16, 8) + record.substr(8, 8) + record.substr(24);
  EXPECT_NE(record_answer(swapped), answer);
  const std::string mixed = record.substr(0, 32) + record_of(43, 64).substr(32);
  EXPECT_NE(record_answer(mixed), answer);
}

}  // namespace
}  // namespace omenbench
