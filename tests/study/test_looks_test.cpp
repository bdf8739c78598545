#include "study/test_looks.hpp"

#include <gtest/gtest.h>

#include <thread>

#include "base/files.hpp"
#include "study/output_layout.hpp"
#include "study/scratch_folder.hpp"

namespace ersatz::study {
namespace {

namespace fs = std::filesystem;

class TestLooks : public ::testing::Test {
 protected:
  void look(const std::string& command, const std::vector<std::string>& ids,
            const std::vector<std::string>& sources = {"REAL", "FAKE"}) const {
    record_test_looks(out_.path(), command, sources, ids);
  }
  std::vector<TestLook> looks() const { return read_test_looks(out_.path()); }
  fs::path file() const { return test_looks_file(out_.path()); }

  testing::ScratchFolder out_;
};

TEST_F(TestLooks, AreOnRecordOnceEach) {
  EXPECT_TRUE(looks().empty());
  look("table", {"a", "b"});
  ASSERT_EQ(looks().size(), 2U);
  EXPECT_EQ(looks()[0].command, "table");
  EXPECT_EQ(looks()[0].source, "REAL");
  EXPECT_EQ(looks()[1].source, "FAKE");
  EXPECT_EQ(looks()[0].finished, 2U);
  EXPECT_EQ(looks()[0].time.size(), std::string("2026-11-30T04:07:59Z").size());
  const std::string before = read_file(file());
  look("table", {"b", "a"});
  EXPECT_EQ(read_file(file()), before) << "the same runs";
  look("table", {"a", "c"});
  EXPECT_EQ(looks().size(), 4U) << "as many, but others";
  look("answer", {"a", "c"}, {"REAL"});
  EXPECT_EQ(looks().size(), 5U);
  EXPECT_EQ(text_of(looks()), read_file(file()));
}

TEST_F(TestLooks, OfSeveralAtATimeAreAllThere) {
  std::vector<std::thread> threads;
  for (int t = 0; t < 8; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < 20; ++i) look("table", {std::to_string(t), "and " + std::to_string(i)});
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(looks().size(), 2U * 8 * 20);
}

TEST_F(TestLooks, SurviveWhatIsNoLook) {
  look("table", {"a"}, {"REAL"});
  const std::string whole = read_file(file());
  write_file(file(), whole + "2026-11-30T04:07:59Z,answer,RE");
  look("answer", {"a"}, {"REAL"});
  ASSERT_EQ(looks().size(), 2U) << "what was cut short is left out, and what comes behind it is not";
  EXPECT_EQ(looks()[1].command, "answer");
  for (const char* line : {"x,table,REAL,1,00112233445566aa", "2026-11-30T04:07:59Z,\x1b[2J,REAL,1,00112233445566aa",
                           "2026-11-30T04:07:59Z,table,REAL,-1,00112233445566aa", "2026-11-30T04:07:59Z,table,REAL,1,x",
                           "\"", ",,,,,,,"}) {
    write_file(file(), whole + line + "\n");
    EXPECT_EQ(looks().size(), 1U) << line;
  }
}

TEST_F(TestLooks, NeverFail) {
  record_test_looks(out_ / "missing", "table", {"REAL"}, {"a"});
  EXPECT_FALSE(fs::exists(out_ / "missing"));
  write_file(out_ / "other", "of somebody");
  fs::create_symlink(out_ / "other", file());
  look("table", {"a"});
  EXPECT_EQ(read_file(out_ / "other"), "of somebody") << "a link may lead anywhere";
  fs::remove(file());
  fs::create_directory(file());
  look("table", {"a"});
  EXPECT_TRUE(looks().empty());
  fs::remove(file());
  write_file(file(), std::string(kMostBytesOfLooks, 'x'));
  look("table", {"a"});
  EXPECT_EQ(fs::file_size(file()), kMostBytesOfLooks) << "it does not grow for ever";
}

}  // namespace
}  // namespace ersatz::study
