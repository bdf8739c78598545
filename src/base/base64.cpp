#include "base/base64.hpp"

#include <openssl/evp.h>

#include <algorithm>

namespace ersatz {

std::string base64(std::string_view bytes) {
  constexpr std::size_t kPiece = 3 << 20;  // the library counts with int; whole groups of three join without a seam
  std::string text;
  text.reserve((bytes.size() + 2) / 3 * 4 + 1);
  for (std::size_t done = 0; done < bytes.size(); done += kPiece) {
    const std::string_view piece = bytes.substr(done, kPiece);
    const std::size_t before = text.size();
    text.resize(before + (piece.size() + 2) / 3 * 4 + 1);  // it writes a zero behind the end
    const int written =
        EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data() + before),
                        reinterpret_cast<const unsigned char*>(piece.data()), static_cast<int>(piece.size()));
    text.resize(before + static_cast<std::size_t>(written));
  }
  return text;
}

bool is_base64(std::string_view text) {
  const auto letter = [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '+' || c == '/';
  };
  if (text.size() % 4 != 0) return false;
  std::size_t filled = 0;
  while (filled < 2 && !text.empty() && text.back() == '=') {
    text.remove_suffix(1);
    ++filled;
  }
  return std::ranges::all_of(text, letter);
}

}  // namespace ersatz
