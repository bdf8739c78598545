#include "cli/cli.hpp"

int main(int argc, char** argv) { return ersatz::cli::run(argc, argv); }
