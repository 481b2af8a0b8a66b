/// First half of check(): everything that the schema table says. Keys, types, ids, references, texts.
#pragma once

#include "plan/context.h"

namespace suki::plan {

/// Fills context.ids, .languages and .renamed, and reports. Afterwards each value that was not reported has the type
/// that the table says, and each reference that was not reported leads somewhere.
void validate(Context& context);

/// Its first step: fills the languages, the ids, and what was renamed; reports what is wrong with ids.
void collect_ids(Context& context);

/// Text of a localized value in each language; without a report (validate() made it). Missing languages are left out.
[[nodiscard]] Text read_text(const Context& context, const Node* node);

}  // namespace suki::plan
