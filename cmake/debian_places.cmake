# Before the package is made: some files lie elsewhere in Debian than below /usr/local.
set(tree ${CPACK_TEMPORARY_INSTALL_DIRECTORY}${CPACK_PACKAGING_INSTALL_PREFIX}/share)
file(GLOB pages ${tree}/man/man1/*.1)
execute_process(COMMAND gzip -9n ${pages} COMMAND_ERROR_IS_FATAL ANY)
file(MAKE_DIRECTORY ${tree}/zsh/vendor-completions)
file(RENAME ${tree}/zsh/site-functions/_ersatz ${tree}/zsh/vendor-completions/_ersatz)
file(REMOVE_RECURSE ${tree}/zsh/site-functions)
file(RENAME ${tree}/doc/ersatz/LICENSE ${tree}/doc/ersatz/copyright)
