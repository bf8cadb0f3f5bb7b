#include "runtime/storage/store.h"

namespace fanfold {
namespace {

class OneByOne final : public ObjectBatch {
 public:
  explicit OneByOne(Store& store) : m_store(store) {}
  Status put(const Uri& uri, std::vector<std::byte> bytes) override { return m_store.put(uri, bytes); }
  Status finish() override { return {}; }

 private:
  Store& m_store;
};

}  // namespace

std::unique_ptr<ObjectBatch> Store::begin_batch() {
  return std::make_unique<OneByOne>(*this);
}

}  // namespace fanfold
