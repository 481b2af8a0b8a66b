/// A mail's tree of parts, in order: its text, its HTML and its attachments. GMime's types stay in parts.cpp.
#pragma once

#include <string>
#include <string_view>

#include "mail/mail.h"

typedef struct _GMimeObject GMimeObject;  // NOLINT: GMime's own name

namespace suki::mail {

/// Fills text, html, attachments and problems of `out`. At most 1,000 parts, 50 deep.
void read_parts(GMimeObject* root, Parsed& out);

/// "text/plain" in lower case; "application/octet-stream" where the part does not say.
[[nodiscard]] std::string type_of(GMimeObject* object);

/// Adds a code to problems once.
void add_problem(Parsed& out, std::string_view code);

}  // namespace suki::mail
