#pragma once

#include <toml++/toml.h>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ersatz::study {

/// Parses a TOML file. Throws Error "FILE:LINE: ..." where toml++ would throw its own exception.
toml::table parse_toml(const std::filesystem::path& file);

/// One table of a TOML file, read with checks. Every complaint is an Error that names the file, the
/// line and the key: "studies/x.toml:12: training.epochs: must be at least 1, but is 0".
class TomlSection {
 public:
  /// `name` is the table's dotted name ("training", "train.REAL"), empty for the whole file.
  TomlSection(const std::filesystem::path& file, const toml::table& table, std::string name);

  const std::string& name() const { return name_; }
  bool has(std::string_view key) const { return table_.contains(key); }
  /// Line in the file where the table begins.
  std::size_t line() const { return table_.source().begin.line; }
  /// All keys, in the order of the file.
  std::vector<std::string> keys() const;

  /// Complains about keys that are none of `known`, with the nearest known one as a hint.
  void allow_only(const std::vector<std::string>& known) const;

  // Each returns the key's value, or nothing when the key is not there.
  std::optional<std::string> text(std::string_view key) const;
  std::optional<bool> flag(std::string_view key) const;
  std::optional<std::int64_t> integer(std::string_view key, std::int64_t least, std::int64_t most) const;
  /// An integer counts as a number too.
  std::optional<double> number(std::string_view key) const;
  std::optional<std::vector<std::string>> texts(std::string_view key) const;
  std::optional<std::vector<std::int64_t>> integers(std::string_view key) const;
  std::optional<std::vector<double>> numbers(std::string_view key) const;
  std::optional<TomlSection> section(std::string_view key) const;
  /// A list of tables, which messages call NAME.KEY[1], NAME.KEY[2] and so on.
  std::optional<std::vector<TomlSection>> sections(std::string_view key) const;

  /// The value itself, for what fits none of the above. The key must be there.
  const toml::node& node(std::string_view key) const { return *table_.get(key); }

  /// Throws the Error for `key` (or for the table itself when it is not there).
  [[noreturn]] void fail(std::string_view key, std::string_view problem, std::string hint = {}) const;

 private:
  [[noreturn]] void fail_type(std::string_view key, std::string_view wanted) const;
  const toml::array& array(std::string_view key, std::string_view wanted) const;

  const std::filesystem::path& file_;
  const toml::table& table_;
  std::string name_;
};

}  // namespace ersatz::study
