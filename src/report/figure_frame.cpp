#include "report/figure_frame.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "report/gnuplot.hpp"
#include "report/plot.hpp"
#include "report/text_extent.hpp"

namespace ersatz::report {
namespace {

constexpr double kMargin = 14, kTitleLine = 22, kLine = 18, kNoteLine = 14;
constexpr double kSample = 30, kSampleGap = 7, kEntryGap = 22;  // of a legend: line, space to its words, to the next

std::vector<std::string> title_lines(const Frame& frame) {
  return wrap_text(frame.title, (frame.width - 2 * kMargin) / kTitleSize);
}
std::vector<std::string> subtitle_lines(const Frame& frame) {
  return wrap_text(frame.subtitle, (frame.width - 2 * kMargin) / kTextSize);
}
std::vector<std::string> note_lines(const Frame& frame) {
  return wrap_text(frame.note, (frame.width - 2 * kMargin) / kSmallSize);
}

std::string words_of(const Frame& frame, const LegendEntry& entry) {
  return fit_text(entry.text, (frame.width - 2 * kMargin - kSample - kSampleGap) / kTextSize);
}

struct Legend {
  struct Row {
    std::vector<const LegendEntry*> entries;
    double width = 0;
  };
  std::vector<Row> rows;
  bool beside_title = false;  ///< one row, at the right
};

Legend lay_out(const Frame& frame) {
  Legend legend;
  for (const LegendEntry& entry : frame.legend) {
    const double width = kSample + kSampleGap + kTextSize * text_ems(words_of(frame, entry));
    if (legend.rows.empty() || legend.rows.back().width + kEntryGap + width > frame.width - 2 * kMargin) {
      legend.rows.push_back({{}, -kEntryGap});
    }
    legend.rows.back().entries.push_back(&entry);
    legend.rows.back().width += kEntryGap + width;
  }
  const double left = frame.width - 2 * kMargin - kTitleSize * text_ems(frame.title) - 2 * kEntryGap;
  legend.beside_title = frame.subtitle.empty() && legend.rows.size() == 1 && legend.rows.front().width <= left;
  return legend;
}

// Places labels and arrows, x to the right and y down.
class Labels {
 public:
  Labels(double width, double height) : width_(width), height_(height) {}

  void text(const std::string& words, double x, double y, const char* font, const char* colour) {
    commands_ += fmt::format("set label {} {} at {} left front font {} tc rgb {}\n", tag_++, gnuplot_text(words),
                             place(x, y), font, colour);
  }
  void sample(const LegendEntry& entry, double x, double y) {
    if (entry.kind != LegendEntry::Kind::mark) {
      // Of another width, or gnuplot's SVG puts both lines into one path and draws them alike.
      commands_ +=
          fmt::format("set arrow {} from {} to {} nohead {} lc rgb {}\n", tag_++, place(x, y), place(x + kSample, y),
                      entry.kind == LegendEntry::Kind::dotted ? "dt (2,3) lw 1.5" : "dt solid lw 1.6", entry.colour);
    }
    const int point = entry.kind == LegendEntry::Kind::mark ? kCircle : entry.point;
    if (point == 0) return;
    commands_ += fmt::format("set label {} '' at {} point pt {} ps 0.8 * dot lc rgb {}\n", tag_++,
                             place(x + kSample / 2, y), point, entry.colour);
  }
  const std::string& commands() const { return commands_; }

 private:
  std::string place(double x, double y) const {
    return fmt::format("screen {:.5f},{:.5f}", x / width_, 1 - y / height_);
  }

  double width_, height_;
  int tag_ = 100;
  std::string commands_;
};

}  // namespace

double Frame::head() const {
  const Legend placed = lay_out(*this);
  const std::size_t lines = subtitle_lines(*this).size() + (placed.beside_title ? 0 : placed.rows.size());
  return kMargin + kTitleLine * static_cast<double>(title_lines(*this).size()) + kLine * static_cast<double>(lines);
}

double Frame::foot() const { return 10 + kNoteLine * static_cast<double>(note_lines(*this).size()); }

std::string Frame::commands(double height) const {
  Labels labels(width, height);
  double y = kMargin / 2 + kTitleLine / 2;
  const Legend placed = lay_out(*this);
  const auto draw_row = [&](const Legend::Row& row, double x) {
    for (const LegendEntry* entry : row.entries) {
      const std::string words = words_of(*this, *entry);
      labels.sample(*entry, x, y);
      labels.text(words, x + kSample + kSampleGap, y, "text_font", "ink");
      x += kSample + kSampleGap + kTextSize * text_ems(words) + kEntryGap;
    }
  };
  if (placed.beside_title) draw_row(placed.rows.front(), width - kMargin - placed.rows.front().width);
  for (const auto& line : title_lines(*this)) {
    labels.text(line, kMargin, y, "title_font", "ink");
    y += kTitleLine;
  }
  for (const auto& line : subtitle_lines(*this)) {
    labels.text(line, kMargin, y, "text_font", "faint");
    y += kLine;
  }
  if (!placed.beside_title) {
    for (const auto& row : placed.rows) {
      draw_row(row, kMargin);
      y += kLine;
    }
  }
  const auto notes = note_lines(*this);
  y = height - kNoteLine * (static_cast<double>(notes.size()) - 0.25);
  for (const auto& line : notes) {
    labels.text(line, kMargin, y, "small_font", "faint");
    y += kNoteLine;
  }
  return labels.commands();
}

}  // namespace ersatz::report
