/* The item side of two towers: gradients by finite differences, and which own rows are left out. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/rng.h"
#include "base/simd.h"
#include "learn/side.h"
#include "learn_help.h"

enum { ITEMS = 7, WIDTH = 8 };
#define STEP 1e-2f

typedef struct world {
  float own[ITEMS * WIDTH], content[ITEMS * WIDTH], projection[WIDTH * WIDTH], up[ITEMS * WIDTH], whole[ITEMS * WIDTH], length[ITEMS];
} world;

/* The last item has no content. */
static void draw(world *w, uint64_t seed) {
  mt_rng rng = mt_rng_seed(seed);
  for (size_t i = 0; i < ITEMS * WIDTH; i++) {
    w->own[i] = mt_rng_normal(&rng), w->up[i] = mt_rng_normal(&rng), w->content[i] = mt_rng_normal(&rng);
    if (i >= (ITEMS - 1) * WIDTH) w->content[i] = 0;
  }
  for (size_t i = 0; i < WIDTH * WIDTH; i++) w->projection[i] = mt_rng_normal(&rng);
}

static double loss(world *w, const mt_side *side, uint32_t seed) {
  mt_side_whole(side, seed, w->own, w->content, w->projection, 0, ITEMS, w->whole, w->length);
  double sum = 0;
  for (size_t i = 0; i < ITEMS * WIDTH; i++) sum += (double)w->up[i] * (double)w->whole[i];
  return sum;
}

static double slope(world *w, const mt_side *side, uint32_t seed, float *x) {
  float keep = *x;
  double sides[2];
  for (int s = 0; s < 2; s++) *x = keep + (s == 0 ? STEP : -STEP), sides[s] = loss(w, side, seed);
  *x = keep;
  return (sides[0] - sides[1]) / (2 * (double)STEP);
}

static void gradients_are_those_of_small_steps(void **state) {
  (void)state;
  for (uint32_t unit = 0; unit < 2; unit++)
    for (uint32_t seed = 0; seed < 3; seed++) {
      const mt_side side = {WIDTH, unit, 0.4f};
      world w;
      draw(&w, 1 + seed);
      loss(&w, &side, seed);
      float sum[ITEMS * WIDTH], by[WIDTH * WIDTH] = {0};
      uint32_t met[ITEMS];
      memcpy(sum, w.up, sizeof sum);
      for (uint32_t i = 0; i < ITEMS; i++) met[i] = ITEMS - 1 - i;
      mt_side_back(&side, seed, met, ITEMS, w.content, w.whole, w.length, sum, by);
      for (size_t i = 0; i < ITEMS * WIDTH; i++) near((double)sum[i], slope(&w, &side, seed, &w.own[i]), 3e-3);
      for (size_t i = 0; i < WIDTH * WIDTH; i++) near((double)by[i], slope(&w, &side, seed, &w.projection[i]), 3e-3);
    }
}

static void own_rows_are_left_out_where_content_can_stand_for_them(void **state) {
  (void)state;
  world w;
  draw(&w, 9);
  const mt_side side = {WIDTH, 1, 1};
  loss(&w, &side, 5);
  for (uint32_t item = 0; item < ITEMS; item++) {
    const float *row = w.whole + (size_t)item * WIDTH;
    near(sqrt((double)mt_dot_f32(row, row, WIDTH)), 1, 1e-5);
    float own = mt_dot_f32(row, w.own + (size_t)item * WIDTH, WIDTH), one = w.length[item];
    if (item == ITEMS - 1) near((double)own, (double)one, 1e-4); /* it has nothing else */
  }
  memset(w.own, 0, (ITEMS - 1) * WIDTH * sizeof *w.own);
  float before[ITEMS * WIDTH];
  memcpy(before, w.whole, sizeof before);
  loss(&w, &side, 5);
  assert_memory_equal(before, w.whole, sizeof before);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(gradients_are_those_of_small_steps),
      cmocka_unit_test(own_rows_are_left_out_where_content_can_stand_for_them),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
