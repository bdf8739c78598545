#include "models/backbone.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "base/error.hpp"
#include "base/text.hpp"
#include "models/classifier_name.hpp"

namespace ersatz::models {
namespace {

constexpr int kBlocks = 5;
constexpr std::array<int, kBlocks> kChannels{64, 128, 256, 512, 512};

struct Table {
  std::string_view name;
  std::array<int, kBlocks> convolutions;  ///< 3x3, in each block, before its 2x2 max pooling
};

constexpr std::array kTables{Table{"vgg16", {2, 2, 3, 3, 3}}, Table{"vgg19", {2, 2, 4, 4, 4}}};

const Table& find_table(std::string_view name) {
  const auto found =
      std::find_if(kTables.begin(), kTables.end(),
                   [base = parse_classifier_name(name).base](const Table& table) { return table.name == base; });
  if (found != kTables.end()) return *found;
  throw Error(fmt::format("there is no backbone \"{}\"", name), "there are " + join_words(backbone_names()));
}

// Of "vgg16:block3" 3, of "vgg16" all; nothing when there is no such block.
std::optional<int> blocks_of(const ClassifierName& name) {
  return name.variant ? parse_cut(*name.variant) : std::optional(kBlocks);
}

int known_blocks(std::string_view name) {
  if (const auto blocks = blocks_of(parse_classifier_name(name))) return *blocks;
  throw Error(fmt::format("\"{}\" cuts its backbone at a block that is not there", name),
              fmt::format("write block1 to block{} after the colon", kBlocks));
}

nn::NetworkSpec convolutions(const Table& table, int blocks, data::ImageShape shape) {
  nn::NetworkSpec network{{3, shape.height, shape.width}, {}};
  for (int block = 0; block < blocks; ++block) {
    for (int i = 0; i < table.convolutions[block]; ++i) {
      network.layers.emplace_back(nn::Conv2d{.name = fmt::format("block{}_conv{}", block + 1, i + 1),
                                             .out_channels = kChannels[block],
                                             .kernel = 3,
                                             .relu = true});
    }
    network.layers.emplace_back(nn::MaxPool{2});
  }
  return network;
}

}  // namespace

std::vector<std::string> backbone_names() {
  std::vector<std::string> names;
  for (const Table& table : kTables) names.emplace_back(table.name);
  return names;
}

std::optional<int> parse_cut(std::string_view cut) {
  constexpr std::string_view kWord = "block";
  if (!cut.starts_with(kWord)) return std::nullopt;
  cut.remove_prefix(kWord.size());
  int block = 0;
  const auto [end, code] = std::from_chars(cut.data(), cut.data() + cut.size(), block);
  const bool whole = code == std::errc() && end == cut.data() + cut.size() && cut.front() != '0';
  return whole && block >= 1 && block <= kBlocks ? std::optional(block) : std::nullopt;
}

bool is_backbone(std::string_view name) {
  const ClassifierName parts = parse_classifier_name(name);
  return std::ranges::find(kTables, parts.base, &Table::name) != kTables.end() && blocks_of(parts).has_value();
}

Backbone make_backbone(std::string_view name, data::ImageShape shape) {
  const Table& table = find_table(name);
  const int blocks = known_blocks(name);
  const int smallest = 1 << blocks;
  if (shape.height < smallest || shape.width < smallest) {
    throw Error(fmt::format("{} needs images of at least {} x {} pixels, these are {} x {}", name, smallest, smallest,
                            shape.width, shape.height));
  }
  Backbone backbone{std::string(name), convolutions(table, blocks, shape), kChannels[blocks - 1]};
  backbone.network.layers.emplace_back(nn::GlobalAveragePool{});
  return backbone;
}

std::vector<nn::ParameterSpec> backbone_parameters(std::string_view name) {
  return nn::parameter_specs(convolutions(find_table(name), known_blocks(name), {32, 32}));
}

}  // namespace ersatz::models
