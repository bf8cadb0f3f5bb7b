// What one writes first: libcurl with fresh options for every call and a string that grows as pieces arrive.
#include <curl/curl.h>

#include <cstdlib>
#include <cstring>
#include <string>

namespace {

std::size_t append(char* data, std::size_t size, std::size_t count, void* to) {
  static_cast<std::string*>(to)->append(data, size * count);
  return size * count;
}

std::size_t find_id(char* data, std::size_t size, std::size_t count, void* to) {
  const std::string line(data, size * count);
  constexpr std::size_t k_name = 30;  // "Lambda-Runtime-Aws-Request-Id:"
  if (::strncasecmp(line.c_str(), "lambda-runtime-aws-request-id:", k_name) == 0) {
    const auto first = line.find_first_not_of(' ', k_name);
    *static_cast<std::string*>(to) = line.substr(first, line.find_last_not_of("\r\n") - first + 1);
  }
  return size * count;
}

struct Upload {
  const std::string* bytes;
  std::size_t at = 0;
};

std::size_t give(char* to, std::size_t size, std::size_t count, void* from) {
  auto& upload = *static_cast<Upload*>(from);
  const std::size_t bytes = std::min(size * count, upload.bytes->size() - upload.at);
  std::memcpy(to, upload.bytes->data() + upload.at, bytes);
  upload.at += bytes;
  return bytes;
}

}  // namespace

int main() {
  const char* const api = std::getenv("AWS_LAMBDA_RUNTIME_API");
  if (api == nullptr) return 1;
  curl_global_init(CURL_GLOBAL_DEFAULT);
  CURL* const handle = curl_easy_init();
  const std::string base = "http://" + std::string(api) + "/2018-06-01/runtime/invocation/";
  for (;;) {
    std::string event, id, answer;
    curl_easy_reset(handle);
    curl_easy_setopt(handle, CURLOPT_URL, (base + "next").c_str());
    curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, append);
    curl_easy_setopt(handle, CURLOPT_WRITEDATA, &event);
    curl_easy_setopt(handle, CURLOPT_HEADERFUNCTION, find_id);
    curl_easy_setopt(handle, CURLOPT_HEADERDATA, &id);
    curl_easy_setopt(handle, CURLOPT_PROXY, "");
    if (curl_easy_perform(handle) != CURLE_OK) return 1;

    Upload upload{&event};
    curl_slist* headers = curl_slist_append(nullptr, "Content-Type: application/json");
    headers = curl_slist_append(headers, "Expect:");
    curl_easy_reset(handle);
    curl_easy_setopt(handle, CURLOPT_URL, (base + id + "/response").c_str());
    curl_easy_setopt(handle, CURLOPT_POST, 1L);
    curl_easy_setopt(handle, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(event.size()));
    curl_easy_setopt(handle, CURLOPT_READFUNCTION, give);
    curl_easy_setopt(handle, CURLOPT_READDATA, &upload);
    curl_easy_setopt(handle, CURLOPT_HTTPHEADER, headers);
    curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, append);
    curl_easy_setopt(handle, CURLOPT_WRITEDATA, &answer);
    curl_easy_setopt(handle, CURLOPT_PROXY, "");
    const CURLcode code = curl_easy_perform(handle);
    curl_slist_free_all(headers);
    if (code != CURLE_OK) return 1;
  }
}
