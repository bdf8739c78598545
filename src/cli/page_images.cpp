#include "cli/page_images.hpp"

#include "analysis/first_seed.hpp"
#include "report/thumbnails.hpp"
#include "study/examples.hpp"

namespace ersatz::cli {

void write_page_images(const std::filesystem::path& out, const analysis::ResultTable& table, const study::Study& study,
                       const data::DataSet& data) {
  const auto drop = study.asked.drop_duplicates.value_or(study::DropDuplicates::none);
  for (const auto& [name, labels] : table.truth) {
    const data::Source& source = data.source(name);
    const auto tested = study::test_indices(source, drop);
    const auto images = analysis::images_to_show(table, name, report::most_thumbnails(data.shape));
    const auto pixels = [&](std::uint32_t image) { return source.test->image(tested.at(image)); };
    report::write_thumbnails(out, name, report::make_thumbnails(images, data.shape, pixels));
  }
}

}  // namespace ersatz::cli
