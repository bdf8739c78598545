# What stands between a mistake in a reader of ours and a stranger's file: a canary in every function with a buffer,
# checked copies, and function addresses that cannot be written over. Debian's compiler makes position-independent
# programs by itself. tests/house/hardening_test.sh looks for each in the installed program. The sanitizers bring their
# own checks.
set(CMAKE_SKIP_RPATH ON)  # libraries come from where the system has them, and from nowhere else
if(NOT ERSATZ_SANITIZE AND NOT ERSATZ_FUZZ)
  add_compile_options(-fstack-protector-strong)
  add_link_options(-Wl,-z,relro,-z,now)
  # Needs an optimising compiler, and GCC 12 for level 3.
  add_compile_options($<$<CONFIG:Release>:-U_FORTIFY_SOURCE> $<$<CONFIG:Release>:-D_FORTIFY_SOURCE=3>)
endif()
