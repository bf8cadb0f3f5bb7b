#include "handlers/common_mass_axis/map.h"

#include <algorithm>

#include "handlers/common_mass_axis/axis_fold.h"
#include "handlers/common_mass_axis/partial.h"
#include "handlers/objects/objects.h"
#include "handlers/spectra/encoding.h"
#include "handlers/spectra/spectrum_oddities.h"
#include "runtime/imzml/points.h"
#include "runtime/imzml/spectrum_reader.h"

namespace fanfold::handlers {
namespace {

// Gathers the axes of the pixels of a cube. One per mode.
class AxisCollector {
 public:
  virtual ~AxisCollector() = default;
  virtual void add(std::vector<double> mass, std::span<const double> intensity) = 0;
  virtual MergedAxis finish() = 0;
};

class TreeCollector final : public AxisCollector {
 public:
  void add(std::vector<double> mass, std::span<const double> intensity) override {
    MergedAxis pixel;
    pixel.node.bins = kernels::bin_sizes(mass, intensity);
    pixel.node.mass = std::move(mass);
    if (m_in_leaf == 0) {
      m_leaf = std::move(pixel);
    } else {
      merge_axes_of(m_leaf, std::move(pixel));
    }
    if (++m_in_leaf == kernels::k_leaf_pixels) close_leaf();
  }
  MergedAxis finish() override {
    if (m_in_leaf != 0) close_leaf();
    return m_tree.finish().value_or(MergedAxis{});
  }

 private:
  void close_leaf() {
    m_tree.push(std::move(m_leaf));
    m_leaf = {};
    m_in_leaf = 0;
  }
  MergedAxisTree m_tree{merge_axes_of};
  MergedAxis m_leaf;
  std::size_t m_in_leaf = 0;
};

// The original's merge of one of its groups, which crashes on a spectrum without a peak; here it is passed
// over.
class Rmsi2Collector final : public AxisCollector {
 public:
  void add(std::vector<double> mass, std::span<const double> intensity) override {
    std::vector<double> bins = kernels::bin_sizes(mass, intensity);
    if (bins.empty()) {
      m_skipped = true;
      return;
    }
    m_folder.add(std::move(mass), std::move(bins));
  }
  MergedAxis finish() override {
    const bool identical = m_folder.no_need_to_resample() && !m_skipped;
    return {m_folder.finish().value_or(kernels::AxisNode{}), identical};
  }

 private:
  kernels::Rmsi2AxisFolder m_folder;
  bool m_skipped = false;
};

}  // namespace

Result<MapOutput> map_common_mass_axis(const MapContext& context) {
  const protocol::StageArguments& arguments = context.arguments;
  FANFOLD_ASSIGN(const auto range, locate_cube(arguments.images, arguments.cube_pixels, context.event.cube));
  const protocol::ImageInput& image = arguments.images[range.image];
  FANFOLD_ASSIGN(const auto ibd, open_object(context.stores, image.ibd, image.ibd_identity));
  FANFOLD_ASSIGN(const auto records,
                 read_pixel_records(context.stores, image.index, range.first_pixel, range.pixels));
  imzml::SpectrumReader reader(*ibd, encoding_of(image), static_cast<std::size_t>(arguments.window_bytes));
  reader.will_read(records, imzml::WhichArrays::both);
  TreeCollector tree;
  Rmsi2Collector original;
  AxisCollector& collector = arguments.compat == Compat::rmsi2 ? static_cast<AxisCollector&>(original)
                                                               : static_cast<AxisCollector&>(tree);

  SpectrumRepair repair(arguments.compat);
  std::vector<double> intensity;
  std::span<const imzml::PixelRecord> rest(records);
  while (!rest.empty()) {
    FANFOLD_TRY(context.keep_going());
    const std::size_t count = reader.pixels_that_fit(rest, imzml::WhichArrays::both);
    FANFOLD_ASSIGN(const auto block, reader.read(rest.first(count), imzml::WhichArrays::both));
    for (std::size_t i = 0; i < count; ++i) {
      std::vector<double> mass;
      block.mz(i, mass);
      block.intensity(i, intensity);
      imzml::fit_to_points(imzml::points_of(rest[i], false), mass, intensity);
      // Who counts the odd spectra is the next stage, which reads every image.
      repair.repair(i, mass, intensity);
      collector.add(std::move(mass), intensity);
    }
    rest = rest.subspan(count);
  }

  MergedAxis merged = collector.finish();
  // What is stored as it is cannot be read as it should be without its masses. And where intensities are
  // missing, the points that have none are no zeros.
  const auto lacks_intensities = [](const imzml::PixelRecord& record) {
    return record.mz_length > record.intensity_length;
  };
  if (repair.has_moved_masses() || std::ranges::any_of(records, lacks_intensities)) merged.identical = false;
  MapOutput output;
  output.partial.set(common_mass_axis::k_mass, std::move(merged.node.mass));
  output.partial.set(common_mass_axis::k_bins, std::move(merged.node.bins));
  output.partial.set(common_mass_axis::k_identical, std::vector<std::uint64_t>{merged.identical ? 1u : 0u});
  return output;
}

}  // namespace fanfold::handlers
