#include "runtime/net/curl_library.h"

#include <dlfcn.h>

namespace fanfold {
namespace {

constexpr const char* k_file = "libcurl.so.4";

// The first function that is missing, if any.
const char* find_functions(void* library, CurlLibrary& found) {
  const char* missing = nullptr;
  const auto find = [&](auto& function, const char* name) {
    function = reinterpret_cast<std::remove_reference_t<decltype(function)>>(::dlsym(library, name));
    if (function == nullptr && missing == nullptr) missing = name;
  };
  find(found.global_init, "curl_global_init");
  find(found.easy_init, "curl_easy_init");
  find(found.easy_cleanup, "curl_easy_cleanup");
  find(found.easy_setopt, "curl_easy_setopt");
  find(found.easy_getinfo, "curl_easy_getinfo");
  find(found.easy_perform, "curl_easy_perform");
  find(found.easy_strerror, "curl_easy_strerror");
  find(found.multi_init, "curl_multi_init");
  find(found.multi_cleanup, "curl_multi_cleanup");
  find(found.multi_setopt, "curl_multi_setopt");
  find(found.multi_add_handle, "curl_multi_add_handle");
  find(found.multi_remove_handle, "curl_multi_remove_handle");
  find(found.multi_perform, "curl_multi_perform");
  find(found.multi_poll, "curl_multi_poll");
  find(found.multi_wakeup, "curl_multi_wakeup");
  find(found.multi_info_read, "curl_multi_info_read");
  find(found.multi_strerror, "curl_multi_strerror");
  find(found.slist_append, "curl_slist_append");
  find(found.slist_free_all, "curl_slist_free_all");
  return missing;
}

struct Loaded {
  CurlLibrary functions{};
  Status status;
};

Loaded load() {
  Loaded loaded;
  // Never closed: threads of ours may be within it until the process ends.
  void* const library = ::dlopen(k_file, RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) {
    // NOLINTNEXTLINE(concurrency-mt-unsafe): dlerror is kept per thread
    const char* const reason = ::dlerror();
    loaded.status =
        make_error(ErrorKind::invalid_argument, "HTTP needs libcurl: {}; install the package libcurl4",
                   reason == nullptr ? k_file : reason);
    return loaded;
  }
  if (const char* missing = find_functions(library, loaded.functions)) {
    loaded.status =
        make_error(ErrorKind::invalid_argument,
                   "HTTP needs libcurl 7.87 or newer: {} has no {}; install a newer one", k_file, missing);
  }
  return loaded;
}

const Loaded& loaded() {
  static const Loaded once = load();
  return once;
}

}  // namespace

Result<const CurlLibrary*> load_curl() {
  FANFOLD_TRY(loaded().status);
  return &loaded().functions;
}

const CurlLibrary& curl() {
  return loaded().functions;
}

}  // namespace fanfold
