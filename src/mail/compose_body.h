/// The parts of a mail out: text, its HTML twin, pictures in that, files.
#pragma once

#include <gmime/gmime.h>

#include "mail/mail.h"

namespace suki::mail {

/// Control characters become blanks.
[[nodiscard]] std::string single_line(std::string_view text);

/// text, or multipart/alternative with the HTML last, which is multipart/related where pictures stand in it; all in
/// multipart/mixed where there are files. Every part is quoted-printable or base64: lines stay short, 8-bit never goes
/// out, and no server on the way changes a byte. The caller owns it. `mail` passed check().
[[nodiscard]] GMimeObject* new_body(const Outgoing& mail);

}  // namespace suki::mail
