#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace ersatz {

/// The word of `known` that `word` was probably meant to be: the nearest by letters inserted,
/// deleted, replaced or swapped, without regard to case, when it is near enough; else empty.
std::string nearest_word(std::string_view word, const std::vector<std::string>& known);

/// A hint for a word that is none of `known`: "did you mean \"epochs\"?" when one is near, else
/// `what` and all of them: "known keys: batch, epochs and patience".
std::string suggest(std::string_view word, const std::vector<std::string>& known, std::string_view what);

}  // namespace ersatz
