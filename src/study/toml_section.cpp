#include "study/toml_section.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <sstream>

#include "base/error.hpp"
#include "base/files.hpp"
#include "base/suggest.hpp"

namespace ersatz::study {
namespace {

std::string_view type_name(const toml::node& node) {
  switch (node.type()) {
    case toml::node_type::table: return "a table";
    case toml::node_type::array: return "a list";
    case toml::node_type::string: return "a text";
    case toml::node_type::integer: return "an integer";
    case toml::node_type::floating_point: return "a number";
    case toml::node_type::boolean: return "true or false";
    default: return "a date or time";
  }
}

}  // namespace

toml::table parse_toml(const std::filesystem::path& file) {
  const std::string text = read_file(file);
  try {
    return toml::parse(text, file.string());
  } catch (const toml::parse_error& problem) {
    throw Error(fmt::format("{}:{}: {}", file.string(), problem.source().begin.line, problem.description()),
                "study files are TOML (https://toml.io); studies/cifake.toml is an example");
  }
}

TomlSection::TomlSection(const std::filesystem::path& file, const toml::table& table, std::string name)
    : file_(file), table_(table), name_(std::move(name)) {}

std::vector<std::string> TomlSection::keys() const {
  // toml++ keeps keys sorted; where each stood in the file it remembers beside the key.
  std::vector<std::pair<toml::source_position, std::string>> placed;
  for (const auto& [key, value] : table_) placed.emplace_back(key.source().begin, std::string(key.str()));
  std::stable_sort(placed.begin(), placed.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  std::vector<std::string> result;
  for (auto& [position, key] : placed) result.push_back(std::move(key));
  return result;
}

void TomlSection::allow_only(const std::vector<std::string>& known) const {
  for (const std::string& key : keys()) {
    if (std::find(known.begin(), known.end(), key) != known.end()) continue;
    const bool table = table_.get(key)->is_table();
    fail(key, table ? "unknown section" : "unknown key",
         suggest(key, known, name_.empty() ? "known sections" : "known keys"));
  }
}

void TomlSection::fail(std::string_view key, std::string_view problem, std::string hint) const {
  const toml::node* node = table_.get(key);
  const auto line = node != nullptr ? node->source().begin.line : table_.source().begin.line;
  const std::string path = name_.empty() ? std::string(key) : fmt::format("{}.{}", name_, key);
  throw Error(fmt::format("{}:{}: {}: {}", file_.string(), line, path, problem), std::move(hint));
}

void TomlSection::fail_type(std::string_view key, std::string_view wanted) const {
  fail(key, fmt::format("must be {}, but is {}", wanted, type_name(node(key))));
}

std::optional<std::string> TomlSection::text(std::string_view key) const {
  if (!has(key)) return std::nullopt;
  const auto* value = node(key).as_string();
  if (value == nullptr) fail_type(key, "a text in quotation marks");
  return value->get();
}

std::optional<bool> TomlSection::flag(std::string_view key) const {
  if (!has(key)) return std::nullopt;
  const auto* value = node(key).as_boolean();
  if (value == nullptr) fail_type(key, "true or false");
  return value->get();
}

std::optional<std::int64_t> TomlSection::integer(std::string_view key, std::int64_t least, std::int64_t most) const {
  if (!has(key)) return std::nullopt;
  const auto* value = node(key).as_integer();
  if (value == nullptr) fail_type(key, "an integer");
  if (value->get() < least) fail(key, fmt::format("must be at least {}, but is {}", least, value->get()));
  if (value->get() > most) fail(key, fmt::format("must be at most {}, but is {}", most, value->get()));
  return value->get();
}

std::optional<double> TomlSection::number(std::string_view key) const {
  if (!has(key)) return std::nullopt;
  if (!node(key).is_number()) fail_type(key, "a number");
  return node(key).value<double>();
}

const toml::array& TomlSection::array(std::string_view key, std::string_view wanted) const {
  const toml::array* values = node(key).as_array();
  if (values == nullptr) fail_type(key, wanted);
  if (values->empty()) fail(key, "must not be empty");
  return *values;
}

std::optional<std::vector<std::string>> TomlSection::texts(std::string_view key) const {
  if (!has(key)) return std::nullopt;
  std::vector<std::string> result;
  for (const toml::node& value : array(key, "a list of texts, like [\"a\", \"b\"]")) {
    if (!value.is_string()) fail(key, fmt::format("must hold texts only, but holds {}", type_name(value)));
    result.push_back(value.as_string()->get());
    if (std::count(result.begin(), result.end(), result.back()) > 1) {
      fail(key, fmt::format("holds \"{}\" twice", result.back()));
    }
  }
  return result;
}

std::optional<std::vector<std::int64_t>> TomlSection::integers(std::string_view key) const {
  if (!has(key)) return std::nullopt;
  std::vector<std::int64_t> result;
  for (const toml::node& value : array(key, "a list of integers, like [1, 2, 3]")) {
    if (!value.is_integer()) fail(key, fmt::format("must hold integers only, but holds {}", type_name(value)));
    result.push_back(value.as_integer()->get());
    if (std::count(result.begin(), result.end(), result.back()) > 1) {
      fail(key, fmt::format("holds {} twice", result.back()));
    }
  }
  return result;
}

std::optional<std::vector<double>> TomlSection::numbers(std::string_view key) const {
  if (!has(key)) return std::nullopt;
  std::vector<double> result;
  for (const toml::node& value : array(key, "a list of numbers, like [0.1, 0.5]")) {
    if (!value.is_number()) fail(key, fmt::format("must hold numbers only, but holds {}", type_name(value)));
    result.push_back(*value.value<double>());
    if (std::count(result.begin(), result.end(), result.back()) > 1) {
      fail(key, fmt::format("holds {} twice", result.back()));
    }
  }
  return result;
}

std::optional<TomlSection> TomlSection::section(std::string_view key) const {
  if (!has(key)) return std::nullopt;
  const toml::table* table = node(key).as_table();
  if (table == nullptr) fail_type(key, "a table");
  return TomlSection(file_, *table, name_.empty() ? std::string(key) : fmt::format("{}.{}", name_, key));
}

std::optional<std::vector<TomlSection>> TomlSection::sections(std::string_view key) const {
  if (!has(key)) return std::nullopt;
  std::vector<TomlSection> result;
  for (const toml::node& value : array(key, "a list of tables, like [{ ... }, { ... }]")) {
    const toml::table* table = value.as_table();
    if (table == nullptr) fail(key, fmt::format("must hold tables only, but holds {}", type_name(value)));
    result.emplace_back(file_, *table, fmt::format("{}.{}[{}]", name_, key, result.size() + 1));
  }
  return result;
}

}  // namespace ersatz::study
