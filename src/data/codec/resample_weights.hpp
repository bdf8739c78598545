#pragma once

#include <cstdint>
#include <vector>

namespace ersatz::data {

/// How the pixels of a new image are read off the old one. All but `nearest` take the whole area that a new pixel
/// covers, so that a smaller image has no moire.
enum class Filter { nearest, box, bilinear, bicubic, lanczos };

/// The weights of one axis: new pixel i is the sum of values(i)[k] * old pixel (first(i) + k), k < count(i).
class ResampleWeights {
 public:
  /// Weights are whole numbers of this many bits behind the point; those of a pixel add up to about 1.
  static constexpr int kBits = 22;

  /// For `to` new pixels of the part [low, high] of `from` old ones. What was computed last is kept.
  void prepare(int from, float low, float high, int to, Filter filter);

  int first(int i) const { return first_[static_cast<std::size_t>(i)]; }
  int count(int i) const { return count_[static_cast<std::size_t>(i)]; }
  const std::int32_t* values(int i) const { return values_.data() + static_cast<std::size_t>(i) * stride_; }

 private:
  struct Question {
    int from = 0;
    float low = 0, high = 0;
    int to = 0;
    Filter filter = Filter::nearest;
    bool operator==(const Question&) const = default;
  };
  Question answered_;
  std::vector<int> first_, count_;
  std::vector<std::int32_t> values_;
  std::size_t stride_ = 0;
};

}  // namespace ersatz::data
