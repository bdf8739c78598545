#pragma once

#include <array>
#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "audit/image_traits.hpp"
#include "audit/sample.hpp"
#include "audit/source_files.hpp"
#include "audit/telling.hpp"
#include "data/data_set.hpp"
#include "stats/effect_size.hpp"

namespace ersatz::audit {

/// A trait of the images of one source beside that of the real one.
struct TraitEffect {
  stats::Summary summary;    ///< of the source
  stats::EffectSize effect;  ///< against the real source
  /// As many as the data have classes, with intervals that hold together for all of them; NaN where a class has fewer
  /// than kFewestOfClass images.
  std::vector<stats::EffectSize> per_class;
};

/// One source beside the real one.
struct Comparison {
  std::string source;
  std::array<TraitEffect, kTraits> traits;
  /// By each kind of evidence; nothing where it is unknown (no files) or of too few images.
  std::array<std::optional<Telling>, kEvidences> as_they_are, encoded_alike;
};

struct Audit {
  std::vector<std::string> classes;
  data::ImageShape shape;
  std::string real;
  std::vector<SourceFiles> files;          ///< by source, in the order of the data set
  std::size_t per_source = 0;              ///< images of each source that traits and evidence are of
  std::vector<std::string> left_out;       ///< classes that are in no sample, since some source lacks them
  std::vector<std::string> small_sources;  ///< that have too few images to be compared
  std::array<stats::Summary, kTraits> real_traits;
  std::vector<Comparison> others;  ///< the other sources, in the order of the data set
};

/// Sources with fewer images are not compared, and nothing is told apart by fewer.
inline constexpr std::size_t kFewestImages = 50, kFewestOfClass = 20;
/// Encoded alike is: as JPEG of this quality, chroma 4:2:0, and decoded again.
inline constexpr int kAlikeQuality = 75;

struct AuditOptions {
  std::string real;                                       ///< one of the sources
  std::size_t images = 4000;                              ///< at most, of each source
  unsigned threads = 0;                                   ///< 0 = one per core
  std::function<void(const std::string& what)> on_stage;  ///< called before what takes a while
};

/// Looks at the images of `set`, whose files lie at `location`: trains no classifier but logistic regressions. Throws
/// Error for an unknown `real`, and as visit_image_files() does; Stopped.
Audit audit(const data::DataSet& set, const data::DataLocation& location, const AuditOptions& options);

}  // namespace ersatz::audit
