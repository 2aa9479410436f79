#include "func/tables.h"

const struct func func_range_agg[] = {FUNC_END};
