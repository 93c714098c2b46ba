/* Trees: eight rows at a time are each row by itself, contributions add up, and a broken section is refused in words. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "forest.h"
#include "rank/trees.h"

/* The walk as trees.h defines it, a node at a time. */
static float plain_column(const mt_trees *t, uint32_t index, const float *row) {
  const mt_tree_column *column = &t->column[index];
  float x = row[column->feature];
  if ((column->how & MT_COLUMN_SET) == 0) {
    if ((column->how & MT_COLUMN_ZERO_MISSING) != 0 && fabsf(x) <= 1e-35f) return NAN;
    return (column->how & MT_COLUMN_NEGATED) != 0 ? -x : x;
  }
  if (isnan(x)) return (column->how & MT_COLUMN_SET_MISSING) != 0;
  float least = (column->how & MT_COLUMN_SET_CUT) != 0 ? -0.999f : 0;
  uint32_t c = x < least || x >= 16777216 ? UINT32_MAX : (uint32_t)truncf(x);
  bool member = c < 32 * column->words && ((t->word[column->first_word + c / 32] >> (c % 32)) & 1) != 0;
  return ((column->how & MT_COLUMN_SET_OUTSIDE) != 0) != member;
}

static double plain_margin(const mt_trees *t, const float *row, uint32_t output) {
  double margin = t->base[output];
  for (uint32_t tree = 0; tree < t->trees; tree++) {
    if (t->tree[tree].output != output) continue;
    uint32_t at = t->tree[tree].first;
    while (!isnan(t->node[at].edge)) {
      uint32_t child = t->node[at].link >> t->column_bits, column = t->node[at].link & ((1u << t->column_bits) - 1);
      at = t->tree[tree].first + child + (plain_column(t, column, row) >= t->node[at].edge);
    }
    margin += mt_trees_value(t, at);
    if ((t->flags & MT_TREES_FLOAT_SUM) != 0) margin = (float)margin;
  }
  return margin / t->divisor;
}

static float odd_number(mt_rng *rng) {
  static const float odd[] = {NAN, INFINITY, -INFINITY, 0, -0.0f, 1e-36f, 1e-34f, -0.5f, -1, 3e9f, -3e9f, 16777216, 16777215};
  uint32_t which = mt_rng_below(rng, 40);
  return which < sizeof odd / sizeof *odd ? odd[which] : which < 30 ? (float)mt_rng_below(rng, 70) : 2 * mt_rng_normal(rng);
}

static void eight_rows_are_one(void **state) {
  (void)state;
  for (uint32_t seed = 0; seed < 60; seed++) {
    uint32_t features = 1 + seed % 7, outputs = seed % 5 == 0 ? 3 : 1, count = seed % 23, stride = features + seed % 3;
    forest f = make_forest(seed, features, outputs, seed % 4 == 0 ? seed % 3 : 12, seed % 4, MT_LINK_IDENTITY);
    mt_trees t;
    mt_error error = {MT_OK, ""};
    mt_rng rng = mt_rng_seed(seed);
    if (mt_trees_open(f.bytes, f.length, &t, &error) != MT_OK) fail_msg("%s", error.message);
    float *rows = exact_memory((size_t)count * stride * sizeof *rows), *room = exact_memory(mt_trees_room(&t) * sizeof *room);
    double *margins = exact_memory((size_t)count * outputs * sizeof *margins), contribution[8];
    for (uint32_t i = 0; i < count * stride; i++) rows[i] = odd_number(&rng);
    mt_trees_margins(&t, rows, stride, count, room, margins);
    for (uint32_t r = 0; r < count; r++)
      for (uint32_t o = 0; o < outputs; o++) {
        double plain = plain_margin(&t, rows + r * stride, o), sum;
        if (margins[r * outputs + o] != plain) fail_msg("seed %u, row %u, output %u", seed, r, o);
        memset(contribution, 0, sizeof contribution);
        sum = mt_trees_contribute(&t, rows + r * stride, o, room, contribution);
        for (uint32_t i = 0; i < features; i++) sum += contribution[i];
        assert_true(fabs(sum - plain) < 1e-5);
      }
    free(rows), free(room), free(margins), free(f.bytes);
  }
}

static void links(void **state) {
  (void)state;
  const double margin[3] = {-1.5, 0.25, 2};
  const double expected[MT_LINKS_END][3] = {{-1.5, .25, 2},
                                                {0.18242552380635635, 0.5621765008857981, 0.8807970779778823},
                                                {0.22313016014842982, 1.2840254166877414, 7.38905609893065},
                                                {0.025081480, 0.144334, 0.830585},
                                                {2},
                                                {0.20141327798275246, 0.8259394198788435, 2.1269280110429727},
                                                {-2.25, 0.0625, 4},
                                                {0, 1, 1}};
  for (uint32_t link = 0; link < MT_LINKS_END; link++) {
    forest f = make_forest(1, 2, 3, 3, 0, (mt_link)link);
    mt_trees t;
    float prediction[3];
    assert_int_equal(mt_trees_open(f.bytes, f.length, &t, NULL), MT_OK);
    mt_trees_link(&t, margin, prediction);
    for (uint32_t o = 0; o < mt_trees_predictions(&t); o++)
      if (fabs((double)prediction[o] - expected[link][o]) > 1e-6 * (1 + fabs(expected[link][o])))
        fail_msg("link %u, output %u: %.9g", link, o, (double)prediction[o]);
    const double far[3] = {-1000, 1000, 0}; /* no NaN at the ends */
    mt_trees_link(&t, far, prediction);
    for (uint32_t o = 0; o < mt_trees_predictions(&t); o++) assert_true(prediction[o] == prediction[o]);
    free(f.bytes);
  }
}

static void refuses(void **state) {
  (void)state;
  forest f = make_forest(3, 2, 1, 2, 0, MT_LINK_IDENTITY);
  size_t node = 64 + 8 + 8 * 3, column = node + 8 * (size_t)mt_load_u32(f.bytes + 12);
  size_t value = column + 16 * (size_t)mt_load_u32(f.bytes + 16);
  const struct {
    size_t at;
    uint32_t value;
    const char *says;
  } wrong[] = {{0, 0, "features"},      {0, 70000, "features"},    {4, 5000, "bytes"},     {8, 3, "bytes"},
               {12, 0xffffffff, "bytes"}, {24, 0, "column bits"},    {24, 32, "column bits"}, {28, 8, "link"},
               {32, 4, "flags"},        {44, 0x7ff80000, "scale"},   {52, 0, "divisor"},     {68, 0x7ff00000, "base"},
               {72, 1, "child"},         {76, 1, "output"},           {80, 0, "nodes"},       {88, 7, "nodes"},
               {node + 4, 0, "node"},   {node + 4, 0xffffff00, "child"}, {column, 2, "feature"}, {column + 4, 64, "way"},
               {column + 8, 3, "word"}, {column + 12, 3, "words"},   {value, 0x7fc00000, "value"}};
  unsigned char *bytes = exact_memory(f.length);
  for (uint32_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
    mt_trees t;
    mt_error error = {MT_OK, ""};
    memcpy(bytes, f.bytes, f.length);
    mt_store_u32(bytes + wrong[i].at, wrong[i].value);
    assert_int_equal(mt_trees_open(bytes, f.length, &t, &error), MT_CORRUPT);
    if (strstr(error.message, wrong[i].says) == NULL) fail_msg("case %u: \"%s\" does not say %s", i, error.message, wrong[i].says);
  }
  for (size_t length = 0; length < f.length; length += 13) {
    mt_trees t;
    assert_int_equal(mt_trees_open(f.bytes, length, &t, NULL), MT_CORRUPT);
  }
  free(bytes), free(f.bytes);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(eight_rows_are_one), cmocka_unit_test(links), cmocka_unit_test(refuses)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
