# What is installed where, beside the program (src/cli/CMakeLists.txt). Everything is found from the program's own place,
# so the tree may be moved as a whole.
include(GNUInstallDirs)
set(CMAKE_INSTALL_MESSAGE LAZY)
file(RELATIVE_PATH ERSATZ_SHARED_STUDIES ${CMAKE_INSTALL_FULL_BINDIR} ${CMAKE_INSTALL_FULL_DATADIR}/ersatz/studies)

# Man pages and completions are what the program says of itself.
set(manual ${PROJECT_BINARY_DIR}/manual)
add_custom_command(OUTPUT ${manual}/done DEPENDS ersatz
  COMMAND ${CMAKE_COMMAND} -E rm -rf ${manual}
  COMMAND ersatz man ${manual}/man1
  COMMAND ersatz completion bash > ${manual}/ersatz
  COMMAND ersatz completion zsh > ${manual}/_ersatz
  COMMAND ersatz completion fish > ${manual}/ersatz.fish
  COMMAND ${CMAKE_COMMAND} -E touch ${manual}/done
  COMMENT "Writing man pages and completions" VERBATIM)
add_custom_target(manual ALL DEPENDS ${manual}/done)
install(CODE "if(NOT EXISTS \"${manual}/done\")
  message(FATAL_ERROR \"the man pages are not built yet: cmake --build ${PROJECT_BINARY_DIR} --target manual\")
endif()")
install(DIRECTORY ${manual}/man1 DESTINATION ${CMAKE_INSTALL_MANDIR})
install(FILES ${manual}/ersatz DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions)
install(FILES ${manual}/_ersatz DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/site-functions)
install(FILES ${manual}/ersatz.fish DESTINATION ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d)

install(DIRECTORY studies DESTINATION ${CMAKE_INSTALL_DATADIR}/ersatz FILES_MATCHING PATTERN *.toml)
install(FILES LICENSE README.md CHANGELOG.md DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(DIRECTORY docs DESTINATION ${CMAKE_INSTALL_DOCDIR})
