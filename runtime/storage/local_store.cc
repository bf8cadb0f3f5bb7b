#include "runtime/storage/local_store.h"

#include <fcntl.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <limits>

#include "runtime/core/units.h"
#include "runtime/storage/local_file.h"
#include "runtime/storage/range_coverage.h"

namespace fanfold {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t k_object_buffer_bytes = 256_KiB;
constexpr std::uint64_t k_range_buffer_bytes = 1_MiB;

Result<std::string> path_of(const Uri& uri) {
  if (!uri.is_local()) {
    return make_error(ErrorKind::internal, "'{}' was given to the store of local files", uri.name());
  }
  if (uri.path.empty()) return make_error(ErrorKind::invalid_argument, "the path of a file is empty");
  return uri.path;
}

Status unlink_if_there(const std::string& path) {
  if (::unlink(path.c_str()) == 0 || errno == ENOENT) return {};
  return errno_error(errno, fmt::format("remove '{}'", path));
}

Result<UniqueFd> create_new(const std::string& path) {
  UniqueFd file(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666));
  if (!file) return write_error(errno, path, 0);
  return file;
}

// The name does not hold the target's: that may be as long as a name can be.
std::string temporary_beside(const std::string& path) {
  return Uri::local(folder_of(path)).join(temporary_file_name()).path;
}

// 0, or what errno would say. Where a file system cannot reserve, the C library writes instead: the look at
// the free space comes first, so that a disk is not filled to learn that it is too small.
int reserve(int fd, std::uint64_t size_bytes) {
  if (size_bytes == 0) return 0;
  struct ::statvfs space {};
  if (::fstatvfs(fd, &space) == 0 && size_bytes / space.f_frsize > space.f_bavail) return ENOSPC;
  int failure = 0;
  do {
    failure = ::posix_fallocate(fd, 0, static_cast<off_t>(size_bytes));
  } while (failure == EINTR);
  return failure;
}

class LocalObjectWriter final : public ObjectWriter {
 public:
  LocalObjectWriter(FileWriter file, std::string temporary, std::string target, Durability durability,
                    Existing existing)
      : m_file(std::move(file)),
        m_temporary(std::move(temporary)),
        m_target(std::move(target)),
        m_durability(durability),
        m_existing(existing) {}
  ~LocalObjectWriter() override {
    if (!m_temporary.empty()) ::unlink(m_temporary.c_str());
  }
  LocalObjectWriter(const LocalObjectWriter&) = delete;
  LocalObjectWriter& operator=(const LocalObjectWriter&) = delete;

  using ByteSink::write;
  Status write(Bytes bytes) override { return m_file.write(bytes); }
  std::uint64_t bytes_written() const override { return m_file.bytes_written(); }

  Status commit() override {
    FANFOLD_ASSERT(!m_temporary.empty());
    FANFOLD_TRY(m_file.flush());
    if (m_durability == Durability::on_power_loss) FANFOLD_TRY(flush_to_device(m_file.fd(), m_target));
    FANFOLD_TRY(m_existing == Existing::replace ? rename_file(m_temporary, m_target)
                                                : rename_new_file(m_temporary, m_target));
    m_temporary.clear();
    m_file.close();
    if (m_durability == Durability::on_power_loss) FANFOLD_TRY(flush_folder_to_device(folder_of(m_target)));
    return {};
  }

 private:
  FileWriter m_file;
  std::string m_temporary;  // empty: committed
  std::string m_target;
  Durability m_durability;
  Existing m_existing;
};

class LocalRangeWriter final : public RangeWriter {
 public:
  LocalRangeWriter(FileWriter file, std::string name, std::uint64_t offset, std::uint64_t length)
      : m_file(std::move(file)), m_name(std::move(name)), m_offset(offset), m_length(length) {}

  using ByteSink::write;
  Status write(Bytes bytes) override {
    if (!range_within(m_file.bytes_written(), bytes.size(), m_length)) {
      return make_error(ErrorKind::internal, "more than the {} bytes from {} on were written to '{}'",
                        m_length, m_offset, m_name);
    }
    return m_file.write(bytes);
  }

  Result<std::vector<PartReceipt>> finish() override {
    if (m_file.bytes_written() != m_length) {
      return make_error(ErrorKind::internal, "{} of the {} bytes from {} on were written to '{}'",
                        m_file.bytes_written(), m_length, m_offset, m_name);
    }
    FANFOLD_TRY(m_file.flush());
    if (m_length == 0) return std::vector<PartReceipt>{};
    return std::vector<PartReceipt>{receipt_of_range(m_offset, m_length)};
  }

 private:
  FileWriter m_file;
  std::string m_name;
  std::uint64_t m_offset;
  std::uint64_t m_length;
};

class LocalStore final : public Store {
 public:
  explicit LocalStore(LocalStoreOptions options) : m_options(options) {}

  Result<ObjectInfo> stat(const Uri& uri) override;
  Result<std::unique_ptr<ByteSource>> open(const Uri& uri,
                                           std::optional<std::string> expected_identity) override;
  Result<std::string> read_all(const Uri& uri, std::uint64_t max_bytes) override;
  Status put(const Uri& uri, Bytes bytes) override;
  Result<std::unique_ptr<ObjectWriter>> create(const Uri& uri, Existing existing) override;
  Result<std::vector<StoreEntry>> list(const Uri& folder) override;
  Status remove(const Uri& uri) override;
  Status remove_tree(const Uri& folder) override;
  Result<SharedObject> create_shared(const Uri& target, const Uri& scratch, SharedLayout layout) override;
  bool reads_unfinished() const override { return true; }
  Result<std::unique_ptr<RangeWriter>> open_range(const SharedObject& object, std::uint64_t offset,
                                                  std::uint64_t length) override;
  Status complete_shared(const SharedObject& object, const std::vector<PartReceipt>& receipts) override;
  Status abort_shared(const SharedObject& object) override;
  Result<std::unique_ptr<ByteSource>> open_shared(const SharedObject& object) override;
  StoreTraffic traffic() const override {
    return {m_counters->bytes_read.load(std::memory_order_relaxed),
            m_counters->bytes_written.load(std::memory_order_relaxed)};
  }

 private:
  LocalStoreOptions m_options;
  // Shared with the sources and writers, which may outlive the store.
  std::shared_ptr<TrafficCounters> m_counters = std::make_shared<TrafficCounters>();
};

Result<ObjectInfo> LocalStore::stat(const Uri& uri) {
  FANFOLD_ASSIGN(const std::string path, path_of(uri));
  return stat_file(path);
}

Result<std::unique_ptr<ByteSource>> LocalStore::open(const Uri& uri,
                                                     std::optional<std::string> expected_identity) {
  FANFOLD_ASSIGN(const std::string path, path_of(uri));
  return LocalFileSource::open(path, expected_identity, m_counters);
}

Result<std::string> LocalStore::read_all(const Uri& uri, std::uint64_t max_bytes) {
  FANFOLD_ASSIGN(const auto source, open(uri, {}));
  if (source->size_bytes() > max_bytes) {
    return make_error(ErrorKind::invalid_argument,
                      "'{}' has {} bytes, more than the {} that are read at once", uri.name(),
                      source->size_bytes(), max_bytes);
  }
  std::string text(static_cast<std::size_t>(source->size_bytes()), '\0');
  FANFOLD_TRY(source->read_at(0, {reinterpret_cast<std::byte*>(text.data()), text.size()}));
  return text;
}

Status LocalStore::put(const Uri& uri, Bytes bytes) {
  FANFOLD_ASSIGN(const auto writer, create(uri, Existing::replace));
  FANFOLD_TRY(writer->write(bytes));
  return writer->commit();
}

Result<std::unique_ptr<ObjectWriter>> LocalStore::create(const Uri& uri, Existing existing) {
  FANFOLD_ASSIGN(std::string path, path_of(uri));
  if (uri.file_name().empty()) {
    return make_error(ErrorKind::invalid_argument, "'{}' names a folder, not a file", path);
  }
  FANFOLD_TRY(make_folders(folder_of(path)));
  std::string temporary = temporary_beside(path);
  FANFOLD_ASSIGN(UniqueFd file, create_new(temporary));
  FileWriter writer(std::move(file), path, 0, k_object_buffer_bytes, m_counters);
  return std::unique_ptr<ObjectWriter>(std::make_unique<LocalObjectWriter>(
      std::move(writer), std::move(temporary), std::move(path), m_options.durability, existing));
}

Result<std::vector<StoreEntry>> LocalStore::list(const Uri& folder) {
  FANFOLD_ASSIGN(const std::string path, path_of(folder));
  std::vector<StoreEntry> entries;
  std::error_code error;
  fs::recursive_directory_iterator walk(path, error);
  if (error == std::errc::no_such_file_or_directory) return entries;
  while (!error && walk != fs::recursive_directory_iterator()) {
    // What goes away between the two looks is not there.
    std::error_code vanished;
    const bool is_file =
        walk->is_regular_file(vanished) && !is_temporary_file_name(walk->path().filename().string());
    const std::uint64_t size = is_file ? walk->file_size(vanished) : 0;
    if (is_file && !vanished) entries.push_back({Uri::local(walk->path().string()), size});
    walk.increment(error);
  }
  if (error) return errno_error(error.value(), fmt::format("list the folder '{}'", path));
  std::sort(entries.begin(), entries.end(),
            [](const StoreEntry& a, const StoreEntry& b) { return a.uri.path < b.uri.path; });
  return entries;
}

Status LocalStore::remove(const Uri& uri) {
  FANFOLD_ASSIGN(const std::string path, path_of(uri));
  return unlink_if_there(path);
}

Status LocalStore::remove_tree(const Uri& folder) {
  FANFOLD_ASSIGN(const std::string path, path_of(folder));
  // A slip in a caller must not cost a user's files: no root, no working directory, nothing above it.
  const fs::path normal = fs::path(path).lexically_normal();
  const fs::path last = normal.has_filename() ? normal.filename() : normal.parent_path().filename();
  if (last.empty() || last == "." || last == "..") {
    return make_error(ErrorKind::internal, "the folder '{}' is not one that may be removed", path);
  }
  std::error_code error;
  fs::remove_all(path, error);
  if (error) return errno_error(error.value(), fmt::format("remove the folder '{}'", path));
  return {};
}

Result<SharedObject> LocalStore::create_shared(const Uri& target, const Uri& scratch_file,
                                               SharedLayout layout) {
  const std::uint64_t size_bytes = layout.size_bytes;
  FANFOLD_TRY(path_of(target));
  FANFOLD_ASSIGN(const std::string scratch, path_of(scratch_file));
  if (size_bytes > static_cast<std::uint64_t>(std::numeric_limits<off_t>::max())) {
    return make_error(ErrorKind::invalid_argument, "'{}' would have {} bytes, more than a file can have",
                      target.name(), size_bytes);
  }
  FANFOLD_TRY(make_folders(folder_of(scratch)));
  // A new file, not the old one emptied: attempts of an earlier life may still write to that.
  FANFOLD_TRY(unlink_if_there(scratch));
  FANFOLD_ASSIGN(const UniqueFd file, create_new(scratch));
  if (const int failure = reserve(file.get(), size_bytes); failure != 0) {
    ::unlink(scratch.c_str());
    return write_error(failure, scratch, size_bytes);
  }
  return SharedObject{target, scratch, size_bytes};
}

Result<std::unique_ptr<RangeWriter>> LocalStore::open_range(const SharedObject& object, std::uint64_t offset,
                                                            std::uint64_t length) {
  if (!range_within(offset, length, object.size_bytes)) {
    return make_error(ErrorKind::internal, "bytes {} to {} + {} do not lie within the {} bytes of '{}'",
                      offset, offset, length, object.size_bytes, object.target.name());
  }
  FANFOLD_ASSIGN(const ObjectInfo info, stat_file(object.upload));
  if (info.size_bytes != object.size_bytes) {
    return make_error(ErrorKind::corrupt_data, "'{}' has {} bytes where {} were reserved for '{}'",
                      object.upload, info.size_bytes, object.size_bytes, object.target.name());
  }
  UniqueFd file(::open(object.upload.c_str(), O_WRONLY | O_CLOEXEC));
  if (!file) return errno_error(errno, fmt::format("open '{}'", object.upload));
  FileWriter writer(std::move(file), object.upload, offset, std::min(length, k_range_buffer_bytes),
                    m_counters);
  return std::unique_ptr<RangeWriter>(
      std::make_unique<LocalRangeWriter>(std::move(writer), object.target.name(), offset, length));
}

Status LocalStore::complete_shared(const SharedObject& object, const std::vector<PartReceipt>& receipts) {
  FANFOLD_ASSIGN(const std::string target, path_of(object.target));
  FANFOLD_TRY(check_coverage(receipts, object.size_bytes, target));
  FANFOLD_ASSIGN(const ObjectInfo info, stat_file(object.upload));
  if (info.size_bytes != object.size_bytes) {
    return make_error(ErrorKind::corrupt_data, "'{}' has {} bytes, {} were reserved for '{}'", object.upload,
                      info.size_bytes, object.size_bytes, target);
  }
  FANFOLD_TRY(make_folders(folder_of(target)));
  const bool durable = m_options.durability == Durability::on_power_loss;
  if (durable) {
    const UniqueFd file(::open(object.upload.c_str(), O_RDONLY | O_CLOEXEC));
    if (!file) return errno_error(errno, fmt::format("open '{}'", object.upload));
    FANFOLD_TRY(flush_to_device(file.get(), object.upload));
  }
  FANFOLD_TRY(rename_file(object.upload, target));
  if (durable) FANFOLD_TRY(flush_folder_to_device(folder_of(target)));
  return {};
}

Status LocalStore::abort_shared(const SharedObject& object) {
  return unlink_if_there(object.upload);
}

Result<std::unique_ptr<ByteSource>> LocalStore::open_shared(const SharedObject& object) {
  return LocalFileSource::open(object.upload, std::nullopt, m_counters);
}

}  // namespace

std::unique_ptr<Store> make_local_store(LocalStoreOptions options) {
  return std::make_unique<LocalStore>(options);
}

}  // namespace fanfold
