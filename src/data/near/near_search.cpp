#include "data/near/near_search.hpp"

#include <algorithm>
#include <memory>
#include <thread>
#include <tuple>

#include "base/hash.hpp"
#include "base/stop.hpp"
#include "base/threads.hpp"
#include "data/near/hash_pairs.hpp"
#include "data/near/near_copies.hpp"
#include "data/store_format.hpp"

namespace ersatz::data {
namespace {

constexpr auto kMostDifference = static_cast<std::uint32_t>(kMostLevels * std::tuple_size_v<SmallCopy>);

struct Entry {
  std::uint64_t hash, copy;  ///< `copy` stands for the small copy: 64 bits of its SHA-256
  NearSearch::Member member;
  bool flat;

  auto look() const { return std::tuple(flat, hash, copy); }
  auto order() const { return std::tuple(flat, hash, copy, member.store, member.index); }
};

std::vector<Entry> look_at_all(const std::vector<const ImageStore*>& stores, unsigned threads) {
  std::vector<Entry> entries;
  for (std::uint32_t s = 0; s < stores.size(); ++s) {
    for (std::uint32_t i = 0; i < stores[s]->size(); ++i) entries.push_back({0, 0, {s, i}, false});
  }
  std::atomic<std::size_t> next{0};
  in_threads(threads, [&](unsigned) {
    constexpr std::size_t kPiece = 256;
    for (std::size_t piece = kPiece * next++; piece < entries.size(); piece = kPiece * next++) {
      if (stop_requested()) throw Stopped();
      for (std::size_t e = piece; e < std::min(piece + kPiece, entries.size()); ++e) {
        const ImageStore& store = *stores[entries[e].member.store];
        const Look look = look_at(store.image(entries[e].member.index), store.shape());
        entries[e].hash = look.hash;
        entries[e].copy = short_hash(sha256(std::as_bytes(std::span(look.copy))));
        entries[e].flat = look.flat;
      }
    }
  });
  return entries;
}

}  // namespace

NearSearch::NearSearch(std::vector<const ImageStore*> stores)
    : stores_(std::move(stores)), threads_(std::max(1U, std::thread::hardware_concurrency())) {
  std::vector<Entry> entries = look_at_all(stores_, threads_);
  std::sort(entries.begin(), entries.end(), [](const Entry& a, const Entry& b) { return a.order() < b.order(); });
  members_.reserve(entries.size());
  for (std::size_t e = 0; e < entries.size(); ++e) {
    members_.push_back(entries[e].member);
    flat_images_ += entries[e].flat ? 1 : 0;
    if (e + 1 < entries.size() && entries[e + 1].look() == entries[e].look()) continue;
    ends_.push_back(e + 1);
    if (!entries[e].flat) hashes_.push_back(entries[e].hash);
  }
  copies_ = std::vector<std::atomic<const SmallCopy*>>(hashes_.size());
}

NearSearch::~NearSearch() {
  for (auto& copy : copies_) delete copy.load();
}

std::span<const NearSearch::Member> NearSearch::members(std::size_t group) const {
  const std::size_t begin = group == 0 ? 0 : ends_[group - 1];
  return {members_.data() + begin, ends_[group] - begin};
}

const SmallCopy& NearSearch::copy_of(std::size_t group) const {
  std::atomic<const SmallCopy*>& place = copies_[group];
  if (const SmallCopy* known = place.load()) return *known;
  const Member first = members(group).front();
  const ImageStore& store = *stores_[first.store];
  auto made = std::make_unique<const SmallCopy>(small_copy(store.image(first.index), store.shape()));
  const SmallCopy* before = nullptr;
  if (place.compare_exchange_strong(before, made.get())) return *made.release();
  return *before;  // another thread was faster
}

void NearSearch::for_each_pair(
    const std::function<void(unsigned, std::size_t, std::size_t, std::uint32_t)>& visit) const {
  for_each_near_pair(hashes_, threads_, [&](unsigned thread, std::uint32_t a, std::uint32_t b) {
    const std::uint32_t apart = difference(copy_of(a), copy_of(b));
    if (apart <= kMostDifference) visit(thread, a, b, apart);
  });
}

}  // namespace ersatz::data
