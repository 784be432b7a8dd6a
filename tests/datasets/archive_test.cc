// Archives give their members' bytes, and hostile, damaged or mislabelled ones are refused by name.
#include "datasets/archive.h"

#include "archives.h"
#include "datasets/gzip_check.h"
#include "test_files.h"

namespace omenbench::datasets {
namespace {

class ArchiveTest : public DatasetTest {
 protected:
  /// "name:content;" of all members.
  std::string contents(const std::string& file, const std::string& pattern = "", ArchiveLimits limits = {}) const {
    std::string result;
    for_each_member(file, pattern, limits, [&](const Member& member, ByteSource& bytes) {
      result += member.name + ":";
      char buffer[1000];
      while (const std::size_t got = bytes.read(buffer)) result.append(buffer, got);
      result += ";";
    });
    return result;
  }
  std::string refusal(const std::string& file, ArchiveLimits limits = {}) const {
    try {
      contents(file, "", limits);
    } catch (const Error& error) {
      EXPECT_NE(std::string(error.what()).find(file), std::string::npos) << error.what();
      return error.what();
    }
    return "";
  }
};

TEST_F(ArchiveTest, ReadsEveryCompressionAndThePlainFile) {
  for (const auto& [filter, suffix] : Members{{"gzip", ".gz"}, {"xz", ".xz"}, {"zstd", ".zst"}, {"bzip2", ".bz2"}}) {
    EXPECT_EQ(contents(write("a.csv" + suffix, compress(filter, "1\n2\n"))), "a.csv:1\n2\n;") << filter;
  }
  EXPECT_EQ(contents(write("a.csv", "1\n2\n")), "a.csv:1\n2\n;");
  EXPECT_EQ(contents(write("no_suffix", compress("gzip", "1\n"))), "no_suffix:1\n;");
}

TEST_F(ArchiveTest, ReadsTheFilesOfArchivesInTheirOrder) {
  const Members members = {{"d/", ""}, {"d/b.csv", "2"}, {"d/a.csv", "1"}, {"__MACOSX/d/._a.csv", "x"}};
  EXPECT_EQ(contents(write("a.zip", make_archive("zip", "none", members))), "d/b.csv:2;d/a.csv:1;");
  EXPECT_EQ(contents(write("a.tar", make_archive("tar", "none", members))), "d/b.csv:2;d/a.csv:1;");
  EXPECT_EQ(contents(write("a.tar.xz", make_archive("tar", "xz", members))), "d/b.csv:2;d/a.csv:1;");
  EXPECT_EQ(contents(write("a.tgz", make_archive("tar", "gzip", members))), "d/b.csv:2;d/a.csv:1;");
}

TEST_F(ArchiveTest, TakesTheMembersThatMatchAPattern) {
  const std::string file = write("a.zip", make_archive("zip", "none", {{"x/a.csv", "1"}, {"x/README", "2"}}));
  EXPECT_EQ(contents(file, "*.csv"), "x/a.csv:1;");
  EXPECT_THROW(contents(file, "*.tsv"), Error);
}

TEST_F(ArchiveTest, RefusesMoreBytesThanAllowed) {
  ArchiveLimits limits;
  limits.max_bytes = 100'000;
  const std::string file = write("a.gz", compress("gzip", std::string(200'000, 'x')));
  EXPECT_NE(refusal(file, limits).find("more than 100000 bytes when decompressed"), std::string::npos);
}

TEST_F(ArchiveTest, RefusesABombByItsRatio) {
  ArchiveLimits limits;
  limits.ratio_free_bytes = 1'000'000;
  limits.max_ratio = 100;
  const std::string bomb = write("bomb.xz", compress("xz", std::string(20'000'000, '\0')));
  EXPECT_NE(refusal(bomb, limits).find("decompress to more than 100 times"), std::string::npos)
      << refusal(bomb, limits);
}

TEST_F(ArchiveTest, CountsTheBytesOfAllMembersTogether) {
  ArchiveLimits limits;
  limits.max_bytes = 1500;
  const std::string file =
      write("a.zip", make_archive("zip", "none", {{"a", std::string(1000, 'a')}, {"b", std::string(1000, 'b')}}));
  EXPECT_NE(refusal(file, limits), "");
}

TEST_F(ArchiveTest, RefusesMoreMembersThanAllowed) {
  ArchiveLimits limits;
  limits.max_members = 2;
  const std::string file = write("a.tar", make_archive("tar", "none", {{"a", "1"}, {"b", "2"}, {"c", "3"}}));
  EXPECT_NE(refusal(file, limits).find("more than 2 members"), std::string::npos);
}

TEST_F(ArchiveTest, RefusesCompressionAroundCompression) {
  const std::string file = write("a.gz.gz", compress("gzip", compress("gzip", "1\n2\n")));
  EXPECT_NE(refusal(file).find("compressed 2 times over"), std::string::npos);
}

TEST_F(ArchiveTest, RefusesArchivesWithinArchives) {
  for (const std::string& inner : {make_archive("zip", "none", {{"a", "1"}}), compress("gzip", "1\n"),
                                   compress("xz", "1\n"), make_archive("tar", "none", {{"a", "1"}})}) {
    const std::string file = write("a.zip", make_archive("zip", "none", {{"inner", inner}}));
    EXPECT_NE(refusal(file).find("member 'inner' is itself an archive"), std::string::npos);
  }
}

TEST_F(ArchiveTest, MembersWithHostileNamesAreOnlyRead) {
  const std::string file = write("a.tar", make_archive("tar", "none", {{"../../escape.csv", "1"}, {"/etc/x", "2"}}));
  EXPECT_EQ(contents(file), "../../escape.csv:1;/etc/x:2;");
  EXPECT_FALSE(std::filesystem::exists(directory_.path() / "../../escape.csv"));
}

TEST_F(ArchiveTest, RefusesTruncatedFiles) {
  std::string text;
  for (int i = 0; i < 20'000; ++i) text += std::to_string(i * 7919L % 100'003) + "\n";
  for (const auto& [filter, suffix] : Members{{"gzip", ".gz"}, {"xz", ".xz"}, {"zstd", ".zst"}, {"bzip2", ".bz2"}}) {
    const std::string whole = compress(filter, text);
    for (const std::size_t size : {whole.size() - 1, whole.size() / 2, std::size_t{20}, std::size_t{3}}) {
      EXPECT_NE(refusal(write("t" + suffix, whole.substr(0, size))), "") << filter << " cut to " << size;
    }
  }
  const std::string zip = make_archive("zip", "none", {{"a", text}});
  EXPECT_NE(refusal(write("t.zip", zip.substr(0, zip.size() / 2))), "");
  const std::string tar = make_archive("tar", "xz", {{"a", text}});
  EXPECT_NE(refusal(write("t.tar.xz", tar.substr(0, tar.size() / 2))), "");
}

TEST_F(ArchiveTest, RefusesArchivesThatEndBetweenMembers) {
  const Members members = {{"a.csv", "1\n2\n"}, {"b.csv", "3\n4\n"}};
  const std::string tar = make_archive("tar", "none", members), zip = make_archive("zip", "none", members);
  EXPECT_EQ(contents(write("whole.tar", tar)), "a.csv:1\n2\n;b.csv:3\n4\n;");
  EXPECT_EQ(contents(write("whole.zip", zip)), "a.csv:1\n2\n;b.csv:3\n4\n;");
  EXPECT_NE(refusal(write("cut.tar", tar.substr(0, 1024))).find("lacks the end of a .tar"), std::string::npos);
  for (const std::size_t at : {zip.find("PK\3\4", 4), zip.find("PK\1\2"), zip.size() - 22}) {
    EXPECT_NE(refusal(write("cut.zip", zip.substr(0, at))).find("lacks the end of a .zip"), std::string::npos) << at;
  }
}

TEST_F(ArchiveTest, RefusesAFlippedBitAnywhereInTheData) {
  std::string text;
  for (int i = 0; i < 2'000; ++i) text += std::to_string(i * 7919L % 100'003) + "\n";
  for (const auto& [filter, suffix] : Members{{"gzip", ".gz"}, {"xz", ".xz"}, {"bzip2", ".bz2"}}) {
    const std::string whole = compress(filter, text);
    for (std::size_t at = 100; at + 4 < whole.size(); at += 97) {
      std::string damaged = whole;
      damaged[at] = static_cast<char>(damaged[at] ^ 4);
      EXPECT_NE(refusal(write("d" + suffix, damaged)), "") << filter << " at " << at;
    }
  }
}

TEST_F(ArchiveTest, ReadsConcatenatedGzipStreams) {
  EXPECT_EQ(contents(write("a.gz", compress("gzip", "1\n") + compress("gzip", "2\n"))), "a:1\n2\n;");
}

// Writers in parallel (pbzip2) make several streams of every file: each begins with bytes that no checksum guards.
TEST_F(ArchiveTest, RefusesDamageBetweenConcatenatedStreams) {
  for (const auto& [filter, suffix] :
       Members{{"gzip", ".gz"}, {"xz", ".xz"}, {"zstd", ".zst"}, {"bzip2", ".bz2"}, {"lz4", ".lz4"}}) {
    const std::string first = compress(filter, "1\n"), second = compress(filter, "2\n");
    EXPECT_EQ(contents(write("a" + suffix, first + second)), "a:1\n2\n;") << filter;
    for (const std::size_t at : {0u, 1u}) {
      std::string damaged = first + second;
      damaged[first.size() + at] ^= 4;
      EXPECT_NE(refusal(write("d" + suffix, damaged)), "") << filter << " at " << at;
    }
    for (const std::size_t kept : {1u, 2u, 3u, 6u}) {
      EXPECT_NE(refusal(write("c" + suffix, first + second.substr(0, kept))), "") << filter << " cut to " << kept;
    }
    EXPECT_NE(refusal(write("t" + suffix, first + "and more")), "") << filter;
  }
  EXPECT_EQ(contents(write("padded.bz2", compress("bzip2", "1\n") + std::string(512, '\0'))), "padded:1\n;");
}

TEST_F(ArchiveTest, ReadsTarsOneAfterTheOtherAndRefusesWhatElseFollows) {
  const std::string one = make_archive("tar", "none", {{"a", "1"}}), two = make_archive("tar", "none", {{"b", "2"}});
  EXPECT_EQ(contents(write("a.tar", one + two)), "a:1;b:2;");
  EXPECT_EQ(contents(write("a.tar.gz", compress("gzip", one + two))), "a:1;b:2;");
  EXPECT_EQ(contents(write("b.tar.bz2", compress("bzip2", one) + compress("bzip2", two))), "a:1;b:2;");
  std::string damaged = compress("bzip2", one) + compress("bzip2", two);
  damaged[compress("bzip2", one).size()] ^= 1;
  EXPECT_NE(refusal(write("c.tar.bz2", damaged)).find("cannot be decoded beyond byte"), std::string::npos);
  EXPECT_NE(refusal(write("d.tar.gz", compress("gzip", one + std::string(600, 'x')))), "");
  EXPECT_EQ(contents(write("zeros.gz", compress("gzip", std::string(1024, '\0') + std::string(8, 'x')))).size(),
            6 + 1024 + 8 + 1);
}

TEST_F(ArchiveTest, RefusesAZipBesideAnotherOne) {
  const std::string one = make_archive("zip", "none", {{"a", "1"}}), two = make_archive("zip", "none", {{"b", "2"}});
  EXPECT_NE(refusal(write("a.zip", one + two)).find("stands before its zip archive"), std::string::npos);
  EXPECT_NE(refusal(write("b.zip", one + two.substr(0, 30))).find("stands behind its zip archive"), std::string::npos);
  EXPECT_EQ(contents(write("c.zip", one + std::string(9, '\0'))), "a:1;");
}

TEST_F(ArchiveTest, CountsTheMembersThatAreNoFiles) {
  const std::string tar = make_archive("tar", "none", {{"d/", ""}, {"a.csv", "k\n1\n"}, {"._a.csv", "x"}});
  const PassedOver passed_over = for_each_member(write("a.tar", tar), "", {}, [](const Member&, ByteSource&) {});
  EXPECT_EQ(passed_over.members, 1u);
  EXPECT_EQ(passed_over.first, "file 'a.tar', member '._a.csv'");
  EXPECT_EQ(for_each_member(write("a.tar", tar), "a*", {}, [](const Member&, ByteSource&) {}).members, 0u);
}

TEST_F(ArchiveTest, RefusesFilesThatAreNotWhatTheirNameSays) {
  EXPECT_NE(refusal(write("a.gz", "1\n2\n")).find("not what '.gz' promises"), std::string::npos);
  EXPECT_NE(refusal(write("a.zip", "1\n2\n")).find("not what '.zip' promises"), std::string::npos);
  EXPECT_NE(refusal(write("empty.csv", "")).find("is empty"), std::string::npos);
  EXPECT_NE(refusal(write("a.tar", std::string(10'240, '\0'))), "");
}

TEST_F(ArchiveTest, ErrorsInsideArchivesNameTheMember) {
  const std::string file = write("a.zip", make_archive("zip", "none", {{"d/x.csv", "k,v\n1,a\nb,c\n"}}));
  EXPECT_EQ(error_of(file + ":k"),
            "file '" + file + "', member 'd/x.csv', line 3, column 'k': expected an integer, got 'b'");
}

TEST_F(ArchiveTest, AreReadAsTheFilesThatTheyHold) {
  const std::uint64_t words[] = {2, 5, 3};
  const std::string sosd(reinterpret_cast<const char*>(words), sizeof words);
  EXPECT_EQ(keys(write("a_uint64.xz", compress("xz", sosd))), (std::vector<Key>{3, 5}));
}

TEST(Crc32, HasTheKnownCheckValue) {
  const std::string text = "123456789";
  EXPECT_EQ(crc32(0, text), 0xCBF43926u);
  EXPECT_EQ(crc32(crc32(0, std::span(text).first(4)), std::span(text).subspan(4)), 0xCBF43926u);
}

TEST(ContentName, LosesFoldersAndCompressionSuffixes) {
  EXPECT_EQ(content_name("a/b_uint64.xz"), "b_uint64");
  EXPECT_EQ(content_name("c.tar.gz"), "c");
  EXPECT_EQ(content_name("d.csv"), "d.csv");
  EXPECT_EQ(content_name(".gz"), ".gz");
}

}  // namespace
}  // namespace omenbench::datasets
