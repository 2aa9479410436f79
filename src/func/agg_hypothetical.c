#include "func/tables.h"

const struct func func_hypothetical[] = {FUNC_END};
