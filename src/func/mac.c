#include "func/tables.h"

const struct func func_mac[] = {FUNC_END};
