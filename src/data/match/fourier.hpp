#pragma once

#include <complex>
#include <memory>
#include <vector>

#include "data/image_store.hpp"

namespace ersatz::data {

/// Complex numbers [height, width].
using Plane = std::vector<std::complex<double>>;

/// Discrete Fourier transforms of planes of one shape, in place. Sides of any length. One thread at a time.
class Fourier {
 public:
  explicit Fourier(ImageShape shape);
  ~Fourier();
  Fourier(const Fourier&) = delete;
  Fourier& operator=(const Fourier&) = delete;

  void forward(Plane& plane);  ///< sum over all places of value x exp(-2 pi i frequency . place), not divided
  void inverse(Plane& plane);  ///< its inverse

 private:
  struct Transform;
  template <typename Line>
  void run(Plane& plane, Line line);

  ImageShape shape_;
  std::unique_ptr<Transform> transform_;
  Plane from_, to_;
};

}  // namespace ersatz::data
