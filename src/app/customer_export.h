/// Everything that is kept of one customer, as the files of one archive: to read (HTML), for other programs (JSON), and
/// as it came (mails, files). Read a bounded piece at a time, so that neither size nor a slow reader matters: a step
/// holds one file or about export_bytes. What changes in between is in it as it stood when its turn came.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "app/app.h"
#include "app/zip.h"

namespace suki::app {

inline constexpr std::size_t export_bytes = 1u << 20;  ///< of a step, before the file that goes over it; chosen

struct ExportFile {
  std::string name, bytes;
};
struct ExportStep {
  std::vector<ExportFile> files;
  std::string next;        ///< "": that was the last
  std::int64_t bytes = 0;  ///< of what is kept, that this step was about
};
/// What is behind `cursor` ("" the beginning). Errors: not_found, bad_input (the cursor). Texts in `language`.
[[nodiscard]] Result<ExportStep> export_step(App& app, store::Tx& tx, CustomerId id, const std::string& language,
                                             const std::string& cursor);
/// About how much there is in all, in the measure of ExportStep::bytes, for a figure of progress.
[[nodiscard]] std::int64_t export_size(store::Tx& tx, CustomerId id);

/// The archive's bytes, a piece at a time.
class CustomerExport {
 public:
  CustomerExport(App& app, CustomerId id, std::string language) : app_(app), id_(id), language_(std::move(language)) {}
  /// In one transaction; may be run again from the start before take().
  [[nodiscard]] Result<void> read(store::Tx& tx);
  /// What read() found, as bytes of the archive.
  [[nodiscard]] std::string take();
  [[nodiscard]] bool done() const { return done_; }

 private:
  App& app_;
  CustomerId id_;
  std::string language_, cursor_;
  ExportStep step_;
  Zip zip_;
  bool done_ = false;
};

}  // namespace suki::app
