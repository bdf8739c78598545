#pragma once

#include <CLI/CLI.hpp>

namespace ersatz::cli {

// One function per command (a file each). It declares the command and its options on `app`; the
// command's callback does the work and throws Error, Stopped or Exit.

void add_advise_command(CLI::App& app);
void add_answer_command(CLI::App& app);
void add_bench_command(CLI::App& app);
void add_cache_command(CLI::App& app);
void add_check_command(CLI::App& app);
void add_compare_command(CLI::App& app);
void add_completion_command(CLI::App& app);
void add_data_command(CLI::App& app);
void add_data_audit_command(CLI::App& data);   ///< (below `data`)
void add_data_derive_command(CLI::App& data);  ///< (below `data`)
void add_data_sheet_command(CLI::App& data);   ///< (below `data`)
void add_explain_command(CLI::App& app);
void add_export_command(CLI::App& app);
void add_doctor_command(CLI::App& app);
void add_fetch_command(CLI::App& app);
void add_init_command(CLI::App& app);
void add_man_command(CLI::App& app);
void add_metrics_command(CLI::App& app);
void add_run_command(CLI::App& app);
void add_pack_command(CLI::App& app);
void add_plan_command(CLI::App& app);
void add_predict_command(CLI::App& app);
void add_show_command(CLI::App& app);
void add_slurm_command(CLI::App& app);
void add_status_command(CLI::App& app);
void add_study_command(CLI::App& app);
void add_table_command(CLI::App& app);
void add_report_command(CLI::App& app);
void add_unpack_command(CLI::App& app);
void add_worker_command(CLI::App& app);

/// All of them, in the order of `ersatz --help`.
void add_commands(CLI::App& app);

/// Ends a command with an exit code other than 0 after it has said what there is to say.
struct Exit {
  int code;
};

}  // namespace ersatz::cli
