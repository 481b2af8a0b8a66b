/// The way to a data folder for a command that asks it many things: as perform(), but the folder stays open meanwhile.
#pragma once

#include <memory>
#include <string>

#include "app/app.h"
#include "base/result.h"
#include "cli/data_place.h"
#include "store/store.h"

namespace suki::cli {

class ImportDoor {
 public:
  explicit ImportDoor(DataPlace place) : place_(std::move(place)) {}
  /// By the server that has the folder; where nobody has it, by this process, which then has it to the end. Errors:
  /// those of perform().
  [[nodiscard]] Result<std::string> ask(const std::string& verb, const std::string& body);

 private:
  Result<void> open();
  DataPlace place_;
  std::unique_ptr<store::Store> store_;
  std::unique_ptr<app::App> app_;
};

}  // namespace suki::cli
