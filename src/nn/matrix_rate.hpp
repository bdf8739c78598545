#pragma once

#include "nn/precision.hpp"

namespace ersatz::nn {

/// FLOP/s of square matrix products in this precision on one thread, through oneDNN with operands in the layouts it
/// likes best: the best of some repetitions of three sizes, 512 to 1024, about a second in all. What this machine can
/// do, and what the speed of layers is compared with.
double matrix_product_rate(Precision precision);

}  // namespace ersatz::nn
