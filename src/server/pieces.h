/// A body that is made while it is sent, in chunks: neither its length nor the whole of it is ever in hand. When a
/// piece fails the connection is cut, so that the client knows that it has not got everything.
#pragma once

#include <string>

#include "base/result.h"

namespace suki::store {
class Tx;
}

namespace suki::server {

class Pieces {
 public:
  virtual ~Pieces() = default;
  /// In a transaction that reads; perhaps several times before take().
  [[nodiscard]] virtual Result<void> read(store::Tx& tx) = 0;
  /// The bytes of what was read.
  [[nodiscard]] virtual std::string take() = 0;
  [[nodiscard]] virtual bool done() const = 0;
};

}  // namespace suki::server
