#include "func/tables.h"

const struct func func_range_ops[] = {FUNC_END};
