#include "orchestrator/image_files/image_index.h"

#include <algorithm>
#include <memory>
#include <unordered_map>

#include "orchestrator/image_files/checksum_check.h"
#include "orchestrator/image_files/image_content.h"
#include "orchestrator/image_files/opened_image.h"
#include "runtime/imzml/reader.h"
#include "runtime/imzml/roi.h"

namespace fanfold {
namespace {

std::uint64_t position_key(std::int32_t x, std::int32_t y) {
  return (std::uint64_t{static_cast<std::uint32_t>(x)} << 32) | static_cast<std::uint32_t>(y);
}

// Writes the index of one image and counts what goes into it. Its file is opened when the buffer is full or
// at the end: of an input with many regions, small ones most likely, few files are open at a time.
class IndexWriter {
 public:
  IndexWriter(StoreRegistry& stores, const std::string& uri) : m_stores(&stores) { m_image.index = uri; }

  Status add(const imzml::PixelRecord& record) {
    if (m_image.pixels == 0 || m_image.first_pixel.mz_length == 0) m_image.first_pixel = record;
    ++m_image.pixels;
    m_image.mz_points += record.mz_length;
    m_image.longest = std::max<std::uint64_t>({m_image.longest, record.mz_length, record.intensity_length});
    m_image.largest_stored =
        std::max(m_image.largest_stored, record.mz_encoded_bytes + record.intensity_encoded_bytes);
    m_image.max_x = std::max(m_image.max_x, record.x);
    m_image.max_y = std::max(m_image.max_y, record.y);
    m_buffer.push_back(record);
    return m_buffer.size() == k_buffer ? flush() : Status{};
  }

  Result<IndexedImage> finish() {
    FANFOLD_TRY(flush());
    FANFOLD_TRY(m_writer->commit());
    m_writer.reset();
    return std::move(m_image);
  }

 private:
  static constexpr std::size_t k_buffer = 4096;
  Status open() {
    FANFOLD_ASSIGN(const Uri uri, Uri::parse(m_image.index));
    FANFOLD_ASSIGN(Store* const store, m_stores->store_for(uri));
    FANFOLD_ASSIGN(m_writer, store->create(uri));
    return {};
  }
  Status flush() {
    if (!m_writer) FANFOLD_TRY(open());
    FANFOLD_TRY(m_writer->write(std::as_bytes(std::span(m_buffer))));
    m_buffer.clear();
    return {};
  }
  StoreRegistry* m_stores;
  IndexedImage m_image;
  std::unique_ptr<ObjectWriter> m_writer;
  std::vector<imzml::PixelRecord> m_buffer;
};

Result<std::vector<imzml::Roi>> read_rois(StoreRegistry& stores, const std::vector<std::string>& locations) {
  std::vector<imzml::Roi> all;
  for (const std::string& location : locations) {
    FANFOLD_ASSIGN(const Uri uri, Uri::parse(location));
    FANFOLD_ASSIGN(Store* const store, stores.store_for(uri));
    FANFOLD_ASSIGN(const std::string text, store->read_all(uri, imzml::k_max_roi_bytes));
    FANFOLD_ASSIGN(auto rois, imzml::parse_roi_xml(text, location));
    std::move(rois.begin(), rois.end(), std::back_inserter(all));
  }
  return all;
}

// The images of one input while its imzML streams by.
class InputIndexer {
 public:
  static Result<InputIndexer> create(StoreRegistry& stores, const JobInput& input,
                                     const std::string& prefix) {
    InputIndexer indexer;
    FANFOLD_ASSIGN(indexer.m_rois, read_rois(stores, input.rois));
    indexer.m_whole = input.rois.empty();
    const std::size_t images = indexer.m_whole ? 1 : indexer.m_rois.size();
    for (std::size_t i = 0; i < images; ++i) {
      indexer.m_writers.emplace_back(stores, fmt::format("{}-{}", prefix, i));
    }
    for (std::size_t i = 0; i < indexer.m_rois.size(); ++i) {
      for (const auto& [x, y] : indexer.m_rois[i].spots) {
        auto& images_here = indexer.m_images_at[position_key(x, y)];
        if (images_here.empty() || images_here.back() != i) images_here.push_back(i);
      }
    }
    return indexer;
  }

  Status add(const imzml::PixelRecord& record) {
    if (m_whole) return m_writers.front().add(record);
    const auto found = m_images_at.find(position_key(record.x, record.y));
    if (found == m_images_at.end()) return {};
    for (const std::size_t image : found->second) FANFOLD_TRY(m_writers[image].add(record));
    return {};
  }

  Result<std::vector<IndexedImage>> finish(const JobInput& input, const OpenedImage& files,
                                           const imzml::ImageDescription& description) {
    std::vector<IndexedImage> images;
    for (std::size_t i = 0; i < m_writers.size(); ++i) {
      FANFOLD_ASSIGN(IndexedImage image, m_writers[i].finish());
      if (image.pixels == 0) return nothing_in(input, i);
      image.location = input.image;
      image.ibd_location = files.ibd_location;
      image.ibd_identity = files.ibd_identity;
      image.description = description;
      images.push_back(std::move(image));
    }
    return images;
  }

  // For naming: the region of each image, if any.
  std::vector<ImageSource> sources(const std::string& location) const {
    if (m_whole) return {{location, std::nullopt}};
    std::vector<ImageSource> sources;
    for (const imzml::Roi& roi : m_rois) sources.push_back({location, roi.name});
    return sources;
  }

 private:
  Error nothing_in(const JobInput& input, std::size_t image) const {
    if (m_whole) return make_error(ErrorKind::corrupt_data, "'{}' holds no spectrum", input.image);
    return make_error(
        ErrorKind::corrupt_data,
        "no pixel of '{}' lies in its region '{}'; check that the region file belongs to this image",
        input.image, m_rois[image].name);
  }

  bool m_whole = true;
  std::vector<imzml::Roi> m_rois;
  std::vector<IndexWriter> m_writers;
  std::unordered_map<std::uint64_t, std::vector<std::size_t>> m_images_at;
};

struct Reading {
  InputKind input_kind;
  bool strict;
  StatusSink& status;
  const std::stop_token& stop;
};

Status verify(const OpenedImage& files, const imzml::ImageDescription& description, const Reading& reading) {
  FANFOLD_ASSIGN(const auto states,
                 check_checksums(files, description.checksums, reading.status, reading.stop));
  if (!states.any_differs()) return {};
  return Error(ErrorKind::corrupt_data, imzml::differs_sentence(*files.ibd, states));
}

Result<std::vector<IndexedImage>> index_input(StoreRegistry& stores, const JobInput& input,
                                              const std::string& prefix, std::vector<ImageSource>& sources,
                                              const Reading& reading) {
  FANFOLD_ASSIGN(const OpenedImage files, open_image(stores, input.image));
  FANFOLD_ASSIGN(InputIndexer indexer, InputIndexer::create(stores, input, prefix));
  FANFOLD_ASSIGN(
      const imzml::ImageDescription description,
      imzml::read_imzml(*files.xml, *files.ibd, {.strict = reading.strict},
                        [&indexer](const imzml::PixelRecord& record) { return indexer.add(record); }));
  FANFOLD_TRY(check_unchanged(stores, files));
  FANFOLD_ASSIGN(const ImageContent content, judge_content(description, reading.input_kind, input.image));
  if (reading.strict) FANFOLD_TRY(verify(files, description, reading));
  for (ImageSource& source : indexer.sources(input.image)) sources.push_back(std::move(source));
  FANFOLD_ASSIGN(auto images, indexer.finish(input, files, description));
  for (IndexedImage& image : images) {
    image.peak_lists = content.peak_lists;
    image.content_note = content.note;
  }
  return images;
}

}  // namespace

std::uint64_t IndexedImage::largest_spectrum_bytes() const {
  const imzml::ArrayEncoding& mz = description.mz;
  const imzml::ArrayEncoding& intensity = description.intensity;
  const bool is_compressed =
      mz.compression != Compression::none || intensity.compression != Compression::none;
  return longest * (size_of(mz.type) + size_of(intensity.type)) + (is_compressed ? largest_stored : 0);
}

Result<std::vector<IndexedImage>> index_images(StoreRegistry& stores, const Job& job,
                                               const std::string& scratch, StatusSink& status,
                                               const std::stop_token& stop) {
  std::vector<IndexedImage> all;
  std::vector<ImageSource> sources;
  for (std::size_t i = 0; i < job.inputs.size(); ++i) {
    FANFOLD_ASSIGN(auto images, index_input(stores, job.inputs[i], fmt::format("{}/index/{}", scratch, i),
                                            sources, {job.input_kind, job.strict, status, stop}));
    std::move(images.begin(), images.end(), std::back_inserter(all));
  }
  const std::vector<std::string> names = image_names(sources);
  for (std::size_t i = 0; i < all.size(); ++i) all[i].name = names[i];
  FANFOLD_TRY(check_contents(all, job.parameters));
  return all;
}

}  // namespace fanfold
