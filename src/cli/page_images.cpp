#include "cli/page_images.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "analysis/first_seed.hpp"
#include "base/error.hpp"
#include "report/thumbnails.hpp"
#include "study/examples.hpp"

namespace ersatz::cli {

std::vector<std::uint32_t> tested_images(const std::filesystem::path& out, const analysis::ResultTable& table,
                                         const study::Study& study, const data::Source& source) {
  auto indices = study::test_indices(source, study.asked.drop_duplicates.value_or(study::DropDuplicates::none));
  const auto listed = study::read_test_images(out, source.name, table.study.classes);
  if (!std::ranges::equal(study::test_images(source, indices), listed, {}, &study::TestImage::file,
                          &study::TestImage::file)) {
    throw Error(fmt::format("{} has other test images of {} than {} asks for now", out.string(), source.name,
                            study.file.string()),
                "drop_duplicates of the study was changed: set it back, or run the study again");
  }
  return indices;
}

void write_page_images(const std::filesystem::path& out, const analysis::ResultTable& table, const study::Study& study,
                       const data::DataSet& data) {
  for (const auto& [name, labels] : table.truth) {
    const data::Source& source = data.source(name);
    const auto tested = tested_images(out, table, study, source);
    const auto images = analysis::images_to_show(table, name, report::most_thumbnails(data.shape));
    const auto pixels = [&](std::uint32_t image) { return source.test->image(tested.at(image)); };
    report::write_thumbnails(out, name, report::make_thumbnails(images, data.shape, pixels));
  }
}

}  // namespace ersatz::cli
