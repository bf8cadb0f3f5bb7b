// How fast objects are read and written through the store, and at what price in processor time and memory,
// beside a bare loop around libcurl that asks the same server for the same bytes with the same signatures.
//   s3_bench [--mib N] [--rounds N] [--tls] [--only TEXT]            a MinIO of its own on this machine
//   s3_bench --endpoint URL --bucket NAME [...]                      AWS_ACCESS_KEY_ID and so on as usual
#include <fmt/format.h>
#include <malloc.h>

#include <CLI/CLI.hpp>
#include <atomic>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <optional>
#include <thread>

#include "bench/runtime/storage/bare_loop.h"
#include "bench/runtime/storage/pairs.h"
#include "runtime/aws/sigv4.h"
#include "runtime/core/units.h"
#include "runtime/storage/s3/access.h"
#include "runtime/storage/s3/object_requests.h"
#include "runtime/storage/s3/part_uploads.h"
#include "tests/support/s3_server.h"

namespace fanfold::bench {
namespace {

using s3::Object;
using testing_support::S3Server;
using testing_support::S3ServerKind;

constexpr std::uint64_t k_part = 8_MiB;
constexpr std::uint64_t k_read = 1_MiB;  // what the sequential reader asks for at a time

struct Options {
  std::uint64_t mib = 1024;
  int rounds = 9;
  bool tls = false;
  std::string endpoint, bucket = S3Server::k_bucket, only;
};

[[noreturn]] void fail(const Error& error) {
  fmt::print(stderr, "s3_bench: {}\n", error.message());
  std::exit(1);
}
template <typename T>
T value_of(Result<T> result) {
  if (!result) fail(result.error());
  return std::move(*result);
}
void must(const Status& status) {
  if (!status) fail(status.error());
}

// A certificate that is its own authority, from the program that everybody has.
testing_support::S3ServerTls self_signed(const std::string& folder) {
  const std::string certificate = folder + "/certificate.pem", key = folder + "/key.pem";
  const std::string command = fmt::format(
      "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 1 -subj /CN=s3_bench "
      "-addext subjectAltName=IP:127.0.0.1 -keyout {} -out {} 2>/dev/null",
      key, certificate);
  // NOLINTNEXTLINE(cert-env33-c,concurrency-mt-unsafe): a benchmark's own, fixed command
  if (std::system(command.c_str()) != 0) fail(Error(ErrorKind::internal, "openssl makes no certificate"));
  return {{certificate, key}, certificate};
}

// Of "NAME=value" each; the last of a name counts.
EnvironmentVariables environment_of(const std::vector<std::string>& variables) {
  EnvironmentVariables::Map map;
  for (const std::string& text : variables) {
    const std::size_t equals = text.find('=');
    map[text.substr(0, equals)] = text.substr(equals + 1);
  }
  return EnvironmentVariables(std::move(map));
}

// One server, and the store's way to it.
class Bench {
 public:
  explicit Bench(const Options& options) : m_options(options), m_object{options.bucket, "s3_bench"} {
    std::vector<std::string> variables = EnvironmentVariables::of_process().entries();
    if (options.endpoint.empty()) {
      variables = start_server();
    } else {
      variables.push_back("AWS_ENDPOINT_URL_S3=" + options.endpoint);
    }
    m_access = value_of(s3::Access::open(environment_of(variables), system_clock()));
    m_endpoint =
        value_of(s3::make_endpoint(m_access->settings().endpoint.value, m_access->settings().region.value));
    m_content.resize(k_part);
    std::uint32_t state = 1;
    for (std::byte& byte : m_content)
      byte = static_cast<std::byte>((state = state * 1664525 + 1013904223) >> 24);
  }
  ~Bench() {
    (void)m_access->store().remove(uri());
    m_server.reset();
    if (!m_folder.empty()) std::filesystem::remove_all(m_folder);
  }
  Bench(const Bench&) = delete;
  Bench& operator=(const Bench&) = delete;

  void write_object() {
    const auto writer = value_of(m_access->store().create(uri()));
    for (std::uint64_t at = 0; at < parts(); ++at) must(writer->write(m_content));
    must(writer->commit());
  }

  void reads() {
    BareLoop bare(m_access->settings().ca_file.value);
    std::vector<std::vector<std::byte>> memory(4, std::vector<std::byte>(k_part));
    for (const std::size_t streams : {1U, 2U, 4U}) {
      const auto bare_read = [&] {
        bare.run(parts(), streams,
                 [&](std::size_t index, std::size_t slot) { return get_request(index, memory[slot]); });
      };
      compare(
          fmt::format("exact ranges of 8 MiB, {} at once", streams), "ranges",
          [&] { read_ranges(streams, memory); }, bare_read);
      s3::S3StoreOptions prefetch;
      prefetch.prefetch.max_blocks_ahead = streams;
      const auto store = s3::make_s3_store(m_access->client(), prefetch);
      compare(
          fmt::format("one reader of 1 MiB at a time, up to {} blocks ahead", streams), "sequential",
          [&] { read_sequentially(*store, memory[0]); }, bare_read);
    }
  }

  void writes() {
    BareLoop bare(m_access->settings().ca_file.value);
    for (const std::size_t at_once : {1U, 2U, 4U}) {
      compare(
          fmt::format("parts of 8 MiB, {} at once", at_once), "write", [&] { upload(at_once); },
          [&] { upload_bare(bare, at_once); });
    }
  }

  // Four readers of the whole object at once under the store's budget.
  void memory() {
    const std::uint64_t grown = peak_growth_of([&] {
      std::vector<std::jthread> readers;
      for (int i = 0; i < 4; ++i) {
        readers.emplace_back([&] {
          std::vector<std::byte> into(k_read);
          read_sequentially(m_access->store(), into);
        });
      }
    });
    fmt::print("four readers of 1 MiB at a time: {:.1f} MiB at most, read-ahead budget {:.0f} MiB\n",
               static_cast<double>(grown) / static_cast<double>(1_MiB),
               static_cast<double>(m_access->settings().read_ahead_bytes) / static_cast<double>(1_MiB));
  }

 private:
  std::vector<std::string> start_server() {
    std::string folder = (std::filesystem::temp_directory_path() / "fanfold-s3-bench-XXXXXX").string();
    if (::mkdtemp(folder.data()) == nullptr) fail(errno_error(errno, "make a folder"));
    m_folder = folder;
    std::optional<testing_support::S3ServerTls> tls;
    if (m_options.tls) tls = self_signed(folder);
    m_server = value_of(S3Server::start(S3ServerKind::minio, std::move(tls)));
    return m_server->environment();
  }

  std::uint64_t parts() const { return m_options.mib * 1_MiB / k_part; }
  Uri uri() const { return {UriScheme::s3, m_object.bucket, m_object.key}; }

  void compare(const std::string& what, std::string_view group, const std::function<void()>& ours,
               const std::function<void()>& bare) const {
    if (!m_options.only.empty() && m_options.only != group) return;
    compare_pairs(what, parts() * k_part, m_options.rounds, "store", ours, "bare loop", bare);
  }

  // Threads that take one range after the other, until all are read.
  void read_ranges(std::size_t streams, std::vector<std::vector<std::byte>>& memory) {
    const auto source = value_of(m_access->store().open(uri(), std::nullopt));
    std::atomic<std::uint64_t> next = 0;
    std::vector<std::jthread> readers;
    for (std::size_t i = 0; i < streams; ++i) {
      readers.emplace_back([&, i] {
        for (std::uint64_t at = next++; at < parts(); at = next++)
          must(source->read_at(at * k_part, memory[i]));
      });
    }
  }

  void read_sequentially(Store& store, std::vector<std::byte>& into) {
    const auto source = value_of(store.open(uri(), std::nullopt));
    source->will_read(0, source->size_bytes());
    for (std::uint64_t at = 0; at < source->size_bytes(); at += k_read) {
      must(source->read_at(at, MutableBytes(into).first(k_read)));
    }
  }

  void upload(std::size_t at_once) {
    s3::Client& client = m_access->client();
    const std::string id = value_of(s3::create_upload(client, m_object));
    s3::PartUploads uploads(client, m_object, id, s3::SendChecksum::crc32, at_once);
    for (std::uint32_t part = 1; part <= parts(); ++part) must(uploads.add(part, m_content));
    const auto receipts = value_of(uploads.finish());
    must(s3::abort_upload(client, m_object, id));
  }

  void upload_bare(BareLoop& bare, std::size_t at_once) {
    s3::Client& client = m_access->client();
    const std::string id = value_of(s3::create_upload(client, m_object));
    bare.run(parts(), at_once, [&](std::size_t index, std::size_t) {
      const auto number = static_cast<std::uint32_t>(index + 1);
      return signed_request(
          s3::upload_part_request(m_object, id, number, m_content, s3::SendChecksum::crc32));
    });
    must(s3::abort_upload(client, m_object, id));
  }

  BareRequest get_request(std::size_t index, std::vector<std::byte>& into) {
    s3::Request request;
    request.key = m_object.key;
    request.headers = {{"Range", fmt::format("bytes={}-{}", index * k_part, (index + 1) * k_part - 1)}};
    BareRequest bare = signed_request(request);
    bare.into = into;
    return bare;
  }

  BareRequest signed_request(const s3::Request& request) {
    BareRequest bare;
    bare.url = s3::object_url(m_endpoint, m_access->settings().addressing, m_object.bucket, request.key,
                              request.query);
    bare.body = as_byte_span(request.body);
    const auto credentials = value_of(m_access->credentials().get());
    const aws::SigningInput input{
        .method = request.method, .url = bare.url, .headers = request.headers, .body = request.body};
    aws::SigningScope scope;
    scope.region = m_access->settings().region.value;
    bare.headers = value_of(aws::sign(input, scope, *credentials, system_clock().system_now(), m_keys));
    return bare;
  }

  const Options m_options;
  const Object m_object;
  std::filesystem::path m_folder;
  std::unique_ptr<S3Server> m_server;
  std::unique_ptr<s3::Access> m_access;
  s3::Endpoint m_endpoint;
  aws::SigningKeyCache m_keys;
  std::vector<std::byte> m_content;  // of every part
};

}  // namespace
}  // namespace fanfold::bench

int main(int argc, char** argv) {
  fanfold::bench::Options options;
  CLI::App app("Throughput, processor time and memory of reading and writing objects in S3");
  app.add_option("--mib", options.mib, "size of the object")->check(CLI::Range(64, 1 << 20));
  app.add_option("--rounds", options.rounds, "pairs that are measured")->check(CLI::Range(1, 1000));
  app.add_flag("--tls", options.tls, "the server on this machine speaks TLS");
  app.add_option("--endpoint", options.endpoint, "a server that runs already");
  app.add_option("--bucket", options.bucket, "bucket of that server");
  app.add_option("--only", options.only, "ranges, sequential, write or memory");
  CLI11_PARSE(app, argc, argv);
  ::mallopt(M_MMAP_THRESHOLD, 64 << 20);  // as fanfold-runtime does
  ::mallopt(M_TRIM_THRESHOLD, 128 << 20);
  std::setvbuf(stdout, nullptr, _IOLBF, 0);  // lines appear as they are measured
  fanfold::bench::Bench bench(options);
  if (options.only != "write") bench.write_object();
  if (options.only.empty() || options.only == "memory") bench.memory();
  bench.reads();
  bench.writes();
  return 0;
}
