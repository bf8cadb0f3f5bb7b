// What the images of a job are taken for.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace fanfold {

enum class InputKind : std::uint8_t {
  automatic,  // peak lists where a file is marked as one or holds centroid spectra in processed mode
  spectra,
  peaks  // each pixel's values above 0 are its peaks
};

inline constexpr std::array<std::string_view, 3> k_input_kinds{"auto", "spectra", "peaks"};

constexpr std::string_view to_string(InputKind kind) {
  return k_input_kinds[static_cast<std::size_t>(kind)];
}

constexpr std::optional<InputKind> input_kind_from_string(std::string_view text) {
  for (const InputKind kind : {InputKind::automatic, InputKind::spectra, InputKind::peaks}) {
    if (to_string(kind) == text) return kind;
  }
  return std::nullopt;
}

}  // namespace fanfold
