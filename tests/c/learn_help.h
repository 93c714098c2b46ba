/* What the tests of the trainers share. */
#ifndef MT_TESTS_LEARN_HELP_H
#define MT_TESTS_LEARN_HELP_H

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/status.h"

static inline void ok(mt_status status, const mt_error *error) {
  if (status != MT_OK) fail_msg("%s", error->message);
}
static inline void near(double found, double expected, double tolerance) {
  if (!(fabs(found - expected) <= tolerance)) fail_msg("found %.9g, expected %.9g", found, expected);
}

#endif
