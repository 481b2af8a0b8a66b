/// Bytes to records, one reader a form. A reader takes the bytes piece by piece and never fails: what cannot be read is
/// an item with its line and its problem.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "import/records.h"

namespace suki::importing {

enum class Form : std::uint8_t { jsonl, mbox, freshdesk, otrs, servicenow, helpdesk_log, chats };
inline constexpr int form_count = 7;
[[nodiscard]] const char* name_of(Form form);
[[nodiscard]] std::optional<Form> find_form(std::string_view name);

/// Forms whose export is read whole before its first conversation is known: what a reader holds at most. Beyond it the
/// rest is left out, and said so. Chosen: an export of some hundred thousand tickets.
inline constexpr std::size_t held_bytes_max = 1u << 30;

class Reader {
 public:
  virtual ~Reader() = default;
  /// Appends what is complete by now. Cost O(bytes).
  virtual void take(std::string_view bytes, std::vector<Item>& out) = 0;
  /// The file is over.
  virtual void end(std::vector<Item>& out) = 0;
  /// What was read and has no place.
  [[nodiscard]] virtual const LeftOut& left_out() const = 0;
  /// What a file of rejected items begins with, so that it can be read again: a CSV's header. "" nothing.
  [[nodiscard]] virtual std::string head() const { return {}; }
  /// Whether Item::raw, below head(), is a file of this form again; else write_record() makes JSON Lines of it.
  [[nodiscard]] virtual bool keeps_raw() const { return true; }
};

/// `source`: what records without one are said to be from; "": the form's own name. Of every form but mbox, which is
/// read in another way (mbox.h).
[[nodiscard]] std::unique_ptr<Reader> make_reader(Form form, const std::string& source);

}  // namespace suki::importing
