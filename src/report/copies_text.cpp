#include "report/copies_text.hpp"

#include <fmt/format.h>

#include "base/text.hpp"
#include "data/duplicates.hpp"

namespace ersatz::report {

TextTable duplicates_table(const data::DataSet& set) {
  TextTable table;
  table.headings = {{"source"},
                    {"equal by", Align::right},
                    {"pairs in all", Align::right},
                    {"within train", Align::right},
                    {"within test", Align::right},
                    {"across", Align::right},
                    {"test images with a copy in train", Align::right}};
  for (const data::Source& source : set.sources) {
    const auto add = [&](const char* by, const data::DuplicateCounts& counts) {
      table.rows.push_back({source.name, by, format_count(counts.pairs), format_count(counts.within_train),
                            format_count(counts.within_test), format_count(counts.across),
                            format_count(counts.test_images_in_train)});
    };
    add("file bytes", data::duplicate_files(source));
    add("pixels", data::duplicate_pixels(source));
  }
  return table;
}

std::vector<std::string> leak_sentences(const data::DataSet& set) {
  std::vector<std::string> sentences;
  for (const data::Source& train : set.sources) {
    for (const data::Source& test : set.sources) {
      if (&train == &test) continue;
      const std::size_t copies = data::test_images_in_training_of(train, test);
      if (copies == 0) continue;
      sentences.push_back(fmt::format("{} of {} test images of {} are also training images of {} (equal pixels)",
                                      format_count(copies), format_count(test.test->size()), test.name, train.name));
    }
  }
  return sentences;
}

TextTable near_copies_table(const data::DataSet& set, const data::NearReport& report) {
  const auto name = [&](std::size_t s) {
    return fmt::format("{} {}", set.sources[report.splits[s].source].name, data::split_name(report.splits[s].split));
  };
  TextTable table;
  table.headings = {{"near copies"}, {"pairs", Align::right}};
  for (const data::NearCopies& copies : report.copies) {
    table.rows.push_back({copies.first == copies.second
                              ? "within " + name(copies.first)
                              : fmt::format("{} and {}", name(copies.first), name(copies.second)),
                          format_count(copies.pairs)});
  }
  return table;
}

std::vector<std::string> near_leak_sentences(const data::DataSet& set, const data::NearReport& report) {
  std::vector<std::string> sentences;
  for (std::size_t train = 0; train < set.sources.size(); ++train) {
    for (std::size_t test = 0; test < set.sources.size(); ++test) {
      const std::size_t count = report.tests_in_training[train][test];
      if (count == 0) continue;
      sentences.push_back(fmt::format("{}{} of {} test images of {} have a near copy among the training images of {}",
                                      train == test ? "" : "LEAK? ", format_count(count),
                                      format_count(set.sources[test].test->size()), set.sources[test].name,
                                      set.sources[train].name));
    }
  }
  return sentences;
}

std::string near_copies_rule() {
  return fmt::format("perceptual hashes within {} of 64 bits, small copies within {} of 255 levels; equal images count",
                     data::kMostBits, data::kMostLevels);
}

}  // namespace ersatz::report
