// Objects by the text of their URI: what handlers and reduces say most often.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "runtime/core/byte_source.h"
#include "runtime/core/result.h"
#include "runtime/imzml/pixel_record.h"
#include "runtime/protocol/arguments.h"
#include "runtime/storage/store_registry.h"

namespace fanfold::handlers {

// An empty `identity` is not compared.
Result<std::unique_ptr<ByteSource>> open_object(StoreRegistry& stores, const std::string& uri,
                                                const std::string& identity = {});
Status put_object(StoreRegistry& stores, const std::string& uri, Bytes bytes);
Result<std::vector<std::byte>> read_object(StoreRegistry& stores, const std::string& uri,
                                           std::uint64_t max_bytes);

// The shared object that an OutputInput describes, and the store it belongs to.
struct SharedOutput {
  Store* store = nullptr;
  SharedObject object;
};
Result<SharedOutput> shared_output(StoreRegistry& stores, const protocol::OutputInput& output);

// Records first .. first + count - 1 of an object that is nothing but records of that type.
// corrupt_data where it does not have them.
Result<std::vector<imzml::PixelRecord>> read_pixel_records(StoreRegistry& stores, const std::string& uri,
                                                           std::uint64_t first, std::uint64_t count);
Result<std::vector<imzml::PixelRecord>> read_pixel_records(const ByteSource& index, std::uint64_t first,
                                                           std::uint64_t count);
Result<std::vector<double>> read_doubles(StoreRegistry& stores, const std::string& uri, std::uint64_t first,
                                         std::uint64_t count);

}  // namespace fanfold::handlers
