// The store whose objects are files.
#pragma once

#include <cstdint>
#include <memory>

#include "runtime/storage/store.h"

namespace fanfold {

enum class Durability : std::uint8_t {
  on_crash_of_process,  // what was committed survives the process, not a power cut
  on_power_loss         // files and folders are flushed to the device before a commit returns
};

struct LocalStoreOptions {
  Durability durability = Durability::on_crash_of_process;
};

std::unique_ptr<Store> make_local_store(LocalStoreOptions options = {});

}  // namespace fanfold
