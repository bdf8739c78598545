#include "nn/reference_network.hpp"

#include <algorithm>
#include <cmath>
#include <optional>

namespace ersatz::nn::testing {
namespace {

using Values = std::vector<double>;

// Calls visit(output index, input index, weight index) for every product of a convolution.
template <typename Visit>
void for_each_product(int n, Shape in, Shape out, const Conv2d& conv, Visit visit) {
  const int pad = conv.padding == Padding::same ? (conv.kernel - 1) / 2 : 0;
  for (int b = 0; b < n; ++b)
    for (int o = 0; o < conv.out_channels; ++o)
      for (int y = 0; y < out.height; ++y)
        for (int x = 0; x < out.width; ++x)
          for (int i = 0; i < in.channels; ++i)
            for (int ky = 0; ky < conv.kernel; ++ky)
              for (int kx = 0; kx < conv.kernel; ++kx) {
                const int sy = y + ky - pad, sx = x + kx - pad;
                if (sy < 0 || sx < 0 || sy >= in.height || sx >= in.width) continue;
                visit(((b * conv.out_channels + o) * out.height + y) * out.width + x,
                      ((b * in.channels + i) * in.height + sy) * in.width + sx,
                      ((o * in.channels + i) * conv.kernel + ky) * conv.kernel + kx);
              }
}

// Index of the first largest value in the window (rows, columns) of output (plane, y, x).
std::size_t largest_in_window(const Values& input, Shape in, Shape size, int plane, int y, int x) {
  std::size_t best = static_cast<std::size_t>((plane * in.height + y * size.height) * in.width + x * size.width);
  for (int dy = 0; dy < size.height; ++dy)
    for (int dx = 0; dx < size.width; ++dx) {
      const auto at =
          static_cast<std::size_t>((plane * in.height + y * size.height + dy) * in.width + x * size.width + dx);
      if (input[at] > input[best]) best = at;
    }
  return best;
}

template <typename Visit>
void for_each_window(int n, Shape out, Visit visit) {
  std::size_t to = 0;
  for (int plane = 0; plane < n * out.channels; ++plane)
    for (int y = 0; y < out.height; ++y)
      for (int x = 0; x < out.width; ++x) visit(to++, plane, y, x);
}

// The window of a max pooling layer; nothing for other layers.
std::optional<Shape> max_window(const LayerSpec& layer, Shape in) {
  if (const auto* pool = std::get_if<MaxPool>(&layer)) return Shape{1, pool->size, pool->size};
  if (std::holds_alternative<GlobalMaxPool>(layer)) return in;
  return std::nullopt;
}

double normal_below(double x) { return 0.5 * std::erfc(-x / std::sqrt(2.0)); }
double gelu(double x) { return x * normal_below(x); }
double gelu_slope(double x) { return normal_below(x) + x * std::exp(-x * x / 2) / std::sqrt(2 * std::acos(-1.0)); }

/// A channel's mean and 1 / deviation over examples and places.
struct Moments {
  double mean = 0, inverse = 0;
};

Moments moments(const Values& x, std::size_t channel, std::size_t channels, std::size_t area, double epsilon) {
  double sum = 0, squares = 0, count = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    if (i / area % channels == channel) sum += x[i], ++count;
  }
  for (std::size_t i = 0; i < x.size(); ++i) {
    if (i / area % channels == channel) squares += (x[i] - sum / count) * (x[i] - sum / count);
  }
  return {sum / count, 1 / std::sqrt(squares / count + epsilon)};
}

}  // namespace

ReferenceNetwork::ReferenceNetwork(const NetworkSpec& spec, const NamedTensors& weights) : spec_(spec) {
  shapes_ = output_shapes(spec);
  shapes_.insert(shapes_.begin(), spec.input);
  for (const auto& [name, tensor] : weights) parameters_.emplace_back(tensor.values.begin(), tensor.values.end());
}

double ReferenceNetwork::loss(const std::vector<float>& input, const std::vector<std::int32_t>& labels) {
  const int n = static_cast<int>(labels.size());
  labels_ = labels;
  activations_.assign(1, Values(input.begin(), input.end()));
  std::size_t next = 0;
  for (std::size_t l = 0; l < spec_.layers.size(); ++l) {
    const Values& from = activations_.back();
    const std::size_t area = static_cast<std::size_t>(shapes_[l + 1].height) * shapes_[l + 1].width;
    Values to(static_cast<std::size_t>(n) * shapes_[l + 1].size());
    bool relu = false;
    if (const auto* conv = std::get_if<Conv2d>(&spec_.layers[l])) {
      const Values& w = parameters_[next];
      for (std::size_t i = 0; conv->bias && i < to.size(); ++i) {
        to[i] = parameters_[next + 1][i / area % conv->out_channels];
      }
      for_each_product(n, shapes_[l], shapes_[l + 1], *conv, [&](int o, int i, int k) { to[o] += from[i] * w[k]; });
      relu = conv->relu;
      next += conv->bias ? 2 : 1;
    } else if (const auto* norm = std::get_if<BatchNorm>(&spec_.layers[l])) {
      const std::size_t channels = shapes_[l].channels;
      for (std::size_t c = 0; c < channels; ++c) {
        const Moments m = moments(from, c, channels, area, norm->epsilon);
        for (std::size_t i = 0; i < to.size(); ++i) {
          if (i / area % channels != c) continue;
          to[i] = (from[i] - m.mean) * m.inverse + parameters_[next][c];
          if (norm->gelu) to[i] = gelu(to[i]);
        }
      }
      next += 3;
    } else if (const auto* dense = std::get_if<Dense>(&spec_.layers[l])) {
      const Values& w = parameters_[next];
      const std::size_t in = shapes_[l].size(), out = dense->out_features;
      for (std::size_t i = 0; i < to.size(); ++i) {
        if (dense->bias) to[i] = parameters_[next + 1][i % out];
        for (std::size_t k = 0; k < in; ++k) to[i] += from[i / out * in + k] * w[i % out * in + k];
      }
      relu = dense->relu;
      next += dense->bias ? 2 : 1;
    } else if (const auto window = max_window(spec_.layers[l], shapes_[l])) {
      for_each_window(n, shapes_[l + 1], [&](std::size_t o, int plane, int y, int x) {
        to[o] = from[largest_in_window(from, shapes_[l], *window, plane, y, x)];
      });
    } else if (std::holds_alternative<GlobalAveragePool>(spec_.layers[l])) {
      const std::size_t places = from.size() / to.size();
      for (std::size_t i = 0; i < from.size(); ++i) to[i / places] += from[i] / static_cast<double>(places);
    } else if (std::holds_alternative<Gelu>(spec_.layers[l])) {
      std::transform(from.begin(), from.end(), to.begin(), gelu);
    } else if (const auto* scale = std::get_if<Scale>(&spec_.layers[l])) {
      std::transform(from.begin(), from.end(), to.begin(), [&](double v) { return v * scale->factor; });
    } else if (std::holds_alternative<TwoLogits>(spec_.layers[l])) {
      for (std::size_t i = 0; i < to.size(); ++i) to[i] = (i % 2 == 0 ? -0.5 : 0.5) * from[i / 2];
    } else {
      to = from;
    }
    if (relu) std::for_each(to.begin(), to.end(), [](double& v) { v = std::max(v, 0.0); });
    activations_.push_back(std::move(to));
  }
  double total = 0;
  const std::size_t classes = shapes_.back().size();
  for (std::size_t i = 0; i < labels.size(); ++i) {
    double sum = 0;
    for (std::size_t c = 0; c < classes; ++c) sum += std::exp(logits()[i * classes + c]);
    total += std::log(sum) - logits()[i * classes + labels[i]];
  }
  return total / n;
}

ReferenceNetwork::Gradients ReferenceNetwork::backward() const {
  const int n = static_cast<int>(labels_.size());
  const std::size_t classes = shapes_.back().size();
  Values delta(logits().size());
  for (std::size_t i = 0; i < labels_.size(); ++i) {
    double sum = 0;
    for (std::size_t c = 0; c < classes; ++c) sum += std::exp(logits()[i * classes + c]);
    for (std::size_t c = 0; c < classes; ++c) {
      const double hot = static_cast<std::size_t>(labels_[i]) == c ? 1 : 0;
      delta[i * classes + c] = (std::exp(logits()[i * classes + c]) / sum - hot) / n;
    }
  }
  std::vector<Values> gradients;
  for (const Values& parameter : parameters_) gradients.emplace_back(parameter.size());
  std::size_t next = parameters_.size();
  for (std::size_t l = spec_.layers.size(); l-- > 0;) {
    const Values &from = activations_[l], &to = activations_[l + 1];
    const std::size_t area = static_cast<std::size_t>(shapes_[l + 1].height) * shapes_[l + 1].width;
    Values below(from.size());
    const auto mask_relu = [&](bool relu) {
      for (std::size_t i = 0; relu && i < delta.size(); ++i) delta[i] = to[i] > 0 ? delta[i] : 0;
    };
    if (const auto* conv = std::get_if<Conv2d>(&spec_.layers[l])) {
      next -= conv->bias ? 2 : 1;
      mask_relu(conv->relu);
      for (std::size_t i = 0; conv->bias && i < delta.size(); ++i) {
        gradients[next + 1][i / area % conv->out_channels] += delta[i];
      }
      for_each_product(n, shapes_[l], shapes_[l + 1], *conv, [&](int o, int i, int k) {
        gradients[next][k] += delta[o] * from[i];
        below[i] += delta[o] * parameters_[next][k];
      });
    } else if (const auto* norm = std::get_if<BatchNorm>(&spec_.layers[l])) {
      next -= 3;
      const std::size_t channels = shapes_[l].channels;
      for (std::size_t c = 0; c < channels; ++c) {
        const Moments m = moments(from, c, channels, area, norm->epsilon);
        double sum = 0, product = 0, count = 0;
        for (std::size_t i = 0; i < delta.size(); ++i) {
          if (i / area % channels != c) continue;
          const double normal = (from[i] - m.mean) * m.inverse;
          if (norm->gelu) delta[i] *= gelu_slope(normal + parameters_[next][c]);
          sum += delta[i], product += delta[i] * normal, ++count;
        }
        gradients[next][c] = sum;
        for (std::size_t i = 0; i < delta.size(); ++i) {
          if (i / area % channels != c) continue;
          const double normal = (from[i] - m.mean) * m.inverse;
          below[i] = m.inverse * (delta[i] - sum / count - normal * product / count);
        }
      }
    } else if (const auto* dense = std::get_if<Dense>(&spec_.layers[l])) {
      next -= dense->bias ? 2 : 1;
      mask_relu(dense->relu);
      const std::size_t in = shapes_[l].size(), out = dense->out_features;
      for (std::size_t i = 0; i < delta.size(); ++i) {
        if (dense->bias) gradients[next + 1][i % out] += delta[i];
        for (std::size_t k = 0; k < in; ++k) {
          gradients[next][i % out * in + k] += delta[i] * from[i / out * in + k];
          below[i / out * in + k] += delta[i] * parameters_[next][i % out * in + k];
        }
      }
    } else if (const auto window = max_window(spec_.layers[l], shapes_[l])) {
      for_each_window(n, shapes_[l + 1], [&](std::size_t o, int plane, int y, int x) {
        below[largest_in_window(from, shapes_[l], *window, plane, y, x)] += delta[o];
      });
    } else if (std::holds_alternative<GlobalAveragePool>(spec_.layers[l])) {
      const std::size_t places = from.size() / delta.size();
      for (std::size_t i = 0; i < from.size(); ++i) below[i] = delta[i / places] / static_cast<double>(places);
    } else if (std::holds_alternative<Gelu>(spec_.layers[l])) {
      for (std::size_t i = 0; i < from.size(); ++i) below[i] = delta[i] * gelu_slope(from[i]);
    } else if (const auto* scale = std::get_if<Scale>(&spec_.layers[l])) {
      for (std::size_t i = 0; i < from.size(); ++i) below[i] = delta[i] * scale->factor;
    } else if (std::holds_alternative<TwoLogits>(spec_.layers[l])) {
      for (std::size_t i = 0; i < delta.size(); ++i) below[i / 2] += (i % 2 == 0 ? -0.5 : 0.5) * delta[i];
    } else {
      below = delta;
    }
    delta = std::move(below);
  }
  return {std::move(gradients), std::move(delta)};
}

}  // namespace ersatz::nn::testing
