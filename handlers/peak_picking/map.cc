#include "handlers/peak_picking/map.h"

#include <array>
#include <bit>

#include "handlers/kernels/noise.h"
#include "handlers/kernels/peak_picking.h"
#include "handlers/objects/objects.h"
#include "handlers/peak_picking/partial.h"
#include "handlers/spectra/row_source.h"

namespace fanfold::handlers {
namespace {

constexpr std::size_t k_lanes = kernels::k_batch_lanes;

// Noise of a few rows at a time, then the peaks of each.
class BatchPicker {
 public:
  BatchPicker(const Parameters::PeakPicking& parameters, std::span<const double> axis)
      : m_picker({parameters.snr, parameters.window_size, parameters.oversampling}, axis),
        m_noise(axis.size(), std::bit_ceil(axis.size()), m_picker.noise_window()),
        m_floor(k_lanes * axis.size()) {}

  // Calls take(peaks) per row, in order.
  template <typename Take>
  Status pick(std::span<const SpectrumRow> rows, Take take) {
    std::array<std::span<const double>, k_lanes> in{};
    std::array<std::span<double>, k_lanes> out{};
    for (std::size_t i = 0; i < rows.size(); ++i) {
      in[i] = rows[i].row;
      out[i] = std::span(m_floor).subspan(i * rows[i].row.size(), rows[i].row.size());
    }
    m_noise.estimate(std::span(in).first(rows.size()), std::span(out).first(rows.size()));
    for (std::size_t i = 0; i < rows.size(); ++i) {
      m_picker.pick(in[i], out[i], m_peaks);
      FANFOLD_TRY(take(std::span<const kernels::Peak>(m_peaks)));
    }
    return {};
  }

 private:
  kernels::PeakPicker m_picker;
  kernels::NoiseEstimator m_noise;
  std::vector<double> m_floor;
  std::vector<kernels::Peak> m_peaks;
};

// The two scratch objects of a cube, pixel after pixel.
class PeakWriter {
 public:
  static Result<PeakWriter> create(const MapContext& context) {
    const protocol::Event& event = context.event;
    PeakWriter writer;
    FANFOLD_ASSIGN(writer.m_pairs, create_object(context, peak_picking::peaks_object(
                                                              event.scratch, event.group, event.cube)));
    FANFOLD_ASSIGN(writer.m_blocks, create_object(context, peak_picking::peak_blocks_object(
                                                               event.scratch, event.group, event.cube)));
    return writer;
  }
  Status add(std::span<const kernels::Peak> peaks) {
    FANFOLD_TRY(write(*m_pairs, peaks, {&kernels::Peak::mass, &kernels::Peak::intensity}));
    return write(*m_blocks, peaks, {&kernels::Peak::area, &kernels::Peak::snr, &kernels::Peak::bin_size});
  }
  Status commit() {
    FANFOLD_TRY(m_pairs->commit());
    return m_blocks->commit();
  }

 private:
  using Field = double kernels::Peak::*;

  static Result<std::unique_ptr<ObjectWriter>> create_object(const MapContext& context,
                                                             const std::string& uri) {
    FANFOLD_ASSIGN(const Uri target, Uri::parse(uri));
    FANFOLD_ASSIGN(Store* const store, context.stores.store_for(target));
    return store->create(target);
  }
  Status write(ObjectWriter& to, std::span<const kernels::Peak> peaks, std::initializer_list<Field> fields) {
    m_values.clear();
    for (const Field field : fields) {
      for (const kernels::Peak& peak : peaks) m_values.push_back(peak.*field);
    }
    return to.write(std::as_bytes(std::span(m_values)));
  }

  std::unique_ptr<ObjectWriter> m_pairs, m_blocks;
  std::vector<double> m_values;
};

}  // namespace

Result<MapOutput> map_peak_picking(const MapContext& context) {
  const protocol::StageArguments& arguments = context.arguments;
  FANFOLD_ASSIGN(const auto range, locate_cube(arguments.images, arguments.cube_pixels, context.event.cube));
  FANFOLD_ASSIGN(const auto axis, arguments.arrays.f64("axis"));
  FANFOLD_ASSIGN(auto source, RowSource::open(context.stores, arguments, range, axis));
  FANFOLD_ASSIGN(PeakWriter writer, PeakWriter::create(context));

  BatchPicker picker(arguments.parameters.peak_picking, axis);
  std::vector<std::uint32_t> counts;
  while (true) {
    FANFOLD_TRY(context.keep_going());
    FANFOLD_ASSIGN(const auto rows, source.next(k_lanes));
    if (rows.empty()) break;
    FANFOLD_TRY(picker.pick(rows, [&](std::span<const kernels::Peak> peaks) {
      counts.push_back(static_cast<std::uint32_t>(peaks.size()));
      return writer.add(peaks);
    }));
  }
  FANFOLD_TRY(writer.commit());
  MapOutput output;
  output.partial.set(peak_picking::k_counts, std::move(counts));
  return output;
}

}  // namespace fanfold::handlers
