#pragma once

#include "stats/crossed.hpp"
#include "stats/fixtures.hpp"

namespace ersatz::stats {

/// The cells of a fixture: right and wrong as one string a cell, seed after seed.
inline Crossed crossed_of(const Json& fixture) {
  const auto right = fixture.at("right").get<std::vector<std::string>>();
  const std::size_t images = fixture.at("images");
  return Crossed(right.size(), fixture.at("n"), images, [&](std::size_t c, std::size_t s, std::span<double> out) {
    for (std::size_t i = 0; i < images; ++i) out[i] = right[c][s * images + i] == '1' ? 1 : 0;
  });
}

}  // namespace ersatz::stats
