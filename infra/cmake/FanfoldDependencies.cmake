# Each library reaches us as one target, dep::NAME. Nothing is fetched during the build.
set(FANFOLD_DEPENDENCY_TABLE "")
function(fanfold_note_dependency name version)
  list(APPEND FANFOLD_DEPENDENCY_TABLE "${name} ${version}")
  set(FANFOLD_DEPENDENCY_TABLE "${FANFOLD_DEPENDENCY_TABLE}" PARENT_SCOPE)
endfunction()
function(fanfold_dependency name)
  add_library(fanfold_dep_${name} INTERFACE)
  target_link_libraries(fanfold_dep_${name} INTERFACE ${ARGN})
  add_library(dep::${name} ALIAS fanfold_dep_${name})
endfunction()

# fanfold_archive(VARIABLE file shared): what to link: the shared library; or, for a program with the property
# FANFOLD_STARTS_FAST, the archive, which costs no search, no mapping and, in a program at a fixed place, no relocation.
function(fanfold_archive variable file shared)
  find_library(FANFOLD_ARCHIVE_${variable} ${file})
  if(FANFOLD_ARCHIVE_${variable})
    set(${variable} "$<IF:$<BOOL:$<TARGET_PROPERTY:FANFOLD_STARTS_FAST>>,${FANFOLD_ARCHIVE_${variable}},${shared}>" PARENT_SCOPE)
  else()
    set(${variable} "${shared}" PARENT_SCOPE)
  endif()
endfunction()

set(THREADS_PREFER_PTHREAD_FLAG ON)
find_package(Threads REQUIRED)
fanfold_dependency(threads Threads::Threads)

find_package(CURL 7.87 REQUIRED)
# Loaded when it is needed (runtime/net/curl_library.h): headers alone.
fanfold_dependency(curl ${CMAKE_DL_LIBS})
target_include_directories(fanfold_dep_curl SYSTEM INTERFACE ${CURL_INCLUDE_DIRS})
fanfold_dependency(curl_linked CURL::libcurl)
fanfold_note_dependency(libcurl "${CURL_VERSION_STRING}")

find_package(OpenSSL 3.0 REQUIRED)
fanfold_archive(crypto_library libcrypto.a OpenSSL::Crypto)
fanfold_archive(ssl_library libssl.a OpenSSL::SSL)
fanfold_dependency(crypto "${crypto_library}")
fanfold_dependency(ssl "${ssl_library}" "${crypto_library}")
fanfold_note_dependency(OpenSSL "${OPENSSL_VERSION}")

find_package(tinyxml2 REQUIRED)
fanfold_dependency(tinyxml2 tinyxml2::tinyxml2)
fanfold_note_dependency(tinyxml2 "${tinyxml2_VERSION}")

find_package(EXPAT REQUIRED)
fanfold_archive(expat_library libexpat.a EXPAT::EXPAT)
fanfold_dependency(expat "${expat_library}")
fanfold_note_dependency(expat "${EXPAT_VERSION_STRING}")

# hiredis 0.14 ships variables only.
find_path(FANFOLD_HIREDIS_INCLUDE hiredis/hiredis.h REQUIRED)
find_library(FANFOLD_HIREDIS_LIBRARY hiredis REQUIRED)
fanfold_archive(hiredis_library libhiredis.a "${FANFOLD_HIREDIS_LIBRARY}")
fanfold_dependency(hiredis "${hiredis_library}")
target_include_directories(fanfold_dep_hiredis SYSTEM INTERFACE "${FANFOLD_HIREDIS_INCLUDE}")
fanfold_note_dependency(hiredis "${FANFOLD_HIREDIS_LIBRARY}")

find_package(nlohmann_json 3.11 REQUIRED)
fanfold_dependency(json nlohmann_json::nlohmann_json)
fanfold_note_dependency(nlohmann-json "${nlohmann_json_VERSION}")

find_package(zstd REQUIRED)
fanfold_archive(zstd_library libzstd.a zstd::libzstd_shared)
fanfold_dependency(zstd "${zstd_library}")
fanfold_note_dependency(zstd "${zstd_VERSION}")

find_package(ZLIB 1.2.11 REQUIRED)
fanfold_archive(zlib_library libz.a ZLIB::ZLIB)
fanfold_dependency(zlib "${zlib_library}")
fanfold_note_dependency(zlib "${ZLIB_VERSION_STRING}")

find_package(PNG 1.6 REQUIRED)
fanfold_dependency(png PNG::PNG)
fanfold_note_dependency(libpng "${PNG_VERSION_STRING}")

find_package(TIFF 4.5 REQUIRED)
fanfold_dependency(tiff TIFF::TIFF)
fanfold_note_dependency(libtiff "${TIFF_VERSION_STRING}")

find_package(fmt REQUIRED)
find_package(spdlog REQUIRED)
# Debian has fmt as a shared library alone, with which comes that of C++: runtime/core/fmt_archive.cc.
fanfold_dependency(fmt "$<IF:$<BOOL:$<TARGET_PROPERTY:FANFOLD_STARTS_FAST>>,fanfold_fmt_archive,fmt::fmt>")
# One file of ours includes it: compiled in there, no program searches for the library when it starts.
fanfold_dependency(spdlog spdlog::spdlog_header_only)
fanfold_note_dependency(spdlog "${spdlog_VERSION}")
fanfold_note_dependency(fmt "${fmt_VERSION}")

find_package(CLI11 2.1 REQUIRED)
fanfold_dependency(cli11 CLI11::CLI11)
fanfold_note_dependency(CLI11 "${CLI11_VERSION}")

if(FANFOLD_BUILD_TESTS)
  find_package(GTest REQUIRED)
  fanfold_dependency(gtest GTest::gtest GTest::gtest_main GTest::gmock)
  fanfold_note_dependency(GoogleTest "${GTest_VERSION}")
endif()
if(FANFOLD_BUILD_BENCH)
  find_package(benchmark REQUIRED)
  fanfold_dependency(benchmark benchmark::benchmark)
  fanfold_note_dependency(benchmark "${benchmark_VERSION}")
endif()

function(fanfold_print_dependencies)
  message(STATUS "fanfold ${PROJECT_VERSION}, ${CMAKE_BUILD_TYPE}, with:")
  foreach(row IN LISTS FANFOLD_DEPENDENCY_TABLE)
    message(STATUS "  ${row}")
  endforeach()
endfunction()
