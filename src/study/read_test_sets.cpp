#include "study/read_test_sets.hpp"

#include <algorithm>

#include "study/read_amounts.hpp"
#include "study/read_image_use.hpp"
#include "study/study_file.hpp"
#include "study/study_keys.hpp"

namespace ersatz::study {
namespace {

constexpr std::string_view kExample = "sources = { REAL = \"all\" }";

Amounts read_sources(const TomlSection& section) {
  if (!section.has("sources")) section.fail("sources", "is missing", std::string(kExample));
  Amounts sources;
  const TomlSection inner = *section.section("sources");
  for (const auto& [source, amounts] : read_choices(inner)) {
    if (amounts.size() > 1) {
      inner.fail(source, "has several amounts, of which a test set has one", "make a test set of its own of each");
    }
    if (!is_nothing(amounts.front())) sources.emplace_back(source, amounts.front());
  }
  if (sources.empty()) section.fail("sources", "the test set holds no images", std::string(kExample));
  // Two ways of writing the same are the same test set.
  std::ranges::sort(sources, {}, [](const auto& part) { return part.first; });
  return sources;
}

}  // namespace

std::vector<TestSet> read_test_sets(const TomlSection& section) {
  std::vector<TestSet> sets;
  for (const std::string& name : section.keys()) {
    if (!is_plain_name(name)) section.fail(name, "is not a usable test set name", std::string(kNameRule));
    const TomlSection inner = *section.section(name);
    inner.allow_only(keys_of("test.NAME"));
    sets.push_back({name, read_sources(inner), read_transform(inner)});
  }
  return sets;
}

}  // namespace ersatz::study
