/// Who works in the demonstration's shop.
#pragma once

#include <string>
#include <vector>

#include "demo/demo.h"

namespace suki::demo {

struct Person {
  Account account;
  const char* name;
  app::Role role;
  std::string password_hash;
};
/// With passwords by chance. Called before the transaction begins, for a hash takes long: about a quarter of a second
/// together.
[[nodiscard]] Result<std::vector<Person>> make_people();

}  // namespace suki::demo
