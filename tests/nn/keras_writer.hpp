#pragma once

#include <hdf5.h>

#include <filesystem>
#include <string>
#include <vector>

namespace ersatz::testing {

/// Writes Keras weights files by hand with the HDF5 library, whole or wrong.
class KerasWriter {
 public:
  explicit KerasWriter(const std::filesystem::path& path);
  ~KerasWriter() { close(); }
  KerasWriter(const KerasWriter&) = delete;
  KerasWriter& operator=(const KerasWriter&) = delete;

  hid_t file() const { return file_; }
  void close();

  /// An attribute that is a list of names, of fixed or of any length.
  static void set_names(hid_t where, const char* attribute, const std::vector<std::string>& names, bool variable);
  struct Weight {
    std::string name;
    std::vector<hsize_t> dims;
    std::vector<float> values = {};
    bool written = true;  ///< else the dataset has its size, but no values
  };
  /// A dataset of floats, 0, 1, 2 ... where none are given; groups on the way are made.
  static void add_dataset(hid_t group, Weight weight);
  /// A layer's group with its names and, as Keras orders them, its kernel and bias.
  static void add_layer(hid_t top, const std::string& layer, const std::vector<Weight>& weights, bool variable);

 private:
  hid_t file_;
};

}  // namespace ersatz::testing
