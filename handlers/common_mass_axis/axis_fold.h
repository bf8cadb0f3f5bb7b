// The merge of pixels' mass axes in the default mode, as a fold over the fixed tree.
#pragma once

#include "handlers/kernels/common_axis.h"
#include "handlers/kernels/tree_fold.h"

namespace fanfold::handlers {

// The merged axis of a run of pixels.
//  - While all pixels have one and the same axis it stays as it is: merging an axis with itself would thin
//  it.
//  - A pixel without a single peak has no bin sizes; it says nothing about how fine the axis must be, and is
//  passed
//    over unless nobody else has more to say.
struct MergedAxis {
  kernels::AxisNode node;  // bins empty: no pixel had a peak
  bool identical = true;   // all pixels have exactly node.mass
};

inline void merge_axes_of(MergedAxis& older, MergedAxis&& newer) {
  if (older.node.mass == newer.node.mass) {
    older.identical = older.identical && newer.identical;
    if (older.node.bins.empty()) older.node.bins = std::move(newer.node.bins);
    return;
  }
  older.identical = false;
  if (newer.node.bins.empty()) return;
  if (older.node.bins.empty()) {
    older.node = std::move(newer.node);
    return;
  }
  older.node = kernels::merge_nodes(newer.node, older.node, kernels::FirstBin::own);
}

using MergedAxisTree = kernels::TreeFold<MergedAxis, void (*)(MergedAxis&, MergedAxis&&)>;

}  // namespace fanfold::handlers
