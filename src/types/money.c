#include "types/families.h"

const struct type types_money[] = {{0}};
