// The folder in a bucket. Private to this folder.
#pragma once

#include "orchestrator/cleaning/judge.h"
#include "runtime/storage/s3/client.h"

namespace fanfold::cleaning {

// The server's time: that of its answer to a look at the folder. corrupt_data where it does not tell.
Result<SystemTime> server_time(s3::Client& client, const Uri& folder);
Status clean_bucket(s3::Client& client, const Uri& folder, Judge& judge);

}  // namespace fanfold::cleaning
