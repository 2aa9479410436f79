#include "func/tables.h"

const struct func func_jsonpath[] = {FUNC_END};
