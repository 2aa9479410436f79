#include "func/tables.h"

const struct func func_network[] = {FUNC_END};
