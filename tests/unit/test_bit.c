#include "func_case.h"

static const struct func_case rows[] = {
#include "cases_bit.inc"
};

CASES_TEST(recorded, rows)
