#include "report/plain_table.hpp"

#include <gtest/gtest.h>

namespace ersatz::report {
namespace {

TextTable example() {
  return {{{"classifier"}, {"trained on"}, {"accuracy", Align::right}, {"95 % interval", Align::right}},
          {{"LeNet", "REAL", ".500", "[.478, .522]"}, {"VGG16", "REAL and FAKE", ".750", "[.730, .769]"}}};
}

TEST(PlainTable, IsOnePieceWhereThereIsRoom) {
  EXPECT_EQ(plain_text(example(), 50, 0, true),
            "classifier  trained on     accuracy  95 % interval\n"
            "──────────────────────────────────────────────────\n"
            "LeNet       REAL               .500   [.478, .522]\n"
            "VGG16       REAL and FAKE      .750   [.730, .769]\n");
}

TEST(PlainTable, FoldsHeadingsBeforeColumns) {
  EXPECT_EQ(plain_text(example(), 49, 0, false),
            "                                             95 %\n"
            "classifier  trained on     accuracy      interval\n"
            "LeNet       REAL               .500  [.478, .522]\n"
            "VGG16       REAL and FAKE      .750  [.730, .769]\n");
}

TEST(PlainTable, RepeatsTheFirstColumnsInEveryPiece) {
  EXPECT_EQ(plain_text(example(), 40, 0, false),
            "classifier  trained on     accuracy\n"
            "LeNet       REAL               .500\n"
            "VGG16       REAL and FAKE      .750\n"
            "\n"
            "                                   95 %\n"
            "classifier  trained on         interval\n"
            "LeNet       REAL           [.478, .522]\n"
            "VGG16       REAL and FAKE  [.730, .769]\n");
}

TEST(PlainTable, ShortensOnlyTheFirstColumnsAndNoNumber) {
  for (const PlainTable& piece : plain_tables(example(), 30)) {
    for (const std::string& line : piece.rows) EXPECT_LE(columns(line), 30U) << line;
  }
  const std::string text = plain_text(example(), 30, 0, false);
  EXPECT_NE(text.find("REA…AKE"), std::string::npos) << text;
  EXPECT_NE(text.find("[.730, .769]"), std::string::npos) << text;
}

TEST(PlainText, ShowsNothingThatSteersTheTerminal) {
  const TextTable table{{{"class\n"}, {"n", Align::right}}, {{"c\x1b[31mat", "1"}}};
  const std::string text = plain_text(table, kAnyWidth, 0, false);
  EXPECT_EQ(text.find('\x1b'), std::string::npos);
  EXPECT_NE(text.find("c?[31mat"), std::string::npos);
  EXPECT_NE(text.find("class?"), std::string::npos);
}

}  // namespace
}  // namespace ersatz::report
