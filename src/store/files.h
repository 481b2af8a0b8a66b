/// The content of files, once by its SHA-256.
#pragma once

namespace suki::store {

class Sql;

/// A step forward: the bytes of attachments go where each content lies once. One attachment at a time in memory.
void move_attachments(Sql& sql);

}  // namespace suki::store
