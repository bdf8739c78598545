#include "cli/cli.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <clocale>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <new>
#include <string>

#include "base/damaged_file.hpp"
#include "base/error.hpp"
#include "base/isa.hpp"
#include "base/memory.hpp"
#include "base/sandbox.hpp"
#include "base/stop.hpp"
#include "base/text.hpp"
#include "cli/commands.hpp"
#include "cli/live_display.hpp"
#include "cli/suggestions.hpp"
#include "cli/taskbar.hpp"
#include "nn/precision.hpp"
#include "study/run_record.hpp"

#ifndef ERSATZ_VERSION
#error "the build defines ERSATZ_VERSION"
#endif

namespace ersatz::cli {
namespace {

// Does not throw: standard error may be closed.
void print_error(const char* message, const std::string& hint) {
  std::fflush(stdout);
  std::string text = fmt::format("ersatz: error: {}\n", message);
  if (!hint.empty()) text += fmt::format("hint: {}\n", hint);
  std::fputs(text.c_str(), stderr);
}

// Standard streams that are closed are opened again, so that no other file takes their place. Nothing can be written to
// them, which commands say at their end.
void open_standard_streams() {
  for (const int descriptor : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    if (::fcntl(descriptor, F_GETFD) == -1 && ::open("/dev/null", O_RDONLY) == -1) return;
  }
}

// What a bug report should say about this program and the machine it runs on.
std::string version_and_machine() {
  const study::Environment here = study::current_environment();
  const AvailableMemory memory = available_memory();
  return fmt::format(
      "ersatz {}\nprocessor: {}\ninstruction set of our own loops: {}{}\noneDNN: {} on {}\n"
      "precision = \"auto\" means: {}\nmemory: {} {}\nsandbox: {}\ncompiler: {}",
      here.ersatz, here.cpu, isa_name(loop_isa()), isa_limit() ? " (limited by ERSATZ_MAX_ISA)" : "", here.onednn,
      here.isa, nn::precision_name(nn::automatic_precision()), format_bytes(memory.bytes), memory.limit, sandbox().text,
      here.compiler);
}

int dispatch(int argc, char** argv) {
  isa_limit();  // a wrong value of ERSATZ_MAX_ISA and the others is reported before any work
  memory_setting();
  check_sandbox_setting();
  check_taskbar_setting();
  log_interval();
  CLI::App app("How well do generated images stand in for real ones when you train an image classifier?", "ersatz");
  bool verbose = false;
  CLI::Option* more =
      app.add_flag("-v", verbose, "With --version: processor, instruction sets, oneDNN and compiler too");
  more->needs(app.set_version_flag(
      "--version", [&verbose] { return verbose ? version_and_machine() : std::string("ersatz " ERSATZ_VERSION); }));
  app.require_subcommand(1);
  app.footer("Example: ersatz run cifake --data cifake.zip");
  add_commands(app);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& problem) {
    // CLI11's own codes start at 100; help and version end with 0.
    if (problem.get_exit_code() == 0) return app.exit(problem);
    throw parse_error(app, argc, argv, problem.what());
  }
  return kDone;
}

// Files of the cache that are damaged are thrown away, and the command begins anew: it finds them missing.
int dispatch_with_whole_cache(int argc, char** argv) {
  constexpr int kAttempts = 20;
  for (int attempt = 1;; ++attempt) {
    try {
      return dispatch(argc, argv);
    } catch (const DamagedFile& damage) {
      if (attempt == kAttempts) throw Error(damage.what(), "it is not the first: is the disk or the memory faulty?");
      std::error_code code;
      std::filesystem::remove(damage.path(), code);
      if (code) throw;
      std::fflush(stdout);
      fmt::print(stderr, "ersatz: warning: {}; it is made anew\n", damage.what());
    }
  }
}

}  // namespace

void add_commands(CLI::App& app) {
  add_init_command(app);
  add_data_command(app);
  add_metrics_command(app);
  add_fetch_command(app);
  add_run_command(app);
  add_plan_command(app);
  add_slurm_command(app);
  add_status_command(app);
  add_check_command(app);
  add_study_command(app);
  add_table_command(app);
  add_compare_command(app);
  add_answer_command(app);
  add_advise_command(app);
  add_report_command(app);
  add_show_command(app);
  add_predict_command(app);
  add_explain_command(app);
  add_export_command(app);
  add_pack_command(app);
  add_unpack_command(app);
  add_bench_command(app);
  add_cache_command(app);
  add_doctor_command(app);
  add_completion_command(app);
  add_man_command(app);
  add_worker_command(app);
}

int run(int argc, char** argv) {
  // libarchive gives no name for UTF-8 entries in the C locale; numbers stay in C's format.
  if (std::setlocale(LC_CTYPE, "") == nullptr || MB_CUR_MAX == 1) std::setlocale(LC_CTYPE, "C.UTF-8");
  // Without TZ the C library looks at /etc/localtime again for the time of every archive entry: a
  // third of the time that reading 120,000 images takes.
  setenv("TZ", ":/etc/localtime", 0);
  open_standard_streams();
  catch_stop_signals();
  std::signal(SIGXFSZ, SIG_IGN);  // a file that grows beyond a limit is a failed write
  report_exhausted_memory();
  try {
    const int code = dispatch_with_whole_cache(argc, argv);
    if (std::fflush(stdout) != 0 || std::ferror(stdout) != 0) {
      throw Error("the output could not be written: the device is full or was closed");
    }
    return code;
  } catch (const Exit& exit) {
    return exit.code;
  } catch (const Stopped&) {
    print_error("stopped on request", "run the same command again to go on");
    return kStopped;
  } catch (const Error& error) {
    print_error(error.what(), error.hint());
    return kBadInput;
  } catch (const std::filesystem::filesystem_error& problem) {
    print_error(fmt::format("cannot use {}: {}", problem.path1().string(), problem.code().message()).c_str(), {});
    return kBadInput;
  } catch (const std::bad_alloc&) {
    print_error(kNoMemory.data(), std::string(kLessMemory));
    return kBadInput;
  } catch (const std::exception& unexpected) {
    if (std::ferror(stdout) != 0) {
      print_error("the output could not be written: the device is full or was closed", {});
      return kBadInput;
    }
    print_error(unexpected.what(), "this is a defect of ersatz; please report it with the command you ran");
    return kRunFailed;
  }
}

}  // namespace ersatz::cli
