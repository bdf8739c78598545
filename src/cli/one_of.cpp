#include "cli/one_of.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <utility>

#include "base/error.hpp"
#include "base/suggest.hpp"
#include "base/text.hpp"

namespace ersatz::cli {

CLI::Validator one_of(std::string name, std::vector<std::string> words) {
  const std::string listed = fmt::format("{{{}}}", fmt::join(words, ","));
  return CLI::Validator(
      [name = std::move(name), words = std::move(words)](const std::string& word) -> std::string {
        if (std::ranges::find(words, word) != words.end()) return "";
        const std::string meant = nearest_word(word, words);
        throw Error(fmt::format("{} {}: it takes {}", name, word, join_words(words, " or ")),
                    meant.empty() ? "" : fmt::format("did you mean \"{}\"?", meant));
      },
      listed);
}

}  // namespace ersatz::cli
