// libcurl, loaded when it is needed first. With the thirty libraries that come with it it costs five
// milliseconds and eight megabytes, which a function that reads no object and asks nobody over HTTP need not
// spend.
#pragma once

#include <curl/curl.h>

#include "runtime/core/result.h"

namespace fanfold {

// The library's functions under their own names, without the prefix.
struct CurlLibrary {
  decltype(&::curl_global_init) global_init;
  decltype(&::curl_easy_init) easy_init;
  decltype(&::curl_easy_cleanup) easy_cleanup;
  decltype(&::curl_easy_setopt) easy_setopt;
  decltype(&::curl_easy_getinfo) easy_getinfo;
  decltype(&::curl_easy_perform) easy_perform;
  decltype(&::curl_easy_strerror) easy_strerror;
  decltype(&::curl_multi_init) multi_init;
  decltype(&::curl_multi_cleanup) multi_cleanup;
  decltype(&::curl_multi_setopt) multi_setopt;
  decltype(&::curl_multi_add_handle) multi_add_handle;
  decltype(&::curl_multi_remove_handle) multi_remove_handle;
  decltype(&::curl_multi_perform) multi_perform;
  decltype(&::curl_multi_poll) multi_poll;
  decltype(&::curl_multi_wakeup) multi_wakeup;
  decltype(&::curl_multi_info_read) multi_info_read;
  decltype(&::curl_multi_strerror) multi_strerror;
  decltype(&::curl_slist_append) slist_append;
  decltype(&::curl_slist_free_all) slist_free_all;
};

// Loads it, once per process. Thread-safe. Error: invalid_argument where it is not installed or too old.
Result<const CurlLibrary*> load_curl();

// REQUIRES: load_curl() succeeded before. Thread-safe.
const CurlLibrary& curl();

}  // namespace fanfold
