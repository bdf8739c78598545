#include "base/json.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <utility>
#include <vector>

#include "base/error.hpp"
#include "base/files.hpp"

namespace ersatz {
namespace {

// Leaves the last value of each key, at the place of the first.
void remove_repeated_keys(std::vector<std::string>& keys, std::vector<Json>& values) {
  std::vector<std::size_t> order(keys.size());
  std::iota(order.begin(), order.end(), 0);
  std::ranges::stable_sort(order, {}, [&](std::size_t i) -> const std::string& { return keys[i]; });
  std::vector<bool> repeated(keys.size(), false);
  bool any = false;
  for (std::size_t i = 1, first = 0; i < order.size(); ++i) {
    if (keys[order[i]] != keys[order[first]]) {
      first = i;
      continue;
    }
    values[order[first]] = std::move(values[order[i]]);
    repeated[order[i]] = any = true;
  }
  if (!any) return;
  std::size_t kept = 0;
  for (std::size_t i = 0; i < keys.size(); ++i) {
    if (repeated[i]) continue;
    if (kept != i) {
      keys[kept] = std::move(keys[i]);
      values[kept] = std::move(values[i]);
    }
    ++kept;
  }
  keys.resize(kept);
  values.resize(kept);
}

/// Makes a document of what the parser of the library meets, one call each. The library's own way of doing this looks
/// for every key among all keys before it.
class Builder {
 public:
  Json take() { return std::move(root_); }

  bool null() { return add(nullptr); }
  bool boolean(bool value) { return add(value); }
  bool number_integer(std::int64_t value) { return add(value); }
  bool number_unsigned(std::uint64_t value) { return add(value); }
  bool number_float(double value, const std::string&) { return add(value); }
  bool string(std::string& value) { return add(std::move(value)); }
  bool binary(Json::binary_t&) { return false; }  // not in JSON
  bool key(std::string& key) {
    open_.back().keys.push_back(std::move(key));
    return true;
  }
  bool start_object(std::size_t) { return open(); }
  bool start_array(std::size_t) { return open(); }
  bool end_array() {
    std::vector<Json> values = close().values;
    return add(std::move(values));
  }
  bool end_object() {
    Level level = close();
    if (level.keys.size() > 1) remove_repeated_keys(level.keys, level.values);
    Json::object_t object;
    object.reserve(level.keys.size());
    for (std::size_t i = 0; i < level.keys.size(); ++i) {
      object.emplace_back(std::move(level.keys[i]), std::move(level.values[i]));
    }
    return add(std::move(object));
  }
  [[noreturn]] bool parse_error(std::size_t, const std::string&, const Json::exception& problem) {
    throw Error(fmt::format("is not valid JSON: {}", problem.what()));
  }

 private:
  /// An array or object that has not ended.
  struct Level {
    std::vector<std::string> keys;  ///< of an object
    std::vector<Json> values;
  };

  bool open() {
    if (open_.size() == kDeepestJson) throw Error(fmt::format("is JSON of more than {} levels", kDeepestJson));
    open_.emplace_back();
    return true;
  }
  Level close() {
    Level level = std::move(open_.back());
    open_.pop_back();
    return level;
  }
  template <typename Value>
  bool add(Value&& value) {
    if (open_.empty()) {
      root_ = std::forward<Value>(value);
    } else {
      open_.back().values.emplace_back(std::forward<Value>(value));
    }
    return true;
  }

  Json root_;
  std::vector<Level> open_;
};

}  // namespace

Json parse_json(std::string_view text) {
  Builder builder;
  Json::sax_parse(text.begin(), text.end(), &builder);
  return builder.take();
}

Json read_json(const std::filesystem::path& path) {
  const std::string text = read_file(path);
  try {
    return parse_json(text);
  } catch (const Error& problem) {
    throw Error(fmt::format("{} {}", path.string(), problem.what()));
  }
}

void write_json(const std::filesystem::path& path, const Json& value) { write_file(path, value.dump(2) + "\n"); }

}  // namespace ersatz
