#include "types/families.h"

const struct type types_network[] = {{0}};
