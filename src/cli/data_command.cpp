#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "base/csv.hpp"
#include "base/error.hpp"
#include "base/text.hpp"
#include "cli/commands.hpp"
#include "cli/copies_display.hpp"
#include "cli/data_options.hpp"
#include "cli/near_copies_display.hpp"
#include "cli/one_of.hpp"
#include "cli/terminal.hpp"
#include "data/data_set.hpp"
#include "data/demo/demo.hpp"
#include "data/import/layout.hpp"

namespace ersatz::cli {
namespace {

/// `data info` besides.
struct InfoOptions : DataOptions {
  bool near = false;
};

/// `data list` besides: empty = all.
struct ListOptions : DataOptions {
  std::string source, split;
};

std::size_t size_of(const data::ImageStore* store) { return store == nullptr ? 0 : store->size(); }

std::size_t count_label(const data::ImageStore* store, std::int32_t label) {
  return store == nullptr ? 0
                          : static_cast<std::size_t>(std::count(store->labels().begin(), store->labels().end(), label));
}

void print_counts(const data::DataSet& set) {
  report::TextTable table;
  table.headings = {{"class"}};
  for (const data::Source& source : set.sources) {
    table.headings.push_back({source.name + " train", report::Align::right});
    table.headings.push_back({source.name + " test", report::Align::right});
  }
  for (std::size_t k = 0; k < set.classes.size(); ++k) {
    table.rows.push_back({set.classes[k]});
    for (const data::Source& source : set.sources) {
      table.rows.back().push_back(format_count(count_label(source.train.get(), static_cast<std::int32_t>(k))));
      table.rows.back().push_back(format_count(count_label(source.test.get(), static_cast<std::int32_t>(k))));
    }
  }
  table.rows.push_back({"all"});
  for (const data::Source& source : set.sources) {
    table.rows.back().push_back(format_count(size_of(source.train.get())));
    table.rows.back().push_back(format_count(size_of(source.test.get())));
  }
  print_indented(table);
}

void info(const InfoOptions& options) {
  std::set<std::string> said;
  const auto say = [&said](const std::string& path, const std::string& taken_for) {
    if (!taken_for.empty() && said.insert(path).second) print_wrapped(path + ": ", taken_for);
    std::fflush(stdout);  // before the images are decoded
  };
  const data::DataSet set = options.open(say);
  for (const data::TakenFor& one : set.taken_for) say(one.path, one.text);
  std::size_t images = 0;
  std::vector<std::string> names;
  for (const data::Source& source : set.sources) {
    images += size_of(source.train.get()) + size_of(source.test.get());
    names.push_back(source.name);
  }
  if (said.empty()) fmt::print("{}\n", options.path);
  if (data::is_demo_data(options.path)) fmt::print("demo data, drawn by ersatz: not photographs\n");
  print_wrapped("", fmt::format("{} {} of {} x {} pixels, {} {}, {} {}: {}", format_count(images),
                                images == 1 ? "image" : "images", set.shape.width, set.shape.height, set.classes.size(),
                                set.classes.size() == 1 ? "class" : "classes", names.size(),
                                names.size() == 1 ? "source" : "sources", join_words(names)));
  fmt::print("fingerprint {}\n\nImages\n", set.fingerprint);
  print_counts(set);
  fmt::print("\n");
  print_copies(set);
  for (const data::Parentage& parentage : set.parentages) {
    const std::string warning = parentage.warning();
    print_wrapped("  ", warning.empty() ? fmt::format("no test image of {} is a parent of a training image of {}",
                                                      parentage.parent, parentage.derived)
                                        : warning);
  }
  if (options.near) print_near_copies(set, data::find_near_copies(set));
  fmt::print("\n");
  for (const std::string& note : set.notes) print_wrapped("", note);
  for (const std::string& sentence : set.remarks.sentences()) print_wrapped("", sentence);
  fmt::print("Skipped: {}\n", set.skipped.empty() && set.ignored.empty() ? "nothing" : "");
  for (const data::SkippedFile& file : set.skipped) fmt::print("  {}: {}\n", file.path, file.reason);
  for (const data::IgnoredFiles& files : set.ignored) {
    const std::string example = files.example.empty() ? "" : fmt::format(", for example {}", files.example);
    print_wrapped("  ", fmt::format("{} {} ({}{})", format_count(files.count), files.count == 1 ? "file" : "files",
                                    files.reason, example));
  }
}

void list(const ListOptions& options) {
  const data::DataSet set = options.open();
  if (!options.source.empty()) set.source(options.source);  // (throws when there is none of that name)
  std::string text = csv_line({"filename", "class", "label", "filepath"});
  for (const data::Source& source : set.sources) {
    if (!options.source.empty() && source.name != options.source) continue;
    for (const data::Split split : {data::Split::train, data::Split::test}) {
      const data::ImageStore* store = source.split(split);
      if (store == nullptr || (!options.split.empty() && options.split != data::split_name(split))) continue;
      for (std::size_t i = 0; i < store->size(); ++i) {
        const std::string below(store->file_name(i));
        const std::string path = source.folder(split).empty() ? below : source.folder(split) + "/" + below;
        const std::int32_t label = store->labels()[i];
        text += csv_line({path.substr(path.rfind('/') + 1), set.classes[static_cast<std::size_t>(label)],
                          std::to_string(label), path});
      }
      if (std::fwrite(text.data(), 1, text.size(), stdout) != text.size())
        throw Error("cannot write the list to stdout");
      text.clear();
    }
  }
  if (std::fwrite(text.data(), 1, text.size(), stdout) != text.size() || std::fflush(stdout) != 0) {
    throw Error("cannot write the list to stdout");
  }
}

}  // namespace

void add_data_command(CLI::App& app) {
  CLI::App* data = app.add_subcommand("data", "Look at image data, or write the demo data");
  data->require_subcommand(1);
  data->footer("Example: ersatz data info cifake.zip");

  const auto info_options = std::make_shared<InfoOptions>();
  CLI::App* info_command = data->add_subcommand(
      "info", "Sources, splits, classes, numbers of images, duplicates, and what was skipped and why");
  info_options->declare(*info_command);
  info_command->add_flag("--near", info_options->near,
                         "Count images that are nearly the same, too: other JPEG quality, size or brightness");
  info_command->footer("Example: ersatz data info photos.zip --as PHOTOS --test 0.2");
  info_command->callback([info_options] { info(*info_options); });

  const auto list_options = std::make_shared<ListOptions>();
  CLI::App* list_command = data->add_subcommand(
      "list",
      "All images as CSV: filename, class (its name), label (its number, from 0), filepath (in the archive or folder)");
  list_options->declare(*list_command);
  list_command->add_option("--source", list_options->source, "Only this source");
  list_command->add_option("--split", list_options->split, "Only this split")
      ->check(one_of("--split", {"train", "test"}));
  list_command->footer("Example: ersatz data list cifake.zip --source REAL --split test > images.csv");
  list_command->callback([list_options] { list(*list_options); });

  add_data_audit_command(*data);
  add_data_derive_command(*data);
  add_data_sheet_command(*data);

  const auto folder = std::make_shared<std::string>();
  CLI::App* demo_command = data->add_subcommand("demo", "Write the built-in demo data set, in CIFAKE's layout");
  demo_command->add_option("DIR", *folder, "Folder to write to; it must not hold anything else")->required();
  demo_command->footer("Example: ersatz data demo build/demo-data && ersatz run demo");
  demo_command->callback([folder] {
    data::write_demo_data(*folder);
    fmt::print("wrote the demo data to {}\n", *folder);
  });
}

}  // namespace ersatz::cli
