// oneDNN 3.7.0 to 3.8.0 (Debian 13 has 3.7.2) lose values in reorders to layouts with blocks, on x86 with AVX-512 and
// with AVX2: of a [10, 128] f32 matrix written as AB16b32a half is missing. With these versions copies go through a
// list of places, which is slower but right. Reported as github.com/uxlfoundation/oneDNN/issues/3280, fixed in 3.8.1.

#include "nn/reorder.hpp"

#include <cstdint>
#include <vector>

#include "nn/bf16.hpp"

namespace ersatz::nn {
namespace {

bool reorders_are_broken() {
  const dnnl_version_t* version = dnnl_version();
  return version->major == 3 && (version->minor == 7 || (version->minor == 8 && version->patch == 0));
}

#if DNNL_VERSION_MAJOR >= 3

/// The place of every element of a tensor in row-major order, in elements from the start of the memory.
std::vector<std::uint32_t> places(const Desc& desc) {
  const Dims dims = desc.get_dims(), strides = desc.get_strides();
  const Dims blocks = desc.get_inner_blks(), blocked = desc.get_inner_idxs();
  std::size_t count = 1;
  for (const auto extent : dims) count *= static_cast<std::size_t>(extent);
  std::vector<std::uint32_t> all(count);
  Dims at(dims.size(), 0);
  for (std::uint32_t& place : all) {
    Dims outer = at;
    std::int64_t offset = 0, stride = 1;
    for (std::size_t b = blocks.size(); b-- > 0;) {
      auto& index = outer[static_cast<std::size_t>(blocked[b])];
      offset += index % blocks[b] * stride;
      index /= blocks[b];
      stride *= blocks[b];
    }
    for (std::size_t d = 0; d < outer.size(); ++d) offset += outer[d] * strides[d];
    place = static_cast<std::uint32_t>(offset);
    for (std::size_t d = at.size(); d-- > 0 && ++at[d] == dims[d];) at[d] = 0;
  }
  return all;
}

template <typename From, typename To>
std::function<void()> copy_by_places(const dnnl::memory& from, const dnnl::memory& to) {
  return [from, to, from_places = places(from.get_desc()), to_places = places(to.get_desc())] {
    const auto* source = static_cast<const From*>(from.get_data_handle());
    auto* target = static_cast<To*>(to.get_data_handle());
    for (std::size_t i = 0; i < from_places.size(); ++i) store(to_float(source[from_places[i]]), target[to_places[i]]);
  };
}

std::function<void()> make_careful_reorder(const dnnl::memory& from, const dnnl::memory& to) {
  const bool narrow = type_of(from.get_desc()) == DataType::bf16, narrows = type_of(to.get_desc()) == DataType::bf16;
  if (narrow) {
    return narrows ? copy_by_places<Bf16, Bf16>(from, to) : copy_by_places<Bf16, float>(from, to);
  }
  return narrows ? copy_by_places<float, Bf16>(from, to) : copy_by_places<float, float>(from, to);
}

#else

std::function<void()> make_careful_reorder(const dnnl::memory&, const dnnl::memory&) { return {}; }  // 2.x is right

#endif

}  // namespace

std::function<void()> make_reorder(const dnnl::memory& from, const dnnl::memory& to) {
  if (reorders_are_broken()) return make_careful_reorder(from, to);
  return [primitive = dnnl::primitive(dnnl::reorder(from, to)),
          arguments = Arguments{{DNNL_ARG_FROM, from}, {DNNL_ARG_TO, to}}] {
    primitive.execute(stream(), arguments);
    stream().wait();
  };
}

std::size_t reorder_bytes(const dnnl::memory& from, const dnnl::memory&) {
  if (!reorders_are_broken()) return 0;
  std::size_t count = 1;
  for (const auto extent : dims_of(from.get_desc())) count *= static_cast<std::size_t>(extent);
  return 2 * count * sizeof(std::uint32_t);  // a list of places each
}

void reorder(const dnnl::memory& from, const dnnl::memory& to) { make_reorder(from, to)(); }

}  // namespace ersatz::nn
