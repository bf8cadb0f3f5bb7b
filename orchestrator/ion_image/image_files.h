// Writes ion images to files.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <vector>

#include "orchestrator/ion_image/ion_values.h"
#include "orchestrator/ion_image/options.h"
#include "runtime/core/result.h"
#include "runtime/storage/store_registry.h"

namespace fanfold::ion_image {

using OnFile = std::function<Status(const std::string& path)>;

// Not thread-safe.
class ImageFiles {
 public:
  // `name_images`: the files' names have the images' in them. invalid_argument for an output of no known
  // format.
  static Result<ImageFiles> create(StoreRegistry& stores, const ImageOptions& options, bool name_images,
                                   OnFile on_file);

  Status write(const IonImages& images);

 private:
  ImageFiles(StoreRegistry& stores, const ImageOptions& options, bool name_images, OnFile on_file);
  Status write_pngs(const IonImages& images);
  Status write_tiff(const IonImages& images, const IonImage& image);
  Status write_npy(const IonImage& image);
  std::string path_for(const IonImage& image, const std::string* mass) const;

  StoreRegistry* m_stores;
  const ImageOptions* m_options;
  bool m_name_images;
  OnFile m_on_file;
  std::string m_output;
  std::vector<std::string> m_mass_names;
};

}  // namespace fanfold::ion_image
