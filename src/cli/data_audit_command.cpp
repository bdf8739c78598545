#include <fmt/format.h>

#include <cstdio>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "audit/audit.hpp"
#include "base/files.hpp"
#include "base/json.hpp"
#include "base/text.hpp"
#include "cli/commands.hpp"
#include "cli/copies_display.hpp"
#include "cli/data_options.hpp"
#include "cli/near_copies_display.hpp"
#include "cli/one_of.hpp"
#include "cli/output_path.hpp"
#include "cli/progress_line.hpp"
#include "cli/terminal.hpp"
#include "report/audit_text.hpp"
#include "report/page/audit_page.hpp"

namespace ersatz::cli {
namespace {

struct AuditCommand : DataOptions {
  std::string real, format = "text", html;
  std::size_t images = 4000;
  bool no_near = false;
};

void print_comparison(const audit::Audit& audit, const audit::Comparison& other) {
  fmt::print("\n");
  print_wrapped("",
                fmt::format("{} beside {}: mean ± standard deviation of {} images of each, the same number from each "
                            "class; d is the difference in standard deviations",
                            other.source, audit.real, format_count(audit.per_source)));
  print_indented(report::audit_traits(audit, other));
  fmt::print("\n");
  if (!other.as_they_are[static_cast<std::size_t>(audit::Evidence::pixels)]) {
    print_wrapped("",
                  fmt::format("Too few images to tell the sources apart: it takes {} of each, copies and images of a "
                              "group counted once.",
                              audit::kFewestImages));
    return;
  }
  print_wrapped("",
                fmt::format("How well a logistic regression tells {} from {} by one kind of evidence, five folds; .5 "
                            "is guessing. Encoded alike: all images as JPEG of quality {}, and decoded again",
                            other.source, audit.real, audit::kAlikeQuality));
  print_indented(report::audit_evidence(other));
}

void print_text(const audit::Audit& audit, const data::DataSet& set, const std::optional<data::NearReport>& near) {
  fmt::print("Files\n");
  print_indented(report::audit_files(audit));
  if (!set.skipped.empty()) {
    print_wrapped("  ", fmt::format("{} that cannot be read are left out; ersatz data info lists them",
                                    format_count(set.skipped.size())));
  }
  fmt::print("\n");
  print_copies(set);
  if (near) print_near_copies(set, *near);
  fmt::print("\n");
  if (!audit.small_sources.empty()) {
    print_wrapped("",
                  fmt::format("Not compared, with fewer than {} images (copies and images of a group count once): {}.",
                              audit::kFewestImages, join_words(audit.small_sources)));
  }
  if (!audit.left_out.empty()) {
    print_wrapped("", fmt::format("Left out below, since not every source has them: {}.", join_words(audit.left_out)));
  }
  if (audit.others.empty()) print_wrapped("", fmt::format("There is nothing to compare {} with.", audit.real));
  for (const audit::Comparison& other : audit.others) print_comparison(audit, other);
  const std::vector<std::string> sentences = report::audit_sentences(audit);
  if (!sentences.empty()) fmt::print("\n");
  for (const std::string& sentence : sentences) print_wrapped("", sentence);
}

std::string title_of(const std::string& path) {
  std::filesystem::path whole = std::filesystem::path(path).lexically_normal();
  if (!whole.has_filename()) whole = whole.parent_path();
  return whole == "." ? "Audit" : "Audit of " + whole.filename().string();
}

void run(const AuditCommand& options) {
  if (!options.html.empty()) check_output(options.html, ".html", {options.path});
  const data::DataSet set = options.open();
  audit::AuditOptions asked;
  asked.real = options.real_source(set, options.real);
  asked.images = options.images;
  std::optional<ProgressLine> line;
  line.emplace(stderr);
  asked.on_stage = [&](const std::string& what) { line->show(what); };
  const audit::Audit audit = audit::audit(set, options.location(), asked);
  std::optional<data::NearReport> near;
  if (!options.no_near) {
    line->show("looking for near copies");
    near = data::find_near_copies(set);
  }
  line.reset();
  if (!options.html.empty()) write_file(options.html, report::audit_page(title_of(options.path), set, audit, near));
  if (options.format == "json") {
    fmt::print("{}\n", report::audit_json(audit, set, near).dump(1));
    return;
  }
  print_text(audit, set, near);
  if (!options.html.empty()) fmt::print("\npage: {}\n", options.html);
}

}  // namespace

void add_data_audit_command(CLI::App& data) {
  const auto options = std::make_shared<AuditCommand>();
  CLI::App* command = data.add_subcommand(
      "audit",
      "What tells the sources apart before anything is trained: encoding, colours, sharpness, spectrum, copies");
  options->declare(*command);
  command->add_option("--real", options->real,
                      "Source of the photographs; default: real of the study, or what names say");
  command->add_option("--images", options->images, "At most so many images of each source are measured")
      ->check(CLI::Range(std::size_t{1}, std::size_t{100000}))
      ->capture_default_str();
  command->add_flag("--no-near", options->no_near, "Do not look for images that are nearly the same");
  command->add_option("--html", options->html, "Write it as a page, too: a new file, or one to replace");
  command->add_option("--format", options->format, "text, or json for programs")
      ->check(one_of("--format", {"text", "json"}))
      ->capture_default_str();
  command->footer("Example: ersatz data audit cifake.zip --html audit.html");
  command->callback([options] { run(*options); });
}

}  // namespace ersatz::cli
