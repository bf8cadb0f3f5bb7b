// Numbers as the figures carry them: levels in base64, little-endian.

function bytesOf(base64) {
  const text = atob(base64);
  const values = new Uint8Array(text.length);
  for (let i = 0; i < text.length; ++i) values[i] = text.charCodeAt(i);
  return values;
}

function words(base64) {
  const packed = bytesOf(base64);
  const values = new Uint16Array(packed.length / 2);
  for (let i = 0; i < values.length; ++i) values[i] = packed[2 * i] | (packed[2 * i + 1] << 8);
  return values;
}

// A picture: its levels (0: no value here), and what a level means.
function decodeMap(map) {
  const levels = map.bits === 8 ? bytesOf(map.levels) : words(map.levels);
  const top = 2 ** map.bits - 2;
  return {
    levels,
    top,
    low: map.low,
    high: map.high,
    value: (level) => map.low + ((map.high - map.low) * (level - 1)) / top,
  };
}

function decodeTrace(trace) {
  const levels = words(trace.levels);
  const values = new Float64Array(levels.length);
  for (let i = 0; i < levels.length; ++i) values[i] = trace.high * (levels[i] / 65535) ** 2;
  return values;
}

function decodeAxis(axis) {
  const offsets = words(axis.offsets);
  const masses = new Float64Array(offsets.length);
  for (let i = 0; i < offsets.length; ++i) {
    const knot = Math.floor(i / axis.points_per_knot);
    const from = axis.knots[knot];
    masses[i] = from + ((axis.knots[knot + 1] - from) * offsets[i]) / 65535;
  }
  return masses;
}

// Index of the first value that is not below `wanted`.
function lowerBound(sorted, wanted) {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle] < wanted) low = middle + 1;
    else high = middle;
  }
  return low;
}
