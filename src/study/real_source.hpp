#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

namespace ersatz::study {

/// The source whose images are the real ones: every sentence, figure and answer says what the others are worth on its
/// test images.
struct RealSource {
  enum class Why {
    given,       ///< the study says so
    named_real,  ///< it is called REAL
    only_one,    ///< no other is tested on
    only_tests,  ///< it alone is tested on and never trained on
    first,       ///< the first of test_on
  };
  std::string name;
  Why why = Why::first;

  /// Whether another source may have been meant.
  bool guessed() const { return why == Why::only_tests || why == Why::first; }
};

/// `given` where there is one. Else by what a study does: `test_on` are the sources that its runs are tested on, at
/// least one, and `trained_on` those that they take images of.
RealSource real_source(const std::optional<std::string>& given, const std::vector<std::string>& test_on,
                       const std::set<std::string>& trained_on);

/// What a reader must know of a guess, in one line; empty where nothing was guessed.
std::string guess_note(const RealSource& real);

}  // namespace ersatz::study
