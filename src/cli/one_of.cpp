#include "cli/one_of.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <utility>

#include "base/error.hpp"
#include "base/suggest.hpp"

namespace ersatz::cli {

CLI::Validator one_of(std::vector<std::string> words) {
  const std::string listed = fmt::format("{{{}}}", fmt::join(words, ","));
  return CLI::Validator(
      [words = std::move(words)](const std::string& word) -> std::string {
        if (std::ranges::find(words, word) != words.end()) return "";
        throw Error(fmt::format("\"{}\" is none of {}", word, join_words(words)), suggest(word, words, "one of"));
      },
      listed);
}

}  // namespace ersatz::cli
