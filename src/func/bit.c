#include "func/tables.h"

const struct func func_bit[] = {FUNC_END};
