#include "func/tables.h"

const struct func func_hash[] = {FUNC_END};
