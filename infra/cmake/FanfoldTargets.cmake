# fanfold_library(NAME SOURCES a.cc ... LIBS x y): a static library with the alias fanfold::NAME.
# The LIBS lines of the tree are its allowed edges.
function(fanfold_library name)
  cmake_parse_arguments(ARG "" "" "SOURCES;LIBS;PRIVATE_LIBS" ${ARGN})
  add_library(fanfold_${name} STATIC ${ARG_SOURCES})
  target_link_libraries(fanfold_${name} PUBLIC fanfold_options ${ARG_LIBS} PRIVATE fanfold_warnings
                                                                                   ${ARG_PRIVATE_LIBS})
  add_library(fanfold::${name} ALIAS fanfold_${name})
endfunction()

# fanfold_executable(NAME SOURCES main.cc LIBS x y)
function(fanfold_executable name)
  cmake_parse_arguments(ARG "" "" "SOURCES;LIBS" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE fanfold_options fanfold_warnings ${ARG_LIBS})
endfunction()

# fanfold_test(NAME SOURCES a_test.cc ... LIBS x y [TIMEOUT seconds] [LABELS unit]): one test binary per module.
function(fanfold_test name)
  cmake_parse_arguments(ARG "" "TIMEOUT;LABELS" "SOURCES;LIBS" ${ARGN})
  if(NOT ARG_TIMEOUT)
    set(ARG_TIMEOUT 120)
  endif()
  if(NOT ARG_LABELS)
    set(ARG_LABELS unit)
  endif()
  fanfold_executable(${name} SOURCES ${ARG_SOURCES} LIBS dep::gtest ${ARG_LIBS})
  # Half of the time of a build goes into tests, and most of that into optimising what runs once.
  target_compile_options(${name} PRIVATE -O0)
  fanfold_use_test_headers(${name})
  target_compile_definitions(${name} PRIVATE FANFOLD_TEST_DATA="${PROJECT_SOURCE_DIR}/tests/data"
                                             FANFOLD_BINARY_DIR="${PROJECT_BINARY_DIR}")
  add_test(NAME ${name} COMMAND ${name})
  set_tests_properties(${name} PROPERTIES TIMEOUT ${ARG_TIMEOUT} LABELS ${ARG_LABELS})
endfunction()

# fanfold_bench(NAME SOURCES a_bench.cc LIBS x y)
function(fanfold_bench name)
  cmake_parse_arguments(ARG "" "" "SOURCES;LIBS" ${ARGN})
  fanfold_executable(${name} SOURCES ${ARG_SOURCES} LIBS dep::benchmark ${ARG_LIBS})
endfunction()

# fanfold_fuzzer(NAME SOURCES a_fuzz.cc LIBS x y CORPUS dir): libFuzzer target, built with clang only.
function(fanfold_fuzzer name)
  cmake_parse_arguments(ARG "" "CORPUS" "SOURCES;LIBS" ${ARGN})
  if(FANFOLD_BUILD_FUZZERS)
    fanfold_executable(${name} SOURCES ${ARG_SOURCES} LIBS ${ARG_LIBS})
    target_link_options(${name} PRIVATE -fsanitize=fuzzer)
  endif()
endfunction()

# fanfold_starts_fast(NAME): a function's program: from exec to its first request for an event somebody waits. Archives in place of
# shared libraries (FanfoldDependencies), that of C++ included, and a fixed place in memory, which needs no relocation.
function(fanfold_starts_fast name)
  set_target_properties(${name} PROPERTIES FANFOLD_STARTS_FAST ON)
  if(NOT FANFOLD_SANITIZE)
    target_link_options(${name} PRIVATE -no-pie -static-libstdc++ -static-libgcc LINKER:--as-needed)
  endif()
endfunction()
