// Any bytes are a file of any form: records or problems, each with its line. What was read can be written in our own
// form and is the same when it is read again. The first byte says which form, and in which pieces the rest arrives.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "base/assert.h"
#include "base/text.h"
#include "import/form.h"
#include "import/mbox.h"
#include "import/reader.h"

namespace {

using namespace suki::importing;

void check(const Item& item) {
  SUKI_ASSERT(item.line > 0);
  if (!item.problem.empty()) return;
  const std::string written = write_record(item.record);
  if (!suki::is_utf8(written)) return;
  LeftOut left_out;
  const auto again = read_record(written, "", left_out);
  if (again.ok()) SUKI_ASSERT(*again == item.record && left_out.empty());
}

void read_mailbox(std::string_view bytes, std::size_t piece) {
  MboxIndex index;
  for (std::size_t at = 0; at < bytes.size(); at += piece) index.take(bytes.substr(at, piece));
  index.end();
  std::int64_t end = index.lost();
  for (const MboxMail& mail : index.mails()) {
    SUKI_ASSERT(mail.offset == end && mail.size > 0);
    end = mail.offset + mail.size;
    (void)unquote(bytes.substr(static_cast<std::size_t>(mail.offset), static_cast<std::size_t>(mail.size)));
  }
  SUKI_ASSERT(end == static_cast<std::int64_t>(bytes.size()));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  const std::size_t piece = 1 + data[0] / 8 * 7;
  const auto form = static_cast<Form>(data[0] % form_count);
  if (form == Form::mbox) {
    read_mailbox(bytes, piece);
    return 0;
  }
  const auto reader = make_reader(form, "fuzz");
  std::vector<Item> items;
  for (std::size_t at = 0; at < bytes.size(); at += piece) reader->take(bytes.substr(at, piece), items);
  reader->end(items);
  for (const Item& item : items) check(item);
  return 0;
}
