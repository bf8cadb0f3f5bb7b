// Tables with a row per pixel that lie in scratch and not in memory: written once, read from start to end.
#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "handlers/objects/objects.h"
#include "runtime/core/byte_source.h"
#include "runtime/core/result.h"
#include "runtime/storage/store_registry.h"

namespace fanfold {

inline constexpr std::uint64_t k_scratch_rows_at_once = 4096;

// Not thread-safe. Nothing is there before commit().
template <typename Row>
class ScratchTableWriter {
  static_assert(std::is_trivially_copyable_v<Row>);

 public:
  static Result<ScratchTableWriter> create(StoreRegistry& stores, const std::string& uri) {
    FANFOLD_ASSIGN(const Uri target, Uri::parse(uri));
    FANFOLD_ASSIGN(Store* const store, stores.store_for(target));
    ScratchTableWriter table;
    FANFOLD_ASSIGN(table.m_writer, store->create(target));
    return table;
  }
  Status add(const Row& row) {
    m_rows.push_back(row);
    return m_rows.size() < k_scratch_rows_at_once ? Status{} : flush();
  }
  Status commit() {
    FANFOLD_TRY(flush());
    return m_writer->commit();
  }

 private:
  Status flush() {
    FANFOLD_TRY(m_writer->write(std::as_bytes(std::span<const Row>(m_rows))));
    m_rows.clear();
    return {};
  }
  std::unique_ptr<ObjectWriter> m_writer;
  std::vector<Row> m_rows;
};

// Not thread-safe.
template <typename Row>
class ScratchTableReader {
  static_assert(std::is_trivially_copyable_v<Row>);

 public:
  // corrupt_data where the object is not exactly `rows` rows.
  static Result<ScratchTableReader> open(StoreRegistry& stores, const std::string& uri, std::uint64_t rows) {
    ScratchTableReader table;
    FANFOLD_ASSIGN(table.m_source, handlers::open_object(stores, uri));
    if (table.m_source->size_bytes() != rows * sizeof(Row)) {
      return make_error(ErrorKind::corrupt_data, "'{}' has {} bytes, its {} rows need {}", uri,
                        table.m_source->size_bytes(), rows, rows * sizeof(Row));
    }
    table.m_source->will_read(0, table.m_source->size_bytes());
    table.m_left = rows;
    return table;
  }
  // The next row; corrupt_data behind the last one.
  Result<Row> next() {
    if (m_next == m_rows.size()) FANFOLD_TRY(fill());
    return m_rows[m_next++];
  }

 private:
  Status fill() {
    if (m_left == 0) return make_error(ErrorKind::corrupt_data, "'{}' has no more rows", m_source->name());
    m_rows.resize(static_cast<std::size_t>(std::min(k_scratch_rows_at_once, m_left)));
    const auto bytes = std::as_writable_bytes(std::span(m_rows));
    FANFOLD_TRY(m_source->read_at(m_offset, bytes));
    m_offset += bytes.size();
    m_left -= m_rows.size();
    m_next = 0;
    return {};
  }
  std::unique_ptr<ByteSource> m_source;
  std::uint64_t m_offset = 0;
  std::uint64_t m_left = 0;
  std::vector<Row> m_rows;
  std::size_t m_next = 0;
};

}  // namespace fanfold
