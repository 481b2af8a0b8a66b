#include "demo/people.h"

#include "app/host.h"

namespace suki::demo {

Result<std::vector<Person>> make_people() {
  std::vector<Person> people{{{"owner", "nena", ""}, "Nena Alcantara", app::Role::owner, ""},
                             {{"manager", "mario", ""}, "Mario Alcantara", app::Role::manager, ""},
                             {{"agent", "ana", ""}, "Ana Lopez", app::Role::agent, ""},
                             {{"agent", "boyet", ""}, "Boyet Marasigan", app::Role::agent, ""},
                             {{"agent", "carla", ""}, "Carla Uy", app::Role::agent, ""},
                             {{"agent", "dante", ""}, "Dante Hernandez", app::Role::agent, ""}};
  const app::Host host = app::system_host();
  for (Person& person : people) {
    person.account.password = host.random_token(12);
    SUKI_TRY(person.password_hash, app::App::hash_new_password(person.account.password));
  }
  return people;
}

}  // namespace suki::demo
