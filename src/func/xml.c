#include "func/tables.h"

const struct func func_xml[] = {FUNC_END};
