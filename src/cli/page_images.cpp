#include "cli/page_images.hpp"

#include "analysis/first_seed.hpp"
#include "report/thumbnails.hpp"
#include "study/examples.hpp"

namespace ersatz::cli {

void write_page_images(const study::Session& session, const analysis::ResultTable& table) {
  const auto drop = session.study.asked.drop_duplicates.value_or(study::DropDuplicates::none);
  for (const auto& [name, labels] : table.truth) {
    const data::Source& source = session.data.source(name);
    const auto tested = study::test_indices(source, drop);
    const auto images = analysis::images_to_show(table, name, report::most_thumbnails(session.data.shape));
    const auto pixels = [&](std::uint32_t image) { return source.test->image(tested.at(image)); };
    report::write_thumbnails(session.out, name, report::make_thumbnails(images, session.data.shape, pixels));
  }
}

}  // namespace ersatz::cli
