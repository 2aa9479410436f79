#include "types/families.h"

const struct type types_xml[] = {{0}};
