#include "study/worker_protocol.hpp"

#include <fmt/format.h>

#include <array>
#include <limits>
#include <utility>

#include "base/error.hpp"
#include "study/method_json.hpp"

namespace ersatz::study {
namespace {

using Kind = WorkerUpdate::Kind;

constexpr std::array<std::pair<Kind, std::string_view>, 6> kKinds{{{Kind::progress, "progress"},
                                                                   {Kind::testing, "testing"},
                                                                   {Kind::warning, "warning"},
                                                                   {Kind::done, "done"},
                                                                   {Kind::failed, "failed"},
                                                                   {Kind::stopped, "stopped"}}};

std::string_view kind_name(Kind kind) {
  for (const auto& [value, name] : kKinds) {
    if (value == kind) return name;
  }
  return {};
}

Kind kind_from_name(const std::string& name) {
  for (const auto& [value, known] : kKinds) {
    if (known == name) return value;
  }
  throw Error(fmt::format("unknown kind \"{}\"", name));
}

// JSON has no NaN: it is written as null.
double number(const Json& value) {
  return value.is_null() ? std::numeric_limits<double>::quiet_NaN() : value.get<double>();
}

template <typename Take>
auto parse_line(const std::string& line, std::string_view what, Take take) {
  Json value;
  try {
    value = parse_json(line);
  } catch (const Error& problem) {
    throw Error(fmt::format("a worker's {} {}", what, problem.what()));
  }
  try {
    return take(value);
  } catch (const Json::exception& problem) {
    throw Error(fmt::format("a worker's {} cannot be read: {}", what, problem.what()));
  } catch (const Error& problem) {
    throw Error(fmt::format("a worker's {} cannot be read: {}", what, problem.what()));
  }
}

}  // namespace

std::string to_line(const WorkerJob& job) {
  Json value{{"spec", to_json(job.spec)},
             {"method", to_json(job.method)},
             {"data", job.data_manifest},
             {"out", job.out.string()},
             {"cache", job.cache.string()}};
  if (job.longer) value["longer"] = {{"id", job.longer->id}, {"method", to_json(job.longer->method)}};
  return value.dump();
}

WorkerJob job_from_line(const std::string& line) {
  return parse_line(line, "job", [](const Json& value) {
    WorkerJob job{run_spec_from_json(value.at("spec")), method_from_json(value.at("method")), value.at("data"),
                  value.at("out").get<std::string>(), value.at("cache").get<std::string>()};
    if (value.contains("longer")) {
      const Json& longer = value.at("longer");
      job.longer = LongerRun{longer.at("id"), method_from_json(longer.at("method"))};
    }
    return job;
  });
}

std::string to_line(const WorkerUpdate& update) {
  Json value = {{"kind", kind_name(update.kind)}};
  switch (update.kind) {
    case Kind::progress: {
      const train::TrainProgress& p = update.progress;
      value.update(Json{{"round", p.round},
                        {"rounds", p.rounds},
                        {"images", p.images},
                        {"images_total", p.images_total},
                        {"loss", p.loss},
                        {"accuracy", p.accuracy},
                        {"val_accuracy", p.val_accuracy},
                        {"images_per_second", p.images_per_second}});
      break;
    }
    case Kind::done:
      value.update(Json{{"epochs_run", update.epochs_run},
                        {"best_round", update.best_round},
                        {"val_accuracy", update.val_accuracy},
                        {"seconds", update.seconds}});
      break;
    case Kind::failed: value["hint"] = update.hint; [[fallthrough]];
    case Kind::testing:
    case Kind::warning: value["text"] = update.text; break;
    case Kind::stopped: break;
  }
  return value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

WorkerUpdate update_from_line(const std::string& line) {
  return parse_line(line, "report", [](const Json& value) {
    WorkerUpdate update;
    update.kind = kind_from_name(value.at("kind").get<std::string>());
    update.text = value.value("text", std::string());
    update.hint = value.value("hint", std::string());
    if (update.kind == Kind::progress) {
      train::TrainProgress& p = update.progress;
      value.at("round").get_to(p.round);
      value.at("rounds").get_to(p.rounds);
      value.at("images").get_to(p.images);
      value.at("images_total").get_to(p.images_total);
      p.loss = number(value.at("loss"));
      p.accuracy = number(value.at("accuracy"));
      p.val_accuracy = number(value.at("val_accuracy"));
      p.images_per_second = number(value.at("images_per_second"));
    } else if (update.kind == Kind::done) {
      value.at("epochs_run").get_to(update.epochs_run);
      value.at("best_round").get_to(update.best_round);
      update.val_accuracy = number(value.at("val_accuracy"));
      update.seconds = number(value.at("seconds"));
    }
    return update;
  });
}

}  // namespace ersatz::study
