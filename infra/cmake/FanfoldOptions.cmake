# What every target of ours is compiled with.
option(FANFOLD_BUILD_TESTS "Build the tests" ON)
option(FANFOLD_BUILD_BENCH "Build the benchmarks" OFF)
option(FANFOLD_BUILD_FUZZERS "Build the libFuzzer targets (needs clang)" OFF)
option(FANFOLD_WERROR "Treat warnings as errors" ON)
set(FANFOLD_SANITIZE "" CACHE STRING "Sanitizers, as for -fsanitize= (address,undefined or thread)")

if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Release CACHE STRING "" FORCE)
endif()
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_CXX_FLAGS_RELEASE "-O2 -DNDEBUG")

find_program(FANFOLD_CCACHE ccache)
if(FANFOLD_CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER "${FANFOLD_CCACHE}")
endif()

add_library(fanfold_options INTERFACE)
target_include_directories(fanfold_options INTERFACE "${PROJECT_SOURCE_DIR}")
# No contraction: a fused multiply-add rounds once where the formulas round twice, and only some machines have it.
target_compile_options(fanfold_options INTERFACE -ffp-contract=off)
target_compile_definitions(fanfold_options INTERFACE FANFOLD_VERSION="${PROJECT_VERSION}")
if(FANFOLD_SANITIZE)
  target_compile_options(fanfold_options INTERFACE -fsanitize=${FANFOLD_SANITIZE} -fno-omit-frame-pointer
                                                   -fno-sanitize-recover=all)
  target_link_options(fanfold_options INTERFACE -fsanitize=${FANFOLD_SANITIZE})
  target_compile_definitions(fanfold_options INTERFACE FANFOLD_SANITIZED=1 _GLIBCXX_ASSERTIONS)
endif()
if(FANFOLD_BUILD_FUZZERS)
  # A fuzzer is guided by the branches it sees taken: those of the libraries, not of its own file alone.
  target_compile_options(fanfold_options INTERFACE -fsanitize=fuzzer-no-link)
endif()

add_library(fanfold_warnings INTERFACE)
target_compile_options(fanfold_warnings INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion
                                                  -Wnon-virtual-dtor -Woverloaded-virtual)
if(FANFOLD_WERROR)
  target_compile_options(fanfold_warnings INTERFACE -Werror)
endif()
