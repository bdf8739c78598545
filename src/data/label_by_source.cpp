#include "data/label_by_source.hpp"

#include <fmt/format.h>

#include <memory>
#include <utility>

#include "base/error.hpp"
#include "data/assembly.hpp"
#include "data/view_format.hpp"

namespace ersatz::data {
namespace {

std::shared_ptr<const ImageStore> labelled(const std::shared_ptr<const ImageStore>& store, std::int32_t label,
                                           const std::filesystem::path& cache) {
  if (store == nullptr) return nullptr;
  ViewContent content;
  content.parent = store->parent() == nullptr ? store : std::make_shared<const ImageStore>(store->parent()->path());
  for (std::size_t i = 0; i < store->size(); ++i) content.rows.push_back(store->row(i));
  content.labels.assign(store->size(), label);
  content.strata.assign(store->labels().begin(), store->labels().end());
  return view_in_cache(content, cache);
}

}  // namespace

DataSet label_by_source(DataSet data, const std::filesystem::path& cache) {
  if (data.sources.size() < 2) {
    throw Error(fmt::format("the data have a single source, {}: there is nothing to tell apart",
                            data.sources.empty() ? "" : data.sources.front().name),
                "name another under [data.sources], or leave out label = \"source\"");
  }
  data.classes.clear();
  for (Source& source : data.sources) {
    const auto label = static_cast<std::int32_t>(data.classes.size());
    data.classes.push_back(source.name);
    source.train = labelled(source.train, label, cache);
    source.test = labelled(source.test, label, cache);
  }
  data.fingerprint = fingerprint_of(data);
  return data;
}

}  // namespace ersatz::data
