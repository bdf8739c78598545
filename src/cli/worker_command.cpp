#include <sys/prctl.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <iostream>
#include <memory>

#include "base/error.hpp"
#include "base/stop.hpp"
#include "cli/commands.hpp"
#include "report/report.hpp"
#include "study/worker.hpp"

namespace ersatz::cli {
namespace {

// Batch systems signal every process of a job. The parent's own SIGTERM is then the second, which must not end this
// process before it has written its checkpoint: the parent kills when it must.
void ask_for_stop_at_every_signal() {
  for (const int number : {SIGTERM, SIGHUP, SIGUSR1}) {
    struct sigaction action {};
    action.sa_handler = [](int) { request_stop(); };
    sigemptyset(&action.sa_mask);
    sigaction(number, &action, nullptr);  // no SA_RESTART, as in catch_stop_signals()
  }
}

void work(int parent) {
  // Dies with the process that started it, even when that one is killed. When it is gone already
  // the signal will not come.
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != parent) throw Error("the process that started this worker is gone");
  ::prctl(PR_SET_NAME, "ersatz-worker");
  ask_for_stop_at_every_signal();
  // Ctrl-C reaches every process of the terminal: the parent decides, and sends SIGTERM.
  std::signal(SIGINT, SIG_IGN);
  // What oneDNN would print goes to stdout, among the updates.
  for (const char* name : {"DNNL_VERBOSE", "ONEDNN_VERBOSE"}) ::unsetenv(name);
  study::serve_jobs(std::cin, std::cout, report::write_run_files);
}

}  // namespace

void add_worker_command(CLI::App& app) {
  const auto parent = std::make_shared<int>(0);
  CLI::App* command = app.add_subcommand("worker", "Execute runs for `ersatz run` (internal)");
  command->group("");  // not listed in the help
  command->add_option("--parent", *parent, "Process id of the one that hands out the runs")->required();
  command->callback([parent] { work(*parent); });
}

}  // namespace ersatz::cli
