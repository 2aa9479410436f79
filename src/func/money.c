#include "func/tables.h"

const struct func func_money[] = {FUNC_END};
