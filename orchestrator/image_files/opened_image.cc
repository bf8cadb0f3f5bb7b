#include "orchestrator/image_files/opened_image.h"

#include <array>
#include <string_view>
#include <utility>

#include "runtime/imzml/reader.h"

namespace fanfold {
namespace {

// The likely spellings first: a store may charge for every question.
constexpr std::array<std::string_view, 8> k_endings{"ibd", "IBD", "Ibd", "ibD", "iBD", "iBd", "IbD", "IBd"};

// Where the .ibd of an imzML lies, and what it is now. The stem is the same to the letter.
Result<Uri> find_ibd(Store& store, const Uri& xml, ObjectInfo& info) {
  Uri ibd = xml;
  ibd.path = imzml::ibd_path_for(xml.path);
  auto found = store.stat(ibd);
  for (auto ending = k_endings.begin(); !found && ending != k_endings.end(); ++ending) {
    if (found.error().kind() != ErrorKind::not_found) return found.error();
    Uri sibling = ibd;
    sibling.path.replace(sibling.path.size() - ending->size(), ending->size(), *ending);
    if (auto another = store.stat(sibling)) {
      ibd = std::move(sibling);
      found = std::move(another);
    }
  }
  if (!found) {
    return make_error(found.error().kind(),
                      "'{}' lies without its data: there is no '{}' beside it; copy both", xml.name(),
                      ibd.name());
  }
  info = *found;
  return ibd;
}

}  // namespace

Result<OpenedImage> open_image(StoreRegistry& stores, const std::string& location) {
  FANFOLD_ASSIGN(const Uri xml, Uri::parse(location));
  FANFOLD_ASSIGN(Store* const store, stores.store_for(xml));
  OpenedImage image;
  ObjectInfo info;
  FANFOLD_ASSIGN(info, store->stat(xml));
  image.xml_location = location;
  image.xml_identity = info.identity;
  FANFOLD_ASSIGN(image.xml, store->open(xml, info.identity));
  FANFOLD_ASSIGN(const Uri ibd, find_ibd(*store, xml, info));
  image.ibd_location = ibd.name();
  image.ibd_identity = info.identity;
  FANFOLD_ASSIGN(image.ibd, store->open(ibd, info.identity));
  return image;
}

Status check_unchanged(StoreRegistry& stores, const OpenedImage& image) {
  for (const auto& [location, identity] : {std::pair(image.xml_location, image.xml_identity),
                                           std::pair(image.ibd_location, image.ibd_identity)}) {
    FANFOLD_ASSIGN(const Uri uri, Uri::parse(location));
    FANFOLD_ASSIGN(Store* const store, stores.store_for(uri));
    FANFOLD_ASSIGN(const ObjectInfo now, store->stat(uri));
    if (now.identity == identity) continue;
    return make_error(ErrorKind::corrupt_data,
                      "'{}' was changed or replaced while it was read; try again when it stays as it is",
                      location);
  }
  return {};
}

}  // namespace fanfold
