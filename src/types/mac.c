#include "types/families.h"

const struct type types_mac[] = {{0}};
