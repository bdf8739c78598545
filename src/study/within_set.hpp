#pragma once

#include <fmt/format.h>

#include "base/error.hpp"
#include "study/study_file.hpp"

namespace ersatz::study {

/// Does some work on a training set of the study. An Error of it then says in which line of the study file the set is.
template <typename Work>
auto within_set(const Study& study, const TrainingSet& set, Work work) {
  try {
    return work();
  } catch (const Error& problem) {
    throw Error(fmt::format("{}:{}: train.{}.{}", study.file.string(), set.line, set.name, problem.what()),
                problem.hint());
  }
}

}  // namespace ersatz::study
