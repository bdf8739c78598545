#include "report/look_text.hpp"

#include <gtest/gtest.h>

#include "analysis/fake_study.hpp"
#include "base/files.hpp"
#include "report/report.hpp"

namespace ersatz::report {
namespace {

const std::vector<study::TestLook> kLooks{{"2026-11-30T04:07:59Z", "table", "REAL", 1, "00112233445566aa"},
                                          {"2026-11-30T05:00:00Z", "answer", "FAKE", 4, "00112233445566ab"},
                                          {"2026-12-01T05:00:00Z", "answer", "REAL", 4, "00112233445566ab"},
                                          {"2026-12-02T05:00:00Z", "table", "REAL", 12, "00112233445566ac"}};

TEST(LooksText, SaysHowOftenSinceWhenAndByWhat) {
  EXPECT_EQ(looks_text(kLooks, "REAL", 12),
            "The test images of REAL were looked at 3 times since 2026-11-30 04:07 UTC, by answer and table; 1 run was "
            "finished at the first look, 12 now.");
  EXPECT_EQ(looks_text(kLooks, "FAKE", 1200),
            "The test images of FAKE were looked at once since 2026-11-30 05:00 UTC, by answer; 4 runs were finished "
            "at the first look, 1,200 now.");
  EXPECT_EQ(looks_text(kLooks, "SD21", 12), "");
  EXPECT_EQ(looks_json(kLooks, "REAL").size(), 3U);
  EXPECT_EQ(looks_json(kLooks, "REAL")[0].at("finished_runs"), 1);
}

TEST(LooksText, StandsOnThePage) {
  FakeStudy study;
  study.write();
  write_file(study.folder() / "test-looks.csv", study::text_of(kLooks));
  write_study_files(study.folder(), analysis::read_results(study.folder()));
  EXPECT_NE(read_file(study.folder() / "report.html").find("looked at 3 times since 2026-11-30 04:07 UTC"),
            std::string::npos);
}

}  // namespace
}  // namespace ersatz::report
