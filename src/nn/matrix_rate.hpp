#pragma once

#include "nn/precision.hpp"

namespace ersatz::nn {

/// FLOP/s of a large matrix product in this precision on one thread, the best of some repetitions (about half a
/// second): 2048 x 2048 x 2048 through oneDNN, with weights in the layout it likes best. What this machine can do, and
/// what the speed of layers is compared with.
double matrix_product_rate(Precision precision);

}  // namespace ersatz::nn
