// The arguments of a stage: whatever is common to its calls. The orchestrator writes them once as an object
// (a bundle, zstd-compressed) and events carry only its key.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "runtime/core/compression.h"
#include "runtime/core/result.h"
#include "runtime/core/uuid.h"
#include "runtime/core/value_type.h"
#include "runtime/protocol/bundle.h"
#include "runtime/protocol/parameters.h"

namespace fanfold::protocol {

// Spectra or peak lists to read: an image of the group, raw or preprocessed.
struct ImageInput {
  std::string name;
  std::string ibd;           // URI of the .ibd
  std::string ibd_identity;  // what the object was when the job was planned; empty: not compared
  std::string index;         // URI of its pixel index (fixed-width PixelRecords, in file order)
  std::uint64_t pixels = 0;
  bool continuous = false;    // one m/z array for all pixels
  bool matches_axis = false;  // ... and it is the group's mass axis: a row is the stored intensities
  ValueType mz_type = ValueType::float64;
  ValueType intensity_type = ValueType::float32;
  Compression mz_compression = Compression::none;
  Compression intensity_compression = Compression::none;
  std::string tic;  // URI of the pixels' TIC (float64 in file order), from the second stage on
  // Of peak lists: there are blocks of areas, signal-to-noise ratios and bin sizes, and where they begin
  // (imzml/peak_list_mark.h).
  bool peak_blocks = false;
  std::uint64_t peak_blocks_begin = 0;
};

// An output object that the calls of a stage share, each writing the range of its cube.
struct OutputInput {
  std::string target;  // URI of the object to be
  std::string upload;  // where its bytes are written until it is complete
  std::uint64_t size_bytes = 0;
  std::string index;  // URI of its pixel index: where every spectrum goes
  Uuid uuid;
  ValueType mz_type = ValueType::float64;  // of the axis or the masses as they are written
};

// Calls of a map stage: the pixels of each image, cut into cubes of `cube_pixels`; no cube crosses an image.
struct CubeRange {
  std::size_t image = 0;
  std::uint64_t first_pixel = 0;
  std::uint64_t pixels = 0;
};

struct StageArguments {
  Compat compat = Compat::none;
  Parameters parameters;
  std::uint64_t cube_pixels = 0;
  std::uint64_t window_bytes = 0;  // how much of an .ibd a call may hold at once
  std::vector<ImageInput> images;
  std::vector<OutputInput> outputs;  // one per image, or none
  // One per image, or none; alone where there are no spectra behind the lists.
  std::vector<ImageInput> peak_lists;
  Bundle arrays;  // mass axis, reference, ... under names that the stage defines

  std::vector<std::byte> encode() const;
  static Result<StageArguments> decode(Bytes bytes);
};

// Where cube number `cube` lies; invalid_argument where there is no such cube.
Result<CubeRange> locate_cube(std::span<const ImageInput> images, std::uint64_t cube_pixels,
                              std::uint32_t cube);
std::uint64_t count_cubes(std::span<const ImageInput> images, std::uint64_t cube_pixels);

}  // namespace fanfold::protocol
