#pragma once

#include <filesystem>

/// Where in an output folder `ersatz slurm` leaves what, beside output_layout.hpp.
namespace ersatz::study {

std::filesystem::path slurm_folder(const std::filesystem::path& out);
std::filesystem::path slurm_tasks_file(const std::filesystem::path& out);   ///< the job script of all tasks
std::filesystem::path slurm_report_file(const std::filesystem::path& out);  ///< the job script of the report
std::filesystem::path slurm_jobs_file(const std::filesystem::path& out);    ///< the jobs that were submitted last

}  // namespace ersatz::study
