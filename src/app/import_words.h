/// What a word of another system is called here. Private to moving in.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "app/import.h"
#include "app/work.h"

namespace suki::app {

/// Looks words up in the plan in force and among the staff, and remembers those that it did not find.
class ImportWords {
 public:
  explicit ImportWords(Work& work);

  // Each gives what is used: the thing's own symbol, or the plan's default, or none.
  [[nodiscard]] Symbol channel(const std::string& given);
  [[nodiscard]] Symbol topic(const std::string& given);
  [[nodiscard]] Symbol team(const std::string& given);
  [[nodiscard]] Symbol priority(const std::string& given);
  [[nodiscard]] Symbol language(const std::string& given);
  [[nodiscard]] Symbol hold_reason(const std::string& given);
  /// By login, e-mail address or name. `must_work`: not one who was removed.
  [[nodiscard]] const store::AccountRecord* agent(const char* field, const std::string& given, bool must_work);
  /// The address in the form it is kept; "": it is none.
  [[nodiscard]] std::string email(const std::string& given);

  [[nodiscard]] std::vector<ImportMapping> take_mapped() { return std::move(mapped_); }

 private:
  void note(const char* field, const std::string& given, const std::string& used);
  template <class Declared, class Has>
  Symbol find(const std::vector<Declared>& declared, const std::string& given, Has has) const;

  Work& work_;
  std::vector<store::AccountRecord> accounts_;
  std::vector<ImportMapping> mapped_;
};

}  // namespace suki::app
