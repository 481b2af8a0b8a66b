/// The content of files, once by its SHA-256.
#pragma once

#include <string>

namespace suki::store {

class Sql;

/// A step forward: the bytes of attachments go where each content lies once. One attachment at a time in memory.
void move_attachments(Sql& sql);

/// A content that no attachment, upload, mail in quarantine or remote picture has any more goes.
void forget_content(Sql& sql, const std::string& digest);

}  // namespace suki::store
