#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <memory>
#include <numeric>
#include <span>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "base/suggest.hpp"
#include "base/text.hpp"
#include "cli/commands.hpp"
#include "cli/data_options.hpp"
#include "cli/one_of.hpp"
#include "data/selection.hpp"
#include "report/contact_sheet.hpp"

namespace ersatz::cli {
namespace {

constexpr int kMostOfEach = 100;

struct SheetOptions : DataOptions {
  std::vector<std::string> classes{"all"};
  int each = 6;
  std::string split = "train";
  std::uint64_t seed = 1;
  std::string out;
};

/// Indices of the classes that are asked for, in the order of the data.
std::vector<std::int32_t> chosen_classes(const std::vector<std::string>& asked, const data::DataSet& set) {
  std::vector<std::int32_t> all(set.classes.size());
  std::iota(all.begin(), all.end(), 0);
  std::vector<bool> wanted(all.size(), false);
  for (const std::string& name : asked) {
    const auto found = std::find(set.classes.begin(), set.classes.end(), name);
    if (found != set.classes.end()) {
      wanted[static_cast<std::size_t>(found - set.classes.begin())] = true;
    } else if (name == "all") {
      return all;
    } else {
      throw Error(fmt::format("--classes: there is no class \"{}\"", name), suggest(name, set.classes, "classes"));
    }
  }
  std::erase_if(all, [&](std::int32_t label) { return !wanted[static_cast<std::size_t>(label)]; });
  return all;
}

/// Up to `each` images of every class in `store`, which may be null: drawn by `seed`, in the order of their names.
std::vector<std::vector<std::span<const std::uint8_t>>> draw(const data::ImageStore* store, std::size_t classes,
                                                             const SheetOptions& options) {
  std::vector<std::vector<std::span<const std::uint8_t>>> drawn(classes);
  if (store == nullptr) return drawn;
  std::vector<std::uint32_t> all(store->size());
  std::iota(all.begin(), all.end(), 0U);
  const auto each = static_cast<std::size_t>(options.each);
  for (const std::uint32_t i : data::choose_per_class(*store, all, each, options.seed)) {
    drawn[static_cast<std::size_t>(store->labels()[i])].push_back(store->image(i));
  }
  return drawn;
}

void sheet(const SheetOptions& options) {
  const data::DataSet set = options.open();
  const data::Split split = options.split == "train" ? data::Split::train : data::Split::test;
  report::ContactSheet sheet;
  sheet.each = options.each;
  sheet.shape = set.shape;
  const std::vector<std::int32_t> classes = chosen_classes(options.classes, set);
  for (const std::int32_t label : classes) sheet.rows.push_back({set.classes[static_cast<std::size_t>(label)], {}});
  std::size_t shown = 0;
  for (const data::Source& source : set.sources) {
    sheet.sources.push_back(source.name);
    auto drawn = draw(source.split(split), set.classes.size(), options);
    for (std::size_t r = 0; r < classes.size(); ++r) {
      auto& images = drawn[static_cast<std::size_t>(classes[r])];
      shown += images.size();
      sheet.rows[r].images.push_back(std::move(images));
    }
  }
  if (shown == 0)
    throw Error(fmt::format("there are no {} images of these classes in {}", options.split, options.path));
  report::write_contact_sheet(options.out, sheet);
  fmt::print("wrote {}: {} {} images of {}, {} {}, drawn with seed {}\n", options.out, format_count(shown),
             options.split, join_words(sheet.sources), classes.size(), classes.size() == 1 ? "class" : "classes",
             options.seed);
}

}  // namespace

void add_data_sheet_command(CLI::App& data) {
  const auto options = std::make_shared<SheetOptions>();
  CLI::App* command =
      data.add_subcommand("sheet", "A PNG picture of sample images: a row per class, sources side by side");
  options->declare(*command);
  command->add_option("--classes", options->classes, "Names of classes with commas between them, or all")
      ->delimiter(',')
      ->allow_extra_args(false)
      ->capture_default_str();
  command->add_option("--each", options->each, "Images of each class and source")
      ->check(CLI::Range(1, kMostOfEach))
      ->capture_default_str();
  command->add_option("--split", options->split, "train or test")
      ->check(one_of("--split", {"train", "test"}))
      ->capture_default_str();
  command->add_option("--seed", options->seed, "Which images: the same seed draws the same ones")
      ->capture_default_str();
  command->add_option("-o,--out", options->out, "The picture to write, a .png")->required();
  command->footer("Example: ersatz data sheet cifake.zip --classes cat,dog --each 8 -o sheet.png");
  command->callback([options] { sheet(*options); });
}

}  // namespace ersatz::cli
