#include "study/data_section.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "base/error.hpp"
#include "study/study_keys.hpp"

namespace ersatz::study {
namespace {

int side(const TomlSection& section, std::int64_t pixels) {
  if (pixels < 1 || pixels > data::kLargestSide) {
    section.fail("size", fmt::format("must be from 1 to {}, but is {}", data::kLargestSide, pixels));
  }
  return static_cast<int>(pixels);
}

std::optional<data::Resize> read_resize(const TomlSection& section) {
  if (!section.has("size")) {
    for (const char* key : {"fit", "filter", "draft"}) {
      if (section.has(key)) section.fail(key, "needs a size", "write size = 64 beside it");
    }
    return std::nullopt;
  }
  data::Resize resize;
  if (section.node("size").is_array()) {
    const auto sides = *section.integers("size");
    if (sides.size() != 2) section.fail("size", "must be one number, or height and width", "as in size = [48, 64]");
    resize.size = {side(section, sides[0]), side(section, sides[1])};
  } else {
    const int pixels = side(section, *section.integer("size", 1, data::kLargestSide));
    resize.size = {pixels, pixels};
  }
  const auto chosen = [&](const char* key, auto parse, auto& into) {
    const auto name = section.text(key);
    if (!name) return;
    try {
      into = parse(*name);
    } catch (const Error& problem) {
      section.fail(key, problem.what(), problem.hint());
    }
  };
  chosen("fit", data::parse_fit, resize.fit);
  chosen("filter", data::parse_filter, resize.filter);
  resize.draft = section.flag("draft").value_or(false);
  return resize;
}

std::string filled_text(const TomlSection& section, const std::string& key) {
  std::string text = *section.text(key);
  if (text.empty()) section.fail(key, "must not be empty");
  return text;
}

// One value for every source, or a table with one for each.
template <typename Read>
auto read_by_source(const TomlSection& section, const std::string& key, Read read) {
  data::BySource<decltype(read(section, key))> values;
  if (!section.has(key)) return values;
  if (!section.node(key).is_table()) {
    values.all = read(section, key);
    return values;
  }
  const TomlSection table = *section.section(key);
  for (const std::string& source : table.keys()) values.named.emplace(source, read(table, source));
  return values;
}

data::TestAmount read_test_amount(const TomlSection& section, const std::string& key) {
  using Kind = data::TestAmount::Kind;
  if (section.node(key).is_integer()) {
    return {Kind::per_class, static_cast<double>(*section.integer(key, 1, 1'000'000'000))};
  }
  const double share = *section.number(key);
  if (!(share > 0 && share < 1)) {
    section.fail(
        key, fmt::format("must be a share above 0 and below 1, or a number of images of each class, but is {}", share),
        "as in test = 0.2, or test = 500");
  }
  return {Kind::fraction, share};
}

// { image = "pixels", label = "fine" }, or such a table for each source.
data::BySource<data::ImageColumns> read_columns(const TomlSection& section) {
  data::BySource<data::ImageColumns> columns;
  const auto table = section.section("columns");
  if (!table) return columns;
  const auto read = [](const TomlSection& names) {
    names.allow_only({"image", "label"});
    return data::ImageColumns{names.text("image").value_or(""), names.text("label").value_or("")};
  };
  const bool by_source =
      std::ranges::all_of(table->keys(), [&](const auto& key) { return table->node(key).is_table(); });
  if (!by_source) columns.all = read(*table);
  if (by_source) {
    for (const std::string& source : table->keys()) columns.named[source] = read(*table->section(source));
  }
  return columns;
}

// A file beside the study; where there is none, a name in the archive or folder of the images.
std::string read_labels(const TomlSection& section, const std::string& key, const Study& study) {
  const std::string text = filled_text(section, key);
  const std::filesystem::path path = path_of(study, text);
  std::error_code code;
  return std::filesystem::is_regular_file(path, code) ? std::filesystem::absolute(path).string() : text;
}

}  // namespace

std::filesystem::path path_of(const Study& study, const std::string& path) {
  return (study.folder / path).lexically_normal();  // an absolute path replaces the folder
}

void read_data_section(const TomlSection& section, Study& study) {
  section.allow_only(keys_of("data"));
  data::DataLocation& data = study.data;
  if (section.has("path")) data.path = path_of(study, filled_text(section, "path"));
  read_settings(section, Place::data, study.asked);
  study.resize = read_resize(section);
  if (const auto sources = section.section("sources")) {
    for (const std::string& name : sources->keys()) {
      if (!is_plain_name(name)) sources->fail(name, "is not a usable source name", std::string(kNameRule));
      data.sources[name] = path_of(study, filled_text(*sources, name));
    }
  }
  data.test = read_by_source(section, "test", read_test_amount);
  data.group = read_by_source(section, "group", filled_text);
  data.labels = read_by_source(section, "labels", [&](const TomlSection& where, const std::string& key) {
    return read_labels(where, key, study);
  });
  data.columns = read_columns(section);
  if (const auto table = section.section("made_from")) {
    for (const std::string& source : table->keys()) data.made_from[source] = filled_text(*table, source);
  }
  if (const auto table = section.section("classes")) {
    for (const std::string& name : table->keys()) data.classes[name] = *table->texts(name);
  }
}

}  // namespace ersatz::study
