#include "study/slurm_layout.hpp"

namespace ersatz::study {

namespace fs = std::filesystem;

fs::path slurm_folder(const fs::path& out) { return out / "slurm"; }
fs::path slurm_tasks_file(const fs::path& out) { return slurm_folder(out) / "tasks.sh"; }
fs::path slurm_report_file(const fs::path& out) { return slurm_folder(out) / "report.sh"; }
fs::path slurm_jobs_file(const fs::path& out) { return slurm_folder(out) / "jobs.json"; }

}  // namespace ersatz::study
