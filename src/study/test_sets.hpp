#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "base/json_fwd.hpp"
#include "data/augment/augmentation.hpp"
#include "data/data_set.hpp"
#include "study/amount.hpp"

namespace ersatz::study {

/// A named test set of a study file: test images of one or several sources, as they are or changed.
struct TestSet {
  std::string name;
  Amounts sources;                            ///< of their test images
  std::vector<data::Augmentation> transform;  ///< applied to each of them, in this order
};

/// A test set as an output folder has it: with the fingerprint of the store of its images.
struct KnownTestSet {
  TestSet set;
  std::string fingerprint;
};
Json to_json(const KnownTestSet& known);
/// Throws Error or Json::exception on what to_json cannot have written.
KnownTestSet known_test_set_from_json(const Json& value);
bool operator==(const KnownTestSet& a, const KnownTestSet& b);

/// Fingerprints of test sets by their names.
using TestSetFingerprints = std::map<std::string, std::string>;
TestSetFingerprints fingerprints_of(const std::vector<KnownTestSet>& sets);

struct Study;
/// Makes the images what the study asks for: labelled by source where it says so (then a study that names no test sets
/// gets one with the test images of all sources, called "all"), and with its test sets added. Stores that are not in
/// `cache` yet are made. Of sources whose duplicates are dropped a test set holds the images that are left. Throws
/// Error naming file and set when it is called like a source, names one that is not there or has too few test images,
/// or when a change does not fit the images; and Stopped.
void prepare_data(Study& study, const std::filesystem::path& cache, data::DataSet& data);

/// "jpeg40: 20,000 test images of FAKE and REAL, changed: jpeg (quality 40)", a sentence for each of `names` that is a
/// test set.
std::vector<std::string> describe_test_sets(const std::vector<TestSet>& sets, const std::vector<std::string>& names,
                                            const data::DataSet& data);

/// Sources whose images are tested on: `names` with each test set's sources in its place, none twice.
std::vector<std::string> sources_of_tests(const std::vector<TestSet>& sets, const std::vector<std::string>& names);

}  // namespace ersatz::study
