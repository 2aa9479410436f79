#include "func/tables.h"

const struct func func_json_record[] = {FUNC_END};
