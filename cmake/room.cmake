# What most files include, read once for all of them: a third of what compiling the others takes. Each file names what it
# needs all the same; the presets dev and asan, which build without precompiled headers, find the one that does not.
# nlohmann/json.hpp is not among them, because the templates that it leaves to be made at the end of every file would
# cost those that do without JSON more than reading saves the others.
set(ERSATZ_PRECOMPILED <algorithm> <array> <cstdint> <filesystem> <functional> <map> <memory> <optional> <span> <string>
  <string_view> <utility> <variant> <vector> <fmt/format.h>)

# ersatz_room(NAME [LINKS targets...] [PRIVATE_LINKS targets...] [PRECOMPILED headers...] [COLD]): the static library
# ersatz_NAME from every .cpp file of src/NAME. Third-party libraries that one room alone may include are
# PRIVATE_LINKS, so that no other room can reach their headers through CMake.
# The room base owns the precompiled headers that rooms share. PRECOMPILED names headers that the room wants beside
# them; it then has a set of its own, as it must when its compiler flags differ.
# COLD is a room that spends no time in its own code: it is compiled fast rather than into fast code.
function(ersatz_room name)
  cmake_parse_arguments(ROOM "COLD" "" "LINKS;PRIVATE_LINKS;PRECOMPILED" ${ARGN})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.cpp)
  list(FILTER sources EXCLUDE REGEX "/main\\.cpp$")
  add_library(ersatz_${name} STATIC ${sources})
  target_include_directories(ersatz_${name} PUBLIC ${PROJECT_SOURCE_DIR}/src)
  target_link_libraries(ersatz_${name} PUBLIC ${ROOM_LINKS} PRIVATE ${ROOM_PRIVATE_LINKS})
  if(ROOM_COLD)
    target_compile_options(ersatz_${name} PRIVATE $<$<CONFIG:Release>:-O1>)
  endif()
  if(ROOM_PRECOMPILED OR name STREQUAL "base")
    target_precompile_headers(ersatz_${name} PRIVATE ${ERSATZ_PRECOMPILED} ${ROOM_PRECOMPILED})
  else()
    target_precompile_headers(ersatz_${name} REUSE_FROM ersatz_base)
  endif()
  ersatz_warnings(ersatz_${name})
endfunction()

function(ersatz_warnings target)
  target_compile_options(${target} PRIVATE -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wno-sign-conversion)
  if(ERSATZ_WERROR)
    target_compile_options(${target} PRIVATE -Werror)
  endif()
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
    # False alarms in std::string (GCC bug 105651) and in std::variant (105562). Debian 13's GCC 14 has all of them on.
    target_compile_options(${target} PRIVATE -Wno-restrict -Wno-array-bounds -Wno-stringop-overflow
      -Wno-stringop-overread -Wno-maybe-uninitialized)
  endif()
  if(ERSATZ_SANITIZE OR ERSATZ_FUZZ)
    target_compile_definitions(${target} PUBLIC ERSATZ_SANITIZED)
  endif()
  if(ERSATZ_SANITIZE)
    target_compile_options(${target} PUBLIC -fsanitize=${ERSATZ_SANITIZE} -fno-omit-frame-pointer)
    target_link_options(${target} PUBLIC -fsanitize=${ERSATZ_SANITIZE})
  endif()
  if(ERSATZ_FUZZ)
    # What the undefined-behaviour sanitizer finds ends the program, as a crash does.
    target_compile_options(${target} PUBLIC -fsanitize=fuzzer-no-link,address,undefined
      -fno-sanitize-recover=undefined -fno-omit-frame-pointer)
    target_link_options(${target} PUBLIC -fsanitize=address,undefined)
  endif()
endfunction()

# What every test program knows: where the project and the program are. Tests are compiled fast rather than into fast
# code: GCC takes two thirds of the time with -O1 in place of -O3, Clang with its sanitizers half with -O0 in place of -O1.
function(ersatz_test_settings target)
  target_compile_definitions(${target} PRIVATE ERSATZ_SOURCE_DIR="${PROJECT_SOURCE_DIR}"
    ERSATZ_BINARY="${PROJECT_BINARY_DIR}/ersatz")
  target_compile_options(${target} PRIVATE $<$<CONFIG:Release>:-O1> $<$<BOOL:${ERSATZ_FUZZ}>:-O0>)
endfunction()

# ersatz_test(ROOM [LINKS targets...]): one GoogleTest program test_ROOM from tests/ROOM/*.cpp. All share the
# precompiled headers of test_headers, which is nothing else.
function(ersatz_test name)
  cmake_parse_arguments(TEST "" "" "LINKS" ${ARGN})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.cpp)
  add_executable(test_${name} ${sources})
  target_include_directories(test_${name} PRIVATE ${PROJECT_SOURCE_DIR}/tests)
  target_link_libraries(test_${name} PRIVATE ersatz_${name} ${TEST_LINKS} GTest::gtest GTest::gmock GTest::gtest_main)
  ersatz_test_settings(test_${name})
  target_precompile_headers(test_${name} REUSE_FROM test_headers)
  ersatz_warnings(test_${name})
  set(timeout 300)
  if(ERSATZ_SANITIZE)
    set(timeout 900)
  endif()
  gtest_discover_tests(test_${name} TEST_PREFIX "${name}." PROPERTIES TIMEOUT ${timeout} DISCOVERY_TIMEOUT 60)
endfunction()

# ersatz_test_every_isa(ROOM [SUITES]): test_ROOM again with each value of ERSATZ_MAX_ISA, the whole or the suites of this
# GoogleTest filter. What the processor does not have is reported as skipped.
function(ersatz_test_every_isa name)
  set(suites "${ARGN}")
  if(NOT suites)
    set(suites "*")
  endif()
  foreach(isa sse avx2 avx512 avx512_bf16)
    add_test(NAME ${name}.every_isa.${isa}
      COMMAND sh -c "$<TARGET_FILE:has_isa> ${isa} && exec $<TARGET_FILE:test_${name}> --gtest_brief=1 --gtest_filter='${suites}'")
    set_tests_properties(${name}.every_isa.${isa} PROPERTIES
      ENVIRONMENT ERSATZ_MAX_ISA=${isa} SKIP_RETURN_CODE 77 TIMEOUT 900)
  endforeach()
endfunction()
