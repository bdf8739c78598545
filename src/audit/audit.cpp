#include "audit/audit.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <set>
#include <thread>
#include <unordered_map>

#include "audit/parallel.hpp"
#include "base/stop.hpp"
#include "data/codec/decode.hpp"
#include "data/codec/encode_jpeg.hpp"
#include "stats/interval.hpp"

namespace ersatz::audit {
namespace {

/// All that is measured of the sampled images.
struct Measured {
  std::vector<std::array<double, kTraits>> traits;                   // of each image
  std::array<std::vector<std::vector<float>>, kEvidences> evidence;  // of each kind, of each image
};

Measured measure(const Sample& sample, data::ImageShape shape, bool alike, const Encodings& encodings,
                 unsigned threads) {
  const std::vector<std::string> notes = frequent_notes(encodings);
  Measured measured;
  measured.traits.resize(sample.images.size());
  for (auto& values : measured.evidence) values.resize(sample.images.size());
  const auto values_of = [&](Evidence evidence, std::size_t i) -> std::vector<float>& {
    return measured.evidence[static_cast<std::size_t>(evidence)][i];
  };
  for_each(sample.images.size(), threads, [&]() -> std::function<void(std::size_t)> {
    const auto measurer = std::make_shared<Measurer>(shape);
    const auto decoded = std::make_shared<std::vector<std::uint8_t>>(shape.bytes());
    return [&, measurer, decoded](std::size_t i) {
      if (stop_requested()) throw Stopped();
      std::span<const std::uint8_t> pixels = sample.images[i].pixels();
      if (alike) {
        data::decode_image(data::encode_jpeg(pixels, shape, kAlikeQuality), shape, decoded->data());
        pixels = *decoded;
      }
      measurer->look_at(pixels);
      measured.traits[i] = measurer->traits();
      for (std::size_t e = 0; e < kEvidences; ++e) measurer->append(static_cast<Evidence>(e), measured.evidence[e][i]);
      if (alike) return;
      const auto known = encodings.find(sample.images[i].file_hash());
      if (known == encodings.end() || known->second.bytes == 0) return;
      const Encoding& encoding = known->second;
      append_encoder_values(encoding, values_of(Evidence::encoder, i));
      append_metadata_values(encoding, notes, values_of(Evidence::metadata, i));
      const double area = static_cast<double>(encoding.width) * encoding.height;
      if (area == 0) return;
      values_of(Evidence::file_size, i).push_back(static_cast<float>(static_cast<double>(encoding.bytes) / area));
    };
  });
  return measured;
}

/// The sampled images of one source, by class.
using Group = std::vector<std::size_t>;

std::vector<Group> groups_of(const Sample& sample, std::size_t sources) {
  std::vector<Group> groups(sources);
  for (std::size_t i = 0; i < sample.images.size(); ++i) groups[sample.images[i].source].push_back(i);
  return groups;
}

/// Numbers for folds: those of images that belong together are equal.
class Orders {
 public:
  std::uint32_t of(const SampledImage& image, std::uint32_t next) {
    return orders_.try_emplace(image.cluster, next).first->second;
  }

 private:
  std::unordered_map<std::uint64_t, std::uint32_t> orders_;
};

std::optional<Telling> tell(const Sample& sample, const std::vector<std::vector<float>>& values, const Group& real,
                            const Group& other, unsigned threads) {
  Matrix rows;
  std::vector<std::uint8_t> second;
  std::vector<std::uint32_t> order;
  Orders orders;
  std::set<std::size_t> folds;
  for (const Group* group : {&real, &other}) {
    std::size_t known = 0;
    for (std::uint32_t k = 0; k < group->size(); ++k) {
      const std::vector<float>& row = values[(*group)[k]];
      if (row.empty()) continue;
      ++known;
      if (rows.values.empty()) rows.values.reserve((real.size() + other.size()) * row.size());
      rows.values.insert(rows.values.end(), row.begin(), row.end());
      rows.columns = row.size();
      ++rows.rows;
      second.push_back(group == &other ? 1 : 0);
      order.push_back(orders.of(sample.images[(*group)[k]], k));
      folds.insert(2 * (order.back() % kFolds) + second.back());
    }
    if (known < kFewestImages) return std::nullopt;
  }
  if (folds.size() < 2 * kFolds) return std::nullopt;  // a few large groups
  return tell_apart(rows, second, order, threads);
}

stats::Summary summary_of(const Measured& measured, const Group& images, std::size_t trait) {
  std::vector<double> values;
  for (const std::size_t i : images) values.push_back(measured.traits[i][trait]);
  return stats::summarise(values);
}

Group of_class(const Sample& sample, const Group& group, std::size_t label) {
  Group images;
  for (const std::size_t i : group) {
    if (static_cast<std::size_t>(sample.images[i].label) == label) images.push_back(i);
  }
  return images;
}

void compare_traits(const Sample& sample, const Measured& measured, const Group& real, const Group& other,
                    std::size_t classes, Comparison& found) {
  for (std::size_t trait = 0; trait < kTraits; ++trait) {
    TraitEffect& effect = found.traits[trait];
    effect.summary = summary_of(measured, other, trait);
    effect.effect = stats::cohens_d(summary_of(measured, real, trait), effect.summary);
  }
  const double level = 1 - 0.05 / static_cast<double>(classes);
  for (std::size_t k = 0; k < classes; ++k) {
    const Group own = of_class(sample, real, k), theirs = of_class(sample, other, k);
    for (std::size_t trait = 0; trait < kTraits; ++trait) {
      const bool enough = own.size() >= kFewestOfClass;
      found.traits[trait].per_class.push_back(
          enough ? stats::cohens_d(summary_of(measured, own, trait), summary_of(measured, theirs, trait), level)
                 : stats::EffectSize{NAN, {-INFINITY, INFINITY}});
    }
  }
}

}  // namespace

Audit audit(const data::DataSet& set, const data::DataLocation& location, const AuditOptions& options) {
  set.source(options.real);  // (throws when there is none of that name)
  const auto stage = [&](const char* what) {
    if (options.on_stage) options.on_stage(what);
  };
  const unsigned threads = options.threads > 0 ? options.threads : std::max(1U, std::thread::hardware_concurrency());
  const auto is_real = [&](const data::Source& source) { return source.name == options.real; };
  const auto real = static_cast<std::size_t>(std::ranges::find_if(set.sources, is_real) - set.sources.begin());
  const Sample sample = draw_sample(set, location, real, options.images, kFewestImages);
  Audit found;
  found.classes = set.classes;
  found.shape = set.shape;
  found.real = options.real;
  found.per_source = sample.per_source;
  found.left_out = sample.left_out;
  found.small_sources = sample.small_sources;
  stage("reading the files");
  Encodings encodings;
  for (const SampledImage& image : sample.images) encodings[image.file_hash()];
  found.files = read_source_files(set, location, encodings);
  if (sample.per_source == 0 || set.sources.size() == sample.small_sources.size() + 1) return found;
  stage("measuring the images");
  const std::vector<Group> groups = groups_of(sample, set.sources.size());
  std::optional<Measured> measured = measure(sample, set.shape, false, encodings, threads);
  for (std::size_t trait = 0; trait < kTraits; ++trait) {
    found.real_traits[trait] = summary_of(*measured, groups[real], trait);
  }
  std::vector<std::size_t> others;
  for (std::size_t s = 0; s < set.sources.size(); ++s) {
    if (s == real || groups[s].empty()) continue;
    others.push_back(s);
    found.others.emplace_back().source = set.sources[s].name;
    compare_traits(sample, *measured, groups[real], groups[s], set.classes.size(), found.others.back());
  }
  if (sample.per_source < kFewestImages) return found;
  const auto tell_all = [&](auto tellings) {
    for (std::size_t o = 0; o < others.size(); ++o) {
      for (std::size_t e = 0; e < kEvidences; ++e) {
        (found.others[o].*tellings)[e] = tell(sample, measured->evidence[e], groups[real], groups[others[o]], threads);
      }
    }
  };
  stage("telling the sources apart");
  tell_all(&Comparison::as_they_are);
  measured.reset();  // before there is the same again
  stage("the same of images that are encoded alike");
  measured = measure(sample, set.shape, true, encodings, threads);
  tell_all(&Comparison::encoded_alike);
  return found;
}

}  // namespace ersatz::audit
