#include "func_case.h"

static const struct func_case rows[] = {
#include "cases_money.inc"
};

CASES_TEST(recorded, rows)
