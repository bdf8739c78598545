#pragma once

#include <cstdint>
#include <span>

#include "base/stop.hpp"
#include "data/batch_source.hpp"

namespace ersatz::train {

/// Another source, which asks for a stop when its examples have been asked for so many times.
class StoppingSource : public data::BatchSource {
 public:
  StoppingSource(const data::BatchSource& source, int fills) : source_(source), left_(fills) {}

  std::array<int, 3> shape() const override { return source_.shape(); }
  std::span<const std::int32_t> labels() const override { return source_.labels(); }
  void fill(std::span<const std::uint32_t> indices, int epoch, float* out) const override {
    source_.fill(indices, epoch, out);
    if (--left_ == 0) request_stop();
  }

 private:
  const data::BatchSource& source_;
  mutable int left_;
};

}  // namespace ersatz::train
