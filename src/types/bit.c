#include "types/families.h"

const struct type types_bit[] = {{0}};
