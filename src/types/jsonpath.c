#include "types/families.h"

const struct type types_jsonpath[] = {{0}};
