#include "func/tables.h"

const struct func func_range[] = {FUNC_END};
