#pragma once

#include <string>
#include <vector>

#include "study/run_spec.hpp"

namespace ersatz::study {

/// What the control of a training set is called.
std::string random_control_name(const std::string& name);

/// Puts behind each training set of which a verifier keeps images one that keeps as many at random, called NAME-random:
/// a smaller set alone may help or harm. None where a set of the list is that already. Throws Error, whose text goes
/// behind "FILE:", when another set has that name.
void add_random_controls(std::vector<TrainingSet>& sets);

}  // namespace ersatz::study
