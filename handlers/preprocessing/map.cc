#include "handlers/preprocessing/map.h"

#include <array>

#include "handlers/kernels/calibration.h"
#include "handlers/objects/objects.h"
#include "handlers/preprocessing/partial.h"
#include "handlers/preprocessing/spectrum_processor.h"
#include "handlers/spectra/leaf_fold.h"
#include "handlers/spectra/row_source.h"
#include "handlers/spectra/stored_spectrum.h"

namespace fanfold::handlers {
namespace {

// Writes a cube's range of the -proc.ibd, spectrum by spectrum, and notes what the imzML will say of each.
class CubeWriter {
 public:
  static Result<CubeWriter> open(const MapContext& context, const protocol::CubeRange& range,
                                 std::span<const double> axis) {
    const protocol::ImageInput& image = context.arguments.images[range.image];
    const protocol::OutputInput& output = context.arguments.outputs[range.image];
    FANFOLD_ASSIGN(const auto records,
                   read_pixel_records(context.stores, output.index, range.first_pixel, range.pixels));
    const IntegerRule rule =
        context.arguments.compat == Compat::rmsi2 ? IntegerRule::x86 : IntegerRule::saturate;
    CubeWriter writer(image, output, rule);
    // The first cube's range begins with what stands before the first spectrum: the UUID, and the axis.
    const std::uint64_t begin = range.first_pixel == 0 ? 0 : first_byte(image, records.front());
    const std::uint64_t end = records.back().intensity_offset + records.back().intensity_encoded_bytes;
    FANFOLD_ASSIGN(const SharedOutput shared, shared_output(context.stores, output));
    FANFOLD_ASSIGN(writer.m_range, shared.store->open_range(shared.object, begin, end - begin));
    if (image.continuous) writer.m_axis_bytes = writer.m_mz.encode(axis);
    if (range.first_pixel == 0) {
      FANFOLD_TRY(writer.m_range->write(Bytes(output.uuid.bytes)));
      if (image.continuous) FANFOLD_TRY(writer.m_range->write(writer.m_axis_bytes));
    }
    if (image.continuous) {
      const auto stored = writer.m_mz.decoded();
      writer.m_stored_axis.assign(stored.begin(), stored.end());
    }
    return writer;
  }

  Status write(const SpectrumRow& spectrum) {
    if (m_continuous) {
      FANFOLD_TRY(m_range->write(m_intensity.encode(spectrum.row)));
      note(figures_of(m_stored_axis, m_intensity.decoded()));
      return {};
    }
    FANFOLD_TRY(m_range->write(m_mz.encode(spectrum.masses)));
    FANFOLD_TRY(m_range->write(m_intensity.encode(spectrum.intensities)));
    note(figures_of(m_mz.decoded(), m_intensity.decoded()));
    return {};
  }

  Result<std::vector<PartReceipt>> finish(protocol::Bundle& partial) {
    namespace names = preprocessing;
    partial.set(names::k_tic, std::move(m_tic));
    partial.set(names::k_base_mz, std::move(m_base_mz));
    partial.set(names::k_base_intensity, std::move(m_base_intensity));
    partial.set(names::k_low_mz, std::move(m_low_mz));
    partial.set(names::k_high_mz, std::move(m_high_mz));
    return m_range->finish();
  }

 private:
  CubeWriter(const protocol::ImageInput& image, const protocol::OutputInput& output, IntegerRule rule)
      : m_continuous(image.continuous), m_mz(output.mz_type, rule), m_intensity(image.intensity_type, rule) {}

  static std::uint64_t first_byte(const protocol::ImageInput& image, const imzml::PixelRecord& record) {
    return image.continuous ? record.intensity_offset : record.mz_offset;
  }
  void note(const SpectrumFigures& figures) {
    m_tic.push_back(figures.tic);
    m_base_mz.push_back(figures.base_mz);
    m_base_intensity.push_back(figures.base_intensity);
    m_low_mz.push_back(figures.low_mz);
    m_high_mz.push_back(figures.high_mz);
  }

  bool m_continuous;
  StoredArray m_mz;
  StoredArray m_intensity;
  Bytes m_axis_bytes;
  std::vector<double> m_stored_axis;
  std::unique_ptr<RangeWriter> m_range;
  std::vector<double> m_tic, m_base_mz, m_base_intensity, m_low_mz, m_high_mz;
};

struct LagArrays {
  std::vector<double> low, mid, high;
  void add(const kernels::Lags& lags) {
    low.push_back(lags.low);
    mid.push_back(lags.mid);
    high.push_back(lags.high);
  }
  void put_into(protocol::Bundle& partial) {
    partial.set(preprocessing::k_lag_low, std::move(low));
    partial.set(preprocessing::k_lag_mid, std::move(mid));
    partial.set(preprocessing::k_lag_high, std::move(high));
  }
};

Result<std::span<const double>> reference_of(const protocol::StageArguments& arguments,
                                             std::size_t channels) {
  if (!arguments.parameters.alignment.enable) return std::span<const double>();
  return arguments.arrays.f64("reference", channels);
}

// The masses of the channels as they are written: those of the axis, unless they are calibrated.
Result<std::span<const double>> written_axis_of(const protocol::StageArguments& arguments,
                                                std::span<const double> axis) {
  if (!arguments.parameters.mass_calibration) return axis;
  return arguments.arrays.f64("calibrated_axis", axis.size());
}

}  // namespace

Result<MapOutput> map_preprocessing(const MapContext& context) {
  const protocol::StageArguments& arguments = context.arguments;
  if (arguments.outputs.empty()) {
    return make_error(ErrorKind::corrupt_data, "the arguments of preprocessing name no output");
  }
  FANFOLD_ASSIGN(const auto range, locate_cube(arguments.images, arguments.cube_pixels, context.event.cube));
  FANFOLD_ASSIGN(const auto axis, arguments.arrays.f64("axis"));
  FANFOLD_ASSIGN(const auto reference, reference_of(arguments, axis.size()));
  FANFOLD_ASSIGN(const auto written_axis, written_axis_of(arguments, axis));
  FANFOLD_ASSIGN(auto source, RowSource::open(context.stores, arguments, range, axis));
  FANFOLD_ASSIGN(CubeWriter writer, CubeWriter::open(context, range, written_axis));
  const WrittenForm form =
      arguments.images[range.image].continuous ? WrittenForm::row : WrittenForm::spectrum;
  SpectrumProcessor processor(arguments.parameters, arguments.compat, axis, reference, form);

  ChannelLeaves leaves(range.first_pixel, range.pixels, axis.size(), axis.size());
  LagArrays lag_arrays;
  std::array<kernels::Lags, kernels::k_batch_lanes> lags{};
  while (true) {
    FANFOLD_TRY(context.keep_going());
    FANFOLD_ASSIGN(const auto rows, source.next(kernels::k_batch_lanes));
    if (rows.empty()) break;
    processor.process(rows, std::span(lags).first(rows.size()));
    if (arguments.parameters.mass_calibration) {
      for (SpectrumRow& row : rows) kernels::calibrate_masses(axis, written_axis, row.masses);
    }
    for (std::size_t i = 0; i < rows.size(); ++i) {
      ChannelFold& leaf = leaves.leaf_of(rows[i].pixel);
      kernels::accumulate(leaf.sum, rows[i].row);
      kernels::maximum(leaf.maximum, rows[i].row);
      lag_arrays.add(lags[i]);
      FANFOLD_TRY(writer.write(rows[i]));
    }
  }
  MapOutput output;
  FANFOLD_ASSIGN(output.parts, writer.finish(output.partial));
  if (arguments.parameters.alignment.enable) lag_arrays.put_into(output.partial);
  ChannelFold node = leaves.finish();
  output.partial.set(preprocessing::k_sum, std::move(node.sum));
  output.partial.set(preprocessing::k_base, std::move(node.maximum));
  return output;
}

}  // namespace fanfold::handlers
