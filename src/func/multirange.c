#include "func/tables.h"

const struct func func_multirange[] = {FUNC_END};
