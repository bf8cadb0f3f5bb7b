# Precompiled headers for the tests: half of what compiling a test takes is reading GoogleTest and the standard library. (With
# optimisation g++ 12 warns about its own library when that comes precompiled, so that only what is compiled with -O0 uses
# them.) ccache is faster still and does not go with them: they are used where it is not there. FANFOLD_PCH decides otherwise.
if(NOT DEFINED FANFOLD_PCH)
  if(FANFOLD_CCACHE)
    set(FANFOLD_PCH OFF)
  else()
    set(FANFOLD_PCH ON)
  endif()
endif()

if(FANFOLD_PCH AND FANFOLD_BUILD_TESTS)
  set(source "${CMAKE_CURRENT_BINARY_DIR}/fanfold_test_pch.cc")
  if(NOT EXISTS "${source}")
    file(WRITE "${source}" "// Nothing: the target is there for its precompiled headers.\n")
  endif()
  add_library(fanfold_test_pch OBJECT "${source}")
  target_link_libraries(fanfold_test_pch PRIVATE fanfold_options fanfold_warnings dep::fmt dep::gtest)
  target_compile_options(fanfold_test_pch PRIVATE -O0)
  target_precompile_headers(
    fanfold_test_pch PRIVATE <algorithm> <chrono> <functional> <map> <memory> <mutex> <optional> <span> <string> <string_view>
    <thread> <vector> <fmt/format.h> <gtest/gtest.h> <gmock/gmock.h>)
endif()

# REQUIRES: the target is compiled with -O0.
function(fanfold_use_test_headers target)
  if(TARGET fanfold_test_pch)
    target_precompile_headers(${target} REUSE_FROM fanfold_test_pch)
  endif()
endfunction()
