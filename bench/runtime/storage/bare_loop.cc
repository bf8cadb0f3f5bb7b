#include "bench/runtime/storage/bare_loop.h"

#include <fmt/format.h>

#include <cstdlib>
#include <cstring>
#include <memory>

namespace fanfold::bench {
namespace {

// The sizes that the engine has, so that no difference is curl's.
constexpr long k_receive_buffer_bytes = 512L * 1024;
constexpr long k_upload_buffer_bytes = 2L * 1024 * 1024;

void must(bool good, const std::string& what) {
  if (good) return;
  fmt::print(stderr, "bare loop: {}\n", what);
  std::exit(1);
}

std::size_t copy_body(char* data, std::size_t, std::size_t size, void* user) {
  auto& left = *static_cast<MutableBytes*>(user);
  if (size > left.size()) return 0;
  std::memcpy(left.data(), data, size);
  left = left.subspan(size);
  return size;
}

}  // namespace

struct BareLoop::Slot {
  CHandle<CURL, curl_easy_cleanup> easy;
  CHandle<curl_slist, curl_slist_free_all> headers;
  BareRequest request;
  MutableBytes left;
  std::size_t index = 0;
};

BareLoop::BareLoop(std::string ca_file) : m_ca_file(std::move(ca_file)), m_multi(curl_multi_init()) {}
BareLoop::~BareLoop() = default;

void BareLoop::begin(Slot& slot, BareRequest request) {
  slot.request = std::move(request);
  slot.left = slot.request.into;
  CURL* const easy = slot.easy.get();
  slot.headers.reset();
  curl_slist* list = nullptr;
  for (const auto& [name, value] : slot.request.headers) {
    list = curl_slist_append(list, fmt::format("{}: {}", name, value).c_str());
  }
  list = curl_slist_append(list, "Expect:");
  slot.headers.reset(list);
  curl_easy_setopt(easy, CURLOPT_HTTPHEADER, list);
  curl_easy_setopt(easy, CURLOPT_URL, slot.request.url.c_str());
  if (!slot.request.body.empty()) {
    curl_easy_setopt(easy, CURLOPT_POST, 1L);
    curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, "PUT");
    curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(slot.request.body.size()));
    curl_easy_setopt(easy, CURLOPT_POSTFIELDS, slot.request.body.data());
  }
  curl_multi_add_handle(m_multi.get(), easy);
}

void BareLoop::end(const CURLMsg& message) {
  long status = 0;
  curl_easy_getinfo(message.easy_handle, CURLINFO_RESPONSE_CODE, &status);
  must(message.data.result == CURLE_OK && status / 100 == 2,
       fmt::format("{} with status {}", curl_easy_strerror(message.data.result), status));
}

void BareLoop::run(std::size_t count, std::size_t at_once,
                   const std::function<BareRequest(std::size_t index, std::size_t slot)>& make) {
  std::size_t begun = 0, ended = 0;
  while (m_slots.size() < at_once) {
    auto slot = std::make_unique<Slot>();
    slot->index = m_slots.size();
    slot->easy.reset(curl_easy_init());
    CURL* const easy = slot->easy.get();
    curl_easy_setopt(easy, CURLOPT_PRIVATE, static_cast<void*>(slot.get()));
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, copy_body);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, static_cast<void*>(&slot->left));
    curl_easy_setopt(easy, CURLOPT_BUFFERSIZE, k_receive_buffer_bytes);
    curl_easy_setopt(easy, CURLOPT_UPLOAD_BUFFERSIZE, k_upload_buffer_bytes);
    curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    if (!m_ca_file.empty()) curl_easy_setopt(easy, CURLOPT_CAINFO, m_ca_file.c_str());
    m_slots.push_back(std::move(slot));
  }
  for (std::size_t i = 0; i < at_once && begun < count; ++i, ++begun) begin(*m_slots[i], make(begun, i));
  while (ended < count) {
    int active = 0;
    curl_multi_perform(m_multi.get(), &active);
    int left = 0;
    while (const CURLMsg* const message = curl_multi_info_read(m_multi.get(), &left)) {
      CURL* const easy = message->easy_handle;
      end(*message);
      curl_multi_remove_handle(m_multi.get(), easy);
      void* slot = nullptr;
      curl_easy_getinfo(easy, CURLINFO_PRIVATE, &slot);
      ++ended;
      if (begun == count) continue;
      auto& free_slot = *static_cast<Slot*>(slot);
      begin(free_slot, make(begun++, free_slot.index));
    }
    if (ended < count) curl_multi_poll(m_multi.get(), nullptr, 0, 1000, nullptr);
  }
}

}  // namespace fanfold::bench
