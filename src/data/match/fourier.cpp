#include "data/match/fourier.hpp"

#include <algorithm>
#include <cstddef>
#include <unsupported/Eigen/FFT>

namespace ersatz::data {

struct Fourier::Transform {
  Eigen::FFT<double> fft;
};

Fourier::Fourier(ImageShape shape) : shape_(shape), transform_(std::make_unique<Transform>()) {}
Fourier::~Fourier() = default;

void Fourier::forward(Plane& plane) {
  run(plane, [this](Plane& to, const Plane& from) { transform_->fft.fwd(to, from); });
}

void Fourier::inverse(Plane& plane) {
  run(plane, [this](Plane& to, const Plane& from) { transform_->fft.inv(to, from); });
}

// Rows, then columns.
template <typename Line>
void Fourier::run(Plane& plane, Line line) {
  const auto height = static_cast<std::size_t>(shape_.height), width = static_cast<std::size_t>(shape_.width);
  // A line of one value is its own transform, which the library does not know.
  from_.resize(width);
  for (std::size_t y = 0; width > 1 && y < height; ++y) {
    std::copy_n(plane.begin() + static_cast<std::ptrdiff_t>(y * width), width, from_.begin());
    line(to_, from_);
    std::copy(to_.begin(), to_.end(), plane.begin() + static_cast<std::ptrdiff_t>(y * width));
  }
  from_.resize(height);
  for (std::size_t x = 0; height > 1 && x < width; ++x) {
    for (std::size_t y = 0; y < height; ++y) from_[y] = plane[y * width + x];
    line(to_, from_);
    for (std::size_t y = 0; y < height; ++y) plane[y * width + x] = to_[y];
  }
}

}  // namespace ersatz::data
