#include "orchestrator/image_files/opened_image.h"

#include "runtime/imzml/reader.h"

namespace fanfold {
namespace {

std::string other_case(std::string path) {
  const std::string ending = path.ends_with(".ibd") ? ".IBD" : ".ibd";
  return path.replace(path.size() - ending.size(), ending.size(), ending);
}

// Where the .ibd of an imzML lies, and what it is now.
Result<Uri> find_ibd(Store& store, const Uri& xml, ObjectInfo& info) {
  Uri ibd = xml;
  ibd.path = imzml::ibd_path_for(xml.path);
  auto found = store.stat(ibd);
  if (!found && found.error().kind() == ErrorKind::not_found) {
    Uri sibling = ibd;
    sibling.path = other_case(ibd.path);
    if (auto second = store.stat(sibling)) {
      ibd = std::move(sibling);
      found = std::move(second);
    }
  }
  FANFOLD_ASSIGN(info, std::move(found));
  return ibd;
}

}  // namespace

Result<OpenedImage> open_image(StoreRegistry& stores, const std::string& location) {
  FANFOLD_ASSIGN(const Uri xml, Uri::parse(location));
  FANFOLD_ASSIGN(Store* const store, stores.store_for(xml));
  OpenedImage image;
  FANFOLD_ASSIGN(image.xml, store->open(xml));
  ObjectInfo info;
  FANFOLD_ASSIGN(const Uri ibd, find_ibd(*store, xml, info));
  image.ibd_location = ibd.name();
  image.ibd_identity = info.identity;
  FANFOLD_ASSIGN(image.ibd, store->open(ibd, info.identity));
  return image;
}

}  // namespace fanfold
