#include "func/tables.h"

const struct func func_xact_snapshot[] = {FUNC_END};
