#include "nn/keras_writer.hpp"

#include <functional>
#include <numeric>

namespace ersatz::testing {

KerasWriter::KerasWriter(const std::filesystem::path& path)
    : file_(H5Fcreate(path.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT)) {}

void KerasWriter::close() {
  if (file_ >= 0) H5Fclose(file_);
  file_ = -1;
}

void KerasWriter::set_names(hid_t where, const char* attribute, const std::vector<std::string>& names, bool variable) {
  const hsize_t count = names.size();
  const hid_t space = H5Screate_simple(1, &count, nullptr), type = H5Tcopy(H5T_C_S1);
  std::string fixed;
  std::vector<const char*> pointers;
  H5Tset_size(type, variable ? H5T_VARIABLE : 20);
  for (const std::string& name : names) {
    fixed += name + std::string(20 - name.size(), '\0');
    pointers.push_back(name.c_str());
  }
  const hid_t id = H5Acreate2(where, attribute, type, space, H5P_DEFAULT, H5P_DEFAULT);
  H5Awrite(id, type, variable ? static_cast<const void*>(pointers.data()) : fixed.data());
  H5Aclose(id);
  H5Tclose(type);
  H5Sclose(space);
}

void KerasWriter::add_dataset(hid_t group, Weight weight) {
  auto& [name, dims, values, written] = weight;
  if (values.empty() && written) {
    values.resize(std::accumulate(dims.begin(), dims.end(), hsize_t{1}, std::multiplies<>()));
    std::iota(values.begin(), values.end(), 0.0F);
  }
  const hid_t space = H5Screate_simple(static_cast<int>(dims.size()), dims.data(), nullptr);
  const hid_t links = H5Pcreate(H5P_LINK_CREATE);
  H5Pset_create_intermediate_group(links, 1);
  const hid_t id = H5Dcreate2(group, name.c_str(), H5T_IEEE_F32LE, space, links, H5P_DEFAULT, H5P_DEFAULT);
  if (written) H5Dwrite(id, H5T_NATIVE_FLOAT, H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data());
  H5Dclose(id);
  H5Pclose(links);
  H5Sclose(space);
}

void KerasWriter::add_layer(hid_t top, const std::string& layer, const std::vector<Weight>& weights, bool variable) {
  const hid_t group = H5Gcreate2(top, layer.c_str(), H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
  std::vector<std::string> names;
  for (const Weight& weight : weights) {
    names.push_back(weight.name);
    add_dataset(group, weight);
  }
  set_names(group, "weight_names", names, variable);
  H5Gclose(group);
}

}  // namespace ersatz::testing
