#include "study/real_source.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace ersatz::study {

RealSource real_source(const std::optional<std::string>& given, const std::vector<std::string>& test_on,
                       const std::set<std::string>& trained_on) {
  using Why = RealSource::Why;
  if (given) return {*given, Why::given};
  if (std::ranges::find(test_on, "REAL") != test_on.end()) return {"REAL", Why::named_real};
  if (test_on.size() == 1) return {test_on.front(), Why::only_one};
  const auto only_tests = [&](const std::string& name) { return !trained_on.contains(name); };
  if (std::ranges::count_if(test_on, only_tests) == 1) {
    return {*std::ranges::find_if(test_on, only_tests), Why::only_tests};
  }
  return {test_on.front(), Why::first};
}

std::string guess_note(const RealSource& real) {
  if (!real.guessed()) return "";
  return fmt::format(
      "{0} is taken for the real images, as the {1}; real = \"{0}\" in [study] says which source has them", real.name,
      real.why == RealSource::Why::first ? "first source that is tested on"
                                         : "only source that nothing was trained on");
}

}  // namespace ersatz::study
