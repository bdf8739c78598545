#include "data/archive/handle.hpp"

#include <cwchar>

namespace ersatz::data {

Utf8Locale::Utf8Locale() : own_(::newlocale(LC_CTYPE_MASK, "C.UTF-8", nullptr)), before_(::uselocale(own_)) {
  std::mbstate_t state{};
  wchar_t letter = 0;
  std::mbrtowc(&letter, "a", 1, &state);  // looks for the tables of the character set
}

Utf8Locale::~Utf8Locale() {
  ::uselocale(before_);
  if (own_ != nullptr) ::freelocale(own_);
}

}  // namespace ersatz::data
