/// suki's own form of what moves in, one JSON object a line: docs/guide/import.md. Also how records go to the server.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "import/records.h"

namespace suki::importing {

/// Reads one line. `source`: what is said of records that name none. Fields that the form does not have are counted in
/// `left_out`. Errors: bad_input, "messages[3].at: what is wrong".
[[nodiscard]] Result<Record> read_record(std::string_view line, const std::string& source, LeftOut& left_out);
/// One line without its end; read again it is the same record. Mails have no such form: "".
[[nodiscard]] std::string write_record(const Record& record);

[[nodiscard]] std::string base64(std::string_view bytes);
/// bad_input: it is none. Blanks and line ends are passed over.
[[nodiscard]] Result<std::string> from_base64(std::string_view text);

}  // namespace suki::importing
