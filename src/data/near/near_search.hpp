#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "data/image_store.hpp"
#include "data/near/perceptual_hash.hpp"

namespace ersatz::data {

/// The images of several stores in groups that look the same in little, and the pairs of groups that are near. Takes
/// below 80 bytes for each image, and 768 more for those whose hash is near another's.
class NearSearch {
 public:
  struct Member {
    std::uint32_t store, index;
  };

  explicit NearSearch(std::vector<const ImageStore*> stores);
  ~NearSearch();
  NearSearch(const NearSearch&) = delete;
  NearSearch& operator=(const NearSearch&) = delete;

  std::size_t groups() const { return ends_.size(); }
  /// The images of a group, by store and index. Their small copies are equal.
  std::span<const Member> members(std::size_t group) const;
  const ImageStore& store(std::size_t s) const { return *stores_[s]; }
  std::size_t flat_images() const { return flat_images_; }

  /// Calls visit(thread, a, b, difference) once for every pair of groups a < b that are near copies, in no order, from
  /// threads() threads. `difference` is that of the small copies, as data::difference() has it.
  void for_each_pair(
      const std::function<void(unsigned thread, std::size_t a, std::size_t b, std::uint32_t difference)>& visit) const;
  unsigned threads() const { return threads_; }

 private:
  const SmallCopy& copy_of(std::size_t group) const;

  std::vector<const ImageStore*> stores_;
  unsigned threads_;
  std::vector<Member> members_;
  std::vector<std::size_t> ends_;      // of each group in members_
  std::vector<std::uint64_t> hashes_;  // of the groups that are not flat, which come first
  std::size_t flat_images_ = 0;
  mutable std::vector<std::atomic<const SmallCopy*>> copies_;  // made when they are wanted
};

}  // namespace ersatz::data
