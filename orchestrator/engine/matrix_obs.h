// The rows of a peak matrix in its AnnData store: `obs` and `obsm/spatial`.
#pragma once

#include "orchestrator/anndata/zarr_store_writer.h"
#include "orchestrator/engine/group.h"
#include "orchestrator/engine/job_context.h"

namespace fanfold {

// Column by column: beside what the group holds already, memory is that of one column.
Status write_obs(ZarrStoreWriter& store, const JobContext& context, const Group& group);

}  // namespace fanfold
