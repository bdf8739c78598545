// What README says of CIFAKE can be computed again by anybody: the pack beside the published tables makes them.

#include <gtest/gtest.h>

#include <filesystem>

#include "analysis/answer.hpp"
#include "base/files.hpp"
#include "report/mixture_tables.hpp"
#include "report/tables.hpp"
#include "study/pack.hpp"

namespace ersatz::report {
namespace {

TEST(Published, TablesOfCifakeSeedsAreThoseOfItsPack) {
  const std::filesystem::path folder = ERSATZ_SOURCE_DIR "/results/cifake-seeds";
  const study::FolderOrPack opened(folder / "cifake-seeds.pack.tar.xz");
  const analysis::ResultTable table = analysis::read_results(opened.path());
  EXPECT_EQ(f1_markdown(table), read_file(folder / "f1.md"));
  EXPECT_EQ(f1_csv(table), read_file(folder / "f1.csv"));
  EXPECT_EQ(metrics_csv(table), read_file(folder / "metrics.csv"));
  for (const std::string source : {"REAL", "FAKE"}) {
    const analysis::Answer answer = analysis::answer(table, source);
    EXPECT_EQ(worth_markdown(table, answer), read_file(folder / ("worth-" + source + ".md")));
  }
}

}  // namespace
}  // namespace ersatz::report
