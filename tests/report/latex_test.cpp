#include "report/latex.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "analysis/fake_study.hpp"
#include "analysis/results.hpp"
#include "report/tables.hpp"

namespace ersatz::report {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

TEST(LatexText, StaysWhatItIs) {
  EXPECT_EQ(latex_text("{x}\\~^#"), "\\{x\\}\\textbackslash{}\\textasciitilde{}\\textasciicircum{}\\#");
  EXPECT_EQ(latex_text("50% & a_b, $5"), "50\\% \\& a\\_b, \\$5");
  EXPECT_EQ(latex_text(".5 ± .1 <b> a|b --limit"), ".5 $\\pm$ .1 \\textless{}b\\textgreater{} a\\textbar{}b -{}-limit");
  EXPECT_EQ(latex_text("a---b ''c''"), "a-{}-{}-b '{}'c'{}'");
  EXPECT_EQ(latex_text("two\nlines"), "two lines");
}

TEST(LatexTabular, IsOfBooktabs) {
  const TextTable table{{{"50% _a_", Align::left}, {"n & $m$", Align::right}}, {{"[x]", ".5 ± .1"}, {"*", ""}}};
  EXPECT_EQ(latex_tabular(table),
            "\\begin{tabular}{lr}\n\\toprule\n50\\% \\_a\\_ & n \\& \\$m\\$ \\\\\n"
            "\\midrule\n{}[x] & .5 $\\pm$ .1 \\\\\n{}* &  \\\\\n\\bottomrule\n\\end{tabular}\n");
}

TEST(LatexTable, HasACaptionWithSeedsAndIntervalsAndALabel) {
  FakeStudy study;
  study.seeds = {1, 2, 3};
  study.classes[0] = "a_b";
  study.write();
  const std::string text = f1_latex(analysis::read_results(study.folder()));
  EXPECT_THAT(text,
              AllOf(StartsWith("% \\usepackage{booktabs}\n\\begin{table}\n\\centering\n\\caption{F1 per class.\n"),
                    HasSubstr("seeds 1-3"), HasSubstr("200 of REAL"), HasSubstr("95 \\% interval"),
                    HasSubstr("n seeds: mean $\\pm$ sample standard deviation"), HasSubstr("\\label{tab:"),
                    HasSubstr("a\\_b & automobile")));
  EXPECT_THAT(text, Not(HasSubstr("xelatex")));
}

TEST(LatexTable, SaysWhatLettersNeed) {
  const TextTable table{{{"犬", Align::left}}, {{"x"}}};
  EXPECT_THAT(latex_table(table, {"c"}, "l"), HasSubstr("use xelatex or lualatex"));
  const TextTable latin{{{"Ångström", Align::left}}, {{"x"}}};
  EXPECT_THAT(latex_table(latin, {"c"}, "a_b c"), AllOf(HasSubstr("\\label{tab:a-b-c}"), Not(HasSubstr("xelatex"))));
}

}  // namespace
}  // namespace ersatz::report
