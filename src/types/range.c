#include "types/families.h"

const struct type types_range[] = {{0}};
