#include "handlers/objects/objects.h"

namespace fanfold::handlers {

Result<std::unique_ptr<ByteSource>> open_object(StoreRegistry& stores, const std::string& uri,
                                                const std::string& identity) {
  FANFOLD_ASSIGN(const Uri parsed, Uri::parse(uri));
  FANFOLD_ASSIGN(Store* const store, stores.store_for(parsed));
  if (identity.empty()) return store->open(parsed);
  return store->open(parsed, identity);
}

Status put_object(StoreRegistry& stores, const std::string& uri, Bytes bytes) {
  FANFOLD_ASSIGN(const Uri parsed, Uri::parse(uri));
  FANFOLD_ASSIGN(Store* const store, stores.store_for(parsed));
  return store->put(parsed, bytes);
}

Result<std::vector<std::byte>> read_object(StoreRegistry& stores, const std::string& uri,
                                           std::uint64_t max_bytes) {
  FANFOLD_ASSIGN(const Uri parsed, Uri::parse(uri));
  FANFOLD_ASSIGN(Store* const store, stores.store_for(parsed));
  FANFOLD_ASSIGN(const std::string text, store->read_all(parsed, max_bytes));
  const Bytes bytes = as_byte_span(text);
  return std::vector<std::byte>(bytes.begin(), bytes.end());
}

Result<SharedOutput> shared_output(StoreRegistry& stores, const protocol::OutputInput& output) {
  FANFOLD_ASSIGN(Uri target, Uri::parse(output.target));
  FANFOLD_ASSIGN(Store* const store, stores.store_for(target));
  return SharedOutput{store, SharedObject{std::move(target), output.upload, output.size_bytes}};
}

namespace {

template <typename T>
Result<std::vector<T>> read_records(const ByteSource& source, std::uint64_t first, std::uint64_t count) {
  const auto offset = checked_mul(first, sizeof(T));
  const auto bytes = checked_mul(count, sizeof(T));
  if (!offset || !bytes || !range_within(*offset, *bytes, source.size_bytes())) {
    return make_error(ErrorKind::corrupt_data, "'{}' holds {} records, {} from record {} on were asked for",
                      source.name(), source.size_bytes() / sizeof(T), count, first);
  }
  std::vector<T> values(static_cast<std::size_t>(count));
  FANFOLD_TRY(source.read_at(*offset, std::as_writable_bytes(std::span(values))));
  return values;
}

}  // namespace

Result<std::vector<imzml::PixelRecord>> read_pixel_records(StoreRegistry& stores, const std::string& uri,
                                                           std::uint64_t first, std::uint64_t count) {
  FANFOLD_ASSIGN(const auto source, open_object(stores, uri));
  return read_pixel_records(*source, first, count);
}

Result<std::vector<imzml::PixelRecord>> read_pixel_records(const ByteSource& index, std::uint64_t first,
                                                           std::uint64_t count) {
  return read_records<imzml::PixelRecord>(index, first, count);
}

Result<std::vector<double>> read_doubles(StoreRegistry& stores, const std::string& uri, std::uint64_t first,
                                         std::uint64_t count) {
  FANFOLD_ASSIGN(const auto source, open_object(stores, uri));
  return read_records<double>(*source, first, count);
}

}  // namespace fanfold::handlers
