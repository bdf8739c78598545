# The Debian package: `cpack -G DEB` in the build folder, or `make deb`.
set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME ersatz)
set(CPACK_PACKAGE_CONTACT "the ersatz authors <ersatz@localhost>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "train image classifiers on real and generated images")
set(CPACK_PACKAGE_DESCRIPTION
  "ersatz trains image classifiers on real images, on generated ones and on mixtures of both, tests each on all of
them, and says how well the generated images stand in for the real ones: in tables, figures and plain sentences.")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_VERBATIM_VARIABLES ON)

set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION science)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
# `ersatz run` refuses to begin without gnuplot, and figures have no text without a font. Only `ersatz fetch` needs the
# certificates, as libcurl itself only recommends them.
set(CPACK_DEBIAN_PACKAGE_DEPENDS "gnuplot-nox | gnuplot-qt | gnuplot-x11, fonts-dejavu-core")
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS ca-certificates)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
set(CPACK_PRE_BUILD_SCRIPTS ${PROJECT_SOURCE_DIR}/cmake/debian_places.cmake)
include(CPack)
