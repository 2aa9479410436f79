#include "func/tables.h"

const struct func func_enum[] = {FUNC_END};
